//! Variation: how crest factor, loudness and peaks change from block to block.

use crate::{
    fingerprint::{NullReason, Value},
    params::Params,
    spectrum_frame::AudioBlock,
};

/// Accumulates the 0.5 s blocks: ⌊rate/2⌋ samples starting at ⌊k·rate/4⌋.
pub struct Variation {}

/// What the 0.5 s blocks give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockStatistics {
    /// `dynamic_range_variation` in dB.
    pub dynamic_range_variation: Value,
    /// `peak_consistency`, 0–1.
    pub peak_consistency: Value,
    /// `phase_correlation`, −1 to 1.
    pub phase_correlation: Value,
    /// 5th percentile of the blocks' correlation.
    pub lowest_correlation: Option<f64>,
}

impl Variation {
    /// An accumulator for one sample rate.
    #[must_use]
    pub fn new(_params: &Params) -> Self {
        Self {}
    }

    /// Forgets the track.
    pub fn reset(&mut self) {}

    /// Adds samples; blocks may have any length.
    pub fn block(&mut self, _block: &AudioBlock<'_>) {}

    /// Statistics of the active blocks.
    #[must_use]
    pub fn finish(&self) -> BlockStatistics {
        let none = Err(NullReason::TooShort);
        BlockStatistics {
            dynamic_range_variation: none,
            peak_consistency: none,
            phase_correlation: none,
            lowest_correlation: None,
        }
    }
}
