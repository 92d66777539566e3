//! Damaged files of each format: never taken for a bad disk, and never a panic; their audio key is the same without decoding, and
//! tells their samples. Their damage is made from a seed.

#![allow(clippy::unwrap_used, reason = "tests fail by panics")]

mod common;

use std::collections::HashMap;

use common::{Scratch, decode, probed, program, run, tone_per_channel};
use fp_decode::ErrorKind;

/// Damaged files of each format; `AURALIS_MUTANTS=1000` for more.
const MUTANTS: u32 = 20;

/// A linear congruential generator: the same files in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

/// Changes fields, most of them near the beginning or the end, where headers and indexes are; cuts or repeats parts.
fn mutate(whole: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=random.below(4) {
        let near = bytes.len().min(600);
        let at = match random.below(4) {
            0 => random.below(bytes.len()),
            1 => bytes.len() - 1 - random.below(near),
            _ => random.below(near),
        };
        let extreme = [0u64, 1, u64::MAX, u64::MAX >> 1, 1 << 63, 0x7fff_ffff, 0xffff_ffff, 0x8000_0000];
        let value = extreme[random.below(extreme.len())];
        let width = [1, 2, 4, 8][random.below(4)].min(bytes.len() - at);
        match random.below(6) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes.truncate(at.max(1)),
            2 => {
                let part = bytes[at..(at + random.below(400)).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            3 => bytes[at..at + width].copy_from_slice(&value.to_le_bytes()[..width]),
            _ => bytes[at..at + width].copy_from_slice(&value.to_be_bytes()[8 - width..]),
        }
    }
    bytes
}

#[test]
fn damage_is_no_fault_of_the_disk_and_part_of_the_key() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("mutants");
    let wav = scratch.write("in.wav", &tone_per_channel(2, 9_000));
    let count = std::env::var("AURALIS_MUTANTS").ok().and_then(|count| count.parse().ok()).unwrap_or(MUTANTS);
    let mut random = Random(11);
    for (name, options) in [
        ("x.wav", "pcm_s16le"),
        ("x.w64", "pcm_s24le"),
        ("x.aiff", "pcm_s16be"),
        ("x.au", "pcm_s16be"),
        ("x.caf", "alac"),
        ("x.flac", "flac"),
        ("y.ogg", "flac"),
        ("x.ogg", "libvorbis"),
        ("x.opus", "libopus"),
        ("x.mp3", "libmp3lame"),
        ("x.aac", "aac"),
        ("x.m4a", "aac"),
        ("y.m4a", "alac"),
        ("x.mov", "pcm_s24be"),
        ("x.mka", "flac"),
    ] {
        let out = scratch.path(name);
        run(&ffmpeg, &["-v", "error", "-y", "-i", wav.to_str().unwrap(), "-c:a", options, out.to_str().unwrap()]);
        let whole = std::fs::read(&out).unwrap();
        let undamaged = decode(&out).unwrap();
        let mut samples_of = HashMap::from([(undamaged.audio_key.unwrap(), undamaged.channels)]);
        for number in 0..count {
            let path = scratch.write("mutant", &mutate(&whole, &mut random));
            let what = format!("{name}, {number}, {}", path.display());
            let decoded = match decode(&path) {
                Ok(decoded) => decoded,
                Err(error) => {
                    assert_ne!(error.kind(), ErrorKind::ReadError, "{what}: {error}");
                    continue;
                }
            };
            assert_eq!(probed(&path), decoded.audio_key, "{what}");
            if let Some(key) = decoded.audio_key {
                let same = samples_of.entry(key).or_insert_with(|| decoded.channels.clone());
                assert!(*same == decoded.channels, "{what}: equal keys of different samples");
            }
        }
    }
}
