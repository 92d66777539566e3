//! Harmonic: HPSS ratio, pitch stability, tonal concentration of the chroma.

use crate::{
    fingerprint::{KeyEstimate, NullReason, Value},
    kernel::{
        chroma::{key::estimate_key, meter::ChromaMeter},
        hpss::separator::Hpss,
        pitch::tracker::PitchTracker,
        stereo::moments::StereoMoments,
    },
    params::Params,
    spectrum_frame::{LongSpectrum, SpectrumFrame},
};

/// Accumulates HPSS, YIN and chroma.
pub struct Harmonic {
    hpss: Hpss,
    chroma: ChromaMeter,
    pitch: PitchTracker,
}

/// Results of the harmonic group.
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
        Self { hpss: Hpss::new(params.bins), chroma: ChromaMeter::new(params), pitch: PitchTracker::new(params) }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.hpss.reset();
        self.chroma.reset();
        self.pitch.reset();
    }

    /// Maximum length of the next segment.
    #[must_use]
    pub fn samples_to_cut(&self) -> usize {
        self.pitch.samples_to_cut()
    }

    /// Adds the next segment of the stream (levels of the YIN frames).
    pub fn add_segment(&mut self, segment: &StereoMoments) {
        self.pitch.add_segment(segment);
    }

    /// Adds samples of the mid channel, after their segments (YIN).
    pub fn add_samples(&mut self, mid: &[f32]) {
        self.pitch.add_samples(mid);
    }

    /// Adds one short frame (HPSS).
    pub fn add_frame(&mut self, frame: &SpectrumFrame<'_>) {
        self.hpss.add_frame(frame.power);
    }

    /// Adds one long frame (chroma).
    pub fn add_long_frame(&mut self, frame: &LongSpectrum<'_>) {
        self.chroma.add_frame(frame.power);
    }

    /// The three dimensions, chroma and key.
    #[must_use]
    pub fn finish(&mut self) -> HarmonicOutput {
        let chroma = self.chroma.finish();
        HarmonicOutput {
            harmonic_ratio: self.hpss.finish().ok_or(NullReason::NoActiveFrame),
            pitch_stability: self.pitch.finish(),
            chroma_energy: chroma.map(|chroma| chroma.concentration).ok_or(NullReason::NoActiveFrame),
            chroma: chroma.map(|chroma| chroma.classes),
            key: chroma.and_then(|chroma| estimate_key(&chroma.classes)),
        }
    }
}
