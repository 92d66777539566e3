//! Helpers for the tests of whole files: files written by hand, encoders of the system, decoding to the end.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests fail by panics and say what they skip")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use fp_decode::{AudioKey, DecodeOptions, DecodeReport, Ffmpeg, StreamFormat, open, probe};

/// A temporary directory, removed at the end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("fp-decode-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        Self(directory)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A whole decoded file.
pub(crate) struct Decoded {
    pub(crate) format: StreamFormat,
    pub(crate) channels: Vec<Vec<f32>>,
    pub(crate) report: DecodeReport,
    pub(crate) audio_key: Option<AudioKey>,
}

impl Decoded {
    pub(crate) fn warning(&self, code: &str) -> Option<u64> {
        self.report.warnings.iter().find(|warning| warning.kind.name() == code).map(|warning| warning.count)
    }
}

/// Decodes with the built-in decoders, and with ffmpeg if given.
pub(crate) fn decode_with(path: &Path, ffmpeg: Option<PathBuf>) -> Result<Decoded, fp_decode::DecodeError> {
    let mut stream = open(path, &DecodeOptions { ffmpeg: ffmpeg.map(Ffmpeg::from), ..DecodeOptions::default() })?;
    let format = stream.format().clone();
    let mut channels = vec![Vec::new(); format.channels];
    while let Some(block) = stream.next_block()? {
        assert!(block.samples() > 0);
        assert_eq!(block.channels().len(), format.channels);
        for (all, part) in channels.iter_mut().zip(block.channels()) {
            assert_eq!(part.len(), block.samples());
            all.extend_from_slice(part);
        }
    }
    while stream.read_on()? {}
    let audio_key = stream.audio_key();
    let report = stream.finish();
    assert_eq!(report.samples, channels[0].len() as u64);
    Ok(Decoded { format, channels, report, audio_key })
}

/// The audio key without decoding.
pub(crate) fn probed(path: &Path) -> Option<AudioKey> {
    let mut probe = probe(path, &DecodeOptions::default()).unwrap();
    while probe.read_on().unwrap() {}
    assert!((0.0..=1.0).contains(&probe.share()));
    probe.key()
}

/// Decodes without ffmpeg.
pub(crate) fn decode(path: &Path) -> Result<Decoded, fp_decode::DecodeError> {
    decode_with(path, None)
}

/// The program on PATH. If it is missing, prints that and returns None, or panics if programs are required.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .map(|directory| directory.join(name))
        .find(|candidate| candidate.is_file());
    if found.is_none() {
        assert!(std::env::var_os("AURALIS_REQUIRE_PROGRAMS").is_none_or(|value| value != "1"), "{name} is required");
        println!("SKIPPED: needs {name}");
    }
    found
}

/// Runs a program to its end; panics with its error output when it fails.
pub(crate) fn run(program: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A canonical WAVE file around `data`.
pub(crate) fn wav(tag: u16, channels: u16, rate_hz: u32, bits: u16, data: &[u8]) -> Vec<u8> {
    let frame_bytes = channels * bits.div_ceil(8);
    // All formats but integer PCM have an extension, here an empty one.
    let extension: &[u8] = if tag == 1 { &[] } else { &[0, 0] };
    let format_bytes = 16 + extension.len() as u32;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((20 + format_bytes + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(format_bytes.to_le_bytes());
    bytes.extend(tag.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate_hz.to_le_bytes());
    bytes.extend((rate_hz * u32::from(frame_bytes)).to_le_bytes());
    bytes.extend(frame_bytes.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(extension);
    bytes.extend(b"data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

/// 16-bit samples as bytes.
pub(crate) fn pcm16(samples: impl IntoIterator<Item = i16>) -> Vec<u8> {
    samples.into_iter().flat_map(i16::to_le_bytes).collect()
}

/// A WAVE file of `channels` channels, channel k a sine of (k + 1) × 300 Hz at 48 kHz and a quarter of full scale.
pub(crate) fn tone_per_channel(channels: u16, samples: u32) -> Vec<u8> {
    let data = (0..samples).flat_map(|n| {
        (1..=channels).map(move |k| {
            let phase = std::f64::consts::TAU * 300.0 * f64::from(k) * f64::from(n) / 48_000.0;
            (8192.0 * phase.sin()).round() as i16
        })
    });
    wav(1, channels, 48_000, 16, &pcm16(data))
}

/// Which multiple of 300 Hz carries most of a 48 kHz signal.
pub(crate) fn loudest_multiple_of_300_hz(samples: &[f32]) -> usize {
    let power = |k: usize| {
        let step = std::f64::consts::TAU * 300.0 * k as f64 / 48_000.0;
        let (re, im) = samples.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, &x)| {
            (re + f64::from(x) * (step * n as f64).cos(), im + f64::from(x) * (step * n as f64).sin())
        });
        re * re + im * im
    };
    (1..=8).max_by(|&a, &b| power(a).total_cmp(&power(b))).unwrap()
}
