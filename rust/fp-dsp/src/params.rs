//! Sizes that depend on the sample rate, so that frames last equally long at every rate.

/// Why a stream cannot be analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Sample rate outside the supported range.
    #[error("sample rate {actual} Hz is outside {min}-{max} Hz")]
    SampleRate {
        /// Declared rate in Hz.
        actual: u32,
        /// Lowest supported rate.
        min: u32,
        /// Highest supported rate.
        max: u32,
    },
    /// Number of channels outside 1–8.
    #[error("{actual} channels; 1 to 8 are supported")]
    Channels {
        /// Declared number of channels.
        actual: usize,
    },
}

/// Lowest supported rate; at lower rates frames have too few samples.
pub const MIN_RATE_HZ: u32 = 100;
/// Highest rate: 16 × 48 kHz, above every PCM master.
pub const MAX_RATE_HZ: u32 = 768_000;
/// Bins above this frequency are dropped first of all, so that 96 kHz masters match 44.1 kHz ones.
pub const MAX_BIN_HZ: f64 = 22_050.0;
/// Number of short hops in one chunk of the pass; a chunk is one long hop.
pub const HOPS_PER_CHUNK: usize = 16;

/// Frame sizes of one sample rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Params {
    /// Sample rate in Hz.
    pub rate_hz: u32,
    /// Short frame N in samples: the multiple of 4 without a prime factor above 7 nearest to 2048 · rate / 44100.
    pub frame: usize,
    /// Short hop H = N/4 in samples.
    pub hop: usize,
    /// Short bins kept (0 … min(rate/2, 22 050 Hz)).
    pub bins: usize,
    /// Long frame 8N in samples.
    pub long_frame: usize,
    /// Long hop 4N in samples; also the length of the pass's chunk.
    pub long_hop: usize,
    /// Long bins kept.
    pub long_bins: usize,
}

impl Params {
    /// Sizes for a sample rate in Hz.
    ///
    /// # Errors
    /// [`FormatError::SampleRate`] outside [`MIN_RATE_HZ`]–[`MAX_RATE_HZ`].
    pub fn new(rate_hz: u32) -> Result<Self, FormatError> {
        if !(MIN_RATE_HZ..=MAX_RATE_HZ).contains(&rate_hz) {
            return Err(FormatError::SampleRate { actual: rate_hz, min: MIN_RATE_HZ, max: MAX_RATE_HZ });
        }
        let frame = smooth_multiple_of_four(2048.0 * f64::from(rate_hz) / 44_100.0);
        let bins_of = |size: usize| {
            let highest = (MAX_BIN_HZ * size as f64 / f64::from(rate_hz) + 1e-9).floor() as usize;
            highest.min(size / 2) + 1
        };
        Ok(Self {
            rate_hz,
            frame,
            hop: frame / 4,
            bins: bins_of(frame),
            long_frame: 8 * frame,
            long_hop: 4 * frame,
            long_bins: bins_of(8 * frame),
        })
    }

    /// Distance between short bins in Hz.
    #[must_use]
    pub fn bin_hz(&self) -> f64 {
        f64::from(self.rate_hz) / self.frame as f64
    }

    /// Distance between long bins in Hz.
    #[must_use]
    pub fn long_bin_hz(&self) -> f64 {
        f64::from(self.rate_hz) / self.long_frame as f64
    }

    /// Short frames per second.
    #[must_use]
    pub fn frames_per_second(&self) -> f64 {
        f64::from(self.rate_hz) / self.hop as f64
    }
}

/// The multiple of 4 with no prime factor above 7 nearest to `target` (the smaller one on a tie).
fn smooth_multiple_of_four(target: f64) -> usize {
    let is_smooth = |mut n: usize| {
        for prime in [2, 3, 5, 7] {
            while n.is_multiple_of(prime) {
                n /= prime;
            }
        }
        n == 1
    };
    let distance = |n: usize| (n as f64 - target).abs();
    let start = ((target / 4.0) as usize).max(1) * 4;
    let below = (1..=start / 4).rev().map(|k| 4 * k).find(|&n| is_smooth(n)).unwrap_or(4);
    let above = (start / 4 + 1..).map(|k| 4 * k).find(|&n| is_smooth(n)).unwrap_or(below);
    if distance(below) <= distance(above) { below } else { above }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_sizes_follow_the_rate_as_the_specification_lists_them() {
        for (rate, frame) in
            [(44_100, 2048), (48_000, 2240), (96_000, 4480), (22_050, 1024), (88_200, 4096), (11_025, 512)]
        {
            assert_eq!(Params::new(rate).map(|p| p.frame), Ok(frame), "{rate} Hz");
        }
    }

    #[test]
    fn bins_above_22050_hz_are_dropped() {
        let cd = Params::new(44_100).unwrap();
        assert_eq!((cd.bins, cd.long_bins), (1025, 8193));
        let high = Params::new(96_000).unwrap();
        assert_eq!(high.bins, 1030);
        assert!((high.bins - 1) as f64 * high.bin_hz() <= MAX_BIN_HZ);
        assert!(high.bins as f64 * high.bin_hz() > MAX_BIN_HZ);
    }

    #[test]
    fn impossible_rates_are_refused() {
        for rate in [0, 99, 768_001, u32::MAX] {
            assert!(Params::new(rate).is_err());
        }
    }
}
