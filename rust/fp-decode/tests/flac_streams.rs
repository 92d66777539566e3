//! Native FLAC: frames of another format, joined files and single damaged frames lose nothing else.

#![allow(clippy::unwrap_used, reason = "tests fail by panics")]

mod common;

use std::path::Path;

use common::{Decoded, Scratch, decode, loudest_multiple_of_300_hz, pcm16, program, run, tone_per_channel, wav};

/// Samples of each part: 12 blocks of 4,096 and a short one.
const SAMPLES: u32 = 50_000;

fn encode(flac: &Path, scratch: &Scratch, wav: &[u8]) -> Vec<u8> {
    let input = scratch.write("in.wav", wav);
    let out = scratch.path("out.flac");
    run(flac, &["-sf", "--no-padding", "--channel-map=none", input.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    std::fs::read(&out).unwrap()
}

/// Where the frames begin: behind the last block of metadata (RFC 9639, section 8).
fn first_frame(stream: &[u8]) -> usize {
    let mut at = 4;
    loop {
        let is_last = stream[at] >> 7 == 1;
        at += 4 + u32::from_be_bytes([0, stream[at + 1], stream[at + 2], stream[at + 3]]) as usize;
        if is_last {
            return at;
        }
    }
}

/// A tone of 300 Hz at a quarter of full scale.
fn tone(rate_hz: u32, bits: u16) -> Vec<u8> {
    let full_scale = f64::from(1u32 << (bits - 1));
    let samples = (0..SAMPLES).map(|n| {
        let phase = std::f64::consts::TAU * 300.0 * f64::from(n) / f64::from(rate_hz);
        (0.25 * full_scale * phase.sin()).round() as i32
    });
    let data: Vec<u8> =
        samples.flat_map(|s| [s, s]).flat_map(|s| s.to_le_bytes()[..usize::from(bits / 8)].to_vec()).collect();
    wav(1, 2, rate_hz, bits, &data)
}

/// Power of the tone in a part, 1 for a quarter of full scale.
fn power(decoded: &Decoded, part: std::ops::Range<usize>) -> f64 {
    let samples = &decoded.channels[0][part];
    32.0 * samples.iter().map(|&s| f64::from(s) * f64::from(s)).sum::<f64>() / samples.len() as f64
}

#[test]
fn frames_with_other_channels_rates_and_depths_are_analysed() {
    let Some(flac) = program("flac") else { return };
    let scratch = Scratch::new("flac-changes");
    let first = encode(&flac, &scratch, &tone_per_channel(2, SAMPLES));
    let length = SAMPLES as usize;
    for (name, other, samples) in [
        ("mono", tone_per_channel(1, SAMPLES), length),
        ("six channels", tone_per_channel(6, SAMPLES), length),
        ("half the rate", tone(24_000, 16), 2 * length),
        ("24 bits", tone(48_000, 24), length),
    ] {
        let other = encode(&flac, &scratch, &other);
        let frames = &other[first_frame(&other)..];
        // There and back: the first stream goes on as it began.
        let file = [&first, frames, &first[first_frame(&first)..]].concat();
        // Without the number of samples, which is that of the first stream.
        let file = [&file[..21], &[file[21] & 0xf0, 0, 0, 0, 0], &file[26..]].concat();
        let decoded = decode(&scratch.write("x.flac", &file)).unwrap();
        assert_eq!(decoded.report.samples as usize, 2 * length + samples, "{name}");
        assert_eq!((decoded.warning("format_change"), decoded.report.warnings.len()), (Some(2), 1), "{name}");
        let alone = decode(&scratch.write("y.flac", &first)).unwrap();
        for channel in 0..2 {
            assert_eq!(decoded.channels[channel][..length], alone.channels[channel], "{name}");
            assert_eq!(decoded.channels[channel][length + samples..], alone.channels[channel], "{name}");
        }
        // Away from the joints, where the conversion of the rate rings.
        let middle = length + 2000..length + samples - 2000;
        assert_eq!(loudest_multiple_of_300_hz(&decoded.channels[0][middle.clone()]), 1, "{name}");
        // Six channels: the centre (900 Hz) and a surround (1,500 Hz) come in at half the power.
        let expected = if name == "six channels" { 2.0 } else { 1.0 };
        assert!((power(&decoded, middle.clone()) - expected).abs() < 0.01, "{name}: {}", power(&decoded, middle));
    }
}

#[test]
fn joined_files_are_played_through() {
    let Some(flac) = program("flac") else { return };
    let scratch = Scratch::new("flac-joined");
    let first = encode(&flac, &scratch, &tone_per_channel(2, SAMPLES));
    let second = encode(&flac, &scratch, &tone(48_000, 16));
    let decoded = decode(&scratch.write("x.flac", &[first.clone(), second, first].concat())).unwrap();
    assert_eq!(decoded.report.samples, 3 * u64::from(SAMPLES));
    assert_eq!(decoded.report.warnings, []);
}

/// Noise: its frames are long and fill the bytes.
fn noise() -> Vec<u8> {
    let samples = (0..2 * SAMPLES).scan(1u32, |state, _| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((*state >> 18) as i16 - 8192)
    });
    wav(1, 2, 44_100, 16, &pcm16(samples))
}

#[test]
fn of_a_damaged_frame_nothing_else_is_lost() {
    let Some(flac) = program("flac") else { return };
    let scratch = Scratch::new("flac-damage");
    let whole = encode(&flac, &scratch, &noise());
    let alone = decode(&scratch.write("x.flac", &whole)).unwrap();
    let start = first_frame(&whole);
    let sync = [0xff, 0xf8, whole[start + 2], whole[start + 3]];
    let frames: Vec<usize> =
        (start..whole.len() - 5).filter(|&at| whole[at..at + 4] == sync && usize::from(whole[at + 4]) < 13).collect();
    assert!(frames.len() >= 12, "{frames:?}");
    // In the samples of the sixth frame, and in its header: its number, its sync code.
    for (name, at) in [("samples", frames[5] + 3000), ("number", frames[5] + 4), ("sync", frames[5])] {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let decoded = decode(&scratch.write("y.flac", &damaged)).unwrap();
        let lost = if name == "sync" { 2 } else { 1 };
        assert_eq!(decoded.report.samples, u64::from(SAMPLES) - lost * 4096, "{name}");
        assert_eq!((decoded.warning("damaged"), decoded.report.warnings.len()), (Some(1), 1), "{name}");
        let before = (6 - lost as usize) * 4096;
        assert_eq!(decoded.channels[1][..before], alone.channels[1][..before], "{name}");
        assert_eq!(decoded.channels[1][before..], alone.channels[1][6 * 4096..], "{name}");
    }
}

#[test]
fn other_bytes_than_frames_make_no_audio() {
    let Some(flac) = program("flac") else { return };
    let scratch = Scratch::new("flac-junk");
    let whole = encode(&flac, &scratch, &noise());
    let junk: Vec<u8> = (0..3 * whole.len() as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 1).collect();
    // The beginning of a stream in front of something else.
    let file = [&whole[..whole.len() / 2], &junk].concat();
    let error = decode(&scratch.write("x.flac", &file)).err().expect("hardly any of it is audio");
    assert_eq!(error.kind(), fp_decode::ErrorKind::NothingDecoded);
    assert!(error.message().contains("flac"), "{error}");
    // As many zeros are padding.
    let file = [whole.clone(), vec![0; junk.len()]].concat();
    let decoded = decode(&scratch.write("x.flac", &file)).unwrap();
    assert_eq!((decoded.report.samples, decoded.report.warnings.len()), (u64::from(SAMPLES), 0));
}
