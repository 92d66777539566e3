//! A stream whose rate, layout or codec changes is analysed whole, in the format of its beginning.

#![allow(clippy::unwrap_used, reason = "tests fail by panics")]

mod common;

use std::path::Path;

use common::{Decoded, Scratch, decode, loudest_multiple_of_300_hz, program, run, tone_per_channel};

/// 1.3 s at 48 kHz: not a multiple of any codec's frame.
const SAMPLES: u32 = 62_400 + 17;

/// Tones at 48 kHz, encoded by ffmpeg with `arguments`; the Ogg serial number is `serial`.
fn link(scratch: &Scratch, ffmpeg: &Path, arguments: &[&str], channels: u16, serial: &str) -> Vec<u8> {
    let wav = scratch.write("x.wav", &tone_per_channel(channels, SAMPLES));
    let out = scratch.path("x.ogg");
    let mut all = vec!["-v", "error", "-y", "-i", wav.to_str().unwrap()];
    all.extend(arguments);
    all.extend(["-serial_offset", serial, out.to_str().unwrap()]);
    run(ffmpeg, &all);
    std::fs::read(&out).unwrap()
}

/// Which tones the channels play, away from the joint.
fn tones(decoded: &Decoded, samples: std::ops::Range<usize>) -> Vec<usize> {
    decoded.channels.iter().map(|channel| loudest_multiple_of_300_hz(&channel[samples.clone()])).collect()
}

#[test]
fn chained_ogg_streams_are_played_through() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("chained");
    let vorbis = |serial, channels| link(&scratch, &ffmpeg, &["-c:a", "libvorbis"], channels, serial);
    let path = scratch.write("same.ogg", &[vorbis("1", 2), vorbis("2", 2)].concat());
    let same = decode(&path).unwrap();
    assert_eq!((same.report.samples, same.report.warnings.len()), (2 * u64::from(SAMPLES), 0));
    let path = scratch.write("change.ogg", &[vorbis("1", 2), vorbis("2", 1)].concat());
    let change = decode(&path).unwrap();
    assert_eq!(change.report.samples, 2 * u64::from(SAMPLES));
    assert_eq!(change.warning("format_change"), Some(1));
    let tail = SAMPLES as usize + 2000..change.channels[1].len();
    assert_eq!(tones(&change, tail), [1, 1], "mono plays on both sides");
}

#[test]
fn a_new_rate_in_mid_file_is_converted_to_the_first() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("rates");
    let vorbis = |serial, rate| link(&scratch, &ffmpeg, &["-c:a", "libvorbis", "-ar", rate], 2, serial);
    // Back at the first rate, what the converter holds back comes before it.
    let links = [vorbis("1", "48000"), vorbis("2", "24000"), vorbis("3", "44100"), vorbis("4", "48000")];
    let path = scratch.write("rates.ogg", &links.concat());
    let decoded = decode(&path).unwrap();
    let link = SAMPLES as usize;
    // A sample of 24 kHz that the encoder rounds the length to, and one that the conversion rounds, in two links.
    assert!(decoded.report.samples.abs_diff(4 * link as u64) <= 6, "{}", decoded.report.samples);
    assert_eq!(decoded.report.warnings.len(), 1, "{:?}", decoded.report.warnings);
    assert_eq!(decoded.warning("format_change"), Some(3));
    for part in 0..4 {
        let samples = part * link + 2000..(part + 1) * link - 2000;
        assert_eq!(tones(&decoded, samples.clone()), [1, 2], "part {part}");
        let power: f32 = decoded.channels[0][samples.clone()].iter().map(|x| x * x).sum();
        let level = (2.0 * power / samples.len() as f32).sqrt();
        // Vorbis keeps a lone tone's level within some percent.
        assert!((level - 0.25).abs() < 0.02, "part {part}: {level}");
    }
}

#[test]
fn a_new_codec_in_mid_file_is_decoded() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("codecs");
    let vorbis = link(&scratch, &ffmpeg, &["-c:a", "libvorbis"], 2, "1");
    let opus = link(&scratch, &ffmpeg, &["-c:a", "libopus"], 2, "2");
    let decoded = decode(&scratch.write("codecs.ogg", &[vorbis, opus].concat())).unwrap();
    assert_eq!(decoded.report.samples, 2 * u64::from(SAMPLES));
    assert_eq!((decoded.warning("format_change"), decoded.report.warnings.len()), (Some(1), 1));
    assert_eq!(tones(&decoded, SAMPLES as usize + 2000..2 * SAMPLES as usize), [1, 2]);
}
