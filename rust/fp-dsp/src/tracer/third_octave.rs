//! The long-term spectrum in the third-octave bands of IEC 61260-1.
//!
//! The exact mid-frequencies are 1000·10^(x/10) Hz, x = −16 … 13, and the edges lie a factor 10^(1/20) below and above. A bin of
//! the long STFT stands for the span of one bin around its centre; its power goes to the bands in proportion to their parts
//! of that span.

use crate::{params::Params, trace::Band};

/// Nominal mid-frequencies, by which the bands are named.
const NOMINAL_HZ: [f64; 30] = [
    25.0, 31.5, 40.0, 50.0, 63.0, 80.0, 100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0, 800.0, 1000.0,
    1250.0, 1600.0, 2000.0, 2500.0, 3150.0, 4000.0, 5000.0, 6300.0, 8000.0, 10_000.0, 12_500.0, 16_000.0, 20_000.0,
];
/// Index of the band at 25 Hz, when that at 1 kHz has 0.
const FIRST_BAND: i32 = -16;

/// Power of the long STFT over the track, bin by bin.
pub(crate) struct LongTermSpectrum {
    bin_hz: f64,
    highest_hz: f64,
    /// Σ|X|² over the bins of a real spectrum per Σ m²: half the frame, as the windows' squares overlap to 1.
    power_per_square: f64,
    power: Box<[f64]>,
}

impl LongTermSpectrum {
    pub(crate) fn new(params: &Params) -> Self {
        Self {
            bin_hz: params.long_bin_hz(),
            highest_hz: f64::from(params.rate_hz) / 2.0,
            power_per_square: params.long_frame as f64 / 2.0,
            power: vec![0.0; params.long_bins].into(),
        }
    }

    /// Adds the power of a long frame.
    pub(crate) fn add_frame(&mut self, power: &[f32]) {
        for (sum, &power) in self.power.iter_mut().zip(power) {
            *sum += f64::from(power);
        }
    }

    /// The bands of a mid channel of so many samples. `None` for a band whose mid-frequency is above half the rate, and under
    /// `floor`, a mean square.
    pub(crate) fn bands(&self, samples: u64, floor: f64) -> Vec<Band> {
        let whole = self.power_per_square * samples.max(1) as f64;
        let level = |index: usize| {
            let middle_hz = 1000.0 * 10.0_f64.powf(f64::from(FIRST_BAND + index as i32) / 10.0);
            let half_band = 10.0_f64.powf(1.0 / 20.0);
            let mean_square = self.power_between(middle_hz / half_band, middle_hz * half_band) / whole;
            (middle_hz <= self.highest_hz && mean_square >= floor).then(|| 10.0 * mean_square.log10())
        };
        let bands = NOMINAL_HZ.into_iter().enumerate();
        bands.map(|(index, centre_hz)| Band { centre_hz, level_dbfs: level(index) }).collect()
    }

    fn power_between(&self, low_hz: f64, high_hz: f64) -> f64 {
        // Edges in bins; bin k spans k − ½ to k + ½.
        let (low, high) = (low_hz / self.bin_hz + 0.5, high_hz / self.bin_hz + 0.5);
        let part = |bin: usize| (high.min(bin as f64 + 1.0) - low.max(bin as f64)).max(0.0);
        let bins = (low as usize).min(self.power.len())..(high.ceil() as usize).min(self.power.len());
        bins.map(|bin| part(bin) * self.power[bin]).sum()
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    /// The bands of one frame with this power in each bin, of as many samples as a hop.
    fn bands_of(params: &Params, power: &[f32]) -> Vec<Band> {
        let mut spectrum = LongTermSpectrum::new(params);
        spectrum.add_frame(power);
        spectrum.bands(params.long_hop as u64, 1e-20)
    }

    #[test]
    fn bands_are_the_preferred_numbers_with_edges_a_third_of_an_octave_apart() {
        // IEC 61260-1: a nominal mid-frequency is the exact one, rounded to the R10 series (at most 1.3 % apart).
        for (index, nominal_hz) in NOMINAL_HZ.into_iter().enumerate() {
            let exact_hz = 1000.0 * 10.0_f64.powf(f64::from(FIRST_BAND + index as i32) / 10.0);
            assert!((exact_hz / nominal_hz - 1.0).abs() < 0.013, "{nominal_hz}: {exact_hz}");
        }
        assert_eq!(NOMINAL_HZ[16], 1000.0);
    }

    #[test]
    fn white_noise_has_one_decibel_more_in_each_band_and_all_of_its_power() {
        let params = Params::new(48_000).unwrap();
        let bands = bands_of(&params, &vec![1.0; params.long_bins]);
        let levels: Vec<f64> = bands.iter().map(|band| band.level_dbfs.unwrap()).collect();
        let steps: Vec<f64> = levels.windows(2).map(|pair| pair[1] - pair[0]).collect();
        for step in &steps[..28] {
            assert_abs_diff_eq!(*step, 1.0, epsilon = 1e-9);
        }
        // The kept bins end at 22 050 Hz, 7 % of the last band before its edge.
        assert_abs_diff_eq!(steps[28], 1.0, epsilon = 0.35);
        // The rest spans 22.4 Hz to 17.8 kHz: so many bins of power 1, per half the frame and sample of the hop.
        let bins = (1000.0 * 10.0_f64.powf(1.25) - 1000.0 * 10.0_f64.powf(-1.65)) / params.long_bin_hz();
        let total: f64 = levels[..29].iter().map(|level| 10.0_f64.powf(level / 10.0)).sum();
        let expected = bins / (params.long_frame as f64 / 2.0 * params.long_hop as f64);
        assert_abs_diff_eq!(10.0 * (total / expected).log10(), 0.0, epsilon = 1e-9);
    }

    #[test]
    fn one_bin_lies_in_the_band_that_holds_it() {
        let params = Params::new(44_100).unwrap();
        for (hz, expected) in [(891.0, 800.0), (895.0, 1000.0), (1_000.0, 1000.0), (1_120.0, 1000.0), (1_126.0, 1250.0)]
        {
            let mut power = vec![0.0; params.long_bins];
            power[(hz / params.long_bin_hz()).round() as usize] = 1.0;
            let loudest = bands_of(&params, &power)
                .into_iter()
                .max_by(|a, b| a.level_dbfs.unwrap_or(-999.0).total_cmp(&b.level_dbfs.unwrap_or(-999.0)));
            assert_eq!(loudest.map(|band| band.centre_hz), Some(expected), "{hz} Hz");
        }
    }

    #[test]
    fn bands_above_half_the_rate_and_without_power_are_null() {
        let params = Params::new(8_000).unwrap();
        let bands = bands_of(&params, &vec![1.0; params.long_bins]);
        let highest = bands.iter().rfind(|band| band.level_dbfs.is_some());
        assert_eq!(highest.map(|band| band.centre_hz), Some(4000.0));
        assert!(bands_of(&params, &vec![0.0; params.long_bins]).iter().all(|band| band.level_dbfs.is_none()));
    }
}
