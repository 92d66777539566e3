//! Unbiased normalised autocorrelation of the tempo envelope.
//!
//! A(l) = (Σ_t x_t·x_{t+l} / (n − l)) / (Σ_t x_t² / n), x = e minus its mean; A(0) = 1. Only the lags
//! that the tempo needs are computed, from FFTs of one size, block by block, so that time grows with the
//! track and memory does not.

use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex};

/// Computes A(0) … A(`max_lag`).
pub struct Autocorrelation {
    max_lag: usize,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    samples: Box<[f64]>,
    block_spectrum: Box<[Complex<f64>]>,
    reach_spectrum: Box<[Complex<f64>]>,
    cross_spectrum: Box<[Complex<f64>]>,
    scratch: Box<[Complex<f64>]>,
    values: Vec<f64>,
}

impl Autocorrelation {
    /// A plan for lags up to `max_lag` frames.
    #[must_use]
    pub fn new(max_lag: usize) -> Self {
        let size = (3 * max_lag.max(1)).next_power_of_two();
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        let spectrum = || vec![Complex::default(); size / 2 + 1].into_boxed_slice();
        Self {
            max_lag,
            forward,
            inverse,
            samples: vec![0.0; size].into(),
            block_spectrum: spectrum(),
            reach_spectrum: spectrum(),
            cross_spectrum: spectrum(),
            scratch: vec![Complex::default(); scratch].into(),
            values: Vec::with_capacity(max_lag + 1),
        }
    }

    /// A(l) for l = 0 … min(`max_lag`, n − 1); all are 0 if the envelope is constant, and there are none if it is
    /// empty.
    pub fn compute(&mut self, envelope: &[f32]) -> &[f64] {
        self.values.clear();
        let n = envelope.len();
        if n == 0 {
            return &self.values;
        }
        let mean = envelope.iter().map(|&e| f64::from(e)).sum::<f64>() / n as f64;
        let energy = envelope.iter().map(|&e| (f64::from(e) - mean).powi(2)).sum::<f64>();
        let lags = self.max_lag.min(n - 1) + 1;
        if energy <= 0.0 {
            self.values.resize(lags, 0.0);
            return &self.values;
        }
        self.cross_spectrum.fill(Complex::default());
        // Each block is compared with itself and the `max_lag` frames after it, so that none of these lags wraps
        // around.
        let block = self.samples.len() - self.max_lag;
        for start in (0..n).step_by(block) {
            let forward = &*self.forward;
            let block_end = (start + block).min(n);
            let reach_end = (start + self.samples.len()).min(n);
            center_into(&mut self.samples, &envelope[start..block_end], mean);
            forward
                .process_with_scratch(&mut self.samples, &mut self.block_spectrum, &mut self.scratch)
                .expect("buffers were made for this plan");
            center_into(&mut self.samples, &envelope[start..reach_end], mean);
            forward
                .process_with_scratch(&mut self.samples, &mut self.reach_spectrum, &mut self.scratch)
                .expect("buffers were made for this plan");
            let spectra = self.block_spectrum.iter().zip(&self.reach_spectrum);
            for (sum, (block_bin, reach_bin)) in self.cross_spectrum.iter_mut().zip(spectra) {
                *sum += block_bin.conj() * reach_bin;
            }
        }
        // Must be 0 for the inverse transform, but rounding may leave a remainder.
        self.cross_spectrum[0].im = 0.0;
        self.cross_spectrum[self.samples.len() / 2].im = 0.0;
        self.inverse
            .process_with_scratch(&mut self.cross_spectrum, &mut self.samples, &mut self.scratch)
            .expect("buffers were made for this plan");
        let scale = n as f64 / (energy * self.samples.len() as f64);
        self.values.extend(self.samples[..lags].iter().enumerate().map(|(lag, sum)| sum * scale / (n - lag) as f64));
        &self.values
    }
}

/// Fills `samples` with the envelope minus its mean, then zeros.
fn center_into(samples: &mut [f64], envelope: &[f32], mean: f64) {
    let (filled, beyond) = samples.split_at_mut(envelope.len());
    for (sample, &e) in filled.iter_mut().zip(envelope) {
        *sample = f64::from(e) - mean;
    }
    beyond.fill(0.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blockwise_fft_equals_the_plain_sums_for_every_length() {
        let mut autocorrelation = Autocorrelation::new(100);
        for length in [1, 2, 99, 100, 101, 412, 413, 2_000] {
            let envelope: Vec<f32> = (0..length).map(|t| (t * 7919 % 1009) as f32).collect();
            let mean = envelope.iter().map(|&e| f64::from(e)).sum::<f64>() / length as f64;
            let x: Vec<f64> = envelope.iter().map(|&e| f64::from(e) - mean).collect();
            let energy = x.iter().map(|v| v * v).sum::<f64>() / length as f64;
            let values = autocorrelation.compute(&envelope);
            assert_eq!(values.len(), 101.min(length));
            for (lag, &value) in values.iter().enumerate() {
                let sum: f64 = x.iter().zip(&x[lag..]).map(|(a, b)| a * b).sum();
                let expected = if energy > 0.0 { sum / (length - lag) as f64 / energy } else { 0.0 };
                approx::assert_abs_diff_eq!(value, expected, epsilon = 1e-9);
            }
        }
    }

    #[test]
    fn constant_envelopes_correlate_with_nothing() {
        let mut autocorrelation = Autocorrelation::new(10);
        assert_eq!(autocorrelation.compute(&[3.0; 50]), [0.0; 11]);
        assert!(autocorrelation.compute(&[]).is_empty());
    }
}
