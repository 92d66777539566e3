//! Pitch stability: YIN on the decimated mid channel.

use crate::{
    fingerprint::{NullReason, Value},
    params::Params,
    spectrum_frame::AudioBlock,
};

/// Tracks how surely one pitch holds.
pub struct PitchTracker {}

impl PitchTracker {
    /// A tracker for one sample rate.
    #[must_use]
    pub fn new(_params: &Params) -> Self {
        Self {}
    }

    /// Forgets the track.
    pub fn reset(&mut self) {}

    /// Adds samples; blocks may have any length.
    pub fn block(&mut self, _block: &AudioBlock<'_>) {}

    /// `pitch_stability` of everything added, 0–1.
    pub fn finish(&mut self) -> Value {
        Err(NullReason::NoActiveFrame)
    }
}
