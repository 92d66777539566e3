//! Variation: how crest factor, loudness and peaks change from block to block.

use crate::{
    fingerprint::{NullReason, Value},
    kernel::{
        percentile::percentile,
        stereo::{half_second_blocks::HalfSecondBlocks, moments::StereoMoments},
    },
    level_gate::{LevelHistogram, LevelRange},
    params::Params,
};

/// Minimum number of active blocks for a variation.
const MIN_BLOCKS: usize = 2;
/// The percentile of the block correlations that is reported as the lowest.
const MIN_CORRELATION_PERCENTILE: f64 = 0.05;

/// Accumulates the half-second blocks: ⌊rate/2⌋ samples starting at ⌊k·rate/4⌋.
pub struct Variation {
    blocks: HalfSecondBlocks,
    levels: LevelHistogram,
    /// The blocks at or above the floor of the gate: four numbers each, 2.3 MB for ten hours.
    readings: Vec<BlockReading>,
}

/// The measurements of one half-second block.
#[derive(Clone, Copy, Debug)]
struct BlockReading {
    level_db: f32,
    crest_db: f32,
    peak: f32,
    /// NaN if a channel is constant.
    correlation: f32,
}

/// Results from the half-second blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockStatistics {
    /// `dynamic_range_variation` in dB: standard deviation of the blocks' crest factors.
    pub dynamic_range_variation: Value,
    /// `peak_consistency`, 0–1: 1 / (1 + coefficient of variation of the blocks' peaks).
    pub peak_consistency: Value,
    /// `phase_correlation`, −1 to 1: mean over the blocks in which neither channel is constant.
    pub phase_correlation: Value,
    /// 5th percentile of the blocks' correlation.
    pub lowest_correlation: Option<f64>,
}

impl BlockReading {
    /// Level, crest factor (block peak over block RMS), peak and correlation, all about the means and over L and R.
    fn of(block: &StereoMoments) -> Self {
        let level_db = 10.0 * block.mean_square().log10();
        let peak = block.peak();
        Self {
            level_db: level_db as f32,
            crest_db: (20.0 * peak.log10() - level_db) as f32,
            peak: peak as f32,
            correlation: block.correlation().map_or(f32::NAN, |correlation| correlation as f32),
        }
    }
}

impl Variation {
    /// An accumulator for one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        Self {
            blocks: HalfSecondBlocks::new(params.rate_hz),
            levels: LevelHistogram::new(LevelRange::DBFS),
            readings: Vec::new(),
        }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.blocks.reset();
        self.levels.reset();
        self.readings.clear();
    }

    /// Maximum length of the next segment.
    #[must_use]
    pub fn samples_to_cut(&self) -> usize {
        self.blocks.samples_to_cut()
    }

    /// Adds the next segment of the stream.
    pub fn add_segment(&mut self, segment: &StereoMoments) {
        self.blocks.add_segment(segment, |moments| {
            let reading = BlockReading::of(&moments);
            self.levels.count(reading.level_db.into());
            if LevelRange::DBFS.reaches_floor(reading.level_db.into()) {
                self.readings.push(reading);
            }
        });
    }

    /// Statistics of the active blocks.
    ///
    /// With fewer than two active blocks all are undefined. The correlation is also undefined if one channel is
    /// constant in every block.
    #[must_use]
    pub fn finish(&self) -> BlockStatistics {
        let gate = self.levels.gate();
        let is_active =
            |reading: &&BlockReading| gate.is_some_and(|gate| LevelRange::DBFS.passes(gate, reading.level_db.into()));
        let active = || self.readings.iter().filter(is_active);
        let count = active().count();
        if count < MIN_BLOCKS {
            return BlockStatistics {
                dynamic_range_variation: Err(NullReason::TooShort),
                peak_consistency: Err(NullReason::TooShort),
                phase_correlation: Err(NullReason::TooShort),
                lowest_correlation: None,
            };
        }
        let (_, crest_deviation_db) = mean_and_deviation(active().map(|block| block.crest_db.into()), count);
        let (peak_mean, peak_deviation) = mean_and_deviation(active().map(|block| block.peak.into()), count);
        let mut correlations: Vec<f64> =
            active().map(|block| block.correlation.into()).filter(|c: &f64| !c.is_nan()).collect();
        correlations.sort_unstable_by(f64::total_cmp);
        let phase_correlation = match correlations.len() {
            0 => Err(NullReason::ConstantChannel),
            varying => Ok(correlations.iter().sum::<f64>() / varying as f64),
        };
        BlockStatistics {
            dynamic_range_variation: Ok(crest_deviation_db),
            // An active block is above −90 dBFS, so the mean peak is positive.
            peak_consistency: Ok(1.0 / (1.0 + peak_deviation / peak_mean)),
            phase_correlation,
            lowest_correlation: percentile(&correlations, MIN_CORRELATION_PERCENTILE),
        }
    }
}

/// Mean and standard deviation (divisor n) of `count` values, in two passes.
fn mean_and_deviation(values: impl Iterator<Item = f64> + Clone, count: usize) -> (f64, f64) {
    let mean = values.clone().sum::<f64>() / count as f64;
    let variance = values.map(|value| (value - mean).powi(2)).sum::<f64>() / count as f64;
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests;
