//! A low-pass without delay that keeps the rate.

use crate::kernel::resample::{
    fir::{Phase, convolve},
    kaiser::low_pass,
};

/// Removes what lies above an edge. Before its start and after its end the stream is taken as zero.
pub struct LowPass {
    taps: Box<[f32]>,
    /// Samples still needed; before the first sample come as many zeros as taps on one side.
    samples: Phase,
    output: Vec<f32>,
}

impl LowPass {
    /// A low-pass with edges as fractions of the rate.
    #[must_use]
    pub fn new(pass: f64, stop: f64, attenuation_db: f64) -> Self {
        let taps = low_pass(pass, stop, attenuation_db).into_iter().map(|tap| tap as f32).collect();
        let mut filter = Self { taps, samples: Phase::default(), output: Vec::new() };
        filter.reset();
        filter
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        self.samples.filled = 0;
        self.samples.extend(self.taps.len() / 2).fill(0.0);
    }

    /// Adds samples and returns the outputs that they complete.
    pub fn add_samples(&mut self, samples: &[f32]) -> &[f32] {
        self.samples.extend(samples.len()).copy_from_slice(samples);
        self.filter()
    }

    /// Ends the stream: the rest of its outputs, of which there are as many as samples.
    pub fn finish(&mut self) -> &[f32] {
        self.samples.extend(self.taps.len() / 2).fill(0.0);
        self.filter()
    }

    fn filter(&mut self) -> &[f32] {
        let outputs = (self.samples.filled + 1).saturating_sub(self.taps.len());
        if self.output.len() < outputs {
            self.output.resize(outputs, 0.0);
        }
        let output = &mut self.output[..outputs];
        if outputs > 0 {
            let samples = self.samples.samples();
            convolve(output, samples, &self.taps, samples, &[]);
            self.samples.drop_first(outputs);
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use approx::assert_abs_diff_eq;

    use super::*;

    fn filtered(samples: &[f32], run: usize) -> Vec<f32> {
        let mut filter = LowPass::new(20.0 / 64.0, 22.05 / 64.0, 90.0);
        let mut output = Vec::new();
        for samples in samples.chunks(run) {
            output.extend_from_slice(filter.add_samples(samples));
        }
        output.extend_from_slice(filter.finish());
        output
    }

    #[test]
    fn the_pass_band_stays_in_place_and_the_rest_goes() {
        for (frequency, gain) in [(0.0, 1.0), (1.0, 1.0), (20.0, 1.0), (22.05, 0.0), (25.0, 0.0), (32.0, 0.0)] {
            let cosine: Vec<f32> = (0..2_000).map(|n| (TAU * frequency / 64.0 * f64::from(n)).cos() as f32).collect();
            let output = filtered(&cosine, 300);
            assert_eq!(output.len(), cosine.len());
            for (actual, x) in output.iter().zip(&cosine).skip(200).take(1_600) {
                // 90 dB of ripple, and f32.
                assert_abs_diff_eq!(*actual, gain * x, epsilon = 5e-5);
            }
        }
    }

    #[test]
    fn runs_change_no_bit() {
        let samples: Vec<f32> = (0..999).map(|n| (n * n % 101) as f32).collect();
        for run in [1, 7, 500] {
            assert_eq!(filtered(&samples, run), filtered(&samples, 999));
        }
        assert_eq!(filtered(&[], 1), []);
    }
}
