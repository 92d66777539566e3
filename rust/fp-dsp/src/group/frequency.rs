//! Frequency: shares of power in seven bands, from the long STFT.

use crate::{
    fingerprint::{NullReason, Value},
    kernel::lane_sum::sum_f64,
    params::Params,
    spectrum_frame::LongSpectrum,
};

/// Edges in Hz of the parts of the spectrum that are summed: the seven bands' edges, and 250 Hz for `bass_mid_ratio`.
const EDGES_HZ: [f64; PARTS + 1] = [20.0, 100.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 20_000.0];
const PARTS: usize = 8;
/// Limit of `bass_mid_ratio` on both sides, in dB.
const RATIO_LIMIT_DB: f64 = 60.0;

/// Accumulates long-STFT power by part of the spectrum.
pub struct Frequency {
    /// First bin at or above each edge: part i is `first_bin[i]..first_bin[i + 1]`.
    first_bin: [usize; PARTS + 1],
    power: [f64; PARTS],
    /// Σ|X|² over the bins of a real spectrum per Σ m²: half the frame, as the windows' squares overlap to 1.
    power_per_square: f64,
}

impl Frequency {
    /// An accumulator for one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        // A bin whose centre is an edge belongs to the upper band; the margin absorbs the rounding of the division.
        let first_bin = EDGES_HZ.map(|hz| ((hz / params.long_bin_hz() - 1e-9).ceil() as usize).min(params.long_bins));
        Self { first_bin, power: [0.0; PARTS], power_per_square: params.long_frame as f64 / 2.0 }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.power = [0.0; PARTS];
    }

    /// Adds one long frame.
    pub fn add_long_frame(&mut self, frame: &LongSpectrum<'_>) {
        for (sum, span) in self.power.iter_mut().zip(self.first_bin.windows(2)) {
            *sum += sum_f64(&frame.power[span[0]..span[1]]);
        }
    }

    /// The seven shares in percent of the power from 20 Hz (inclusive) to 20 kHz, lowest band first.
    ///
    /// Bands above the Nyquist frequency are 0. All are null if there is no power in the whole range.
    pub fn shares(&self) -> [Value; 7] {
        let total: f64 = self.power.iter().sum();
        if total <= 0.0 {
            return [Err(NullReason::MidSilent); 7];
        }
        let [sub_bass, bass_low, bass_high, low_mid, mid, upper_mid, presence, air] = self.power;
        [sub_bass, bass_low + bass_high, low_mid, mid, upper_mid, presence, air].map(|band| Ok(100.0 * band / total))
    }

    /// Σ m² of the mid channel from 20 Hz to 2 kHz (Parseval).
    #[must_use]
    pub fn power_under_2_khz(&self) -> f64 {
        self.power[..5].iter().sum::<f64>() / self.power_per_square
    }

    /// `bass_mid_ratio`: 10·log10(E(20–250 Hz) / E(250–2000 Hz)) in dB, clamped to ±60.
    ///
    /// Null when both are 0.
    pub fn bass_mid_ratio(&self) -> Value {
        let bass: f64 = self.power[..2].iter().sum();
        let mid: f64 = self.power[2..5].iter().sum();
        if bass + mid <= 0.0 {
            return Err(NullReason::MidSilent);
        }
        // If one of them is 0, this is ±∞ before the clamp.
        Ok((10.0 * (bass / mid).log10()).clamp(-RATIO_LIMIT_DB, RATIO_LIMIT_DB))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares_of_one_bin(params: &Params, bin: usize) -> [Value; 7] {
        let mut power = vec![0.0; params.long_bins];
        power[bin] = 3.0;
        let mut frequency = Frequency::new(params);
        frequency.add_long_frame(&LongSpectrum { index: 0, power: &power });
        frequency.shares()
    }

    #[test]
    fn a_bin_belongs_to_the_band_of_its_centre_frequency() {
        const BANDS_HZ: [(f64, f64); 7] = [
            (20.0, 100.0),
            (100.0, 500.0),
            (500.0, 1000.0),
            (1000.0, 2000.0),
            (2000.0, 4000.0),
            (4000.0, 8000.0),
            (8000.0, 20_000.0),
        ];
        // At 32 kHz bin 3000 lies exactly on 8 kHz.
        for rate in [44_100, 32_000, 96_000] {
            let params = Params::new(rate).unwrap();
            for bin in 0..params.long_bins {
                let hz = bin as f64 * f64::from(rate) / params.long_frame as f64;
                let band = BANDS_HZ.iter().position(|&(low, high)| low <= hz && hz < high);
                let shares = shares_of_one_bin(&params, bin);
                match band {
                    None => assert_eq!(shares, [Err(NullReason::MidSilent); 7], "{hz} Hz"),
                    Some(band) => {
                        for (index, share) in shares.into_iter().enumerate() {
                            assert_eq!(share, Ok(if index == band { 100.0 } else { 0.0 }), "{hz} Hz");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_flat_spectrum_shares_by_bandwidth() {
        let params = Params::new(44_100).unwrap();
        let mut frequency = Frequency::new(&params);
        let power = vec![1e-12; params.long_bins];
        frequency.add_long_frame(&LongSpectrum { index: 0, power: &power });
        let widths_hz = [80.0, 400.0, 500.0, 1000.0, 2000.0, 4000.0, 12_000.0];
        for (share, width_hz) in frequency.shares().into_iter().zip(widths_hz) {
            // A band's edges fall between bins 2.7 Hz apart: at most one bin too many or too few.
            let atol = 100.0 * params.long_bin_hz() / 19_980.0;
            approx::assert_abs_diff_eq!(share.unwrap(), 100.0 * width_hz / 19_980.0, epsilon = atol);
        }
        let expected_db = 10.0 * (230.0_f64 / 1750.0).log10();
        // One bin of 2.7 Hz in 230 Hz is 0.05 dB.
        approx::assert_abs_diff_eq!(frequency.bass_mid_ratio().unwrap(), expected_db, epsilon = 0.06);
    }

    #[test]
    fn bass_mid_ratio_is_clamped_to_60_db_and_null_without_power() {
        let params = Params::new(44_100).unwrap();
        let mut frequency = Frequency::new(&params);
        assert_eq!(frequency.bass_mid_ratio(), Err(NullReason::MidSilent));
        for (bin, expected) in [(37, 60.0), (370, -60.0)] {
            let mut power = vec![0.0; params.long_bins];
            power[bin] = 1.0;
            frequency.reset();
            frequency.add_long_frame(&LongSpectrum { index: 0, power: &power });
            assert_eq!(frequency.bass_mid_ratio(), Ok(expected));
        }
    }

    #[test]
    fn a_quiet_half_after_a_loud_half_still_counts() {
        let params = Params::new(44_100).unwrap();
        let mut frequency = Frequency::new(&params);
        let (loud_bin, quiet_bin) = (100, 1000);
        let mut power = vec![0.0; params.long_bins];
        power[loud_bin] = 1e9;
        frequency.add_long_frame(&LongSpectrum { index: 0, power: &power });
        power[loud_bin] = 0.0;
        power[quiet_bin] = 1.0;
        for index in 1..=100_000 {
            frequency.add_long_frame(&LongSpectrum { index, power: &power });
        }
        let upper_mid = frequency.shares()[4].unwrap();
        approx::assert_relative_eq!(upper_mid, 100.0 * 1e5 / (1e9 + 1e5), max_relative = 1e-12);
    }
}
