//! Stereo: the share of side power (the correlation comes from the variation group's blocks).

use crate::{
    fingerprint::{NullReason, Value},
    spectrum_frame::AudioBlock,
};

/// Accumulates mid and side power.
#[derive(Default)]
pub struct Stereo {}

impl Stereo {
    /// Forgets the track.
    pub fn reset(&mut self) {}

    /// Adds samples.
    pub fn block(&mut self, _block: &AudioBlock<'_>) {}

    /// `stereo_width`, 0–1.
    pub fn width(&self) -> Value {
        Err(NullReason::Silent)
    }
}
