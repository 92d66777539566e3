//! Windowed real FFT to power: the one place where spectra are computed.

use std::sync::Arc;

use multiversion::multiversion;
use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex};

/// Computes |FFT(w·x)|² of frames of one size.
pub struct PowerSpectrum {
    plan: Arc<dyn RealToComplex<f32>>,
    window: Box<[f32]>,
    windowed: Box<[f32]>,
    spectrum: Box<[Complex<f32>]>,
    scratch: Box<[Complex<f32>]>,
}

impl PowerSpectrum {
    /// A plan for frames of `window.len()` samples (even).
    #[must_use]
    pub fn new(window: Box<[f32]>) -> Self {
        let plan = RealFftPlanner::new().plan_fft_forward(window.len());
        Self {
            windowed: vec![0.0; window.len()].into(),
            spectrum: plan.make_output_vec().into(),
            scratch: plan.make_scratch_vec().into(),
            window,
            plan,
        }
    }

    /// Power of the bins 0 … `power.len() − 1` of `samples` (as many as the window).
    ///
    /// # Panics
    /// When a length does not match the plan.
    pub fn compute(&mut self, samples: &[f32], power: &mut [f32]) {
        assert_eq!(samples.len(), self.window.len());
        apply_window(samples, &self.window, &mut self.windowed);
        self.plan
            .process_with_scratch(&mut self.windowed, &mut self.spectrum, &mut self.scratch)
            .expect("buffers were made by this plan");
        squared_magnitudes(&self.spectrum, power);
    }
}

/// |X| from |X|², bin by bin.
#[multiversion(targets("x86_64+avx2"))]
pub fn magnitudes(power: &[f32], magnitude: &mut [f32]) {
    for (out, power) in magnitude.iter_mut().zip(power) {
        *out = power.sqrt();
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn apply_window(samples: &[f32], window: &[f32], windowed: &mut [f32]) {
    for ((out, &sample), &weight) in windowed.iter_mut().zip(samples).zip(window) {
        *out = sample * weight;
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn squared_magnitudes(spectrum: &[Complex<f32>], power: &mut [f32]) {
    for (out, bin) in power.iter_mut().zip(spectrum) {
        *out = bin.re * bin.re + bin.im * bin.im;
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
            let mut power = vec![0.0; length / 2 + 1];
            PowerSpectrum::new(window.clone().into()).compute(&samples, &mut power);
            let mut magnitude = vec![0.0; power.len()];
            magnitudes(&power, &mut magnitude);
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
