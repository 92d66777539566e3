//! Bandwidth: how far the spectrum reaches, and how steeply it ends.

use crate::{
    fingerprint::SpectrumEnd,
    kernel::lane_sum::sum_f64,
    params::{MAX_BIN_HZ, Params},
};

const BAND_HZ: f64 = 100.0;
/// Bands in 500 Hz.
const REACH: usize = 5;
/// Edges are looked for from here on: below, 500 Hz are a large part of an octave, in which music itself falls steeply.
const LOWEST_EDGE_BAND: usize = 30;
/// Slower falls are no edge: the spectrum fades away.
const MIN_EDGE_DB: f64 = 10.0;
/// A cliff is met from each of the five bands before it; the last one counts whose fall is this near to the largest.
const NEAR_STEEPEST_DB: f64 = 3.0;
/// Bands lie at most this far under the loudest: spectra have single precision.
const DYNAMIC_RANGE_DB: f64 = 120.0;

/// Largest power per 100 Hz: quiet passages hide an edge in their noise, loud ones show it.
pub struct Bandwidth {
    /// First bin of each band, and the end of the last one.
    edges: Box<[usize]>,
    power: Box<[f64]>,
}

impl Bandwidth {
    /// For the long frames of an analysis, up to 22 050 Hz.
    #[must_use]
    pub fn of_long_frames(params: &Params) -> Self {
        let highest_hz = (f64::from(params.rate_hz) / 2.0).min(MAX_BIN_HZ);
        Self::new(params.long_bin_hz(), highest_hz, params.long_bins)
    }

    /// For spectra of `bins` bins that are `bin_hz` apart; what is above `highest_hz` is not looked at.
    #[must_use]
    pub fn new(bin_hz: f64, highest_hz: f64, bins: usize) -> Self {
        let bands = (highest_hz / BAND_HZ) as usize;
        // A bin whose centre is an edge belongs to the upper band; the margin absorbs the rounding of the division.
        let edge = |band: usize| ((band as f64 * BAND_HZ / bin_hz - 1e-9).ceil() as usize).min(bins);
        Self { edges: (0..=bands).map(edge).collect(), power: vec![0.0; bands].into_boxed_slice() }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.power.fill(0.0);
    }

    /// Adds the power of a frame.
    pub fn add_power(&mut self, power: &[f32]) {
        for (largest, span) in self.power.iter_mut().zip(self.edges.windows(2)) {
            *largest = largest.max(sum_f64(&power[span[0]..span[1]]));
        }
    }

    /// Where the spectrum ends; `None` without power, and for bands that end under 3.6 kHz.
    #[must_use]
    pub fn finish(&self) -> Option<SpectrumEnd> {
        let bands = self.power.len();
        if bands <= LOWEST_EDGE_BAND + REACH {
            return None;
        }
        let bins = self.edges.windows(2).map(|span| (span[1] - span[0]).max(1) as f64);
        let levels: Vec<f64> = self.power.iter().zip(bins).map(|(power, bins)| 10.0 * (power / bins).log10()).collect();
        let loudest = levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if loudest == f64::NEG_INFINITY {
            return None;
        }
        // A median over 500 Hz: a single tone has no edge.
        let level = |band: isize| levels[band.clamp(0, bands as isize - 1) as usize].max(loudest - DYNAMIC_RANGE_DB);
        let smooth: Vec<f64> = (0..bands as isize)
            .map(|band| {
                let mut around: [f64; REACH] = std::array::from_fn(|i| level(band + i as isize - REACH as isize / 2));
                around.sort_unstable_by(f64::total_cmp);
                around[REACH / 2]
            })
            .collect();
        let falls: Vec<f64> = smooth.iter().zip(&smooth[REACH..]).map(|(here, beyond)| here - beyond).collect();
        let edge_db = falls[LOWEST_EDGE_BAND..].iter().copied().fold(0.0, f64::max);
        let last = falls.iter().rposition(|&fall| edge_db >= MIN_EDGE_DB && fall >= edge_db - NEAR_STEEPEST_DB);
        Some(SpectrumEnd { bandwidth_hz: last.map_or(bands, |band| band + 1) as f64 * BAND_HZ, edge_db })
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    /// The end of a spectrum with this level in dB at each frequency.
    fn end_of(level_db: impl Fn(f64) -> f64) -> SpectrumEnd {
        let params = Params::new(44_100).unwrap();
        let mut bandwidth = Bandwidth::of_long_frames(&params);
        let level = |bin: usize| 10.0_f64.powf(level_db(bin as f64 * params.long_bin_hz()) / 10.0) as f32;
        let power: Vec<f32> = (0..params.long_bins).map(level).collect();
        bandwidth.add_power(&power);
        bandwidth.add_power(&power);
        bandwidth.finish().unwrap()
    }

    #[test]
    fn a_cut_is_found_where_it_is_with_its_depth() {
        for cut_hz in [5_000.0, 16_000.0, 19_000.0, 21_000.0] {
            let end = end_of(|hz| if hz < cut_hz { -hz / 1_000.0 } else { -90.0 });
            assert_eq!(end.bandwidth_hz, cut_hz);
            // The spectrum itself falls by half a decibel within 500 Hz.
            assert_abs_diff_eq!(end.edge_db, 90.0 - cut_hz / 1_000.0, epsilon = 0.6);
        }
    }

    #[test]
    fn quiet_frames_do_not_hide_an_edge() {
        let params = Params::new(44_100).unwrap();
        let mut bandwidth = Bandwidth::of_long_frames(&params);
        let cut = (16_000.0 / params.long_bin_hz()).ceil() as usize;
        bandwidth.add_power(&std::array::from_fn::<f32, 10_000, _>(|bin| if bin < cut { 1.0 } else { 1e-9 }));
        for _ in 0..1_000 {
            bandwidth.add_power(&[1e-6; 10_000]);
        }
        let end = bandwidth.finish().unwrap();
        assert_eq!(end.bandwidth_hz, 16_000.0);
        assert_abs_diff_eq!(end.edge_db, 60.0, epsilon = 1e-5);
    }

    #[test]
    fn a_spectrum_that_fades_into_its_floor_has_no_edge() {
        // 12 dB per octave and a floor, as of a quiet piece in 16 bits; an old record with a soft end at 5 kHz.
        let ambient = end_of(|hz| (-40.0 * (hz.max(20.0) / 1_000.0).log10()).max(-60.0));
        let record = end_of(|hz| (-10.0 * (1.0 + (hz / 5_000.0).powi(8)).log10()).max(-50.0));
        for end in [ambient, record, end_of(|_| 0.0)] {
            assert_eq!(end.bandwidth_hz, 22_000.0);
            assert!(end.edge_db < 6.0, "{end:?}");
        }
    }

    #[test]
    fn a_tone_above_the_music_is_no_edge() {
        let end = end_of(|hz| if (15_600.0..15_650.0).contains(&hz) { 0.0 } else { -60.0 });
        assert_eq!(end, SpectrumEnd { bandwidth_hz: 22_000.0, edge_db: 0.0 });
    }

    #[test]
    fn silence_and_low_rates_have_no_end() {
        let bandwidth = |rate_hz: u32| Bandwidth::of_long_frames(&Params::new(rate_hz).unwrap());
        assert_eq!(bandwidth(44_100).finish(), None);
        let mut low = bandwidth(6_000);
        low.add_power(&[1.0; 10_000]);
        assert_eq!(low.finish(), None);
    }
}
