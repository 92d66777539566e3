//! Means, variances, covariance and extremes of a run of stereo samples; two adjoining runs can be joined.

use multiversion::multiversion;

const LANES: usize = 4;

/// First and second central moments of L and R over a run, with their extremes.
///
/// Moments are taken about the mean, so that a DC offset does not reduce precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StereoMoments {
    samples: u64,
    mean: [f64; 2],
    /// Σ (x − mean)² of each channel.
    scatter: [f64; 2],
    /// Σ (l − mean l)(r − mean r).
    joint: f64,
    min: [f32; 2],
    max: [f32; 2],
}

/// Lanes of the sums over a run of the distances from its first sample.
struct PivotSums {
    distance: [[f64; LANES]; 2],
    square: [[f64; LANES]; 2],
    product: [f64; LANES],
    min: [[f32; LANES]; 2],
    max: [[f32; LANES]; 2],
}

impl StereoMoments {
    /// Moments of no samples; joining them has no effect.
    pub const EMPTY: Self = Self {
        samples: 0,
        mean: [0.0; 2],
        scatter: [0.0; 2],
        joint: 0.0,
        min: [f32::INFINITY; 2],
        max: [f32::NEG_INFINITY; 2],
    };

    /// Moments of a run; both slices have one length.
    #[must_use]
    pub fn of(left: &[f32], right: &[f32]) -> Self {
        let (Some(&l), Some(&r)) = (left.first(), right.first()) else {
            return Self::EMPTY;
        };
        // Distances from the first sample are about as large as the spread of the signal, whatever its offset.
        let sums = sum_from_pivot(left, right, [l, r]);
        let total = |lanes: [f64; LANES]| lanes.iter().sum::<f64>();
        let (distance, square) = (sums.distance.map(total), sums.square.map(total));
        let n = left.len() as f64;
        let scatter = |c: usize| (square[c] - distance[c] * distance[c] / n).max(0.0);
        Self {
            samples: left.len() as u64,
            mean: [f64::from(l) + distance[0] / n, f64::from(r) + distance[1] / n],
            scatter: [scatter(0), scatter(1)],
            joint: total(sums.product) - distance[0] * distance[1] / n,
            min: sums.min.map(|lanes| lanes.into_iter().fold(f32::INFINITY, f32::min)),
            max: sums.max.map(|lanes| lanes.into_iter().fold(f32::NEG_INFINITY, f32::max)),
        }
    }

    /// Moments of this run followed by another (Chan, Golub & LeVeque 1983, eq. 2.1).
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        let samples = self.samples + other.samples;
        if samples == 0 {
            return Self::EMPTY;
        }
        let share = other.samples as f64 / samples as f64;
        let weight = self.samples as f64 * share;
        let apart = [other.mean[0] - self.mean[0], other.mean[1] - self.mean[1]];
        let scatter = |c: usize| self.scatter[c] + other.scatter[c] + apart[c] * apart[c] * weight;
        Self {
            samples,
            mean: [self.mean[0] + apart[0] * share, self.mean[1] + apart[1] * share],
            scatter: [scatter(0), scatter(1)],
            joint: self.joint + other.joint + apart[0] * apart[1] * weight,
            min: [self.min[0].min(other.min[0]), self.min[1].min(other.min[1])],
            max: [self.max[0].max(other.max[0]), self.max[1].max(other.max[1])],
        }
    }

    /// Mean of x² about the mean over both channels; 0 without samples.
    #[must_use]
    pub fn mean_square(&self) -> f64 {
        self.power() / (2 * self.samples.max(1)) as f64
    }

    /// Σ (L² + R²) about the means: an offset is no power.
    #[must_use]
    pub fn power(&self) -> f64 {
        self.scatter[0] + self.scatter[1]
    }

    /// Σ (x − mean)² of L and of R.
    #[must_use]
    pub const fn channel_power(&self) -> [f64; 2] {
        self.scatter
    }

    /// Σ (L − R)² about the mean, the power of the side signal; exactly 0 if L = R throughout, because their sums are
    /// then identical.
    #[must_use]
    pub fn side_power(&self) -> f64 {
        (self.power() - 2.0 * self.joint).max(0.0)
    }

    /// Samples per channel.
    #[must_use]
    pub const fn samples(&self) -> u64 {
        self.samples
    }

    /// Largest distance of a sample from its channel's mean; 0 without samples.
    #[must_use]
    pub fn peak(&self) -> f64 {
        let distance = |c: usize| (f64::from(self.max[c]) - self.mean[c]).max(self.mean[c] - f64::from(self.min[c]));
        if self.samples == 0 { 0.0 } else { distance(0).max(distance(1)) }
    }

    /// Pearson correlation of L and R, −1 to 1; `None` when a channel is constant.
    #[must_use]
    pub fn correlation(&self) -> Option<f64> {
        let varies = |c: usize| self.max[c] > self.min[c];
        let product = self.scatter[0] * self.scatter[1];
        (varies(0) && varies(1) && product > 0.0).then(|| (self.joint / product.sqrt()).clamp(-1.0, 1.0))
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn sum_from_pivot(left: &[f32], right: &[f32], pivot: [f32; 2]) -> PivotSums {
    let mut sums = PivotSums {
        distance: [[0.0; LANES]; 2],
        square: [[0.0; LANES]; 2],
        product: [0.0; LANES],
        min: pivot.map(|x| [x; LANES]),
        max: pivot.map(|x| [x; LANES]),
    };
    let (left_rows, left_rest) = left.as_chunks::<LANES>();
    let (right_rows, right_rest) = right.as_chunks::<LANES>();
    for (left, right) in left_rows.iter().zip(right_rows) {
        add_row(&mut sums, left, right, pivot);
    }
    // Padding with the pivot adds nothing to any sum.
    let mut last = pivot.map(|x| [x; LANES]);
    last[0][..left_rest.len()].copy_from_slice(left_rest);
    last[1][..right_rest.len()].copy_from_slice(right_rest);
    add_row(&mut sums, &last[0], &last[1], pivot);
    sums
}

#[inline(always)]
fn add_row(sums: &mut PivotSums, left: &[f32; LANES], right: &[f32; LANES], pivot: [f32; 2]) {
    let pivot = pivot.map(f64::from);
    for i in 0..LANES {
        let (l, r) = (left[i], right[i]);
        let (dl, dr) = (f64::from(l) - pivot[0], f64::from(r) - pivot[1]);
        sums.distance[0][i] += dl;
        sums.distance[1][i] += dr;
        sums.square[0][i] += dl * dl;
        sums.square[1][i] += dr * dr;
        sums.product[i] += dl * dr;
        // Comparisons instead of f32::min and max: samples are never NaN, and these are one instruction.
        sums.min[0][i] = if l < sums.min[0][i] { l } else { sums.min[0][i] };
        sums.min[1][i] = if r < sums.min[1][i] { r } else { sums.min[1][i] };
        sums.max[0][i] = if l > sums.max[0][i] { l } else { sums.max[0][i] };
        sums.max[1][i] = if r > sums.max[1][i] { r } else { sums.max[1][i] };
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use approx::{assert_abs_diff_eq, assert_relative_eq};

    use super::*;

    /// Sine and the same sine shifted by `phase`, each on its own offset.
    fn sines(length: usize, phase: f64, amplitude: f64, offsets: [f64; 2]) -> [Vec<f32>; 2] {
        let wave = |shift: f64, offset: f64| {
            let angle = move |n: usize| 2.0 * PI * 8.0 * n as f64 / length as f64 + shift;
            (0..length).map(|n| (offset + amplitude * angle(n).sin()) as f32).collect()
        };
        [wave(0.0, offsets[0]), wave(phase, offsets[1])]
    }

    #[test]
    fn correlation_of_shifted_sines_is_the_cosine_of_the_shift() {
        for phase in [0.0_f64, 0.3, PI / 2.0, 2.5, PI] {
            let [left, right] = sines(4_001, phase, 0.5, [0.0, 0.0]);
            let moments = StereoMoments::of(&left, &right);
            assert_abs_diff_eq!(moments.correlation().unwrap(), phase.cos(), epsilon = 1e-6);
            assert_relative_eq!(moments.mean_square(), 0.125, max_relative = 1e-6, epsilon = 0.0);
        }
    }

    #[test]
    fn an_offset_does_not_hide_the_correlation() {
        // The offset is 4096 times the sine, both exact in f32 up to 1 part in 2000 of the sine.
        let [left, right] = sines(4_001, 1.0, 1.0 / 4096.0, [1.0, -1.0]);
        let moments = StereoMoments::of(&left, &right);
        assert_abs_diff_eq!(moments.correlation().unwrap(), 1.0_f64.cos(), epsilon = 1e-3);
        // Joining runs must not lose it either.
        let joined =
            StereoMoments::of(&left[..1234], &right[..1234]).joined(&StereoMoments::of(&left[1234..], &right[1234..]));
        assert_abs_diff_eq!(joined.correlation().unwrap(), moments.correlation().unwrap(), epsilon = 1e-9);
    }

    #[test]
    fn joined_runs_have_the_moments_of_the_whole() {
        let [left, right] = sines(997, 0.7, 0.3, [0.2, -0.4]);
        let whole = StereoMoments::of(&left, &right);
        for cut in [0, 1, 3, 500, 996, 997] {
            let joined =
                StereoMoments::of(&left[..cut], &right[..cut]).joined(&StereoMoments::of(&left[cut..], &right[cut..]));
            assert_relative_eq!(joined.mean_square(), whole.mean_square(), max_relative = 1e-12, epsilon = 0.0);
            assert_abs_diff_eq!(joined.correlation().unwrap(), whole.correlation().unwrap(), epsilon = 1e-12);
            assert_relative_eq!(joined.peak(), whole.peak(), max_relative = 1e-12, epsilon = 0.0);
            assert_abs_diff_eq!(joined.peak(), whole.peak(), epsilon = 1e-12);
        }
    }

    #[test]
    fn a_channel_of_one_value_has_no_correlation() {
        let [left, _] = sines(100, 0.0, 0.5, [0.0, 0.0]);
        for constant in [0.0, 0.1, -1.0 / 3.0] {
            assert_eq!(StereoMoments::of(&left, &[constant; 100]).correlation(), None);
            assert_eq!(StereoMoments::of(&[constant; 100], &left).correlation(), None);
        }
        // One unit in the last place on a large offset still varies.
        let mut barely = [1.0_f32; 100];
        barely[50] = 1.0 + f32::EPSILON;
        assert_abs_diff_eq!(StereoMoments::of(&barely, &barely).correlation().unwrap(), 1.0, epsilon = 1e-12);
        assert_eq!(StereoMoments::EMPTY.correlation(), None);
        assert_eq!((StereoMoments::EMPTY.peak(), StereoMoments::EMPTY.mean_square()), (0.0, 0.0));
    }
}
