//! YIN's difference function by FFT.

use std::sync::Arc;

use multiversion::multiversion;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex};

use super::lane_sum::{sum_f64, sum_squares_f64};

/// A difference below this share of the span's power is rounding of the f32 transforms.
const ROUNDING: f64 = 1e-6;

/// d(τ) = Σ_{j<W} (x_j − x_{j+τ})² for τ = 0 … the longest lag, from W + longest lag samples.
///
/// Computed as Σx_j² + Σx_{j+τ}² − 2·Σx_j·x_{j+τ}, the last sum as a product of spectra. The span's mean
/// is taken off first: it cancels in every difference, but would drown them in f32.
pub struct DifferenceFunction {
    window: usize,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    /// The window alone, then the correlation.
    windowed: Box<[f32]>,
    /// The whole span.
    span: Box<[f32]>,
    centred: Box<[f32]>,
    window_spectrum: Box<[Complex<f32>]>,
    span_spectrum: Box<[Complex<f32>]>,
    scratch: Box<[Complex<f32>]>,
    differences: Box<[f64]>,
}

impl DifferenceFunction {
    /// For an integration window of `window` samples and lags up to `longest_lag`.
    #[must_use]
    pub fn new(window: usize, longest_lag: usize) -> Self {
        // With this length, negative lags wrap around to beyond the longest.
        let length = fast_length(window + longest_lag);
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(length);
        let inverse = planner.plan_fft_inverse(length);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            window,
            windowed: forward.make_input_vec().into(),
            span: forward.make_input_vec().into(),
            centred: vec![0.0; window + longest_lag].into(),
            window_spectrum: forward.make_output_vec().into(),
            span_spectrum: forward.make_output_vec().into(),
            scratch: vec![Complex::default(); scratch].into(),
            differences: vec![0.0; longest_lag + 1].into(),
            forward,
            inverse,
        }
    }

    /// Samples that [`Self::compute`] takes.
    #[must_use]
    pub fn span_length(&self) -> usize {
        self.centred.len()
    }

    /// The differences by lag, from 0 on; exactly 0 where they are below the transforms' rounding.
    ///
    /// # Panics
    /// When `samples` is not [`Self::span_length`] long.
    pub fn compute(&mut self, samples: &[f32]) -> &[f64] {
        self.centre(samples);
        self.correlate();
        let scale = 1.0 / self.windowed.len() as f64;
        let own = sum_squares_f64(&self.centred[..self.window]);
        let beyond = sum_squares_f64(&self.centred[self.window..]);
        let floor = ROUNDING * (own + beyond);
        let square = |x: f32| f64::from(x) * f64::from(x);
        let mut shifted = own;
        let moves = self.centred[self.window..].iter().zip(&self.centred);
        for (difference, (&entering, &leaving)) in self.differences[1..].iter_mut().zip(moves) {
            shifted += square(entering) - square(leaving);
            *difference = own + shifted;
        }
        take_off_correlation(&mut self.differences, &self.windowed, 2.0 * scale, floor);
        self.differences[0] = 0.0;
        &self.differences
    }

    fn centre(&mut self, samples: &[f32]) {
        assert_eq!(samples.len(), self.centred.len(), "a window and its longest lag");
        let mean = sum_f64(samples) / samples.len() as f64;
        subtract(samples, mean, &mut self.centred);
    }

    /// Leaves Σ_j x_j·x_{j+τ}, times the transform's length, in `windowed`.
    fn correlate(&mut self) {
        self.windowed[..self.window].copy_from_slice(&self.centred[..self.window]);
        self.windowed[self.window..].fill(0.0);
        self.span[..self.centred.len()].copy_from_slice(&self.centred);
        self.span[self.centred.len()..].fill(0.0);
        let made_by_plan = "buffers were made by this plan";
        self.forward
            .process_with_scratch(&mut self.windowed, &mut self.window_spectrum, &mut self.scratch)
            .expect(made_by_plan);
        self.forward
            .process_with_scratch(&mut self.span, &mut self.span_spectrum, &mut self.scratch)
            .expect(made_by_plan);
        correlate_spectra(&mut self.span_spectrum, &self.window_spectrum);
        self.inverse
            .process_with_scratch(&mut self.span_spectrum, &mut self.windowed, &mut self.scratch)
            .expect(made_by_plan);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn subtract(samples: &[f32], mean: f64, centred: &mut [f32]) {
    for (centred, &x) in centred.iter_mut().zip(samples) {
        *centred = (f64::from(x) - mean) as f32;
    }
}

/// span ← span · conj(window), bin by bin.
#[multiversion(targets("x86_64+avx2"))]
fn correlate_spectra(span: &mut [Complex<f32>], window: &[Complex<f32>]) {
    for (span, window) in span.iter_mut().zip(window) {
        *span =
            Complex { re: span.re * window.re + span.im * window.im, im: span.im * window.re - span.re * window.im };
    }
}

/// powers ← powers − scale · correlation, and 0 where that is not above the floor.
#[multiversion(targets("x86_64+avx2"))]
fn take_off_correlation(powers: &mut [f64], correlation: &[f32], scale: f64, floor: f64) {
    for (power, &correlation) in powers.iter_mut().zip(correlation) {
        let exact = *power - scale * f64::from(correlation);
        *power = if exact > floor { exact } else { 0.0 };
    }
}

/// The least multiple of 16 without a prime factor above 5 that is at least `least`: fast transforms.
fn fast_length(least: usize) -> usize {
    let is_smooth = |mut n: usize| {
        for prime in [2, 3, 5] {
            while n.is_multiple_of(prime) {
                n /= prime;
            }
        }
        n == 1
    };
    let mut length = least.max(1).next_multiple_of(16);
    while !is_smooth(length) {
        length += 16;
    }
    length
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    /// The definition, in f64.
    fn plain_differences(window: usize, longest_lag: usize, x: &[f32]) -> Vec<f64> {
        let term = |lag: usize, j: usize| (f64::from(x[j]) - f64::from(x[j + lag])).powi(2);
        (0..=longest_lag).map(|lag| (0..window).map(|j| term(lag, j)).sum()).collect()
    }

    #[test]
    fn differences_are_those_of_the_definition() {
        for (window, longest_lag) in [(5, 4), (46, 16), (372, 124), (1024, 340), (1115, 370)] {
            let mut difference = DifferenceFunction::new(window, longest_lag);
            for (seed, offset) in [(1_u32, 0.0_f32), (2, 0.5), (3, -20.0)] {
                let mut state = seed;
                let samples: Vec<f32> = (0..window + longest_lag)
                    .map(|n| {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        offset + (0.13 * n as f32).sin() + (state >> 8) as f32 / 16_777_216.0
                    })
                    .collect();
                let expected = plain_differences(window, longest_lag, &samples);
                let power = expected.iter().fold(0.0_f64, |most, &d| most.max(d));
                for (actual, expected) in difference.compute(&samples).iter().zip(&expected) {
                    assert_abs_diff_eq!(*actual, *expected, epsilon = 3e-6 * power);
                }
            }
        }
    }

    #[test]
    fn a_constant_differs_nowhere() {
        let mut difference = DifferenceFunction::new(1024, 340);
        for level in [0.0, 0.1, -1.0 / 3.0, 1e5] {
            assert!(difference.compute(&[level; 1364]).iter().all(|&d| d == 0.0));
        }
    }

    #[test]
    fn lengths_are_smooth_and_long_enough() {
        assert_eq!([1, 16, 17, 1364, 1485].map(fast_length), [16, 16, 32, 1440, 1536]);
    }
}
