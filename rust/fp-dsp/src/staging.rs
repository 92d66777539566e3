//! Staging: collects blocks of any length into chunks of one long hop, cleaned and mixed to stereo.

use multiversion::multiversion;

use crate::layout::{ChannelLayout, MAX_CHANNELS};

/// Larger samples (beyond +20 dBFS) are damage: floating point leaves headroom for peaks, but no mix peaks that high, and one
/// changed bit of an exponent makes up to +770 dB. They count as not finite. Clipped instead, each would still be the
/// track's peak.
const MAX_SAMPLE: f32 = 10.0;

/// The chunk that is being filled.
pub(crate) struct Staging {
    channels: Vec<Box<[f32]>>,
    /// Left and right of the downmix; `None` if the channels themselves are left and right.
    downmix: Option<[Box<[f32]>; 2]>,
    length: usize,
    filled: usize,
}

impl Staging {
    pub(crate) fn new(layout: &ChannelLayout, length: usize) -> Self {
        let buffer = || vec![0.0_f32; length].into_boxed_slice();
        Self {
            channels: (0..layout.channels()).map(|_| buffer()).collect(),
            downmix: (!layout.is_plain_stereo()).then(|| [buffer(), buffer()]),
            length,
            filled: 0,
        }
    }

    /// For so many channels that are not mixed.
    pub(crate) fn unmixed(channels: usize, length: usize) -> Self {
        let channels = (0..channels).map(|_| vec![0.0_f32; length].into_boxed_slice()).collect();
        Self { channels, downmix: None, length, filled: 0 }
    }

    /// Copies samples of `planar` from `from` on until the chunk is full, non-finite samples as 0.
    /// Returns how many samples were copied and how many were not finite.
    pub(crate) fn fill(&mut self, planar: &[&[f32]], from: usize) -> (usize, u64) {
        let room = self.length - self.filled;
        let taken = room.min(planar[0].len() - from);
        let mut non_finite = 0;
        for (staged, channel) in self.channels.iter_mut().zip(planar) {
            let target = &mut staged[self.filled..self.filled + taken];
            non_finite += u64::from(clean(&channel[from..from + taken], target));
        }
        self.filled += taken;
        (taken, non_finite)
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.filled == self.length
    }

    pub(crate) const fn filled(&self) -> usize {
        self.filled
    }

    pub(crate) const fn clear(&mut self) {
        self.filled = 0;
    }

    /// Mixes the staged samples down to left and right.
    pub(crate) fn mix(&mut self, layout: &ChannelLayout) {
        let n = self.filled;
        if let Some([left, right]) = &mut self.downmix {
            left[..n].fill(0.0);
            right[..n].fill(0.0);
            for (channel, gains) in self.channels.iter().zip(layout.gains()) {
                add_scaled(&mut left[..n], &channel[..n], gains.left);
                add_scaled(&mut right[..n], &channel[..n], gains.right);
            }
        }
    }

    pub(crate) fn left(&self) -> &[f32] {
        &self.downmix.as_ref().map_or(&self.channels[0], |[left, _]| left)[..self.filled]
    }

    pub(crate) fn right(&self) -> &[f32] {
        self.downmix.as_ref().map_or_else(|| &self.channels[1][..self.filled], |[_, right]| &right[..self.filled])
    }

    /// The cleaned original channels; only the first `layout.channels()` slices are in use.
    pub(crate) fn channels(&self) -> [&[f32]; MAX_CHANNELS] {
        let mut slices: [&[f32]; MAX_CHANNELS] = [&[]; MAX_CHANNELS];
        for (slice, channel) in slices.iter_mut().zip(&self.channels) {
            *slice = &channel[..self.filled];
        }
        slices
    }
}

/// Copies samples, unusable ones as 0, and returns how many were unusable.
#[multiversion(targets("x86_64+avx2"))]
fn clean(samples: &[f32], cleaned: &mut [f32]) -> u32 {
    let mut unusable = 0;
    for (out, &sample) in cleaned.iter_mut().zip(samples) {
        // The comparison is written so that NaN fails it.
        let usable = sample.abs() <= MAX_SAMPLE;
        unusable += u32::from(!usable);
        *out = if usable { sample } else { 0.0 };
    }
    unusable
}

#[multiversion(targets("x86_64+avx2"))]
fn add_scaled(sums: &mut [f32], samples: &[f32], gain: f32) {
    for (sum, sample) in sums.iter_mut().zip(samples) {
        *sum += gain * sample;
    }
}
