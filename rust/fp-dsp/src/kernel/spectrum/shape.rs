//! Shape of one spectrum: centroid, rolloff, flatness. Positions are in bins; multiply by the bin width.

use std::ops::Range;

use multiversion::multiversion;

use crate::kernel::lane_sum::LANES;

/// Number of bins whose power is summed up first when the rolloff is searched. The flatness multiplies as many at a
/// time: 4 factors of at least 10⁻⁸ in each lane, whose product is within the range of f32.
const BLOCK: usize = 4 * LANES;
/// Lowest power of a bin in the flatness, relative to the mean: −80 dB.
const FLATNESS_FLOOR: f32 = 1e-8;
/// Number of blocks whose products stay within the range of f64: eight factors of 10⁻³².
const BLOCKS_IN_F64: usize = 8;

/// What [`SpectralShapeMeter::measure`] finds in one frame; `None` where the frame has no power to define it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectralShape {
    /// Centroid and rolloff, in bins.
    pub position: Option<(f64, f64)>,
    /// Flatness over the given range, 0–1.
    pub flatness: Option<f64>,
}

/// Measures spectra of one number of bins.
pub struct SpectralShapeMeter {
    /// Share of the power below the rolloff.
    share: f64,
    /// Bins that the flatness looks at.
    flat_range: Range<usize>,
    /// 0, 1, 2 …: bin numbers as the weights of the centroid.
    ramp: Box<[f32]>,
    /// Power of each block of the spectrum.
    block_power: Box<[f32]>,
}

impl SpectralShapeMeter {
    /// A meter for spectra of `bins` bins: rolloff at `share` of the power, flatness over `flat_range`.
    #[must_use]
    pub fn new(bins: usize, share: f64, flat_range: Range<usize>) -> Self {
        Self {
            share,
            flat_range,
            ramp: (0..bins).map(|bin| bin as f32).collect(),
            block_power: vec![0.0; bins.div_ceil(BLOCK)].into(),
        }
    }

    /// The shape of one spectrum, given as magnitudes and powers.
    ///
    /// # Panics
    /// When there are not as many of either as bins.
    pub fn measure(&mut self, magnitude: &[f32], power: &[f32]) -> SpectralShape {
        assert!(magnitude.len() == self.ramp.len() && power.len() == self.ramp.len());
        let centroid = centroid_bin(magnitude, &self.ramp);
        sum_blocks(power, &mut self.block_power);
        let position = centroid.zip(rolloff_bin(power, &self.block_power, self.share));
        SpectralShape { position, flatness: flatness(&power[self.flat_range.clone()]) }
    }
}

/// Σ k·S / Σ S; `None` when Σ S is 0.
#[multiversion(targets("x86_64+avx2", "aarch64+neon"))]
fn centroid_bin(magnitude: &[f32], ramp: &[f32]) -> Option<f64> {
    let (mut total, mut moment) = ([0.0_f32; LANES], [0.0_f32; LANES]);
    let (rows, rest) = magnitude.as_chunks::<LANES>();
    let (ramp_rows, ramp_rest) = ramp.as_chunks::<LANES>();
    for (row, bins) in rows.iter().zip(ramp_rows) {
        for lane in 0..LANES {
            total[lane] += row[lane];
            moment[lane] += row[lane] * bins[lane];
        }
    }
    let total = f64::from(join(&total)) + rest.iter().map(|&s| f64::from(s)).sum::<f64>();
    let rest = rest.iter().zip(ramp_rest).map(|(&s, &bin)| f64::from(s) * f64::from(bin));
    (total > 0.0).then(|| (f64::from(join(&moment)) + rest.sum::<f64>()) / total)
}

/// Σ power of each block of [`BLOCK`] bins; the last may be shorter.
#[multiversion(targets("x86_64+avx2", "aarch64+neon"))]
fn sum_blocks(power: &[f32], sums: &mut [f32]) {
    let (blocks, rest) = power.as_chunks::<BLOCK>();
    for (sum, block) in sums.iter_mut().zip(blocks) {
        *sum = sum_block(block);
    }
    if let (false, Some(sum)) = (rest.is_empty(), sums.last_mut()) {
        *sum = sum_block(&padded(rest, 0.0));
    }
}

#[inline(always)]
fn sum_block(block: &[f32; BLOCK]) -> f32 {
    let mut lanes = [0.0; LANES];
    for row in block.as_chunks::<LANES>().0 {
        for (lane, &x) in lanes.iter_mut().zip(row) {
            *lane += x;
        }
    }
    join(&lanes)
}

/// Adds the upper half to the lower half until one sum is left.
///
/// Not inlined: otherwise the compiler arranges the loops of the callers for this sum and no longer vectorises them.
#[inline(never)]
fn join(lanes: &[f32; LANES]) -> f32 {
    let (mut eight, mut four) = ([0.0; 8], [0.0; 4]);
    for (i, sum) in eight.iter_mut().enumerate() {
        *sum = lanes[i] + lanes[i + 8];
    }
    for (i, sum) in four.iter_mut().enumerate() {
        *sum = eight[i] + eight[i + 4];
    }
    (four[0] + four[2]) + (four[1] + four[3])
}

/// A block that begins with `values` and holds `padding` behind them.
#[inline(always)]
fn padded(values: &[f32], padding: f32) -> [f32; BLOCK] {
    let mut block = [padding; BLOCK];
    block[..values.len()].copy_from_slice(values);
    block
}

/// Lowest bin k with Σ power[..=k] ≥ share · Σ power; `None` when the power is 0.
///
/// Sums of blocks are scanned first, then the bins of one block.
fn rolloff_bin(power: &[f32], block_power: &[f32], share: f64) -> Option<f64> {
    let total: f64 = block_power.iter().map(|&block| f64::from(block)).sum();
    if total <= 0.0 {
        return None;
    }
    let threshold = share * total;
    let mut below = 0.0;
    for (index, (bins, &sum)) in power.chunks(BLOCK).zip(block_power).enumerate() {
        if below + f64::from(sum) < threshold {
            below += f64::from(sum);
            continue;
        }
        let first = index * BLOCK;
        for (offset, &bin) in bins.iter().enumerate() {
            below += f64::from(bin);
            if below >= threshold {
                return Some((first + offset) as f64);
            }
        }
        // The two orders of summation may differ in the last digit; then the rolloff is the end of the block.
        return Some((first + bins.len() - 1) as f64);
    }
    Some((power.len() - 1) as f64)
}

/// Geometric over arithmetic mean, each bin floored at 10⁻⁸ of the mean; `None` without bins or power.
///
/// The logarithm of the geometric mean is that of a product, kept in lanes: factors relative to the
/// mean lie in 10⁻⁸ … number of bins, so 4 of them can be multiplied in f32 and 32 in f64; the exponents of those
/// products are then added as integers, so that each frame needs only one logarithm.
#[multiversion(targets("x86_64+avx2", "aarch64+neon"))]
fn flatness(power: &[f32]) -> Option<f64> {
    let count = power.len() as f64;
    let (blocks, rest) = power.as_chunks::<BLOCK>();
    let sum: f64 = blocks.iter().map(|block| f64::from(sum_block(block))).sum();
    let mean = (sum + f64::from(sum_block(&padded(rest, 0.0)))) / count.max(1.0);
    // Below the normal range of f32 the reciprocal overflows; a frame with so little power has no shape.
    if mean < f64::from(f32::MIN_POSITIVE) {
        return None;
    }
    let scale = (1.0 / mean) as f32;
    let (mut exponent, mut mantissa) = (0_i64, 1.0_f64);
    let mut add = |products: &[f64; LANES]| {
        for &product in products {
            let (carry, factor) = split(product);
            exponent += carry;
            mantissa *= factor;
        }
        let (carry, rest) = split(mantissa);
        exponent += carry;
        mantissa = rest;
    };
    for blocks in blocks.chunks(BLOCKS_IN_F64) {
        let mut products = [1.0; LANES];
        for block in blocks {
            multiply(&mut products, block, scale);
        }
        add(&products);
    }
    // The factor of the padding is 1, apart from rounding.
    let mut products = [1.0; LANES];
    multiply(&mut products, &padded(rest, mean as f32), scale);
    add(&products);
    Some(((exponent as f64 + mantissa.log2()) / count).exp2().min(1.0))
}

/// Multiplies the lanes by a block's floored bins.
#[inline(always)]
fn multiply(products: &mut [f64; LANES], block: &[f32; BLOCK], scale: f32) {
    let mut partial = [1.0_f32; LANES];
    for row in block.as_chunks::<LANES>().0 {
        for (partial, &bin) in partial.iter_mut().zip(row) {
            let factor = bin * scale;
            // A comparison instead of f32::max: bins are never NaN, and this is one instruction.
            *partial *= if factor > FLATNESS_FLOOR { factor } else { FLATNESS_FLOOR };
        }
    }
    for (product, partial) in products.iter_mut().zip(partial) {
        *product *= f64::from(partial);
    }
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
mod tests;
