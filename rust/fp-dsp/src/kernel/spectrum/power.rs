//! Power spectra by windowed real FFT; all spectra of the pass are computed here.
//!
//! The samples are read as half as many complex numbers z_n = x_2n + i·x_2n+1, whose transform Z holds
//! those of the even and the odd samples: E_k = (Z_k + Z*_M−k) / 2, O_k = (Z_k − Z*_M−k) / 2i. Then
//! X_k = E_k + w_k·O_k and X_M−k = (E_k − w_k·O_k)*, w_k = exp(−iπk/M), so that one product gives the
//! power of two bins and no spectrum is stored.

use std::{f64::consts::PI, sync::Arc};

use multiversion::multiversion;
use realfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::kernel::aligned::Aligned;

/// Computes |FFT(w·x)|² of frames of one size, 2·M.
pub struct PowerSpectrum {
    plan: Arc<dyn Fft<f32>>,
    window: Aligned<f32>,
    windowed: Aligned<Complex<f32>>,
    transform: Aligned<Complex<f32>>,
    scratch: Aligned<Complex<f32>>,
    /// w_k for k = 1 … M/2 − 1.
    twiddles: Twiddles,
    power: Aligned<f32>,
}

/// Real and imaginary parts are stored apart, so that a vector register has only one kind.
struct Twiddles {
    re: Box<[f32]>,
    im: Box<[f32]>,
}

impl PowerSpectrum {
    /// A plan for frames as long as the window (a multiple of 4 samples).
    #[must_use]
    pub fn new(window: impl IntoIterator<Item = f32>) -> Self {
        let window: Aligned<f32> = window.into_iter().collect();
        let half = window.len() / 2;
        let plan = FftPlanner::new().plan_fft_forward(half);
        let angle = |k: usize| -PI * k as f64 / half as f64;
        Self {
            windowed: Aligned::new(half),
            transform: Aligned::new(half),
            scratch: Aligned::new(plan.get_outofplace_scratch_len()),
            twiddles: Twiddles {
                re: (1..half / 2).map(|k| angle(k).cos() as f32).collect(),
                im: (1..half / 2).map(|k| angle(k).sin() as f32).collect(),
            },
            power: Aligned::new(half + 1),
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
        // Bin 0 is the sum of all samples, bin M that of the even ones less the odd ones.
        let Complex { re, im } = self.transform[0];
        let half = self.transform.len();
        (self.power[0], self.power[half]) = ((re + im) * (re + im), (re - im) * (re - im));
        // Bin M/2 is its own partner.
        let middle = half / 2;
        self.power[middle] = self.transform[middle].norm_sqr();
        let (lower, upper) = self.power[1..half].split_at_mut(middle);
        power_of_pairs(
            [&self.transform[1..middle], &self.transform[middle + 1..]],
            [&self.twiddles.re, &self.twiddles.im],
            &mut lower[..middle - 1],
            upper,
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

/// Power of the bins k = 1 … M/2 − 1 (`lower`) and, backwards, M − k (`upper`) from those bins of Z and w_k.
///
/// Written as one loop over separate slices, which the compiler turns into vectors of eight pairs.
#[multiversion(targets("x86_64+avx2"))]
fn power_of_pairs(
    [ahead, behind]: [&[Complex<f32>]; 2],
    [w_re, w_im]: [&[f32]; 2],
    lower: &mut [f32],
    upper: &mut [f32],
) {
    let pairs = ahead.iter().zip(behind.iter().rev());
    let found = lower.iter_mut().zip(upper.iter_mut().rev());
    for (((a, b), (w_re, w_im)), (lower, upper)) in pairs.zip(w_re.iter().zip(w_im)).zip(found) {
        // Twice E and O.
        let (e_re, e_im) = (a.re + b.re, a.im - b.im);
        let (o_re, o_im) = (a.im + b.im, b.re - a.re);
        let (t_re, t_im) = (w_re * o_re - w_im * o_im, w_re * o_im + w_im * o_re);
        let (x_re, x_im) = (e_re + t_re, e_im + t_im);
        let (y_re, y_im) = (e_re - t_re, e_im - t_im);
        *lower = 0.25 * (x_re * x_re + x_im * x_im);
        *upper = 0.25 * (y_re * y_re + y_im * y_im);
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
            let mut spectrum = PowerSpectrum::new(window.clone());
            let (first, second) = samples.split_at(length / 4 * 2);
            let power = spectrum.compute([first, second]);
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
