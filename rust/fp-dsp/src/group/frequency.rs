//! Frequency: shares of power in seven bands, from the long STFT.

use crate::{
    fingerprint::{NullReason, Value},
    params::Params,
    spectrum_frame::LongSpectrum,
};

/// Accumulates long-STFT power.
pub struct Frequency {}

impl Frequency {
    /// An accumulator for one sample rate.
    #[must_use]
    pub fn new(_params: &Params) -> Self {
        Self {}
    }

    /// Forgets the track.
    pub fn reset(&mut self) {}

    /// Adds one long frame.
    pub fn long_frame(&mut self, _frame: &LongSpectrum<'_>) {}

    /// The seven shares in percent, lowest band first.
    pub fn shares(&self) -> [Value; 7] {
        [Err(NullReason::MidSilent); 7]
    }

    /// `bass_mid_ratio` in dB.
    pub fn bass_mid_ratio(&self) -> Value {
        Err(NullReason::MidSilent)
    }
}
