//! Shape of one spectrum: centroid, rolloff, flatness. Positions are in bins; multiply by the bin width.

use multiversion::multiversion;

use super::lane_sum::{LANES, dot_f32, sum_f32};

/// Bins whose power is summed as one when the rolloff is searched.
const ROLLOFF_BLOCK: usize = 4 * LANES;
/// Lowest power of a bin in the flatness, relative to the mean: −80 dB.
const FLATNESS_FLOOR: f32 = 1e-8;
/// Factors that a product in f32 holds: 4 × 10⁻⁸ stays above the smallest normal number.
const FACTORS_F32: usize = 4;
/// Such products that a product in f64 holds: 8 × 10⁻³².
const FACTORS_F64: usize = 8;

/// What `measure` finds in one frame; `None` where the frame has no power to define it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectralShape {
    /// Centroid and rolloff, in bins.
    pub position: Option<(f64, f64)>,
    /// Flatness over the given range, 0–1.
    pub flatness: Option<f64>,
}

/// Centroid, rolloff at `share` of the power, and flatness over bins `flat_range` of one spectrum.
///
/// `ramp` holds 0, 1, 2 …, at least as long as the spectrum.
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx2", "aarch64+neon"))]
#[must_use]
pub fn measure(
    magnitude: &[f32],
    power: &[f32],
    ramp: &[f32],
    share: f64,
    flat_range: std::ops::Range<usize>,
) -> SpectralShape {
    let position = centroid_bin(magnitude, ramp).zip(rolloff_bin(power, share));
    SpectralShape { position, flatness: flatness(&power[flat_range]) }
}

/// Σ k·S / Σ S; `None` when Σ S is 0.
#[inline(always)]
fn centroid_bin(magnitude: &[f32], ramp: &[f32]) -> Option<f64> {
    let total = sum_f32(magnitude);
    (total > 0.0).then(|| dot_f32(magnitude, ramp) / total)
}

/// Lowest bin k with Σ power[..=k] ≥ share · Σ power; `None` when the power is 0.
///
/// Sums of blocks are scanned first, then the bins of one block.
#[inline(always)]
fn rolloff_bin(power: &[f32], share: f64) -> Option<f64> {
    let total: f64 = power.chunks(ROLLOFF_BLOCK).map(sum_f32).sum();
    if total <= 0.0 {
        return None;
    }
    let threshold = share * total;
    let mut below = 0.0;
    for (index, block) in power.chunks(ROLLOFF_BLOCK).enumerate() {
        let block_power = sum_f32(block);
        if below + block_power < threshold {
            below += block_power;
            continue;
        }
        let first = index * ROLLOFF_BLOCK;
        for (offset, &bin) in block.iter().enumerate() {
            below += f64::from(bin);
            if below >= threshold {
                return Some((first + offset) as f64);
            }
        }
        // The two orders of summation differ in the last digit: the threshold is the block's end.
        return Some((first + block.len() - 1) as f64);
    }
    Some((power.len() - 1) as f64)
}

/// Geometric over arithmetic mean, each bin floored at 10⁻⁸ of the mean; `None` without bins or power.
///
/// The logarithm of the geometric mean is that of a product, kept in lanes: factors relative to the
/// mean lie in 10⁻⁸ … number of bins, so 4 multiply safely in f32 and 32 in f64; the exponents of those
/// products are then added as integers and one logarithm is left per frame.
#[inline(always)]
fn flatness(power: &[f32]) -> Option<f64> {
    const ROWS: usize = FACTORS_F32 * FACTORS_F64;
    let count = power.len() as f64;
    let mean = sum_f32(power) / count.max(1.0);
    // Below f32's normal range the reciprocal overflows: such a frame has no power worth a shape.
    if mean < f64::from(f32::MIN_POSITIVE) {
        return None;
    }
    let scale = (1.0 / mean) as f32;
    let (mut exponent, mut mantissa) = (0_i64, 1.0_f64);
    for block in power.chunks(ROWS * LANES) {
        let mut products = [1.0_f64; LANES];
        for rows in block.chunks(FACTORS_F32 * LANES) {
            let mut partial = [1.0_f32; LANES];
            for row in rows.chunks(LANES) {
                for (product, &bin) in partial.iter_mut().zip(row) {
                    *product *= (bin * scale).max(FLATNESS_FLOOR);
                }
            }
            for (product, partial) in products.iter_mut().zip(partial) {
                *product *= f64::from(partial);
            }
        }
        for product in products {
            let (product_exponent, product_mantissa) = split(product);
            exponent += product_exponent;
            mantissa *= product_mantissa;
        }
        let (carry, rest) = split(mantissa);
        exponent += carry;
        mantissa = rest;
    }
    Some(((exponent as f64 + mantissa.log2()) / count).exp2().min(1.0))
}

/// A positive normal number as 2^exponent · mantissa with the mantissa in 1 … 2.
#[inline(always)]
fn split(x: f64) -> (i64, f64) {
    const FRACTION_BITS: u32 = 52;
    const BIAS: u64 = 1023;
    let bits = x.to_bits();
    let exponent = (bits >> FRACTION_BITS) as i64 - BIAS as i64;
    let fraction = bits & ((1 << FRACTION_BITS) - 1);
    (exponent, f64::from_bits(BIAS << FRACTION_BITS | fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARE: f64 = 0.85;

    fn shape(power: &[f32]) -> SpectralShape {
        let magnitude: Vec<f32> = power.iter().map(|p| p.sqrt()).collect();
        let ramp: Vec<f32> = (0..power.len()).map(|k| k as f32).collect();
        measure(&magnitude, power, &ramp, SHARE, 0..power.len())
    }

    /// Pseudo-random powers over `decades`, deterministic.
    fn random_power(length: usize, seed: u64, decades: f64) -> Vec<f32> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut uniform = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..length).map(|_| 10_f64.powf(-decades * uniform()) as f32).collect()
    }

    #[test]
    fn a_one_hot_spectrum_has_centroid_and_rolloff_at_its_bin_and_the_floor_as_flatness() {
        for bin in [0, 1, 63, 64, 700, 1024] {
            let mut power = vec![0.0; 1025];
            power[bin] = 4.0;
            let found = shape(&power);
            assert_eq!(found.position, Some((bin as f64, bin as f64)));
            // One factor is 1025 (bin over mean), the others are at the floor.
            let n = 1025.0_f64;
            let expected = ((n.ln() + (n - 1.0) * 1e-8_f64.ln()) / n).exp();
            approx::assert_relative_eq!(found.flatness.unwrap(), expected, max_relative = 1e-5);
        }
    }

    #[test]
    fn a_flat_spectrum_has_its_rolloff_at_85_percent_and_flatness_1() {
        let found = shape(&[0.25; 1025]);
        // 0.85 · 1025 = 871.25: 872 bins are needed, the last of them is bin 871.
        assert_eq!(found.position, Some((512.0, 871.0)));
        approx::assert_abs_diff_eq!(found.flatness.unwrap(), 1.0, epsilon = 1e-6);
    }

    #[test]
    fn all_three_match_the_textbook_on_random_spectra() {
        for (seed, length) in [(1, 1025), (2, 513), (3, 3), (4, 17), (5, 1033), (6, 2000)] {
            let power = random_power(length, seed, 7.0);
            let magnitude: Vec<f64> = power.iter().map(|&p| f64::from(p.sqrt())).collect();
            let n = length as f64;
            let total: f64 = magnitude.iter().sum();
            let centroid = magnitude.iter().enumerate().map(|(k, s)| k as f64 * s).sum::<f64>() / total;
            let energy: f64 = power.iter().map(|&p| f64::from(p)).sum();
            let mut cumulative = 0.0;
            let rolloff = power.iter().position(|&p| {
                cumulative += f64::from(p);
                cumulative >= SHARE * energy
            });
            let mean = energy / n;
            let log_mean = power.iter().map(|&p| f64::from(p).max(1e-8 * mean).ln()).sum::<f64>() / n;

            let found = shape(&power);
            let (found_centroid, found_rolloff) = found.position.unwrap();
            // f32 lanes of up to 128 additions.
            approx::assert_relative_eq!(found_centroid, centroid, max_relative = 1e-5);
            assert_eq!(Some(found_rolloff as usize), rolloff);
            approx::assert_relative_eq!(found.flatness.unwrap(), log_mean.exp() / mean, max_relative = 1e-5);
        }
    }

    #[test]
    fn shape_does_not_move_with_gain() {
        let power = random_power(1025, 9, 12.0);
        let reference = shape(&power);
        for gain in [1e-20_f32, 1e-3, 1e15] {
            let scaled: Vec<f32> = power.iter().map(|p| p * gain).collect();
            let found = shape(&scaled);
            let ((c0, r0), (c1, r1)) = (reference.position.unwrap(), found.position.unwrap());
            approx::assert_relative_eq!(c0, c1, max_relative = 1e-5);
            assert_eq!(r0, r1);
            approx::assert_relative_eq!(reference.flatness.unwrap(), found.flatness.unwrap(), max_relative = 1e-5);
        }
    }

    #[test]
    fn no_power_or_no_bins_have_no_shape() {
        let none = SpectralShape { position: None, flatness: None };
        assert_eq!(shape(&[0.0; 33]), none);
        assert_eq!(measure(&[0.5], &[0.25], &[0.0], SHARE, 1..1).flatness, None);
        assert_eq!(shape(&[]), none);
    }
}
