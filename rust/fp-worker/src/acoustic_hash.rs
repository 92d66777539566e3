//! The acoustic hash: how the audio sounds, in 32 bits for each eighth of a second. Equal recordings have nearly equal
//! hashes, whatever their encoding and level.
//!
//! It is the fingerprint of Chromaprint (L. Lalinsky; Jang, Yoo, Lee, Kim and Kim 2009, "Pairwise boosted audio
//! fingerprint"), its algorithm "test2", which AcoustID uses: 12 chroma bands from 28 to 3,520 Hz, each bit pair one of four
//! grades of a difference between areas of them. The rate is reduced here: the crate's own resampler has 16 taps, too few to
//! keep 96 kHz from aliasing.

use base64::{Engine, engine::general_purpose::STANDARD};
use fp_dsp::{ChannelLayout, kernel::resample::decimate::Decimator};
use rusty_chromaprint::{Configuration, Fingerprinter};

/// Chromaprint's rate. What is decimated lies between it and twice that much.
const RATE_HZ: u32 = 11_025;
/// What is after it does not count: more would not fit into a line of the protocol.
const MAX_SECONDS: u64 = 6 * 3600;
/// Samples that are handed on at once, at most.
const BLOCK_SAMPLES: usize = 4096;

/// Takes planar samples as they are decoded.
pub(crate) struct AcousticHasher {
    /// `None` where the rate is too low.
    printer: Option<Fingerprinter>,
    /// What each channel adds to the mean of left and right.
    gains: Vec<f32>,
    decimator: Decimator,
    mono: Vec<f32>,
    pcm: Vec<i16>,
    samples_left: u64,
}

impl AcousticHasher {
    /// A hasher for one track.
    pub(crate) fn new(rate_hz: u32, layout: &ChannelLayout) -> Self {
        let halvings = (rate_hz / RATE_HZ).max(1).ilog2();
        let mut printer = Fingerprinter::new(&Configuration::preset_test2());
        let is_possible = printer.start(rate_hz >> halvings, 1).is_ok();
        Self {
            printer: is_possible.then_some(printer),
            gains: layout.gains().iter().map(|gains| 0.5 * (gains.left + gains.right)).collect(),
            decimator: Decimator::new(halvings),
            mono: Vec::new(),
            pcm: Vec::new(),
            samples_left: u64::from(rate_hz) * MAX_SECONDS,
        }
    }

    /// Adds one slice per channel, all of one length.
    pub(crate) fn add_samples(&mut self, planar: &[&[f32]]) {
        let Some(printer) = &mut self.printer else { return };
        let length = planar.first().map_or(0, |channel| channel.len());
        let length = length.min(usize::try_from(self.samples_left).unwrap_or(usize::MAX));
        self.samples_left -= length as u64;
        for start in (0..length).step_by(BLOCK_SAMPLES) {
            let end = length.min(start + BLOCK_SAMPLES);
            self.mono.clear();
            self.mono.resize(end - start, 0.0);
            for (channel, &gain) in planar.iter().zip(&self.gains) {
                for (sum, &sample) in self.mono.iter_mut().zip(&channel[start..end]) {
                    *sum += gain * sample;
                }
            }
            let pcm = &mut self.pcm;
            self.decimator.add_samples(&self.mono, |samples| print(printer, pcm, samples));
        }
    }

    /// The hash in base64; `None` for audio of which there is none.
    pub(crate) fn finish(mut self) -> Option<String> {
        let mut printer = self.printer?;
        self.decimator.finish(|samples| print(&mut printer, &mut self.pcm, samples));
        printer.finish();
        let words = printer.fingerprint();
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        (!bytes.is_empty()).then(|| STANDARD.encode(bytes))
    }
}

/// Gives samples to Chromaprint, which takes 16 bits.
fn print(printer: &mut Fingerprinter, pcm: &mut Vec<i16>, samples: &[f32]) {
    pcm.clear();
    pcm.extend(samples.iter().map(|&sample| (sample * f32::from(i16::MAX)).round() as i16));
    printer.consume(pcm);
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    /// Chords that change each half second, as left and right.
    fn music(rate_hz: u32, seconds: f64, gain: f64) -> Vec<f32> {
        let samples = (f64::from(rate_hz) * seconds) as usize;
        let note = |time: f64, voice: u64| {
            let step = (time * 2.0) as u64;
            110.0 * f64::exp2(((step * 2_654_435_761 + voice * 40_503) % 31) as f64 / 12.0)
        };
        let at = |n: usize| {
            let time = n as f64 / f64::from(rate_hz);
            (0..4).map(|voice| (TAU * note(time, voice) * time).sin()).sum::<f64>() * gain
        };
        (0..samples).map(|n| at(n) as f32).collect()
    }

    fn words(rate_hz: u32, samples: &[f32], channels: usize, block: usize) -> Vec<u32> {
        let mut hasher = AcousticHasher::new(rate_hz, &ChannelLayout::new(channels, None).unwrap());
        for block in samples.chunks(block) {
            hasher.add_samples(&vec![block; channels]);
        }
        let bytes = STANDARD.decode(hasher.finish().unwrap_or_default()).unwrap();
        bytes.as_chunks::<4>().0.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect()
    }

    /// Share of the bits that differ.
    fn apart(one: &[u32], other: &[u32]) -> f64 {
        let length = one.len().min(other.len());
        assert!(one.len().abs_diff(other.len()) <= 1 && length > 0, "{} and {} words", one.len(), other.len());
        let bits: u32 = one.iter().zip(other).map(|(a, b)| (a ^ b).count_ones()).sum();
        f64::from(bits) / (32 * length) as f64
    }

    #[test]
    fn rate_level_channels_and_blocks_make_little_difference() {
        let plain = words(44_100, &music(44_100, 20.0, 0.1), 2, 1_153);
        // Frames of 4,096 samples, then 16 frames and a filter over five of them, at 1,365 samples each.
        assert_eq!(plain.len(), (20 * 11_025 - 4_096) / 1_365 + 1 - 4 - 15);
        assert_eq!(words(44_100, &music(44_100, 20.0, 0.1), 2, 100_000), plain);
        for (what, other) in [
            ("9 dB quieter", words(44_100, &music(44_100, 20.0, 0.035), 2, 4_096)),
            ("mono", words(44_100, &music(44_100, 20.0, 0.1), 1, 4_096)),
            ("48 kHz", words(48_000, &music(48_000, 20.0, 0.1), 2, 4_096)),
            ("96 kHz", words(96_000, &music(96_000, 20.0, 0.1), 2, 4_096)),
            ("11,025 Hz", words(11_025, &music(11_025, 20.0, 0.1), 1, 4_096)),
            ("8 kHz", words(8_000, &music(8_000, 20.0, 0.1), 1, 4_096)),
        ] {
            let apart = apart(&plain, &other);
            assert!(apart < 0.05, "{what}: {apart}");
        }
        let later = music(44_100, 40.0, 0.1);
        let apart = apart(&plain, &words(44_100, &later[20 * 44_100..], 2, 4_096));
        assert!(apart > 0.3, "other music: {apart}");
    }

    #[test]
    fn what_is_above_the_bands_does_not_alias_into_them() {
        let mut noisy = music(96_000, 10.0, 0.1);
        for (n, sample) in noisy.iter_mut().enumerate() {
            *sample += 0.3 * (TAU * 20_500.0 * n as f64 / 96_000.0).sin() as f32;
        }
        let apart = apart(&words(96_000, &music(96_000, 10.0, 0.1), 2, 4_096), &words(96_000, &noisy, 2, 4_096));
        assert!(apart < 0.02, "{apart}");
    }

    #[test]
    fn short_audio_and_the_lowest_rates_have_no_hash() {
        assert!(words(44_100, &music(44_100, 2.0, 0.1), 2, 4_096).is_empty());
        assert!(words(44_100, &[], 2, 4_096).is_empty());
        assert!(words(500, &music(500, 20.0, 0.1), 1, 4_096).is_empty());
        assert!(!words(44_100, &music(44_100, 3.0, 0.1), 2, 4_096).is_empty());
    }

    #[test]
    fn the_hash_of_the_longest_audio_fits_into_a_line() {
        let words = MAX_SECONDS * u64::from(RATE_HZ) / 1_365;
        assert!((words * 4).div_ceil(3) * 4 + 1_000 < fp_protocol::LINE_LIMIT as u64);
    }
}
