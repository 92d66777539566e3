//! What is measured of the channels as they were decoded, before the rate is halved or an offset taken: true peak, clipped
//! runs, offset and level of each channel, silences, ends, bits in use.
//!
//! A chunk is read once for all of them: the extremes of its blocks of 32 samples tell where more must be looked at.

mod blocks;
mod clipped_runs;
mod ends;
mod silence;
mod stream_spectrum;
mod true_peak;
mod used_bits;

pub(crate) use blocks::BLOCK;
use blocks::{ChannelBlocks, extremes};
use clipped_runs::ClippedRuns;
use ends::Ends;
use silence::Silence;
use stream_spectrum::StreamSpectrum;
use true_peak::TruePeak;
use used_bits::UsedBits;

use crate::fingerprint::{Clipping, DecodedDetails, LongestSilence, SpectrumEnd};

/// Mean square of −200 dBFS, under which a channel is silent.
const SILENT: f64 = 1e-20;

/// The measurements of one stream.
pub(crate) struct DecodedChannels {
    rate_hz: u32,
    blocks: Box<[ChannelBlocks]>,
    true_peak: TruePeak,
    clipped: ClippedRuns,
    silence: Silence,
    ends: Ends,
    used_bits: UsedBits,
    /// Of rates whose long frames do not see all.
    spectrum: Option<StreamSpectrum>,
    sample_peak: f32,
}

impl DecodedChannels {
    /// For streams of a format that come in chunks of `chunk` samples; `is_high` if their rate is halved or filtered later.
    pub(crate) fn new(rate_hz: u32, channels: usize, chunk: usize, is_high: bool) -> Self {
        Self {
            rate_hz,
            blocks: (0..channels).map(|_| ChannelBlocks::new(chunk)).collect(),
            true_peak: TruePeak::new(channels),
            clipped: ClippedRuns::new(channels),
            silence: Silence::new(),
            ends: Ends::new(rate_hz, channels),
            used_bits: UsedBits::new(),
            spectrum: is_high.then(|| StreamSpectrum::new(rate_hz, chunk)),
            sample_peak: 0.0,
        }
    }

    /// Forgets the stream. The next one has `bit_depth` bits a sample, `None` if it is lossy.
    pub(crate) fn reset(&mut self, bit_depth: Option<u32>) {
        self.blocks.iter_mut().for_each(ChannelBlocks::reset);
        self.true_peak.reset();
        self.clipped.reset();
        self.silence.reset();
        self.ends.reset();
        self.used_bits.reset(bit_depth);
        self.spectrum.iter_mut().for_each(StreamSpectrum::reset);
        self.sample_peak = 0.0;
    }

    /// Adds a chunk, one slice per channel. All but the last must have the same length, a multiple of 16. Returns the largest
    /// absolute sample of each of its blocks of [`BLOCK`] samples.
    pub(crate) fn add_chunk(&mut self, channels: &[&[f32]]) -> &[f32] {
        let length = channels.first().map_or(0, |channel| channel.len());
        if length == 0 {
            return &[];
        }
        let (mut lowest, mut highest) = (f32::INFINITY, f32::NEG_INFINITY);
        for (blocks, samples) in self.blocks.iter_mut().zip(channels) {
            blocks.add_chunk(samples);
            let [low, high] = extremes(&blocks.low()[1..], &blocks.high()[1..]);
            (lowest, highest) = (lowest.min(low), highest.max(high));
        }
        self.sample_peak = self.sample_peak.max(highest).max(-lowest);
        self.true_peak.add_chunk(channels, &self.blocks, highest.max(-lowest));
        self.clipped.add_chunk(channels, &self.blocks, [lowest, highest]);
        self.silence.add_chunk(length, &self.blocks);
        self.ends.add_chunk(channels);
        self.used_bits.add_chunk(channels);
        self.spectrum.iter_mut().for_each(|spectrum| spectrum.add_chunk(channels));
        self.silence.peaks()
    }

    /// Where the spectrum of a high rate ends; `None` for others.
    pub(crate) fn spectrum_end(&self) -> Option<SpectrumEnd> {
        self.spectrum.as_ref().and_then(StreamSpectrum::finish)
    }

    /// Ends the stream.
    pub(crate) fn finish(&mut self) -> DecodedDetails {
        let seconds = |samples: u64| samples as f64 / f64::from(self.rate_hz);
        let (peak, peak_at) = self.true_peak.finish();
        let mean_squares = || self.blocks.iter().map(|channel| channel.moments().mean_square());
        let clipping = self.clipped.found().map(|(found, ceiling)| Clipping {
            runs: found.runs,
            samples: found.samples,
            longest_samples: found.longest,
            ceiling_dbfs: decibels(ceiling),
            times_s: found.times.iter().map(|&start| seconds(start)).collect(),
        });
        let silences = self.silence.finish(self.sample_peak);
        let [start_level_db, end_level_db] =
            self.ends.levels_db(mean_squares().sum::<f64>() / self.blocks.len() as f64);
        DecodedDetails {
            true_peak_dbtp: (peak > 0.0).then(|| decibels(peak)),
            true_peak_at_s: (peak > 0.0).then(|| seconds(peak_at)),
            clipping,
            dc_offset: self.blocks.iter().map(|channel| channel.moments().mean()).collect(),
            channel_levels_dbfs: mean_squares().map(|z| (z >= SILENT).then(|| 10.0 * z.log10())).collect(),
            effective_bits: self.used_bits.finish(),
            leading_silence_s: seconds(silences.leading),
            trailing_silence_s: seconds(silences.trailing),
            longest_silence: silences
                .longest
                .map(|(start, length)| LongestSilence { at_s: seconds(start), length_s: seconds(length) }),
            start_level_db,
            end_level_db,
        }
    }
}

fn decibels(amplitude: f32) -> f64 {
    20.0 * f64::from(amplitude).log10()
}
