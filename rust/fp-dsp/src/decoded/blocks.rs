//! The samples of a chunk in blocks of 32: lowest and highest of each, and the moments of the chunk.

use multiversion::multiversion;

/// Samples in a block. With smaller ones the true peak could skip more, but finding the extremes would cost more than that.
pub(crate) const BLOCK: usize = 32;
const LANES: usize = 8;
const ROWS: usize = BLOCK / LANES;
/// Blocks whose sums are taken in f32: 32 additions in each lane.
const BLOCKS_IN_F32: usize = 8;

/// One channel's blocks of a chunk, and what is kept of the channel.
pub(crate) struct ChannelBlocks {
    /// Lowest and highest sample of the last block of the chunk before, then of each block of this one.
    low: Vec<f32>,
    high: Vec<f32>,
    moments: Moments,
}

impl ChannelBlocks {
    /// Room for chunks of at most `chunk` samples.
    pub(crate) fn new(chunk: usize) -> Self {
        let blocks = chunk.div_ceil(BLOCK) + 1;
        let mut channel =
            Self { low: Vec::with_capacity(blocks), high: Vec::with_capacity(blocks), moments: Moments::default() };
        channel.reset();
        channel
    }

    /// Forgets the stream. Before it there was silence.
    pub(crate) fn reset(&mut self) {
        for extremes in [&mut self.low, &mut self.high] {
            extremes.clear();
            extremes.push(0.0);
        }
        self.moments = Moments::default();
    }

    /// Takes up the next chunk.
    pub(crate) fn add_chunk(&mut self, samples: &[f32]) {
        let blocks = samples.len().div_ceil(BLOCK);
        for extremes in [&mut self.low, &mut self.high] {
            extremes[0] = extremes.last().copied().unwrap_or(0.0);
            extremes.resize(blocks + 1, 0.0);
        }
        let Some(&pivot) = samples.first() else { return };
        let [sum, square] = measure(samples, pivot, &mut self.low[1..], &mut self.high[1..]);
        let n = samples.len() as f64;
        let mean = f64::from(pivot) + sum / n;
        self.moments.join(&Moments { samples: n, mean, scatter: (square - sum * sum / n).max(0.0) });
    }

    /// Lowest samples: of the block before the chunk, then of its blocks.
    pub(crate) fn low(&self) -> &[f32] {
        &self.low
    }

    /// Highest samples, likewise.
    pub(crate) fn high(&self) -> &[f32] {
        &self.high
    }

    /// Moments of the channel so far.
    pub(crate) const fn moments(&self) -> &Moments {
        &self.moments
    }
}

/// Number, mean and Σ (x − mean)² of samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Moments {
    samples: f64,
    mean: f64,
    scatter: f64,
}

impl Moments {
    /// Moments of a run of samples.
    pub(crate) fn of(samples: impl Iterator<Item = f32> + Clone) -> Self {
        let n = samples.clone().count() as f64;
        let mean = samples.clone().map(f64::from).sum::<f64>() / n.max(1.0);
        Self { samples: n, mean, scatter: samples.map(|x| (f64::from(x) - mean).powi(2)).sum() }
    }

    /// Adds a run that follows (Chan, Golub & LeVeque 1983, eq. 2.1).
    fn join(&mut self, other: &Self) {
        let samples = self.samples + other.samples;
        let apart = other.mean - self.mean;
        self.scatter += other.scatter + apart * apart * self.samples * other.samples / samples;
        self.mean += apart * other.samples / samples;
        self.samples = samples;
    }

    /// Mean; 0 without samples.
    pub(crate) const fn mean(&self) -> f64 {
        self.mean
    }

    /// Mean of (x − mean)²; 0 without samples.
    pub(crate) fn mean_square(&self) -> f64 {
        self.scatter / self.samples.max(1.0)
    }
}

/// The lowest and the highest of the blocks of a chunk.
#[multiversion(targets("x86_64+avx2"))]
pub(crate) fn extremes(low: &[f32], high: &[f32]) -> [f32; 2] {
    let mut lanes = [[f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]];
    let (low_rows, low_rest) = low.as_chunks::<LANES>();
    let (high_rows, high_rest) = high.as_chunks::<LANES>();
    for low in low_rows {
        for i in 0..LANES {
            lanes[0][i] = if low[i] < lanes[0][i] { low[i] } else { lanes[0][i] };
        }
    }
    for high in high_rows {
        for i in 0..LANES {
            lanes[1][i] = if high[i] > lanes[1][i] { high[i] } else { lanes[1][i] };
        }
    }
    [
        lanes[0].iter().chain(low_rest).copied().fold(f32::INFINITY, f32::min),
        lanes[1].iter().chain(high_rest).copied().fold(f32::NEG_INFINITY, f32::max),
    ]
}

/// Raises each block's peak to its largest absolute sample.
#[multiversion(targets("x86_64+avx2"))]
pub(crate) fn raise_peaks(peaks: &mut [f32], low: &[f32], high: &[f32]) {
    for (peak, (&low, &high)) in peaks.iter_mut().zip(low.iter().zip(high)) {
        let largest = if high > -low { high } else { -low };
        *peak = if largest > *peak { largest } else { *peak };
    }
}

/// Writes the extremes of each block; returns Σ (x − pivot) and Σ (x − pivot)². Distances from a sample of the chunk are about
/// as large as the signal itself, whatever its offset.
#[multiversion(targets("x86_64+avx2"))]
fn measure(samples: &[f32], pivot: f32, low: &mut [f32], high: &mut [f32]) -> [f64; 2] {
    let (blocks, rest) = samples.as_chunks::<BLOCK>();
    let mut total = [0.0; 2];
    let groups = blocks.chunks(BLOCKS_IN_F32).zip(low.chunks_mut(BLOCKS_IN_F32).zip(high.chunks_mut(BLOCKS_IN_F32)));
    for (blocks, (low, high)) in groups {
        let mut sums = [[0.0_f32; LANES]; 2];
        for (block, (low, high)) in blocks.iter().zip(low.iter_mut().zip(high)) {
            [*low, *high] = measure_block(block, pivot, &mut sums);
        }
        for (total, lanes) in total.iter_mut().zip(sums) {
            *total += lanes.into_iter().map(f64::from).sum::<f64>();
        }
    }
    if !rest.is_empty() {
        // Padding with the pivot, a sample of the chunk, adds nothing to the sums; for the extremes it is padded with one of
        // the block itself.
        let mut sums = [[0.0_f32; LANES]; 2];
        let mut padded = [pivot; BLOCK];
        padded[..rest.len()].copy_from_slice(rest);
        measure_block(&padded, pivot, &mut sums);
        for (total, lanes) in total.iter_mut().zip(sums) {
            *total += lanes.into_iter().map(f64::from).sum::<f64>();
        }
        let last = blocks.len();
        low[last] = rest.iter().copied().fold(f32::INFINITY, f32::min);
        high[last] = rest.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    }
    total
}

/// Adds a block to the sums and returns its lowest and highest sample.
#[inline(always)]
fn measure_block(block: &[f32; BLOCK], pivot: f32, sums: &mut [[f32; LANES]; 2]) -> [f32; 2] {
    // Comparisons instead of f32::min and max: samples are never NaN, and these are one instruction.
    let lower = |a: f32, b: f32| if a < b { a } else { b };
    let higher = |a: f32, b: f32| if a > b { a } else { b };
    let mut low = [0.0; LANES];
    let mut high = [0.0; LANES];
    for i in 0..LANES {
        let x: [f32; ROWS] = std::array::from_fn(|row| block[row * LANES + i]);
        low[i] = lower(lower(x[0], x[1]), lower(x[2], x[3]));
        high[i] = higher(higher(x[0], x[1]), higher(x[2], x[3]));
        let d = x.map(|x| x - pivot);
        sums[0][i] += (d[0] + d[1]) + (d[2] + d[3]);
        sums[1][i] += (d[0] * d[0] + d[1] * d[1]) + (d[2] * d[2] + d[3] * d[3]);
    }
    let low: [f32; 4] = std::array::from_fn(|i| lower(low[i], low[i + 4]));
    let high: [f32; 4] = std::array::from_fn(|i| higher(high[i], high[i + 4]));
    [lower(lower(low[0], low[2]), lower(low[1], low[3])), higher(higher(high[0], high[2]), higher(high[1], high[3]))]
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    #[test]
    fn extremes_and_moments_are_the_plain_ones_for_every_length() {
        let samples: Vec<f32> = (0..700_u32).map(|n| 0.7 + (n * n % 1013) as f32 / 4096.0).collect();
        for length in [1, 7, 31, 32, 33, 256, 300, 699] {
            let mut channel = ChannelBlocks::new(length);
            for chunk in samples[..length].chunks(96) {
                channel.add_chunk(chunk);
                for (block, (&low, &high)) in
                    chunk.chunks(BLOCK).zip(channel.low()[1..].iter().zip(&channel.high()[1..]))
                {
                    assert_eq!(low, block.iter().copied().fold(f32::INFINITY, f32::min));
                    assert_eq!(high, block.iter().copied().fold(f32::NEG_INFINITY, f32::max));
                }
            }
            let plain = Moments::of(samples[..length].iter().copied());
            // 32 additions in f32.
            assert_relative_eq!(channel.moments().mean(), plain.mean(), max_relative = 1e-7, epsilon = 0.0);
            assert_relative_eq!(
                channel.moments().mean_square(),
                plain.mean_square(),
                max_relative = 1e-6,
                epsilon = 1e-15
            );
        }
    }

    #[test]
    fn a_constant_has_no_power_whatever_its_value() {
        let mut channel = ChannelBlocks::new(1_000);
        for _ in 0..100 {
            channel.add_chunk(&[0.3; 1_000]);
        }
        assert_eq!(channel.moments().mean_square(), 0.0);
        assert_relative_eq!(channel.moments().mean(), f64::from(0.3_f32), max_relative = 1e-12, epsilon = 0.0);
    }
}
