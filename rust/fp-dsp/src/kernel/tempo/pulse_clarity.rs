//! Pulse clarity: how well the envelope repeats after one beat.
//!
//! In windows of 12 s every 6 s (rounded to frames, half up; full windows only; one window for shorter
//! tracks), mean removed: the largest ρ(l) = Σ x_t·x_{t+l} / √(Σ x_t² · Σ x_{t+l}²), sums over the
//! overlap, l = ⌈0.92·beat⌉ … ⌊1.08·beat⌋ frames; the height of the parabola through it and its
//! neighbours, at the ends of that range the value itself; clipped to 0–1. The mean over the windows. A
//! window in which the envelope is constant counts as 0, because a window of faint noise counts as nearly 0: digital
//! silence and dither must give the same result.
//!
//! After O. Lartillot et al., "Multi-feature modeling of pulse clarity" (2008). Intervals between tracked
//! beats cannot replace it: a beat tracker finds regular beats even in white noise.

use crate::params::Params;

const WINDOW_S: f64 = 12.0;
const HOP_S: f64 = 6.0;
const MIN_BEAT_RATIO: f64 = 0.92;
const MAX_BEAT_RATIO: f64 = 1.08;

/// Computes pulse clarity.
pub struct PulseClarity {
    frames_per_second: f64,
    window: Vec<f64>,
    /// Σ x² of the first k values of the window.
    energy: Vec<f64>,
}

impl PulseClarity {
    /// For the short frames of one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let frames_per_second = params.frames_per_second();
        let window = (WINDOW_S * frames_per_second).round() as usize;
        Self { frames_per_second, window: Vec::with_capacity(window), energy: Vec::with_capacity(window + 1) }
    }

    /// Pulse clarity, 0–1, of an envelope with this tempo; 0 for an empty one.
    pub fn compute(&mut self, envelope: &[f32], tempo_bpm: f64) -> f64 {
        let frames = |seconds: f64| (seconds * self.frames_per_second).round() as usize;
        let (window, hop) = (frames(WINDOW_S).min(envelope.len()), frames(HOP_S));
        if window == 0 {
            return 0.0;
        }
        let beat_frames = 60.0 * self.frames_per_second / tempo_bpm;
        let (mut sum, mut windows) = (0.0, 0);
        for start in (0..=envelope.len() - window).step_by(hop) {
            self.take_window(&envelope[start..start + window]);
            sum += self.repetition(beat_frames).clamp(0.0, 1.0);
            windows += 1;
        }
        sum / f64::from(windows)
    }

    /// Copies a window and removes its mean.
    fn take_window(&mut self, envelope: &[f32]) {
        let mean = envelope.iter().map(|&e| f64::from(e)).sum::<f64>() / envelope.len() as f64;
        self.window.clear();
        self.window.extend(envelope.iter().map(|&e| f64::from(e) - mean));
        self.energy.clear();
        self.energy.push(0.0);
        let mut energy = 0.0;
        for x in &self.window {
            energy += x * x;
            self.energy.push(energy);
        }
    }

    /// Height of the largest ρ around one beat.
    fn repetition(&self, beat_frames: f64) -> f64 {
        let first = (MIN_BEAT_RATIO * beat_frames).ceil() as usize;
        let last = (MAX_BEAT_RATIO * beat_frames).floor() as usize;
        let (mut lag, mut best) = (first, f64::NEG_INFINITY);
        for candidate in first..=last {
            let value = self.correlation(candidate);
            if value > best {
                (lag, best) = (candidate, value);
            }
        }
        if lag == first || lag == last {
            return best;
        }
        let (before, after) = (self.correlation(lag - 1), self.correlation(lag + 1));
        let curvature = before - 2.0 * best + after;
        if curvature < 0.0 { best - (before - after).powi(2) / (8.0 * curvature) } else { best }
    }

    /// ρ(l); 0 if either side of the overlap is silent or there is no overlap.
    fn correlation(&self, lag: usize) -> f64 {
        let n = self.window.len();
        if lag >= n {
            return 0.0;
        }
        let product: f64 = self.window.iter().zip(&self.window[lag..]).map(|(a, b)| a * b).sum();
        let norm = (self.energy[n - lag] * (self.energy[n] - self.energy[lag])).sqrt();
        if norm > 0.0 { product / norm } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEAT: usize = 43;

    fn pulses(frames: usize) -> Vec<f32> {
        (0..frames).map(|t| if t % BEAT == 0 { 1.0 } else { 0.0 }).collect()
    }

    fn clarity_of(envelope: &[f32]) -> f64 {
        let params = Params::new(44_100).unwrap();
        PulseClarity::new(&params).compute(envelope, 60.0 * params.frames_per_second() / BEAT as f64)
    }

    #[test]
    fn a_periodic_envelope_repeats_perfectly() {
        approx::assert_abs_diff_eq!(clarity_of(&pulses(3_000)), 1.0, epsilon = 1e-9);
    }

    #[test]
    fn windows_without_events_count_as_unsteady() {
        // Windows of 1034 frames every 517: two are silent, one is half silent and repeats, one repeats.
        let mut envelope = vec![0.0; 3 * 517];
        envelope.extend(pulses(2 * 517));
        approx::assert_abs_diff_eq!(clarity_of(&envelope), 0.5, epsilon = 0.02);
        assert_eq!(clarity_of(&[0.0; 2_000]), 0.0);
        assert_eq!(clarity_of(&[]), 0.0);
    }
}
