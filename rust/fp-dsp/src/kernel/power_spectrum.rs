//! Windowed real FFT to power: the one place where spectra are computed.

use std::sync::Arc;

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
        for ((out, &sample), &weight) in self.windowed.iter_mut().zip(samples).zip(&self.window) {
            *out = sample * weight;
        }
        self.plan
            .process_with_scratch(&mut self.windowed, &mut self.spectrum, &mut self.scratch)
            .expect("buffers were made by this plan");
        for (out, bin) in power.iter_mut().zip(&self.spectrum) {
            *out = bin.re * bin.re + bin.im * bin.im;
        }
    }
}
