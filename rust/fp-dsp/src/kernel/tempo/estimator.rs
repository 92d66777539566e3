//! Tempo: the pulse that a listener would tap, 40–260 BPM, from the tempo envelope e.
//!
//! A pulse of T BPM shows twice. In the **autocorrelation** A it repeats after 1, 2, 4 and 8 beats (but
//! so does every slower pulse that T divides); in the **Fourier tempogram** F it has a peak at T (and at
//! its overtones, 2T and 4T). Each alone errs by a factor of two in its own direction; their product
//! rarely does (G. Peeters, "Template-based estimation of time-varying tempo", 2007). Which of the plausible
//! levels is reported is decided by how fast people tap: a preference around 120 BPM (D. Moelants,
//! "Preferred tempo reconsidered", 2002).
//!
//! 1. The pulse: of 800 tempi from 40 to 260, evenly spaced in ratio, the best by score(T) (see
//!    `evidence`), leaving out those where F(T) is below 5 % of F(2T) or of F(4T).
//! 2. Its salience is a(T)/5, 1 for a perfect pulse. Below 0.05 there is no tempo: noise of 30 s and more
//!    reaches 0.014, music has 0.067 and more.
//! 3. The refined pulse's metrical levels are weighed (see `metrical_level`); the most probable is the tempo,
//!    refined once more from its own beat, and clamped to the range. Its probability is the confidence.
//! 4. Alternatives: the other levels of a probability of at least 0.01, refined likewise, best first.

use crate::{
    fingerprint::TempoCandidate,
    kernel::tempo::{
        autocorrelation::Autocorrelation,
        evidence::{REFINEMENT, TempoEvidence},
        metrical_level::{MAX_BPM, MIN_BPM, MIN_PULSE_SHARE, weigh_levels},
        tempogram::Tempogram,
    },
    params::Params,
};

const MIN_SALIENCE: f64 = 0.05;
const MIN_PROBABILITY: f64 = 0.01;
const GRID: usize = 800;

/// A tempo and the probability that it is the one tapped.
#[derive(Clone, Debug, PartialEq)]
pub struct TempoEstimate {
    /// Tempo in BPM.
    pub bpm: f64,
    /// Probability of this metrical level.
    pub probability: f64,
    /// The other levels, best first.
    pub alternatives: Vec<TempoCandidate>,
}

/// Estimates the tempo; buffers are reused for the next track.
pub struct TempoEstimator {
    frames_per_second: f64,
    autocorrelation: Autocorrelation,
    tempogram: Tempogram,
}

impl TempoEstimator {
    /// For the short frames of one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let frames_per_second = params.frames_per_second();
        let [.., (max_beats, tolerance)] = REFINEMENT;
        // Room for a beat that the refinement has made longer, and for the search around it.
        let max_lag = max_beats * 60.0 * frames_per_second / MIN_BPM * (1.03 + tolerance);
        Self {
            frames_per_second,
            autocorrelation: Autocorrelation::new(max_lag.ceil() as usize),
            tempogram: Tempogram::new(params),
        }
    }

    /// The likeliest tempo of a whole track's envelope; `None` when there is no pulse.
    pub fn estimate(&mut self, envelope: &[f32]) -> Option<TempoEstimate> {
        self.tempogram.compute(envelope);
        let evidence = TempoEvidence {
            frames_per_second: self.frames_per_second,
            frames: envelope.len() as f64,
            correlation: self.autocorrelation.compute(envelope),
            tempogram: &self.tempogram,
        };
        let pulse_bpm = likeliest_pulse(&evidence)?;
        if evidence.periodicity(pulse_bpm) / 5.0 < MIN_SALIENCE {
            return None;
        }
        let minutes = envelope.len() as f64 / self.frames_per_second / 60.0;
        let events_per_minute = count_events(envelope) as f64 / minutes;
        let mut levels = weigh_levels(&evidence, events_per_minute, evidence.refine(pulse_bpm)).into_iter();
        let refined = |bpm| evidence.refine(bpm).clamp(MIN_BPM, MAX_BPM);
        let tapped = levels.next()?;
        let alternatives = levels
            .filter(|level| level.probability >= MIN_PROBABILITY)
            .map(|level| TempoCandidate { bpm: refined(level.bpm), score: level.probability })
            .collect();
        Some(TempoEstimate { bpm: refined(tapped.bpm), probability: tapped.probability, alternatives })
    }
}

/// The best of the grid; `None` when no tempo scores.
fn likeliest_pulse(evidence: &TempoEvidence<'_>) -> Option<f64> {
    let (mut best_bpm, mut best_score) = (None, 0.0);
    for step in 0..GRID {
        let bpm = MIN_BPM * (MAX_BPM / MIN_BPM).powf(step as f64 / (GRID - 1) as f64);
        let (score, share) = evidence.score(bpm);
        if score > best_score && share >= MIN_PULSE_SHARE {
            (best_bpm, best_score) = (Some(bpm), score);
        }
    }
    best_bpm
}

/// Frames above the one before, not below the one after, and above the mean; at least 1.
fn count_events(envelope: &[f32]) -> usize {
    let mean = envelope.iter().map(|&e| f64::from(e)).sum::<f64>() / envelope.len() as f64;
    let is_event = |w: &&[f32]| w[1] > w[0] && w[1] >= w[2] && f64::from(w[1]) > mean;
    envelope.windows(3).filter(is_event).count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gaussian pulses of σ = 1 frame: band-limited, so that a beat between two frames keeps its place.
    fn pulses(beat_frames: f64, frames: usize) -> Vec<f32> {
        let mut envelope = vec![0.0; frames];
        for beat in 0..(frames as f64 / beat_frames) as usize {
            let centre = beat as f64 * beat_frames;
            let near = (centre as usize).saturating_sub(5)..(centre as usize + 6).min(frames);
            for t in near {
                envelope[t] += (-0.5 * (t as f64 - centre).powi(2)).exp() as f32;
            }
        }
        envelope
    }

    #[test]
    fn bare_pulses_read_their_tempo_to_a_tenth_of_a_percent() {
        let params = Params::new(44_100).unwrap();
        let mut estimator = TempoEstimator::new(&params);
        for bpm in [60.0, 66.6, 97.3, 120.0, 151.7, 200.0] {
            let envelope = pulses(60.0 * params.frames_per_second() / bpm, 2_600);
            let estimate = estimator.estimate(&envelope).unwrap();
            approx::assert_relative_eq!(estimate.bpm, bpm, max_relative = 1e-3, epsilon = 0.0);
            assert!(estimate.probability > 0.6 && estimate.probability <= 1.0, "{bpm}: {estimate:?}");
        }
    }

    #[test]
    fn a_pulse_just_outside_the_range_is_read_on_a_level_within() {
        let params = Params::new(44_100).unwrap();
        let mut estimator = TempoEstimator::new(&params);
        // Every second or third of the fast pulses is a beat; a slow one falls on every second or third beat.
        for (bpm, levels) in [(263.0, [1.0 / 2.0, 1.0 / 3.0]), (39.6, [2.0, 3.0])] {
            let estimate = estimator.estimate(&pulses(60.0 * params.frames_per_second() / bpm, 5_000)).unwrap();
            assert!((MIN_BPM..=MAX_BPM).contains(&estimate.bpm));
            let on_a_level = |level: &f64| (estimate.bpm / (level * bpm) - 1.0).abs() < 1e-3;
            assert!(levels.iter().any(on_a_level), "{bpm}: {estimate:?}");
        }
    }

    #[test]
    fn alternatives_are_the_other_levels_of_the_pulse_by_their_probability() {
        let params = Params::new(44_100).unwrap();
        let fps = params.frames_per_second();
        let mut envelope = pulses(60.0 * fps / 120.0, 2_600);
        for (strong, weak) in envelope.iter_mut().zip(pulses(60.0 * fps / 240.0, 2_600)) {
            *strong += 0.5 * weak;
        }
        let estimate = TempoEstimator::new(&params).estimate(&envelope).unwrap();
        approx::assert_relative_eq!(estimate.bpm, 120.0, max_relative = 1e-3, epsilon = 0.0);
        assert!(!estimate.alternatives.is_empty());
        assert!(estimate.alternatives.is_sorted_by(|a, b| a.score >= b.score));
        let mut total = estimate.probability;
        for other in &estimate.alternatives {
            let near =
                [60.0, 240.0, 40.0, 80.0, 180.0].iter().any(|level: &f64| (other.bpm / level - 1.0).abs() < 5e-3);
            assert!(near && other.score >= 0.01 && other.score <= estimate.probability, "{other:?}");
            total += other.score;
        }
        // What is missing are levels under 0.01, at most 8 of them.
        assert!(total <= 1.0 + 1e-12 && total > 0.92, "{total}");
    }

    #[test]
    fn events_are_local_maxima_above_the_mean() {
        assert_eq!(count_events(&[0.0, 3.0, 0.0, 0.1, 0.0, 2.0, 2.0, 0.0]), 2);
        assert_eq!(count_events(&[1.0; 10]), 1);
    }

    #[test]
    fn an_envelope_without_events_has_no_tempo() {
        let mut estimator = TempoEstimator::new(&Params::new(44_100).unwrap());
        assert_eq!(estimator.estimate(&[]), None);
        assert_eq!(estimator.estimate(&[0.0; 2_000]), None);
        assert_eq!(estimator.estimate(&[1.0, 0.0, 2.0]), None);
    }
}
