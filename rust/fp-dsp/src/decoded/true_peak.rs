//! True peak, ITU-R BS.1770-5 annex 2: the largest absolute value of the signal at four times its rate.
//!
//! Almost all of a track is skipped, exactly: where the samples that a value is made of lie between `low` and `high`, the
//! value is at most |mid| · |Σ taps| + half the distance · Σ |taps|, with mid = (low + high)/2. Only where that exceeds the
//! largest value so far must the filter run: 1 to 13 % of the blocks of music, mostly for two of the four phases.

use multiversion::{multiversion, target::target_cfg_f};

use super::blocks::{BLOCK, ChannelBlocks};

const TAPS: usize = 12;
/// Samples before a block that its values are made of.
const HISTORY: usize = TAPS - 1;
/// Two of the four phases of the standard's filter, in units of 2⁻¹³; the others are these backwards.
const TABLE: [[i16; TAPS]; 2] = [
    [14, 90, -161, 272, -487, 1125, 7964, -838, 390, -218, 122, -68],
    [-239, 240, -424, 730, -1364, 3810, 6388, -1641, 832, -477, 271, -155],
];
const PHASES: [[f32; TAPS]; 2] = [taps(&TABLE[0]), taps(&TABLE[1])];

const fn taps(row: &[i16; TAPS]) -> [f32; TAPS] {
    let mut taps = [0.0; TAPS];
    let mut k = 0;
    while k < TAPS {
        taps[k] = row[k] as f32 / 8192.0;
        k += 1;
    }
    taps
}

/// What rounding can add to a value that is as large as its bound.
const ROUNDING: f32 = 1.0 + 1e-5;

/// The largest true peak of all channels so far, and what the next chunk needs of this one.
pub(crate) struct TruePeak {
    peak: f32,
    /// Sample at which the block with the peak begins.
    peak_at: u64,
    /// Samples per channel before the chunk.
    position: u64,
    /// The last samples of each channel.
    history: Box<[[f32; HISTORY]]>,
    bounds: Vec<f32>,
}

impl TruePeak {
    pub(crate) fn new(channels: usize) -> Self {
        Self {
            peak: 0.0,
            peak_at: 0,
            position: 0,
            history: vec![[0.0; HISTORY]; channels].into_boxed_slice(),
            bounds: Vec::new(),
        }
    }

    pub(crate) fn reset(&mut self) {
        (self.peak, self.peak_at, self.position) = (0.0, 0, 0);
        self.history.fill([0.0; HISTORY]);
    }

    /// Adds the next chunk, one slice per channel with its extremes. A chunk that others follow ends with a block of at least 11
    /// samples. `sample_peak` is the largest absolute sample of the chunk.
    pub(crate) fn add_chunk(&mut self, channels: &[&[f32]], blocks: &[ChannelBlocks], sample_peak: f32) {
        // The samples first, between which the filter's values lie: the larger the peak is, the more can be skipped.
        let rises = sample_peak > self.peak;
        for blocks in blocks.iter().filter(|_| rises) {
            for (index, (low, high)) in blocks.low()[1..].iter().zip(&blocks.high()[1..]).enumerate() {
                self.raise(high.max(-low), index * BLOCK);
            }
        }
        for (channel, (samples, blocks)) in channels.iter().zip(blocks).enumerate() {
            for taps in [&PHASES[1], &PHASES[0]] {
                self.add_phases(channel, samples, blocks, taps);
            }
            let history = &mut self.history[channel];
            let kept = HISTORY.saturating_sub(samples.len());
            history.rotate_right(kept);
            history[kept..].copy_from_slice(&samples[samples.len() - (HISTORY - kept)..]);
        }
        self.position += channels.first().map_or(0, |samples| samples.len() as u64);
    }

    /// Runs two phases of the filter where they can exceed the peak.
    fn add_phases(&mut self, channel: usize, samples: &[f32], blocks: &ChannelBlocks, taps: &[f32; TAPS]) {
        let mut bounds = std::mem::take(&mut self.bounds);
        bounds.clear();
        bounds.resize(blocks.low().len() - 1, 0.0);
        bound(blocks.low(), blocks.high(), taps, &mut bounds);
        for (index, &bound) in bounds.iter().enumerate() {
            if bound > self.peak {
                let start = index * BLOCK;
                let window = window(&self.history[channel], samples, start);
                self.raise(largest(&window, taps, BLOCK.min(samples.len() - start)), start);
            }
        }
        self.bounds = bounds;
    }

    fn raise(&mut self, value: f32, start: usize) {
        if value > self.peak {
            self.peak = value;
            self.peak_at = self.position + start as u64;
        }
    }

    /// Ends the stream, after which all is 0. Returns the largest value, and the sample at which it lies, to a block.
    pub(crate) fn finish(&mut self) -> (f32, u64) {
        for channel in 0..self.history.len() {
            let window = window(&self.history[channel], &[], 0);
            for taps in &PHASES {
                self.raise(largest(&window, taps, HISTORY), 0);
            }
        }
        (self.peak, self.peak_at)
    }
}

/// The samples that the values of the block from `start` on are made of; after the chunk, 0.
fn window(history: &[f32; HISTORY], samples: &[f32], start: usize) -> [f32; HISTORY + BLOCK] {
    let mut window = [0.0; HISTORY + BLOCK];
    if start == 0 {
        window[..HISTORY].copy_from_slice(history);
    } else {
        window[..HISTORY].copy_from_slice(&samples[start - HISTORY..start]);
    }
    let block = &samples[start.min(samples.len())..samples.len().min(start + BLOCK)];
    window[HISTORY..][..block.len()].copy_from_slice(block);
    window
}

/// What no value of each block can exceed.
#[multiversion(targets("x86_64+avx2"))]
fn bound(low: &[f32], high: &[f32], taps: &[f32; TAPS], bounds: &mut [f32]) {
    let sum = 0.5 * ROUNDING * taps.iter().sum::<f32>();
    let absolute = 0.5 * ROUNDING * taps.iter().map(|tap| tap.abs()).sum::<f32>();
    let pairs = low.windows(2).zip(high.windows(2));
    for (bound, (low, high)) in bounds.iter_mut().zip(pairs) {
        let low = if low[0] < low[1] { low[0] } else { low[1] };
        let high = if high[0] > high[1] { high[0] } else { high[1] };
        *bound = (low + high).abs() * sum + (high - low) * absolute;
    }
}

/// The largest absolute value of a phase, and of the same backwards, over the first `outputs` samples of the block.
#[multiversion(targets("x86_64+avx2+fma"))]
fn largest(window: &[f32; HISTORY + BLOCK], taps: &[f32; TAPS], outputs: usize) -> f32 {
    // Without a processor instruction for it, fused multiply-add would be a library call.
    if target_cfg_f!(target_feature = "fma") {
        largest_of::<true>(window, taps, outputs)
    } else {
        largest_of::<false>(window, taps, outputs)
    }
}

#[inline(always)]
fn largest_of<const FUSED: bool>(window: &[f32; HISTORY + BLOCK], taps: &[f32; TAPS], outputs: usize) -> f32 {
    let mut largest = [0.0_f32; BLOCK];
    for backwards in [false, true] {
        let mut values = [0.0_f32; BLOCK];
        for k in 0..TAPS {
            let tap = if backwards { taps[TAPS - 1 - k] } else { taps[k] };
            for i in 0..BLOCK {
                let x = window[HISTORY - k + i];
                values[i] = if FUSED { x.mul_add(tap, values[i]) } else { tap * x + values[i] };
            }
        }
        for (largest, value) in largest.iter_mut().zip(values) {
            let value = value.abs();
            *largest = if value > *largest { value } else { *largest };
        }
    }
    largest[..outputs].iter().copied().fold(0.0, f32::max)
}

#[cfg(test)]
mod tests;
