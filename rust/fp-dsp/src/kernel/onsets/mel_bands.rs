//! Mel bands: 40 overlapping triangles on the magnitude spectrum.
//!
//! Edges are equally spaced on the HTK mel scale m = 2595·log10(1 + f/700) from 30 Hz to 11 025 Hz;
//! band i rises from edge i to a peak of 1 at edge i + 1 and falls to 0 at edge i + 2 (S. Young et al.,
//! *The HTK Book*). At rates with a lower Nyquist frequency the triangles end there, and bands that lie
//! wholly above it are 0.

use multiversion::multiversion;

use crate::params::Params;

/// Number of bands.
pub const BANDS: usize = 40;
const MIN_HZ: f64 = 30.0;
const MAX_HZ: f64 = 11_025.0;
/// Number of bins that are weighted together.
const LANES: usize = 8;

/// The triangles for one frame size and rate.
///
/// Between two neighbouring edges one triangle rises and the one before falls. Such an interval is read in
/// rows of [`LANES`] bins; weights are 0 where its last row reaches into the next interval.
pub struct MelBands {
    rows: Box<[Row]>,
    /// Rows of interval i are `rows[first_row[i]..first_row[i + 1]]`.
    first_row: [usize; BANDS + 2],
}

/// Neighbouring bins from `bin` on, and their weights in the triangle that rises and the one that falls there. Both
/// are stored: if the second sum were computed as a difference, an almost empty band beside a loud one would be
/// rounding noise, which the cube root enlarges.
struct Row {
    bin: usize,
    rise: [f32; LANES],
    fall: [f32; LANES],
}

impl MelBands {
    /// Triangles over the short bins of one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let edge_hz = |i: usize| {
            let share = i as f64 / (BANDS + 1) as f64;
            mel_to_hz(hz_to_mel(MIN_HZ) + share * (hz_to_mel(MAX_HZ) - hz_to_mel(MIN_HZ)))
        };
        let bin_hz = params.bin_hz();
        let first_bin = |edge: usize| ((edge_hz(edge) / bin_hz).ceil() as usize).min(params.bins);
        let mut rows = Vec::new();
        let mut first_row = [0; BANDS + 2];
        for interval in 0..=BANDS {
            let (low_hz, high_hz) = (edge_hz(interval), edge_hz(interval + 1));
            let bins = first_bin(interval)..first_bin(interval + 1);
            for start in bins.clone().step_by(LANES) {
                let members = start..(start + LANES).min(bins.end);
                // The last row of a spectrum begins early enough to stay within it.
                let bin = start.min(params.bins.saturating_sub(LANES));
                let weigh = |weight: &dyn Fn(f64) -> f64| {
                    let of_bin = |k: usize| weight(k as f64 * bin_hz) / (high_hz - low_hz);
                    std::array::from_fn(
                        |lane| if members.contains(&(bin + lane)) { of_bin(bin + lane) as f32 } else { 0.0 },
                    )
                };
                rows.push(Row { bin, rise: weigh(&|hz| hz - low_hz), fall: weigh(&|hz| high_hz - hz) });
            }
            first_row[interval + 1] = rows.len();
        }
        Self { rows: rows.into(), first_row }
    }

    /// Weighted sums of `magnitude` (one value per short bin), lowest band first.
    #[must_use]
    pub fn sums(&self, magnitude: &[f32]) -> [f32; BANDS] {
        if magnitude.len() < LANES {
            let mut padded = [0.0; LANES];
            padded[..magnitude.len()].copy_from_slice(magnitude);
            return sum_rows(&self.rows, &self.first_row, &padded);
        }
        sum_rows(&self.rows, &self.first_row, magnitude)
    }
}

/// The rows' sums, band by band; a band is the interval where its triangle rises and the next, where it falls.
#[multiversion(targets("x86_64+avx2"))]
fn sum_rows(rows: &[Row], first_row: &[usize; BANDS + 2], magnitude: &[f32]) -> [f32; BANDS] {
    let mut bands = [0.0; BANDS];
    let mut band = [0.0_f32; LANES];
    for interval in 0..=BANDS {
        let mut rising = [0.0_f32; LANES];
        for row in &rows[first_row[interval]..first_row[interval + 1]] {
            let Some(values) = magnitude[row.bin..].first_chunk::<LANES>() else { continue };
            for lane in 0..LANES {
                rising[lane] += values[lane] * row.rise[lane];
                band[lane] += values[lane] * row.fall[lane];
            }
        }
        if interval > 0 {
            let [a, b, c, d, e, f, g, h] = band;
            bands[interval - 1] = ((a + e) + (c + g)) + ((b + f) + (d + h));
        }
        band = rising;
    }
    bands
}

fn hz_to_mel(hz: f64) -> f64 {
    2595.0 * (1.0 + hz / 700.0).log10()
}

fn mel_to_hz(mel: f64) -> f64 {
    700.0 * (10.0_f64.powf(mel / 2595.0) - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook filter bank: every triangle evaluated at every bin.
    fn dense_sums(params: &Params, magnitude: &[f32]) -> Vec<f64> {
        let span = hz_to_mel(MAX_HZ) - hz_to_mel(MIN_HZ);
        let edge = |i: usize| mel_to_hz(hz_to_mel(MIN_HZ) + span * i as f64 / 41.0);
        (0..BANDS)
            .map(|band| {
                let (low, centre, high) = (edge(band), edge(band + 1), edge(band + 2));
                magnitude
                    .iter()
                    .enumerate()
                    .map(|(bin, &s)| {
                        let hz = bin as f64 * params.bin_hz();
                        let weight = ((hz - low) / (centre - low)).min((high - hz) / (high - centre)).max(0.0);
                        weight * f64::from(s)
                    })
                    .sum()
            })
            .collect()
    }

    #[test]
    fn segment_sums_equal_the_dense_triangles_at_every_rate() {
        for rate_hz in [100, 8_000, 22_050, 44_100, 48_000, 96_000] {
            let params = Params::new(rate_hz).unwrap();
            let magnitude: Vec<f32> = (0..params.bins).map(|k| 1.0 + (k * 7919 % 101) as f32).collect();
            let sums = MelBands::new(&params).sums(&magnitude);
            for (sum, dense) in sums.iter().zip(dense_sums(&params, &magnitude)) {
                // f32 sums of at most 60 bins.
                approx::assert_relative_eq!(f64::from(*sum), dense, max_relative = 1e-5, epsilon = 1e-4);
            }
        }
    }

    #[test]
    fn a_peak_at_a_centre_has_weight_one_in_its_band_alone() {
        // 1000 Hz is 1000 mel by the HTK formula, to the rounding of its constants.
        assert!((hz_to_mel(1000.0) - 1000.0).abs() < 0.02);
        let params = Params::new(44_100).unwrap();
        let mut magnitude = vec![0.0; params.bins];
        magnitude[100] = 2.0;
        let sums = MelBands::new(&params).sums(&magnitude);
        assert!((sums.iter().sum::<f32>() - 2.0).abs() < 1e-6, "neighbouring triangles share a bin");
        assert!(sums.iter().filter(|&&s| s > 0.0).count() <= 2);
    }

    #[test]
    fn bands_beyond_the_nyquist_frequency_are_empty() {
        let params = Params::new(8_000).unwrap();
        let sums = MelBands::new(&params).sums(&vec![1.0; params.bins]);
        assert!(sums[0] > 0.0 && sums[BANDS - 1] == 0.0);
    }
}
