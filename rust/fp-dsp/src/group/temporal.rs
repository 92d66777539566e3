//! Temporal: tempo, rhythm stability and onsets, from the onset flux of the short STFT.
//!
//! Memory grows by one f32 per frame (the flux, which is turned into the tempo envelope in place); all else has a fixed
//! size.

use crate::{
    fingerprint::{NullReason, TempoCandidate, Value},
    kernel::{
        onsets::{flux::OnsetFlux, picking::OnsetPicker},
        tempo::{envelope::LocalMean, estimator::TempoEstimator, pulse_clarity::PulseClarity},
    },
    level_gate::Gate,
    params::Params,
    spectrum_frame::SpectrumFrame,
};

/// Minimum duration of a track with a tempo, in seconds.
const MIN_DURATION_S: f64 = 4.0;

/// Accumulates the onset flux.
pub struct Temporal {
    onset_flux: OnsetFlux,
    onsets: OnsetPicker,
    flux: Vec<f32>,
    local_mean: LocalMean,
    tempo: TempoEstimator,
    pulse_clarity: PulseClarity,
}

/// Results from the onset flux.
#[derive(Clone, Debug, PartialEq)]
pub struct TemporalOutput {
    /// `tempo_bpm`.
    pub tempo_bpm: Value,
    /// `rhythm_stability`, 0–1.
    pub rhythm_stability: Value,
    /// `transient_density` in onsets per second.
    pub transient_density: Value,
    /// Probability that listeners tap this metrical level and no other.
    pub tempo_confidence: Option<f64>,
    /// The other levels with their probabilities, best first.
    pub tempo_alternatives: Vec<TempoCandidate>,
}

impl Temporal {
    /// An accumulator for one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        Self {
            onset_flux: OnsetFlux::new(params),
            onsets: OnsetPicker::new(params),
            flux: Vec::new(),
            local_mean: LocalMean::new(params),
            tempo: TempoEstimator::new(params),
            pulse_clarity: PulseClarity::new(params),
        }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.onset_flux.reset();
        self.onsets.reset();
        self.flux.clear();
    }

    /// The tempo envelope, one value a frame, after [`Self::finish`].
    #[must_use]
    pub fn envelope(&self) -> &[f32] {
        &self.flux
    }

    /// Adds one short frame.
    pub fn add_frame(&mut self, frame: &SpectrumFrame<'_>) {
        let onset = self.onset_flux.add_frame(frame.magnitude);
        self.onsets.add_frame(onset, frame.level_db);
        self.flux.push(onset.flux);
    }

    /// Tempo, stability and onsets of a track of `duration_s`; `gate` is that of the short frames.
    /// Ends the track: call [`Self::reset`] before the next one.
    #[must_use]
    pub fn finish(&mut self, gate: Option<Gate>, duration_s: f64) -> TemporalOutput {
        let onsets = self.onsets.finish(gate);
        let transient_density = Ok(if duration_s > 0.0 { onsets / duration_s } else { 0.0 });
        let without_tempo = |reason| TemporalOutput {
            tempo_bpm: Err(reason),
            rhythm_stability: Err(reason),
            transient_density,
            tempo_confidence: None,
            tempo_alternatives: Vec::new(),
        };
        self.local_mean.subtract_from(&mut self.flux);
        if duration_s < MIN_DURATION_S {
            return without_tempo(NullReason::TooShort);
        }
        let envelope = &self.flux;
        let Some(tempo) = self.tempo.estimate(envelope) else {
            return without_tempo(NullReason::NoPulse);
        };
        TemporalOutput {
            tempo_bpm: Ok(tempo.bpm),
            rhythm_stability: Ok(self.pulse_clarity.compute(envelope, tempo.bpm)),
            transient_density,
            tempo_confidence: Some(tempo.probability),
            tempo_alternatives: tempo.alternatives,
        }
    }
}

#[cfg(test)]
mod tests;
