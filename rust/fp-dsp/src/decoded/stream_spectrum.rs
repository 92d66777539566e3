//! The spectrum of a high rate as it was decoded: the long frames see nothing above 21 kHz of it.

use std::f64::consts::PI;

use crate::{
    fingerprint::SpectrumEnd,
    group::bandwidth::Bandwidth,
    kernel::{aligned::Aligned, spectrum::power::PowerSpectrum},
};

/// One chunk of so many is looked at: enough to meet loud passages, and almost free.
const CHUNKS_PER_FRAME: u64 = 8;

/// The spectrum of the mean of the first two channels.
pub(crate) struct StreamSpectrum {
    mid: Aligned<f32>,
    spectrum: PowerSpectrum,
    bandwidth: Bandwidth,
    chunks: u64,
}

impl StreamSpectrum {
    /// For streams that come in chunks of `chunk` samples.
    pub(crate) fn new(rate_hz: u32, chunk: usize) -> Self {
        let rate_hz = f64::from(rate_hz);
        let window = (0..chunk).map(|n| (PI * (n as f64 + 0.5) / chunk as f64).sin() as f32);
        Self {
            mid: Aligned::new(chunk),
            spectrum: PowerSpectrum::new(window),
            bandwidth: Bandwidth::new(rate_hz / chunk as f64, rate_hz / 2.0, chunk / 2 + 1),
            chunks: 0,
        }
    }

    pub(crate) fn reset(&mut self) {
        self.bandwidth.reset();
        self.chunks = 0;
    }

    /// Adds a chunk; a shorter one, the last, is left out.
    pub(crate) fn add_chunk(&mut self, channels: &[&[f32]]) {
        let index = self.chunks;
        self.chunks += 1;
        let (Some(left), right) = (channels.first(), channels.get(1)) else { return };
        if !index.is_multiple_of(CHUNKS_PER_FRAME) || left.len() < self.mid.len() {
            return;
        }
        for (mid, (l, r)) in self.mid.iter_mut().zip(left.iter().zip(*right.unwrap_or(left))) {
            *mid = 0.5 * (l + r);
        }
        self.bandwidth.add_power(self.spectrum.compute([&self.mid, &[]]));
    }

    pub(crate) fn finish(&self) -> Option<SpectrumEnd> {
        self.bandwidth.finish()
    }
}
