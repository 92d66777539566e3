//! Pulse clarity: how well the envelope repeats after one beat.
//!
//! In windows of 12 s every 6 s (rounded to frames, half up; full windows only; one window for shorter
//! tracks), mean removed: the largest ρ(l) = Σ x_t·x_{t+l} / √(Σ x_t² · Σ x_{t+l}²), sums over the
//! overlap, l = ⌈0.92·beat⌉ … ⌊1.08·beat⌋ frames; the height of the parabola through a local maximum,
//! else the value itself; clipped to 0–1. The mean over the windows; a window whose envelope is constant
//! (digital silence) says nothing about steadiness and is left out.
//!
//! After O. Lartillot et al., "Multi-feature modeling of pulse clarity" (2008). Intervals between tracked
//! beats are no substitute: a beat tracker finds regular beats in white noise.

use crate::params::Params;

const WINDOW_S: f64 = 12.0;
const HOP_S: f64 = 6.0;
const SHORTEST_BEAT: f64 = 0.92;
const LONGEST_BEAT: f64 = 1.08;

/// Computes pulse clarity.
pub struct PulseClarity {
    frames_per_second: f64,
    segment: Vec<f64>,
    /// Σ x² of the first k values of the segment.
    energy: Vec<f64>,
}

impl PulseClarity {
    /// For the short frames of one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let frames_per_second = params.frames_per_second();
        let window = (WINDOW_S * frames_per_second).round() as usize;
        Self { frames_per_second, segment: Vec::with_capacity(window), energy: Vec::with_capacity(window + 1) }
    }

    /// Pulse clarity, 0–1, of an envelope with this tempo; `None` when the envelope is constant.
    pub fn compute(&mut self, envelope: &[f32], tempo_bpm: f64) -> Option<f64> {
        let frames = |seconds: f64| (seconds * self.frames_per_second).round() as usize;
        let (window, hop) = (frames(WINDOW_S).min(envelope.len()), frames(HOP_S));
        if window == 0 {
            return None;
        }
        let beat_frames = 60.0 * self.frames_per_second / tempo_bpm;
        let (mut sum, mut count) = (0.0, 0);
        for start in (0..=envelope.len() - window).step_by(hop) {
            if self.take_segment(&envelope[start..start + window]) {
                sum += self.repetition(beat_frames).clamp(0.0, 1.0);
                count += 1;
            }
        }
        (count > 0).then(|| sum / f64::from(count))
    }

    /// Copies a window and removes its mean; false when nothing is left.
    fn take_segment(&mut self, envelope: &[f32]) -> bool {
        if envelope.iter().all(|e| *e == envelope[0]) {
            return false;
        }
        let mean = envelope.iter().map(|&e| f64::from(e)).sum::<f64>() / envelope.len() as f64;
        self.segment.clear();
        self.segment.extend(envelope.iter().map(|&e| f64::from(e) - mean));
        self.energy.clear();
        self.energy.push(0.0);
        let mut energy = 0.0;
        for x in &self.segment {
            energy += x * x;
            self.energy.push(energy);
        }
        true
    }

    /// Height of the largest ρ around one beat.
    fn repetition(&self, beat_frames: f64) -> f64 {
        let first = (SHORTEST_BEAT * beat_frames).ceil() as usize;
        let last = (LONGEST_BEAT * beat_frames).floor() as usize;
        let (mut lag, mut best) = (first, f64::NEG_INFINITY);
        for candidate in first..=last {
            let value = self.correlation(candidate);
            if value > best {
                (lag, best) = (candidate, value);
            }
        }
        let (before, after) = (self.correlation(lag - 1), self.correlation(lag + 1));
        let curvature = before - 2.0 * best + after;
        if before <= best && after <= best && curvature < 0.0 {
            best - (before - after).powi(2) / (8.0 * curvature)
        } else {
            best
        }
    }

    /// ρ(l); 0 where either side of the overlap is silent or there is no overlap.
    fn correlation(&self, lag: usize) -> f64 {
        let n = self.segment.len();
        if lag >= n {
            return 0.0;
        }
        let product: f64 = self.segment.iter().zip(&self.segment[lag..]).map(|(a, b)| a * b).sum();
        let norm = (self.energy[n - lag] * (self.energy[n] - self.energy[lag])).sqrt();
        if norm > 0.0 { product / norm } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_periodic_envelope_repeats_perfectly() {
        let params = Params::new(44_100).unwrap();
        let beat = 43;
        let envelope: Vec<f32> = (0..3_000).map(|t| if t % beat == 0 { 1.0 } else { 0.0 }).collect();
        let tempo_bpm = 60.0 * params.frames_per_second() / beat as f64;
        let clarity = PulseClarity::new(&params).compute(&envelope, tempo_bpm).unwrap();
        approx::assert_abs_diff_eq!(clarity, 1.0, epsilon = 1e-9);
    }

    #[test]
    fn silent_windows_do_not_lower_the_clarity() {
        let params = Params::new(44_100).unwrap();
        let mut envelope: Vec<f32> = (0..1_034).map(|t| if t % 43 == 0 { 1.0 } else { 0.0 }).collect();
        let tempo_bpm = 60.0 * params.frames_per_second() / 43.0;
        let mut clarity = PulseClarity::new(&params);
        let alone = clarity.compute(&envelope, tempo_bpm).unwrap();
        envelope.splice(0..0, std::iter::repeat_n(0.0, 2 * 517));
        let padded = clarity.compute(&envelope, tempo_bpm).unwrap();
        // The window across the border holds half the pulses and still repeats.
        approx::assert_abs_diff_eq!(alone, padded, epsilon = 0.02);
        assert_eq!(clarity.compute(&[0.0; 2_000], tempo_bpm), None);
        assert_eq!(clarity.compute(&[], tempo_bpm), None);
    }
}
