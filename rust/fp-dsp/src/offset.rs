//! Takes from L and R their offset: what of them changes so slowly that nobody hears it.
//!
//! The offset at the start of each hop is the mean of the samples in the 16 hops before and the 16 after, as far as the
//! track reaches, each hop weighted by a Hann window at its middle; within a hop it goes in a straight line. That is a
//! high-pass without delay or phase, 6 dB down at 2.7 Hz.

use std::f64::consts::PI;

use multiversion::multiversion;

use crate::{
    kernel::aligned::Aligned,
    params::{HOPS_PER_CHUNK, Params},
};

/// Hops on either side of a point that its offset is taken from. As many as in a chunk, so that the offset of a chunk is
/// known as soon as the next one has come.
const REACH: usize = HOPS_PER_CHUNK;
/// Lanes of the sums over a hop.
const LANES: usize = 8;

/// The newest chunk of L and R, and the one before, which waits for its offset.
pub(crate) struct OffsetFilter {
    hop: usize,
    /// L and R of the chunk that waits, then of the newest.
    samples: [[Aligned<f32>; 2]; 2],
    lengths: [usize; 2],
    /// The hops of the chunk before the waiting one, of the waiting one and of the newest.
    hops: [HopSum; 3 * HOPS_PER_CHUNK],
    weights: [f64; 2 * REACH],
    /// 0, 1, 2 … up to the length of a hop.
    steps: Aligned<f32>,
    sample_peak: f32,
}

#[derive(Clone, Copy, Default)]
struct HopSum {
    samples: f64,
    sums: [f64; 2],
}

impl OffsetFilter {
    pub(crate) fn new(params: &Params) -> Self {
        let buffers = || [Aligned::new(params.long_hop), Aligned::new(params.long_hop)];
        let angle = |i: usize| PI * (i as f64 + 0.5) / (2 * REACH) as f64;
        Self {
            hop: params.hop,
            samples: [buffers(), buffers()],
            lengths: [0; 2],
            hops: [HopSum::default(); 3 * HOPS_PER_CHUNK],
            weights: std::array::from_fn(|i| angle(i).sin().powi(2)),
            steps: (0..params.hop).map(|n| n as f32).collect(),
            sample_peak: 0.0,
        }
    }

    pub(crate) fn reset(&mut self) {
        self.lengths = [0; 2];
        self.hops.fill(HopSum::default());
        self.sample_peak = 0.0;
    }

    /// Adds the next chunk, of which only the last may be shorter; the one before now waits.
    pub(crate) fn add_chunk(&mut self, left: &[f32], right: &[f32]) {
        self.samples.swap(0, 1);
        self.lengths = [self.lengths[1], left.len()];
        self.hops.copy_within(HOPS_PER_CHUNK.., 0);
        self.hops[2 * HOPS_PER_CHUNK..].fill(HopSum::default());
        for (c, channel) in [left, right].into_iter().enumerate() {
            let hops = channel.chunks(self.hop).zip(self.samples[1][c].chunks_mut(self.hop));
            for (sum, (hop, copy)) in self.hops[2 * HOPS_PER_CHUNK..].iter_mut().zip(hops) {
                sum.samples = hop.len() as f64;
                let peak;
                (sum.sums[c], peak) = copy_and_sum(hop, &mut copy[..hop.len()]);
                self.sample_peak = self.sample_peak.max(peak);
            }
        }
    }

    /// Length of the chunk that waits; 0 when there is none.
    pub(crate) const fn waiting(&self) -> usize {
        self.lengths[0]
    }

    /// Returns L and R of the waiting chunk without their offset, and writes (L + R) / 2 to both of `mids`, which have its
    /// length.
    pub(crate) fn release(&mut self, mids: [&mut [f32]; 2]) -> [&[f32]; 2] {
        let length = self.lengths[0];
        let mut start = self.offset(0);
        let [first, second] = mids.map(|mid| mid.chunks_mut(self.hop));
        for (index, (mid, copy)) in first.zip(second).enumerate() {
            let end = self.offset(index + 1);
            let span = index * self.hop..index * self.hop + mid.len();
            let [left, right] = &mut self.samples[0];
            let slope = [0, 1].map(|c| ((end[c] - start[c]) / self.hop as f64) as f32);
            subtract_lines(
                [&mut left[span.clone()], &mut right[span]],
                start.map(|x| x as f32),
                slope,
                &self.steps,
                [mid, copy],
            );
            start = end;
        }
        let [left, right] = &self.samples[0];
        [&left[..length], &right[..length]]
    }

    /// Largest absolute sample so far, offset included.
    pub(crate) const fn sample_peak(&self) -> f32 {
        self.sample_peak
    }

    /// The offsets of L and R at the start of a hop of the waiting chunk.
    fn offset(&self, hop: usize) -> [f64; 2] {
        let (mut samples, mut sums) = (0.0, [0.0; 2]);
        for (hop, weight) in self.hops[hop..hop + 2 * REACH].iter().zip(&self.weights) {
            samples += weight * hop.samples;
            sums[0] += weight * hop.sums[0];
            sums[1] += weight * hop.sums[1];
        }
        if samples > 0.0 { sums.map(|sum| sum / samples) } else { [0.0; 2] }
    }
}

/// Copies samples and returns Σ x, exact enough that a constant has itself as its mean, and the largest |x|.
#[multiversion(targets("x86_64+avx2"))]
fn copy_and_sum(samples: &[f32], copy: &mut [f32]) -> (f64, f32) {
    let (mut sums, mut peaks) = ([0.0_f64; LANES], [0.0_f32; LANES]);
    let (rows, rest) = samples.as_chunks::<LANES>();
    let (copied_rows, copied_rest) = copy.as_chunks_mut::<LANES>();
    for (row, copied) in rows.iter().zip(copied_rows) {
        *copied = *row;
        for lane in 0..LANES {
            sums[lane] += f64::from(row[lane]);
            let size = row[lane].abs();
            peaks[lane] = if size > peaks[lane] { size } else { peaks[lane] };
        }
    }
    copied_rest.copy_from_slice(rest);
    let sum = sums.iter().sum::<f64>() + rest.iter().map(|&x| f64::from(x)).sum::<f64>();
    (sum, peaks.into_iter().chain(rest.iter().map(|x| x.abs())).fold(0.0, f32::max))
}

/// Takes start + slope·n from sample n of both channels, and writes their mean to both of `mids`.
#[multiversion(targets("x86_64+avx2"))]
fn subtract_lines(
    [left, right]: [&mut [f32]; 2],
    start: [f32; 2],
    slope: [f32; 2],
    steps: &[f32],
    [mid, copy]: [&mut [f32]; 2],
) {
    for ((((l, r), n), mid), copy) in left.iter_mut().zip(right).zip(steps).zip(mid).zip(copy) {
        *l -= start[0] + slope[0] * n;
        *r -= start[1] + slope[1] * n;
        let mean = 0.5 * (*l + *r);
        (*mid, *copy) = (mean, mean);
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    const RATE_HZ: u32 = 44_100;

    /// L, R and the mid of a whole stream without its offset.
    fn filtered(left: &[f32], right: &[f32]) -> [Vec<f32>; 3] {
        let params = Params::new(RATE_HZ).unwrap();
        let mut filter = OffsetFilter::new(&params);
        let mut out = [const { Vec::new() }; 3];
        let mut take = |filter: &mut OffsetFilter| {
            let mut mids = [vec![0.0; filter.waiting()], vec![0.0; filter.waiting()]];
            let [left, right] = filter.release(mids.each_mut().map(Vec::as_mut_slice));
            out[0].extend_from_slice(left);
            out[1].extend_from_slice(right);
            assert_eq!(mids[0], mids[1]);
            out[2].extend(&mids[0]);
        };
        for (left, right) in left.chunks(params.long_hop).zip(right.chunks(params.long_hop)) {
            filter.add_chunk(left, right);
            take(&mut filter);
        }
        filter.add_chunk(&[], &[]);
        take(&mut filter);
        out
    }

    fn sine(frequency_hz: f64, seconds: f64) -> Vec<f32> {
        let angle = |n: usize| TAU * frequency_hz * n as f64 / f64::from(RATE_HZ);
        (0..(seconds * f64::from(RATE_HZ)) as usize).map(|n| (0.5 * angle(n).sin()) as f32).collect()
    }

    #[test]
    fn a_constant_becomes_exactly_0_and_nothing_else_is_lost() {
        for length in [1, 511, 512, 8_192, 8_193, 100_001] {
            let [left, right, mid] = filtered(&vec![0.1; length], &vec![-1.0 / 3.0; length]);
            for channel in [left, right, mid] {
                assert_eq!(channel, vec![0.0; length]);
            }
        }
        let mut filter = OffsetFilter::new(&Params::new(RATE_HZ).unwrap());
        filter.add_chunk(&[0.1, 0.7], &[-0.9, 0.2]);
        assert_eq!(filter.sample_peak(), 0.9);
        filter.reset();
        assert_eq!((filter.sample_peak(), filter.waiting()), (0.0, 0));
    }

    #[test]
    fn a_straight_line_is_an_offset() {
        let line: Vec<f32> = (0..88_200).map(|n| n as f32 * 1e-5 - 0.4).collect();
        let [left, ..] = filtered(&line, &line);
        // Away from the ends half a step and f32 rounding remain.
        assert!(left[8_192..79_000].iter().all(|x| x.abs() < 6e-6));
    }

    #[test]
    fn a_wave_that_begins_and_ends_at_once_keeps_its_height() {
        // At the ends the window is one-sided: it reads the beginning of a wave as an offset of 2/ω/window at most.
        let wave = sine(700.0, 1.9);
        let [left, ..] = filtered(&wave, &wave);
        let height = left.iter().fold(0.0_f32, |height, x| height.max(x.abs()));
        approx::assert_abs_diff_eq!(height, 0.5, epsilon = 0.5 * 0.0025);
    }

    #[test]
    fn the_gain_is_that_of_the_window() {
        let params = Params::new(RATE_HZ).unwrap();
        for frequency_hz in [0.1, 0.5, 1.0, 2.7, 5.0, 8.0, 20.0, 40.0, 1000.0] {
            // What a Hann window of 32 hops leaves of its middle: sinc(x) / (1 − x²), x in periods per window.
            let x = frequency_hz * (2 * REACH * params.hop) as f64 / f64::from(RATE_HZ);
            let kept = (PI * x).sin() / (PI * x * (1.0 - x * x));
            let wave = sine(frequency_hz, 12.0);
            let [left, right, mid] = filtered(&wave, &vec![0.0; wave.len()]);
            assert!(right.iter().all(|&x| x == 0.0));
            let middle = RATE_HZ as usize..11 * RATE_HZ as usize;
            let product = |a: &[f32]| -> f64 {
                a[middle.clone()].iter().zip(&wave[middle.clone()]).map(|(a, b)| f64::from(a * b)).sum()
            };
            let gain = product(&left) / product(&wave);
            // The hops' own width and the ends of the ten seconds that are no whole periods.
            approx::assert_abs_diff_eq!(gain, 1.0 - kept, epsilon = 0.004);
            approx::assert_abs_diff_eq!(product(&mid) / product(&wave), 0.5 * gain, epsilon = 1e-6);
        }
    }
}
