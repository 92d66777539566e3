//! Tempo: the pulse that a listener would tap, 40–260 BPM, from the tempo envelope e.
//!
//! A pulse of T BPM shows twice. In the **autocorrelation** A it repeats after 1, 2, 4 and 8 beats (but
//! so does every slower pulse that T divides); in the **Fourier tempogram** F it has a peak at T (and at
//! its overtones, 2T and 4T). Each alone errs by a factor of two in its own direction; their product
//! rarely does (G. Peeters, "Template-based estimation of time-varying tempo", 2007). What remains between
//! plausible levels is decided by how fast people tap: a preference around 120 BPM (D. Moelants,
//! "Preferred tempo reconsidered", 2002).
//!
//! With a beat of 60·fps/T frames:
//! 1. a(T) = 2·A(1 beat) + A(2) + A(4) + A(8), not under 0: each A the largest within ±1 % of its lag,
//!    lines between frames; a lag beyond half the track counts 0. The double weight of one beat keeps
//!    bare clicks at 66 from reading 132.
//! 2. F(T): mean magnitude spectrum (see `tempogram`), the largest within ±0.4 % of T, lines between bins.
//! 3. score(T) = a(T) · √(F(T) + F(2T) + F(4T)) · exp(−½·log2(T/120)²), and 0 where F(T) is below 5 % of
//!    F(2T) or of F(4T): a level on which nothing happens is not tapped. The best of 800 tempi from 40 to
//!    260, evenly spaced in ratio, wins.
//! 4. Its salience is a(T)/5, 1 for a perfect pulse. Below 0.05 there is no pulse: noise of 30 s and more
//!    reaches 0.014, music has 0.067 and more.
//! 5. Refinement: the beat is read off ever longer lags. For k = 1, 2, 4, 8, 16, 32 the largest A within
//!    ±2, 1.2, 0.8, 0.4, 0.25, 0.15 % (at least ±2 frames) of k beats; if it is a local maximum, the vertex
//!    of the parabola through it and its neighbours gives the beat. Peaks under 0.1, or under half of the
//!    highest so far, are skipped; the search ends where it would pass 0.7 of the track. A tempo that the
//!    refinement carries more than 0.5 % over 260 or under 40 is read one level further in: 264 as 132.
//! 6. Alternatives: the other metrical levels T/2, 2T, T/3, 3T within 40–260, each refined likewise, by
//!    their score relative to the winner's (at most 1), best first; here without the 5 % rule, which is
//!    the very thing a listener may decide otherwise.

use crate::{
    fingerprint::TempoCandidate,
    kernel::{
        autocorrelation::Autocorrelation,
        tempogram::{Tempogram, largest_between},
    },
    params::Params,
};

/// Slowest tempo in BPM.
pub const SLOWEST_BPM: f64 = 40.0;
/// Fastest tempo in BPM.
pub const FASTEST_BPM: f64 = 260.0;
/// Salience below which there is no pulse.
pub const LEAST_SALIENCE: f64 = 0.05;
const GRID: usize = 800;
const PREFERRED_BPM: f64 = 120.0;
/// Multiples of the beat and their weights in a(T).
const BEATS: [(f64, f64); 4] = [(1.0, 2.0), (2.0, 1.0), (4.0, 1.0), (8.0, 1.0)];
const LAG_TOLERANCE: f64 = 0.01;
const PULSE_TOLERANCE: f64 = 0.004;
const LEAST_PULSE: f64 = 0.05;
/// Multiples of the beat and the tolerance of their search in the refinement.
const REFINEMENT: [(f64, f64); 6] =
    [(1.0, 0.02), (2.0, 0.012), (4.0, 0.008), (8.0, 0.004), (16.0, 0.0025), (32.0, 0.0015)];
const LEAST_REFINING_PEAK: f64 = 0.1;
/// Share of the track up to which a lag still has enough overlap to refine with.
const LONGEST_LAG: f64 = 0.7;
/// How far outside the range a refined tempo still counts as its end: the tolerance of a tempo.
const EDGE_TOLERANCE: f64 = 0.005;
const OTHER_LEVELS: [f64; 4] = [0.5, 2.0, 1.0 / 3.0, 3.0];

/// A tempo and how surely it is one.
#[derive(Clone, Debug, PartialEq)]
pub struct TempoEstimate {
    /// Tempo in BPM.
    pub bpm: f64,
    /// a(T)/5, 0–1.
    pub salience: f64,
    /// Other metrical levels, best first.
    pub alternatives: Vec<TempoCandidate>,
}

/// Estimates tempo; buffers are kept from track to track.
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
        let [.., (most_beats, tolerance)] = REFINEMENT;
        // Room for a beat that the refinement has made longer, and for the search around it.
        let most_lag = most_beats * 60.0 * frames_per_second / SLOWEST_BPM * (1.03 + tolerance);
        Self {
            frames_per_second,
            autocorrelation: Autocorrelation::new(most_lag.ceil() as usize),
            tempogram: Tempogram::new(params),
        }
    }

    /// The likeliest tempo of a whole track's envelope, however faint (see [`LEAST_SALIENCE`]); `None` when
    /// no tempo scores.
    pub fn estimate(&mut self, envelope: &[f32]) -> Option<TempoEstimate> {
        self.tempogram.compute(envelope);
        let evidence = Evidence {
            frames_per_second: self.frames_per_second,
            frames: envelope.len() as f64,
            correlation: self.autocorrelation.compute(envelope),
            tempogram: &self.tempogram,
        };
        let (mut best_bpm, mut best_score) = (PREFERRED_BPM, 0.0);
        for step in 0..GRID {
            let bpm = SLOWEST_BPM * (FASTEST_BPM / SLOWEST_BPM).powf(step as f64 / (GRID - 1) as f64);
            let score = evidence.score(bpm);
            if score > best_score {
                (best_bpm, best_score) = (bpm, score);
            }
        }
        if best_score <= 0.0 {
            return None;
        }
        let salience = evidence.periodicity(best_bpm) / 5.0;
        let bpm = within_range(evidence.refine(best_bpm));
        let mut alternatives: Vec<TempoCandidate> = OTHER_LEVELS
            .iter()
            .map(|level| bpm * level)
            .filter(|other| (SLOWEST_BPM..=FASTEST_BPM).contains(other))
            .map(|other| TempoCandidate {
                bpm: evidence.refine(other),
                score: (evidence.plain_score(other) / best_score).min(1.0),
            })
            .filter(|candidate| candidate.score > 0.0)
            .collect();
        alternatives.sort_by(|a, b| b.score.total_cmp(&a.score));
        Some(TempoEstimate { bpm, salience: salience.min(1.0), alternatives })
    }
}

/// The tempo itself within the range, the range's end next to it, and one metrical level further in beyond.
fn within_range(bpm: f64) -> f64 {
    match bpm {
        _ if bpm > FASTEST_BPM * (1.0 + EDGE_TOLERANCE) => bpm / 2.0,
        _ if bpm < SLOWEST_BPM * (1.0 - EDGE_TOLERANCE) => bpm * 2.0,
        _ => bpm.clamp(SLOWEST_BPM, FASTEST_BPM),
    }
}

/// The two readings of one envelope.
struct Evidence<'a> {
    frames_per_second: f64,
    frames: f64,
    correlation: &'a [f64],
    tempogram: &'a Tempogram,
}

impl Evidence<'_> {
    /// a(T): how well the envelope repeats after 1, 2, 4 and 8 beats; 5 for a perfect pulse.
    fn periodicity(&self, bpm: f64) -> f64 {
        let beat_frames = 60.0 * self.frames_per_second / bpm;
        let mut sum = 0.0;
        for (beats, weight) in BEATS {
            let lag = beats * beat_frames;
            if lag <= 0.5 * self.frames {
                let (low, high) = (lag * (1.0 - LAG_TOLERANCE), lag * (1.0 + LAG_TOLERANCE));
                sum += weight * largest_between(self.correlation, low, high);
            }
        }
        sum.max(0.0)
    }

    /// How well a tempo explains the envelope and suits a listener; 0 where nothing happens at that rate.
    fn score(&self, bpm: f64) -> f64 {
        let [one, two, four] = self.pulse_strengths(bpm);
        if one < LEAST_PULSE * two.max(four) { 0.0 } else { self.plain_score(bpm) }
    }

    /// a(T) · √(F(T) + F(2T) + F(4T)) · preference.
    fn plain_score(&self, bpm: f64) -> f64 {
        let preference = (-0.5 * (bpm / PREFERRED_BPM).log2().powi(2)).exp();
        self.periodicity(bpm) * self.pulse_strengths(bpm).iter().sum::<f64>().sqrt() * preference
    }

    /// F(T), F(2T), F(4T).
    fn pulse_strengths(&self, bpm: f64) -> [f64; 3] {
        [1.0, 2.0, 4.0].map(|k| self.tempogram.strength(k * bpm, PULSE_TOLERANCE))
    }

    /// The tempo that ever longer lags agree on.
    fn refine(&self, bpm: f64) -> f64 {
        let mut beat_frames = 60.0 * self.frames_per_second / bpm;
        let mut highest = 0.0;
        for (beats, tolerance) in REFINEMENT {
            let centre = beats * beat_frames;
            let reach = (tolerance * centre).max(2.0);
            if centre + reach + 1.0 > LONGEST_LAG * self.frames {
                break;
            }
            if let Some((lag, height)) = self.peak_within(centre - reach, centre + reach)
                && height >= LEAST_REFINING_PEAK
                && height >= 0.5 * highest
            {
                beat_frames = lag / beats;
                highest = height.max(highest);
            }
        }
        60.0 * self.frames_per_second / beat_frames
    }

    /// Position and height of the parabola through the largest A at whole lags within a range, if that is
    /// a local maximum.
    fn peak_within(&self, low: f64, high: f64) -> Option<(f64, f64)> {
        let first = (low.ceil() as usize).max(1);
        let last = (high.floor() as usize).min(self.correlation.len().saturating_sub(2));
        let lag = (first..=last).reduce(|a, b| if self.correlation[b] > self.correlation[a] { b } else { a })?;
        let (before, at, after) = (self.correlation[lag - 1], self.correlation[lag], self.correlation[lag + 1]);
        let curvature = before - 2.0 * at + after;
        if before > at || after > at || curvature >= 0.0 {
            return None;
        }
        let offset = 0.5 * (before - after) / curvature;
        Some((lag as f64 + offset, at - 0.25 * (before - after) * offset))
    }
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
            assert!(estimate.salience > 0.9 && estimate.salience <= 1.0);
        }
    }

    #[test]
    fn a_pulse_just_outside_the_range_is_read_one_level_further_in() {
        let params = Params::new(44_100).unwrap();
        let mut estimator = TempoEstimator::new(&params);
        for (bpm, read) in [(263.0, 131.5), (39.6, 79.2)] {
            let envelope = pulses(60.0 * params.frames_per_second() / bpm, 5_000);
            let estimate = estimator.estimate(&envelope).unwrap();
            assert!((SLOWEST_BPM..=FASTEST_BPM).contains(&estimate.bpm));
            approx::assert_relative_eq!(estimate.bpm, read, max_relative = 1e-3, epsilon = 0.0);
        }
    }

    #[test]
    fn alternatives_are_other_levels_in_order_of_score() {
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
        for other in &estimate.alternatives {
            let nearest = [60.0, 240.0, 40.0].iter().any(|level: &f64| (other.bpm / level - 1.0).abs() < 1e-3);
            assert!(nearest && other.score > 0.0 && other.score <= 1.0, "{other:?}");
        }
    }

    #[test]
    fn an_envelope_without_events_has_no_tempo() {
        let mut estimator = TempoEstimator::new(&Params::new(44_100).unwrap());
        assert_eq!(estimator.estimate(&[]), None);
        assert_eq!(estimator.estimate(&[0.0; 2_000]), None);
        assert_eq!(estimator.estimate(&[1.0, 0.0, 2.0]), None);
    }
}
