//! What lies above hearing is taken away at high rates, before anything is measured.
//!
//! A 96 kHz master must read like its 44.1 kHz version, and one-bit audio (DSD) carries most of its power as noise
//! above 25 kHz. Halving the rate while it stays at 44.1 kHz or above, with linear-phase filters, removes that and
//! makes everything after it cheaper. Rates up to 50 kHz pass untouched.

use crate::{
    kernel::resample::{decimate::Decimator, low_pass::LowPass},
    layout::MAX_CHANNELS,
    staging::Staging,
};

/// The pass band ends here, above the highest frequency of any band.
const PASS_HZ: f64 = 21_000.0;
/// The stop band begins here, or at half the new rate if that is higher. At 44.1 kHz it is the image of the pass band's
/// end: what folds back stays above 21 kHz.
const MIN_STOP_HZ: f64 = 23_100.0;
/// Lowest rate after halving.
const MIN_HALVED_RATE_HZ: u32 = 44_100;
/// Highest rate that needs no filter: little lies between 22.05 and 25 kHz.
const MAX_PLAIN_RATE_HZ: u32 = 50_000;
/// Attenuation in dB: noise of full scale becomes less than a bit of 16.
const ATTENUATION_DB: f64 = 100.0;

/// Samples of the stream that are taken at a time.
pub(crate) const CHUNK: usize = 8192;

/// Brings the channels of a stream to the rate of the analysis.
pub(crate) struct AudibleBand {
    /// The stream, in chunks that do not depend on the caller's blocks.
    staging: Staging,
    channels: Box<[Channel]>,
}

struct Channel {
    decimator: Decimator,
    low_pass: Option<LowPass>,
    output: Vec<f32>,
}

/// How often a rate is halved: as long as at least 44.1 kHz and whole hertz are left.
fn halvings(rate_hz: u32) -> u32 {
    let (mut rate_hz, mut count) = (rate_hz, 0);
    while rate_hz.is_multiple_of(2) && rate_hz / 2 >= MIN_HALVED_RATE_HZ {
        rate_hz /= 2;
        count += 1;
    }
    count
}

impl AudibleBand {
    /// The rate of the analysis, in Hz, and the filters that lead to it; `None` if there is nothing to take away.
    pub(crate) fn new(rate_hz: u32, channels: usize) -> (u32, Option<Self>) {
        if rate_hz <= MAX_PLAIN_RATE_HZ {
            return (rate_hz, None);
        }
        let halvings = halvings(rate_hz);
        let analysed_hz = rate_hz >> halvings;
        let rate = f64::from(analysed_hz);
        let halved = [PASS_HZ / rate, (MIN_STOP_HZ / rate).max(0.5)];
        let channel = || Channel {
            decimator: Decimator::with_edges(halvings, halved, ATTENUATION_DB),
            low_pass: (analysed_hz > MAX_PLAIN_RATE_HZ)
                .then(|| LowPass::new(PASS_HZ / rate, MIN_STOP_HZ / rate, ATTENUATION_DB)),
            output: Vec::new(),
        };
        let band =
            Self { staging: Staging::unmixed(channels, CHUNK), channels: (0..channels).map(|_| channel()).collect() };
        (analysed_hz, Some(band))
    }

    /// Forgets the stream.
    pub(crate) fn reset(&mut self) {
        self.staging.clear();
        for channel in &mut self.channels {
            channel.decimator.reset();
            channel.low_pass.iter_mut().for_each(LowPass::reset);
        }
    }

    /// Copies samples of `planar` from `from` on until a chunk is full; see [`Staging::fill`].
    pub(crate) fn fill(&mut self, planar: &[&[f32]], from: usize) -> (usize, u64) {
        self.staging.fill(planar, from)
    }

    /// The chunk that is being filled, and whether it is full.
    pub(crate) fn chunk(&self) -> (&Staging, bool) {
        (&self.staging, self.staging.is_full())
    }

    /// Filters the chunk; [`Self::output`] is what it completes.
    pub(crate) fn take_chunk(&mut self) {
        for (channel, samples) in self.channels.iter_mut().zip(self.staging.channels()) {
            let Channel { decimator, low_pass, output } = channel;
            output.clear();
            decimator.add_samples(samples, |halved| match low_pass {
                Some(low_pass) => output.extend_from_slice(low_pass.add_samples(halved)),
                None => output.extend_from_slice(halved),
            });
        }
        self.staging.clear();
    }

    /// Ends the stream; [`Self::output`] is the rest of it.
    pub(crate) fn finish(&mut self) {
        for Channel { decimator, low_pass, output } in &mut self.channels {
            output.clear();
            decimator.finish(|halved| match low_pass {
                Some(low_pass) => output.extend_from_slice(low_pass.add_samples(halved)),
                None => output.extend_from_slice(halved),
            });
            if let Some(low_pass) = low_pass {
                output.extend_from_slice(low_pass.finish());
            }
        }
    }

    /// What the last call completed; only the first slices, as many as channels, are in use.
    pub(crate) fn output(&self) -> [&[f32]; MAX_CHANNELS] {
        let mut slices: [&[f32]; MAX_CHANNELS] = [&[]; MAX_CHANNELS];
        for (slice, channel) in slices.iter_mut().zip(&self.channels) {
            *slice = &channel.output;
        }
        slices
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_halved_down_to_44_1_or_48_khz() {
        for (rate, analysed) in [
            (44_100, 44_100),
            (48_000, 48_000),
            (64_000, 64_000),
            (88_200, 44_100),
            (96_000, 48_000),
            (176_400, 44_100),
            (192_000, 48_000),
            (352_800, 44_100),
            (768_000, 48_000),
            (96_001, 96_001),
        ] {
            let (rate_hz, band) = AudibleBand::new(rate, 2);
            assert_eq!((rate_hz, band.is_some()), (analysed, rate > 50_000), "{rate} Hz");
        }
    }

    #[test]
    fn a_stream_keeps_its_length() {
        for rate in [64_000, 88_200, 192_000] {
            let (analysed, band) = AudibleBand::new(rate, 1);
            let (mut band, factor) = (band.unwrap(), (rate / analysed) as usize);
            for length in [0_usize, 1, 2, 3, 1_000, 4_001] {
                band.reset();
                let samples = vec![1.0; length];
                let mut found = 0;
                for run in samples.chunks(700) {
                    assert_eq!(band.fill(&[run], 0), (run.len(), 0));
                    band.take_chunk();
                    found += band.output()[0].len();
                }
                band.finish();
                assert_eq!(found + band.output()[0].len(), length.div_ceil(factor), "{rate} Hz");
            }
        }
    }
}
