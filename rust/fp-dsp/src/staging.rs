//! Staging: blocks of any length in, chunks of one long hop out, cleaned and mixed to stereo.

use crate::layout::{ChannelLayout, MOST_CHANNELS};

/// Samples beyond +120 dBFS are garbage and would overflow f32 power: they count as not finite.
const LARGEST_SAMPLE: f32 = 1e6;

/// One chunk being filled.
pub(crate) struct Staging {
    channels: Vec<Box<[f32]>>,
    left: Box<[f32]>,
    right: Box<[f32]>,
    mid: Box<[f32]>,
    filled: usize,
}

impl Staging {
    pub(crate) fn new(channels: usize, length: usize) -> Self {
        let buffer = || vec![0.0_f32; length].into_boxed_slice();
        Self {
            channels: (0..channels).map(|_| buffer()).collect(),
            left: buffer(),
            right: buffer(),
            mid: buffer(),
            filled: 0,
        }
    }

    /// Copies what fits of `planar` from sample `from` on, non-finite samples as 0.
    /// Returns how many samples were taken and how many were not finite.
    pub(crate) fn fill(&mut self, planar: &[&[f32]], from: usize) -> (usize, u64) {
        let room = self.mid.len() - self.filled;
        let taken = room.min(planar[0].len() - from);
        let mut non_finite = 0;
        for (staged, channel) in self.channels.iter_mut().zip(planar) {
            let target = &mut staged[self.filled..self.filled + taken];
            target.copy_from_slice(&channel[from..from + taken]);
            for sample in target {
                // Written so that NaN fails the comparison.
                let usable = sample.abs() <= LARGEST_SAMPLE;
                non_finite += u64::from(!usable);
                *sample = if usable { *sample } else { 0.0 };
            }
        }
        self.filled += taken;
        (taken, non_finite)
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.filled == self.mid.len()
    }

    pub(crate) const fn filled(&self) -> usize {
        self.filled
    }

    pub(crate) const fn clear(&mut self) {
        self.filled = 0;
    }

    /// Mixes the staged samples down to left, right and mid.
    pub(crate) fn mix(&mut self, layout: &ChannelLayout) {
        let n = self.filled;
        if layout.is_plain_stereo() {
            self.left[..n].copy_from_slice(&self.channels[0][..n]);
            self.right[..n].copy_from_slice(&self.channels[1][..n]);
        } else {
            self.left[..n].fill(0.0);
            self.right[..n].fill(0.0);
            for (channel, gains) in self.channels.iter().zip(layout.gains()) {
                for i in 0..n {
                    self.left[i] += gains.left * channel[i];
                    self.right[i] += gains.right * channel[i];
                }
            }
        }
        for i in 0..n {
            self.mid[i] = 0.5 * (self.left[i] + self.right[i]);
        }
    }

    pub(crate) fn left(&self) -> &[f32] {
        &self.left[..self.filled]
    }

    pub(crate) fn right(&self) -> &[f32] {
        &self.right[..self.filled]
    }

    pub(crate) fn mid(&self) -> &[f32] {
        &self.mid[..self.filled]
    }

    /// The cleaned original channels; only the first `layout.channels()` slices mean anything.
    pub(crate) fn channels(&self) -> [&[f32]; MOST_CHANNELS] {
        let mut slices: [&[f32]; MOST_CHANNELS] = [&[]; MOST_CHANNELS];
        for (slice, channel) in slices.iter_mut().zip(&self.channels) {
            *slice = &channel[..self.filled];
        }
        slices
    }
}
