//! A run of decoded samples.

use std::ops::Range;

use crate::stream_format::MAX_CHANNELS;

/// A run of decoded samples: one slice per channel, all of one length, full scale ±1.0.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    planes: [&'a [f32]; MAX_CHANNELS],
    channels: usize,
}

impl<'a> Block<'a> {
    pub(crate) fn new(planes: &'a [Vec<f32>], samples: Range<usize>) -> Self {
        let mut slices: [&[f32]; MAX_CHANNELS] = [&[]; MAX_CHANNELS];
        for (slice, plane) in slices.iter_mut().zip(planes) {
            *slice = &plane[samples.clone()];
        }
        Self { planes: slices, channels: planes.len().min(MAX_CHANNELS) }
    }

    /// One slice per channel, in WAVE order.
    #[must_use]
    pub fn channels(&self) -> &[&'a [f32]] {
        &self.planes[..self.channels]
    }

    /// Samples per channel.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.planes[0].len()
    }
}
