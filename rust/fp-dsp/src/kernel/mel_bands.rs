//! Mel bands: 40 overlapping triangles on the magnitude spectrum.
//!
//! Edges are equally spaced on the HTK mel scale m = 2595·log10(1 + f/700) from 30 Hz to 11 025 Hz;
//! band i rises from edge i to a peak of 1 at edge i + 1 and falls to 0 at edge i + 2 (S. Young et al.,
//! *The HTK Book*). At rates whose Nyquist frequency is lower, the triangles are cut there: bands that lie
//! wholly beyond are 0 throughout.

use crate::params::Params;

/// Number of bands.
pub const BANDS: usize = 40;
const LOWEST_HZ: f64 = 30.0;
const HIGHEST_HZ: f64 = 11_025.0;
const LANES: usize = 4;

/// The triangles for one frame size and rate.
///
/// Between two neighbouring edges one triangle rises and the one before falls, and their weights add up
/// to 1. Each bin is therefore read once, in order, with one weight.
pub struct MelBands {
    /// First bin at or above each edge; segment i is `first_bin[i]..first_bin[i + 1]`.
    first_bin: [usize; BANDS + 2],
    /// Weight of each bin in the triangle that rises there.
    rise: Box<[f32]>,
}

impl MelBands {
    /// Triangles over the short bins of one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let edge_hz = |i: usize| {
            let share = i as f64 / (BANDS + 1) as f64;
            mel_to_hz(hz_to_mel(LOWEST_HZ) + share * (hz_to_mel(HIGHEST_HZ) - hz_to_mel(LOWEST_HZ)))
        };
        let bin_hz = params.bin_hz();
        let mut first_bin = [0; BANDS + 2];
        for (i, bin) in first_bin.iter_mut().enumerate() {
            *bin = ((edge_hz(i) / bin_hz).ceil() as usize).min(params.bins);
        }
        let mut rise = vec![0.0; first_bin[BANDS + 1]].into_boxed_slice();
        for segment in 0..=BANDS {
            let (low_hz, high_hz) = (edge_hz(segment), edge_hz(segment + 1));
            for (bin, weight) in rise.iter_mut().enumerate().take(first_bin[segment + 1]).skip(first_bin[segment]) {
                *weight = ((bin as f64 * bin_hz - low_hz) / (high_hz - low_hz)) as f32;
            }
        }
        Self { first_bin, rise }
    }

    /// Weighted sums of `magnitude` (one value per short bin), lowest band first.
    #[must_use]
    pub fn sums(&self, magnitude: &[f32]) -> [f32; BANDS] {
        let mut bands = [0.0; BANDS];
        for segment in 0..=BANDS {
            let bins = self.first_bin[segment]..self.first_bin[segment + 1];
            let (rising, falling) = split_sums(&magnitude[bins.clone()], &self.rise[bins]);
            if segment < BANDS {
                bands[segment] = rising;
            }
            if segment > 0 {
                bands[segment - 1] += falling;
            }
        }
        bands
    }
}

/// Σ w·s and Σ (1 − w)·s. The second is not taken as the difference of two sums: an almost empty band
/// beside a loud one would be rounding noise, which the cube root then raises to audible size.
fn split_sums(magnitude: &[f32], rise: &[f32]) -> (f32, f32) {
    let (mut rising, mut falling) = ([0.0_f32; LANES], [0.0_f32; LANES]);
    let (values, weights) = (magnitude.chunks_exact(LANES), rise.chunks_exact(LANES));
    let rest = values.remainder().iter().zip(weights.remainder());
    for (value, weight) in values.zip(weights) {
        for lane in 0..LANES {
            let part = value[lane] * weight[lane];
            rising[lane] += part;
            falling[lane] += value[lane] - part;
        }
    }
    let total = |lanes: [f32; LANES]| (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
    let mut sums = (total(rising), total(falling));
    for (value, weight) in rest {
        let part = value * weight;
        sums.0 += part;
        sums.1 += value - part;
    }
    sums
}

fn hz_to_mel(hz: f64) -> f64 {
    2595.0 * (1.0 + hz / 700.0).log10()
}

fn mel_to_hz(mel: f64) -> f64 {
    700.0 * (10.0_f64.powf(mel / 2595.0) - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook filter bank: every triangle evaluated at every bin.
    fn dense_sums(params: &Params, magnitude: &[f32]) -> Vec<f64> {
        let span = hz_to_mel(HIGHEST_HZ) - hz_to_mel(LOWEST_HZ);
        let edge = |i: usize| mel_to_hz(hz_to_mel(LOWEST_HZ) + span * i as f64 / 41.0);
        (0..BANDS)
            .map(|band| {
                let (low, centre, high) = (edge(band), edge(band + 1), edge(band + 2));
                magnitude
                    .iter()
                    .enumerate()
                    .map(|(bin, &s)| {
                        let hz = bin as f64 * params.bin_hz();
                        let weight = ((hz - low) / (centre - low)).min((high - hz) / (high - centre)).max(0.0);
                        weight * f64::from(s)
                    })
                    .sum()
            })
            .collect()
    }

    #[test]
    fn segment_sums_equal_the_dense_triangles_at_every_rate() {
        for rate_hz in [100, 8_000, 22_050, 44_100, 48_000, 96_000] {
            let params = Params::new(rate_hz).unwrap();
            let magnitude: Vec<f32> = (0..params.bins).map(|k| 1.0 + (k * 7919 % 101) as f32).collect();
            let sums = MelBands::new(&params).sums(&magnitude);
            for (sum, dense) in sums.iter().zip(dense_sums(&params, &magnitude)) {
                // f32 sums of at most 60 bins.
                approx::assert_relative_eq!(f64::from(*sum), dense, max_relative = 1e-5, epsilon = 1e-4);
            }
        }
    }

    #[test]
    fn a_peak_at_a_centre_has_weight_one_in_its_band_alone() {
        // 1000 Hz is 1000 mel by the HTK formula, to the rounding of its constants.
        assert!((hz_to_mel(1000.0) - 1000.0).abs() < 0.02);
        let params = Params::new(44_100).unwrap();
        let mut magnitude = vec![0.0; params.bins];
        magnitude[100] = 2.0;
        let sums = MelBands::new(&params).sums(&magnitude);
        assert!((sums.iter().sum::<f32>() - 2.0).abs() < 1e-6, "neighbouring triangles share a bin");
        assert!(sums.iter().filter(|&&s| s > 0.0).count() <= 2);
    }

    #[test]
    fn bands_beyond_the_nyquist_frequency_are_empty() {
        let params = Params::new(8_000).unwrap();
        let sums = MelBands::new(&params).sums(&vec![1.0; params.bins]);
        assert!(sums[0] > 0.0 && sums[BANDS - 1] == 0.0);
    }
}
