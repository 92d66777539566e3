//! YIN's difference function by FFT, two frames at a time.

use std::sync::Arc;

use multiversion::multiversion;
use realfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::kernel::lane_sum::{running_sum, sum_f64, sum_squares_f64};

/// A difference below this share of the span's power is rounding of the f32 transforms.
const ROUNDING: f64 = 1e-6;
/// Number of frames that share an inverse transform.
pub const FRAMES: usize = 2;

/// d(τ) = Σ_{j<W} (x_j − x_{j+τ})² for τ = 0 … the longest lag, from W + longest lag samples.
///
/// Computed as Σx_j² + Σx_{j+τ}² − 2·Σx_j·x_{j+τ}. The last sum is the product of the spectra of the window and of
/// the whole span, which one complex transform of window + i·span gives together. The correlations of two
/// frames, being real, are the real and imaginary parts of one inverse transform. Each is scaled to unit power first,
/// so that the rounding of a loud frame does not disturb a quiet one. The mean of the span is subtracted before: it
/// cancels in every difference, but a large mean would make them inexact in f32.
pub struct DifferenceFunction {
    window: usize,
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    frames: [Frame; FRAMES],
    /// Window + i·span, then the two correlations' spectra.
    packed: Box<[Complex<f32>]>,
    /// The two correlations.
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
    /// Transform of window + i·span.
    transform: Box<[Complex<f32>]>,
    differences: Box<[f64]>,
}

impl DifferenceFunction {
    /// For an integration window of `window` samples and lags up to `max_lag`.
    #[must_use]
    pub fn new(window: usize, max_lag: usize) -> Self {
        // With this length, negative lags wrap around to positions beyond the longest lag.
        let length = fast_length(window + max_lag);
        let mut planner = FftPlanner::new();
        let forward = planner.plan_fft_forward(length);
        let inverse = planner.plan_fft_inverse(length);
        let scratch = forward.get_outofplace_scratch_len().max(inverse.get_outofplace_scratch_len());
        let frame = || Frame {
            centred: vec![0.0; window + max_lag].into(),
            own: 0.0,
            beyond: 0.0,
            transform: vec![Complex::default(); length].into(),
            differences: vec![0.0; max_lag + 1].into(),
        };
        Self {
            window,
            frames: [frame(), frame()],
            packed: vec![Complex::default(); length].into(),
            transform: vec![Complex::default(); length].into(),
            scratch: vec![Complex::default(); scratch].into(),
            correlations: [vec![0.0; max_lag + 1].into(), vec![0.0; max_lag + 1].into()],
            forward,
            inverse,
        }
    }

    /// Samples of a span.
    #[must_use]
    pub fn span_length(&self) -> usize {
        self.frames[0].centred.len()
    }

    /// The differences of two spans by lag, from 0 on; exactly 0 if they are below the rounding of the transforms.
    ///
    /// # Panics
    /// When a span is not [`Self::span_length`] long.
    pub fn compute(&mut self, spans: [&[f32]; FRAMES]) -> [&[f64]; FRAMES] {
        for (frame, span) in self.frames.iter_mut().zip(spans) {
            frame.centre(span, self.window);
            pack(&frame.centred, self.window, &mut self.packed);
            self.forward.process_outofplace_with_scratch(&mut self.packed, &mut frame.transform, &mut self.scratch);
        }
        let [first, second] = &self.frames;
        let gains = [first.gain(), second.gain()];
        // Bin 0 is its own partner.
        let product = |frame: &Frame, gain: f32| gain * frame.transform[0].re * frame.transform[0].im;
        self.packed[0] = Complex { re: product(first, gains[0]), im: product(second, gains[1]) };
        cross_spectra(&first.transform[1..], &second.transform[1..], gains, &mut self.packed[1..]);
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

    /// The factor that scales the power of the frame to 1; 0 if the power is too small for f32.
    fn gain(&self) -> f32 {
        let power = (self.own + self.beyond) as f32;
        if power > f32::MIN_POSITIVE { 1.0 / power } else { 0.0 }
    }

    /// Differences from the window's power, that of the shifted window, and the scaled correlation.
    fn subtract_correlation(&mut self, correlation: &[f32], scale: f64, window: usize) {
        let floor = ROUNDING * (self.own + self.beyond);
        let changes = &mut self.differences[1..];
        subtract_squares(&self.centred[window..], &self.centred, changes);
        running_sum(changes, self.own);
        for difference in changes {
            *difference += self.own;
        }
        subtract_scaled(&mut self.differences, correlation, scale, floor);
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
    first: &[Complex<f32>],
    second: &[Complex<f32>],
    [first_gain, second_gain]: [f32; FRAMES],
    products: &mut [Complex<f32>],
) {
    let first = first.iter().zip(first.iter().rev());
    let second = second.iter().zip(second.iter().rev());
    for (out, ((a, b), (c, d))) in products.iter_mut().zip(first.zip(second)) {
        let re = 0.5 * first_gain * (a.re * b.im + a.im * b.re);
        let im = -0.25 * first_gain * ((a.re * a.re + a.im * a.im) - (b.re * b.re + b.im * b.im));
        let other_re = 0.5 * second_gain * (c.re * d.im + c.im * d.re);
        let other_im = -0.25 * second_gain * ((c.re * c.re + c.im * c.im) - (d.re * d.re + d.im * d.im));
        *out = Complex { re: re - other_im, im: im + other_re };
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn subtract(samples: &[f32], mean: f64, centred: &mut [f32]) {
    for (centred, &x) in centred.iter_mut().zip(samples) {
        *centred = (f64::from(x) - mean) as f32;
    }
}

/// entering² − leaving², pair by pair.
#[multiversion(targets("x86_64+avx2"))]
fn subtract_squares(entering: &[f32], leaving: &[f32], differences: &mut [f64]) {
    let square = |x: f32| f64::from(x) * f64::from(x);
    for (difference, (&entering, &leaving)) in differences.iter_mut().zip(entering.iter().zip(leaving)) {
        *difference = square(entering) - square(leaving);
    }
}

/// powers ← powers − scale · correlation, or 0 if that is not above the floor.
#[multiversion(targets("x86_64+avx2"))]
fn subtract_scaled(powers: &mut [f64], correlation: &[f32], scale: f64, floor: f64) {
    for (power, &correlation) in powers.iter_mut().zip(correlation) {
        let exact = *power - scale * f64::from(correlation);
        *power = if exact > floor { exact } else { 0.0 };
    }
}

/// The smallest multiple of 16 that has no prime factor above 5 and is at least `min`: a fast length for transforms.
fn fast_length(min: usize) -> usize {
    let is_smooth = |mut n: usize| {
        for prime in [2, 3, 5] {
            while n.is_multiple_of(prime) {
                n /= prime;
            }
        }
        n == 1
    };
    let mut length = min.max(1).next_multiple_of(16);
    while !is_smooth(length) {
        length += 16;
    }
    length
}

#[cfg(test)]
mod tests;
