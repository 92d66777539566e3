//! The interface that both ways of decoding implement.

use std::ops::Range;

use crate::{audio_key::EncodedAudio, error::DecodeError, report::Losses};

/// Describes one block of samples that a source has written into the caller's buffers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceBlock {
    /// Samples per second and channel.
    pub(crate) rate_hz: u32,
    /// How many of the buffers are filled.
    pub(crate) channels: usize,
    /// WAVE speaker mask, where known.
    pub(crate) channel_mask: Option<u32>,
    /// Which samples of the buffers belong to the audio: encoder delay and padding are outside. Never empty.
    pub(crate) samples: Range<usize>,
}

/// A decoder of one file.
pub(crate) trait SampleSource: Send {
    /// Decodes the next samples into `planes` (one buffer per channel, resized as needed); `None` after the last.
    fn next_block(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<Option<SourceBlock>, DecodeError>;

    /// Expected samples per channel; `None` if unknown or only estimated.
    fn expected_samples(&self) -> Option<u64>;

    /// What was lost so far.
    fn losses_mut(&mut self) -> &mut Losses;

    /// The encoded audio that this reads, for its key; `None` where another program reads it.
    fn encoded(&mut self) -> Option<&mut dyn EncodedAudio>;
}
