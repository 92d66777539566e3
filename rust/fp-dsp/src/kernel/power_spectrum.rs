//! Windowed real FFT to power: the one place where spectra are computed.
//!
//! The samples are read as half as many complex numbers z_n = x_2n + i·x_2n+1, whose transform Z holds
//! those of the even and the odd samples: E_k = (Z_k + Z*_M−k) / 2, O_k = (Z_k − Z*_M−k) / 2i. Then
//! X_k = E_k + w_k·O_k and X_M−k = (E_k − w_k·O_k)*, w_k = exp(−iπk/M), so that one product gives the
//! power of two bins and no spectrum is stored.

use std::{f64::consts::PI, sync::Arc};

use multiversion::multiversion;
use realfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

/// Computes |FFT(w·x)|² of frames of one size, 2·M.
pub struct PowerSpectrum {
    plan: Arc<dyn Fft<f32>>,
    window: Box<[f32]>,
    windowed: Box<[Complex<f32>]>,
    transform: Box<[Complex<f32>]>,
    scratch: Box<[Complex<f32>]>,
    /// Real and imaginary parts of the transform.
    parts: Parts,
    /// w_k for k = 1 … M/2.
    twiddles: Parts,
    power: Box<[f32]>,
}

/// Real and imaginary parts, apart: a vector register then holds one kind.
struct Parts {
    re: Box<[f32]>,
    im: Box<[f32]>,
}

impl PowerSpectrum {
    /// A plan for frames of `window.len()` samples (a multiple of 4).
    #[must_use]
    pub fn new(window: Box<[f32]>) -> Self {
        let half = window.len() / 2;
        let plan = FftPlanner::new().plan_fft_forward(half);
        let angle = |k: usize| -PI * k as f64 / half as f64;
        Self {
            windowed: vec![Complex::default(); half].into(),
            transform: vec![Complex::default(); half].into(),
            scratch: vec![Complex::default(); plan.get_outofplace_scratch_len()].into(),
            parts: Parts { re: vec![0.0; half].into(), im: vec![0.0; half].into() },
            twiddles: Parts {
                re: (1..=half / 2).map(|k| angle(k).cos() as f32).collect(),
                im: (1..=half / 2).map(|k| angle(k).sin() as f32).collect(),
            },
            power: vec![0.0; half + 1].into(),
            window,
            plan,
        }
    }

    /// Power of the bins 0 … M of a frame given in two parts: as many samples as the window, the first part
    /// an even number of them.
    ///
    /// # Panics
    /// When there are more or fewer samples.
    pub fn compute(&mut self, [first, second]: [&[f32]; 2]) -> &[f32] {
        assert!(first.len().is_multiple_of(2) && first.len() + second.len() == self.window.len());
        let (window, later_window) = self.window.split_at(first.len());
        let (windowed, later_windowed) = self.windowed.split_at_mut(first.len() / 2);
        apply_window(first, window, windowed);
        apply_window(second, later_window, later_windowed);
        self.plan.process_outofplace_with_scratch(&mut self.windowed, &mut self.transform, &mut self.scratch);
        separate(&self.transform, &mut self.parts.re, &mut self.parts.im);
        let (re, im) = (&self.parts.re, &self.parts.im);
        // Bin 0 is the sum of all samples, bin M that of the even ones less the odd ones.
        let (first, last) = (re[0] + im[0], re[0] - im[0]);
        let (lower, upper) = self.power.split_at_mut(re.len() / 2 + 1);
        (lower[0], upper[upper.len() - 1]) = (first * first, last * last);
        let within = upper.len() - 1;
        power_of_pairs(
            [&re[1..], &im[1..]],
            [&self.twiddles.re, &self.twiddles.im],
            &mut lower[1..],
            &mut upper[..within],
        );
        &self.power
    }
}

/// |X| from |X|², bin by bin.
#[multiversion(targets("x86_64+avx2"))]
pub fn magnitudes(power: &[f32], magnitude: &mut [f32]) {
    for (out, power) in magnitude.iter_mut().zip(power) {
        *out = power.sqrt();
    }
}

/// Pairs of weighted samples as complex numbers.
#[multiversion(targets("x86_64+avx2"))]
fn apply_window(samples: &[f32], window: &[f32], windowed: &mut [Complex<f32>]) {
    let weighted = samples.as_chunks::<2>().0.iter().zip(window.as_chunks::<2>().0);
    for (out, ([even, odd], [even_weight, odd_weight])) in windowed.iter_mut().zip(weighted) {
        *out = Complex { re: even * even_weight, im: odd * odd_weight };
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn separate(transform: &[Complex<f32>], re: &mut [f32], im: &mut [f32]) {
    for ((bin, re), im) in transform.iter().zip(re).zip(im) {
        (*re, *im) = (bin.re, bin.im);
    }
}

/// Power of the bins k = 1 … M/2 (`lower`) and, backwards from the end, M − k (`upper`, which ends before
/// bin M/2) from Z_1 … Z_M−1 and w_k.
#[multiversion(targets("x86_64+avx2"))]
fn power_of_pairs([re, im]: [&[f32]; 2], [w_re, w_im]: [&[f32]; 2], lower: &mut [f32], upper: &mut [f32]) {
    let pair = |a_re: f32, a_im: f32, b_re: f32, b_im: f32, w_re: f32, w_im: f32| {
        // Twice E and O.
        let (e_re, e_im) = (a_re + b_re, a_im - b_im);
        let (o_re, o_im) = (a_im + b_im, b_re - a_re);
        let (t_re, t_im) = (w_re * o_re - w_im * o_im, w_re * o_im + w_im * o_re);
        let (x_re, x_im) = (e_re + t_re, e_im + t_im);
        let (y_re, y_im) = (e_re - t_re, e_im - t_im);
        (0.25 * (x_re * x_re + x_im * x_im), 0.25 * (y_re * y_re + y_im * y_im))
    };
    let pairs = upper.len();
    let last = re.len();
    let ahead = re[..pairs].iter().zip(&im[..pairs]);
    let behind = re[last - pairs..].iter().rev().zip(im[last - pairs..].iter().rev());
    let twiddles = w_re[..pairs].iter().zip(&w_im[..pairs]);
    let found = lower[..pairs].iter_mut().zip(upper.iter_mut().rev());
    for ((((&a_re, &a_im), (&b_re, &b_im)), (&w_re, &w_im)), (lower, upper)) in
        ahead.zip(behind).zip(twiddles).zip(found)
    {
        (*lower, *upper) = pair(a_re, a_im, b_re, b_im, w_re, w_im);
    }
    // Bin M/2 is its own partner.
    if let (Some(middle), Some(&a_re), Some(&a_im)) = (lower.get_mut(pairs), re.get(pairs), im.get(pairs)) {
        *middle = a_re * a_re + a_im * a_im;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_is_that_of_the_textbook_transform() {
        for length in [4, 12, 60, 140] {
            let samples: Vec<f32> = (0..length).map(|n| ((n * n * 37 + n) % 101) as f32 / 50.0 - 1.0).collect();
            let window: Vec<f32> = (0..length).map(|n| 0.5 + n as f32 / length as f32).collect();
            let mut spectrum = PowerSpectrum::new(window.clone().into());
            let power = spectrum.compute([&samples[..length / 4 * 2], &samples[length / 4 * 2..]]);
            assert_eq!(power.len(), length / 2 + 1);
            let mut magnitude = vec![0.0; power.len()];
            magnitudes(power, &mut magnitude);
            for (bin, (&found, &root)) in power.iter().zip(&magnitude).enumerate() {
                let (mut re, mut im) = (0.0, 0.0);
                for (n, (&x, &w)) in samples.iter().zip(&window).enumerate() {
                    let phase = std::f64::consts::TAU * (n * bin) as f64 / length as f64;
                    re += f64::from(x) * f64::from(w) * phase.cos();
                    im -= f64::from(x) * f64::from(w) * phase.sin();
                }
                // f32 rounding of about log2(length) stages on sums of up to `length`.
                let atol = 1e-5 * length as f64;
                approx::assert_abs_diff_eq!(f64::from(found), re * re + im * im, epsilon = atol);
                approx::assert_abs_diff_eq!(root * root, found, epsilon = 1e-6 * found.max(1.0));
            }
        }
    }
}
