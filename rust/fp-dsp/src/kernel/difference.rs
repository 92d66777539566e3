//! YIN's difference function by FFT, two frames at a time.

use std::sync::Arc;

use multiversion::multiversion;
use realfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use super::lane_sum::{sum_f64, sum_squares_f64};

/// A difference below this share of the span's power is rounding of the f32 transforms.
const ROUNDING: f64 = 1e-6;
/// Frames that share an inverse transform.
pub const FRAMES: usize = 2;

/// d(τ) = Σ_{j<W} (x_j − x_{j+τ})² for τ = 0 … the longest lag, from W + longest lag samples.
///
/// Computed as Σx_j² + Σx_{j+τ}² − 2·Σx_j·x_{j+τ}. The last sum is the product of the spectra of the window and of
/// the whole span, which one complex transform of window + i·span gives together. The correlations of two
/// frames, being real, come back as the parts of one inverse transform; each is scaled to unit power first, so that
/// a loud frame's rounding does not reach a quiet one. The span's mean is taken off before: it cancels in every
/// difference, but would drown them in f32.
pub struct DifferenceFunction {
    window: usize,
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    frames: [Frame; FRAMES],
    /// Window + i·span, then the two correlations' spectra.
    packed: Box<[Complex<f32>]>,
    /// Their transform, then the two correlations.
    transform: Box<[Complex<f32>]>,
    scratch: Box<[Complex<f32>]>,
    /// The two correlations, apart.
    correlations: [Box<[f32]>; FRAMES],
}

/// What belongs to one of the frames.
struct Frame {
    centred: Box<[f32]>,
    /// Σx² of the window and of what follows it.
    own: f64,
    beyond: f64,
    /// Real and imaginary parts of the transform of window + i·span.
    re: Box<[f32]>,
    im: Box<[f32]>,
    differences: Box<[f64]>,
}

impl DifferenceFunction {
    /// For an integration window of `window` samples and lags up to `longest_lag`.
    #[must_use]
    pub fn new(window: usize, longest_lag: usize) -> Self {
        // With this length, negative lags wrap around to beyond the longest.
        let length = fast_length(window + longest_lag);
        let mut planner = FftPlanner::new();
        let forward = planner.plan_fft_forward(length);
        let inverse = planner.plan_fft_inverse(length);
        let scratch = forward.get_outofplace_scratch_len().max(inverse.get_outofplace_scratch_len());
        let frame = || Frame {
            centred: vec![0.0; window + longest_lag].into(),
            own: 0.0,
            beyond: 0.0,
            re: vec![0.0; length].into(),
            im: vec![0.0; length].into(),
            differences: vec![0.0; longest_lag + 1].into(),
        };
        Self {
            window,
            frames: [frame(), frame()],
            packed: vec![Complex::default(); length].into(),
            transform: vec![Complex::default(); length].into(),
            scratch: vec![Complex::default(); scratch].into(),
            correlations: [vec![0.0; longest_lag + 1].into(), vec![0.0; longest_lag + 1].into()],
            forward,
            inverse,
        }
    }

    /// Samples of a span.
    #[must_use]
    pub fn span_length(&self) -> usize {
        self.frames[0].centred.len()
    }

    /// The differences of two spans by lag, from 0 on; exactly 0 where they are below the transforms' rounding.
    ///
    /// # Panics
    /// When a span is not [`Self::span_length`] long.
    pub fn compute(&mut self, spans: [&[f32]; FRAMES]) -> [&[f64]; FRAMES] {
        for (frame, span) in self.frames.iter_mut().zip(spans) {
            frame.centre(span, self.window);
            pack(&frame.centred, self.window, &mut self.packed);
            self.forward.process_outofplace_with_scratch(&mut self.packed, &mut self.transform, &mut self.scratch);
            separate(&self.transform, &mut frame.re, &mut frame.im);
        }
        let [first, second] = &self.frames;
        let parts = |frame: &Frame| [frame.re[0], frame.im[0]];
        let gains = [first.gain(), second.gain()];
        // Bin 0 is its own partner.
        let products = [parts(first), parts(second)].map(|[re, im]| re * im);
        self.packed[0] = Complex { re: gains[0] * products[0], im: gains[1] * products[1] };
        cross_spectra(
            [&first.re[1..], &first.im[1..]],
            [&second.re[1..], &second.im[1..]],
            gains,
            &mut self.packed[1..],
        );
        self.inverse.process_outofplace_with_scratch(&mut self.packed, &mut self.transform, &mut self.scratch);
        let [first_correlation, second_correlation] = &mut self.correlations;
        separate(&self.transform[..first_correlation.len()], first_correlation, second_correlation);
        for ((frame, correlation), gain) in self.frames.iter_mut().zip(&self.correlations).zip(gains) {
            let scale = if gain > 0.0 { 2.0 / (self.transform.len() as f64 * f64::from(gain)) } else { 0.0 };
            frame.subtract_correlation(correlation, scale, self.window);
        }
        [&self.frames[0].differences, &self.frames[1].differences]
    }
}

impl Frame {
    fn centre(&mut self, span: &[f32], window: usize) {
        assert_eq!(span.len(), self.centred.len(), "a window and its longest lag");
        let mean = sum_f64(span) / span.len() as f64;
        subtract(span, mean, &mut self.centred);
        self.own = sum_squares_f64(&self.centred[..window]);
        self.beyond = sum_squares_f64(&self.centred[window..]);
    }

    /// What brings the frame's power to 1; 0 where it has none that f32 can hold.
    fn gain(&self) -> f32 {
        let power = (self.own + self.beyond) as f32;
        if power > f32::MIN_POSITIVE { 1.0 / power } else { 0.0 }
    }

    /// Differences from the window's power, that of the shifted window, and the scaled correlation.
    fn subtract_correlation(&mut self, correlation: &[f32], scale: f64, window: usize) {
        let floor = ROUNDING * (self.own + self.beyond);
        let square = |x: f32| f64::from(x) * f64::from(x);
        let mut shifted = self.own;
        let moves = self.centred[window..].iter().zip(&self.centred);
        for (difference, (&entering, &leaving)) in self.differences[1..].iter_mut().zip(moves) {
            shifted += square(entering) - square(leaving);
            *difference = self.own + shifted;
        }
        take_off_correlation(&mut self.differences, correlation, scale, floor);
        self.differences[0] = 0.0;
    }
}

/// The window as real parts, the whole span as imaginary ones, zeros behind.
#[multiversion(targets("x86_64+avx2"))]
fn pack(span: &[f32], window: usize, packed: &mut [Complex<f32>]) {
    let (within, rest) = packed.split_at_mut(window);
    let (beyond, padding) = rest.split_at_mut(span.len() - window);
    for (out, &x) in within.iter_mut().zip(span) {
        *out = Complex { re: x, im: x };
    }
    for (out, &x) in beyond.iter_mut().zip(&span[window..]) {
        *out = Complex { re: 0.0, im: x };
    }
    padding.fill(Complex::default());
}

#[multiversion(targets("x86_64+avx2"))]
fn separate(transform: &[Complex<f32>], re: &mut [f32], im: &mut [f32]) {
    for ((bin, re), im) in transform.iter().zip(re).zip(im) {
        (*re, *im) = (bin.re, bin.im);
    }
}

/// C₁ + i·C₂ for the bins from 1 on, C being gain · span spectrum · conj(window spectrum).
///
/// With a = Z_k and b = Z_{M−k} of the transform Z of window + i·span, that product is
/// Im(a·b)/2 − i·(|a|² − |b|²)/4.
#[multiversion(targets("x86_64+avx2"))]
fn cross_spectra(
    [first_re, first_im]: [&[f32]; 2],
    [second_re, second_im]: [&[f32]; 2],
    gains: [f32; FRAMES],
    products: &mut [Complex<f32>],
) {
    let product = |a_re: f32, a_im: f32, b_re: f32, b_im: f32, gain: f32| {
        let re = 0.5 * gain * (a_re * b_im + a_im * b_re);
        let im = -0.25 * gain * ((a_re * a_re + a_im * a_im) - (b_re * b_re + b_im * b_im));
        (re, im)
    };
    let ahead = first_re.iter().zip(first_im).zip(second_re.iter().zip(second_im));
    let behind =
        first_re.iter().rev().zip(first_im.iter().rev()).zip(second_re.iter().rev().zip(second_im.iter().rev()));
    for (out, (((a_re, a_im), (c_re, c_im)), ((b_re, b_im), (d_re, d_im)))) in
        products.iter_mut().zip(ahead.zip(behind))
    {
        let (re, im) = product(*a_re, *a_im, *b_re, *b_im, gains[0]);
        let (other_re, other_im) = product(*c_re, *c_im, *d_re, *d_im, gains[1]);
        *out = Complex { re: re - other_im, im: im + other_re };
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn subtract(samples: &[f32], mean: f64, centred: &mut [f32]) {
    for (centred, &x) in centred.iter_mut().zip(samples) {
        *centred = (f64::from(x) - mean) as f32;
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
                // Beside it a frame that is 120 dB louder, or nothing.
                let loud: Vec<f32> = samples.iter().rev().map(|x| 1e6 * x).collect();
                let silence = vec![0.0; samples.len()];
                for place in 0..FRAMES {
                    for other in [&loud, &silence] {
                        let mut spans = [other.as_slice(); FRAMES];
                        spans[place] = &samples;
                        for (actual, expected) in difference.compute(spans)[place].iter().zip(&expected) {
                            assert_abs_diff_eq!(*actual, *expected, epsilon = 3e-6 * power);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_constant_differs_nowhere() {
        let mut difference = DifferenceFunction::new(1024, 340);
        for level in [0.0, 0.1, -1.0 / 3.0, 1e5] {
            assert!(difference.compute([&[level; 1364]; FRAMES]).into_iter().flatten().all(|&d| d == 0.0));
        }
    }

    #[test]
    fn lengths_are_smooth_and_long_enough() {
        assert_eq!([1, 16, 17, 1364, 1485].map(fast_length), [16, 16, 32, 1440, 1536]);
    }
}
