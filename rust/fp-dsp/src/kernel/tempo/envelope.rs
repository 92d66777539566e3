//! Tempo envelope: the onset flux above its local mean, which removes sustained noise and swells.
//!
//! e_t = max(0, flux_t − mean), the mean over the frames within ±0.25 s, weighted by a Hann window of
//! 0.5 s: ½ + ½·cos(2πj / 0.5 s) for a frame j away. At the ends of the track the mean is over the frames
//! that exist.

use std::f64::consts::PI;

use crate::params::Params;

const WINDOW_S: f64 = 0.5;
/// Number of frames replaced at a time, so that no second copy of a long track is needed.
const BLOCK_FRAMES: usize = 4096;

/// Turns flux into the tempo envelope, in place.
pub struct LocalMean {
    /// Hann weights, sum 1.
    weights: Box<[f32]>,
    /// Flux of one block and of `reach` frames on either side.
    flux: Box<[f32]>,
    means: Box<[f32]>,
}

impl LocalMean {
    /// For the short frames of one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let width_frames = WINDOW_S * params.frames_per_second();
        let reach = (0.5 * width_frames) as usize;
        let weight = |i: usize| 0.5 + 0.5 * (2.0 * PI * (i as f64 - reach as f64) / width_frames).cos();
        let whole: f64 = (0..=2 * reach).map(weight).sum();
        Self {
            weights: (0..=2 * reach).map(|i| (weight(i) / whole) as f32).collect(),
            flux: vec![0.0; BLOCK_FRAMES + 2 * reach].into(),
            means: vec![0.0; BLOCK_FRAMES].into(),
        }
    }

    /// Replaces each flux value by its excess over the local mean.
    pub fn subtract_from(&mut self, track: &mut [f32]) {
        let reach = self.weights.len() / 2;
        let frames = track.len();
        self.flux.fill(0.0);
        for start in (0..frames).step_by(BLOCK_FRAMES) {
            let end = (start + BLOCK_FRAMES).min(frames);
            let seen = (end + reach).min(frames);
            // The `reach` frames before this block were kept from the previous one.
            let (fresh, beyond) = self.flux[reach..].split_at_mut(seen - start);
            fresh.copy_from_slice(&track[start..seen]);
            beyond.fill(0.0);
            self.average(end - start);
            for (t, value) in (start..end).zip(&mut track[start..end]) {
                let mean = self.means[t - start] / self.share_within(t, frames);
                *value = (*value - mean).max(0.0);
            }
            self.flux.copy_within(BLOCK_FRAMES..BLOCK_FRAMES + reach, 0);
        }
    }

    /// Share of the window around frame t that lies within a track of this length.
    fn share_within(&self, t: usize, frames: usize) -> f32 {
        let reach = self.weights.len() / 2;
        let before = reach.saturating_sub(t);
        let after = (t + reach + 1).saturating_sub(frames);
        1.0 - self.weights[..before].iter().sum::<f32>()
            - self.weights[self.weights.len() - after..].iter().sum::<f32>()
    }

    /// Weighted means around the first `frames` frames of the block; missing neighbours count as 0.
    fn average(&mut self, frames: usize) {
        let means = &mut self.means[..frames];
        means.fill(0.0);
        for (offset, weight) in self.weights.iter().enumerate() {
            for (mean, flux) in means.iter_mut().zip(&self.flux[offset..]) {
                *mean += weight * flux;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excess_plainly(flux: &[f32], width_frames: f64) -> Vec<f64> {
        let reach = (width_frames / 2.0) as usize;
        (0..flux.len())
            .map(|t| {
                let (mut sum, mut weights) = (0.0, 0.0);
                let near = t.saturating_sub(reach)..(t + reach + 1).min(flux.len());
                for (s, &value) in near.clone().zip(&flux[near]) {
                    let weight = 0.5 + 0.5 * (2.0 * PI * (s as f64 - t as f64) / width_frames).cos();
                    sum += weight * f64::from(value);
                    weights += weight;
                }
                (f64::from(flux[t]) - sum / weights).max(0.0)
            })
            .collect()
    }

    #[test]
    fn blockwise_means_equal_the_plain_definition_for_every_length() {
        let params = Params::new(44_100).unwrap();
        let mut local_mean = LocalMean::new(&params);
        for length in [0, 1, 10, 50, 4_095, 4_096, 4_097, 4_110, 9_000] {
            let flux: Vec<f32> = (0..length).map(|t| (t * 7919 % 1009) as f32).collect();
            let mut envelope = flux.clone();
            local_mean.subtract_from(&mut envelope);
            for (actual, expected) in envelope.iter().zip(excess_plainly(&flux, 0.5 * 44_100.0 / 512.0)) {
                // f32 sums of values up to 1000.
                approx::assert_abs_diff_eq!(f64::from(*actual), expected, epsilon = 1e-3);
            }
        }
    }

    #[test]
    fn constant_flux_has_no_envelope() {
        let params = Params::new(48_000).unwrap();
        let mut flux = vec![5.0; 5_000];
        LocalMean::new(&params).subtract_from(&mut flux);
        assert!(flux.iter().all(|&e| e < 1e-5));
    }
}
