//! Two measurements of one tempo envelope: its autocorrelation A and its mean Fourier spectrum F.
//!
//! With a beat of 60·fps/T frames:
//! - A(k beats): the largest within ±1 % of the lag, lines between frames; 0 beyond half the track.
//! - a(T) = 2·A(1 beat) + A(2) + A(4) + A(8), not under 0: 5 for a perfect pulse. The double weight of one
//!   beat is there so that bare clicks at 66 BPM do not read 132.
//! - F(T): mean magnitude spectrum (see `tempogram`), the largest within ±0.4 % of T, lines between bins.
//! - score(T) = a(T) · √(F(T) + F(2T) + F(4T)) · exp(−½·log2(T/120)²).
//! - Refinement: the beat is measured with longer and longer lags. For k = 1, 2, 4, 8, 16, 32 the largest A within
//!   ±2, 1.2, 0.8, 0.4, 0.25, 0.15 % (at least ±2 frames) of k beats; if it is a local maximum, the vertex
//!   of the parabola through it and its neighbours gives the beat. Peaks under 0.1, or under half of the
//!   highest so far, are skipped; the search ends when a lag would exceed 0.7 of the track.

use crate::kernel::tempo::tempogram::{Tempogram, largest_between};

/// The tempo that listeners prefer if several are possible.
pub const PREFERRED_BPM: f64 = 120.0;
/// Multiples of the beat and the tolerance of their search in the refinement.
pub const REFINEMENT: [(f64, f64); 6] =
    [(1.0, 0.02), (2.0, 0.012), (4.0, 0.008), (8.0, 0.004), (16.0, 0.0025), (32.0, 0.0015)];
/// Multiples of the beat and their weights in a(T).
const BEATS: [(f64, f64); 4] = [(1.0, 2.0), (2.0, 1.0), (4.0, 1.0), (8.0, 1.0)];
const LAG_TOLERANCE: f64 = 0.01;
const PULSE_TOLERANCE: f64 = 0.004;
const MIN_REFINING_PEAK: f64 = 0.1;
/// Share of the track up to which a lag still has enough overlap to refine with.
const MAX_LAG_SHARE: f64 = 0.7;

/// The measurements of one envelope.
pub struct TempoEvidence<'a> {
    /// Short frames per second.
    pub frames_per_second: f64,
    /// Length of the envelope.
    pub frames: f64,
    /// A at whole frames of lag.
    pub correlation: &'a [f64],
    /// F.
    pub tempogram: &'a Tempogram,
}

impl TempoEvidence<'_> {
    /// A at a number of beats.
    #[must_use]
    pub fn repetition(&self, bpm: f64, beats: f64) -> f64 {
        let lag = beats * self.beat_frames(bpm);
        if lag > 0.5 * self.frames {
            return 0.0;
        }
        largest_between(self.correlation, lag * (1.0 - LAG_TOLERANCE), lag * (1.0 + LAG_TOLERANCE))
    }

    /// a(T): how well the envelope repeats after 1, 2, 4 and 8 beats; 5 for a perfect pulse.
    #[must_use]
    pub fn periodicity(&self, bpm: f64) -> f64 {
        BEATS.iter().map(|&(beats, weight)| weight * self.repetition(bpm, beats)).sum::<f64>().max(0.0)
    }

    /// score(T), and F(T) as a share of the larger of F(2T) and F(4T), which is 1 if both are 0.
    #[must_use]
    pub fn score(&self, bpm: f64) -> (f64, f64) {
        let [one, two, four] = [1.0, 2.0, 4.0].map(|k| self.tempogram.strength(k * bpm, PULSE_TOLERANCE));
        let preference = (-0.5 * (bpm / PREFERRED_BPM).log2().powi(2)).exp();
        let faster = two.max(four);
        let share = if faster > 0.0 { one / faster } else { 1.0 };
        (self.periodicity(bpm) * (one + two + four).sqrt() * preference, share)
    }

    fn beat_frames(&self, bpm: f64) -> f64 {
        60.0 * self.frames_per_second / bpm
    }

    /// The tempo refined with longer and longer lags.
    #[must_use]
    pub fn refine(&self, bpm: f64) -> f64 {
        let mut beat_frames = self.beat_frames(bpm);
        let mut highest = 0.0;
        for (beats, tolerance) in REFINEMENT {
            let centre = beats * beat_frames;
            let reach = (tolerance * centre).max(2.0);
            if centre + reach + 1.0 > MAX_LAG_SHARE * self.frames {
                break;
            }
            if let Some((lag, height)) = self.peak_within(centre - reach, centre + reach)
                && height >= MIN_REFINING_PEAK
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
