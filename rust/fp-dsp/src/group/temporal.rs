//! Temporal: tempo, rhythm stability and onsets, from the onset flux of the short STFT.

use crate::{
    fingerprint::{NullReason, TempoCandidate, Value},
    level_gate::Gate,
    params::Params,
    spectrum_frame::SpectrumFrame,
};

/// Accumulates the onset flux.
pub struct Temporal {}

/// What the onset flux gives.
#[derive(Clone, Debug, PartialEq)]
pub struct TemporalOutput {
    /// `tempo_bpm`.
    pub tempo_bpm: Value,
    /// `rhythm_stability`, 0–1.
    pub rhythm_stability: Value,
    /// `transient_density` in onsets per second.
    pub transient_density: Value,
    /// Salience of the tempo.
    pub tempo_confidence: Option<f64>,
    /// Other levels, best first.
    pub tempo_alternatives: Vec<TempoCandidate>,
}

impl Temporal {
    /// An accumulator for one sample rate.
    #[must_use]
    pub fn new(_params: &Params) -> Self {
        Self {}
    }

    /// Forgets the track.
    pub fn reset(&mut self) {}

    /// Adds one short frame.
    pub fn frame(&mut self, _frame: &SpectrumFrame<'_>) {}

    /// Tempo, stability and onsets of a track of `duration_s`; `gate` is that of the short frames.
    #[must_use]
    pub fn finish(&mut self, _gate: Option<Gate>, _duration_s: f64) -> TemporalOutput {
        let none = Err(NullReason::TooShort);
        TemporalOutput {
            tempo_bpm: none,
            rhythm_stability: none,
            transient_density: none,
            tempo_confidence: None,
            tempo_alternatives: Vec::new(),
        }
    }
}
