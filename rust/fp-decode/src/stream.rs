//! A file being decoded, as a stream of blocks.

use std::ops::Range;

use crate::{
    error::DecodeError,
    first_format::FirstFormat,
    report::DecodeReport,
    source::{SampleSource, SourceBlock},
    stream_format::{MAX_CHANNELS, StreamFormat},
};

/// A run of decoded samples: one slice per channel, all of one length, full scale ±1.0.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    planes: [&'a [f32]; MAX_CHANNELS],
    channels: usize,
}

impl<'a> Block<'a> {
    fn new(planes: &'a [Vec<f32>], samples: Range<usize>) -> Self {
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

/// A file being decoded. Blocks have any length but zero. Their format never changes; if the file's does, that is in
/// the [`DecodeReport`].
pub struct AudioStream {
    source: Box<dyn SampleSource>,
    format: StreamFormat,
    /// Buffers of the current block, reused.
    planes: Vec<Vec<f32>>,
    /// Decoded by `open` and not delivered yet.
    pending: Option<SourceBlock>,
    first_format: FirstFormat,
    samples: u64,
    source_ended: bool,
    ended: bool,
}

impl AudioStream {
    /// Takes a source whose `first` block is already in `planes`.
    pub(crate) fn new(
        source: Box<dyn SampleSource>,
        format: StreamFormat,
        planes: Vec<Vec<f32>>,
        first: SourceBlock,
    ) -> Self {
        let first_format = FirstFormat::new(format.rate_hz, format.channels);
        let pending = Some(first);
        Self { source, format, planes, pending, first_format, samples: 0, source_ended: false, ended: false }
    }

    /// The format of the samples.
    #[must_use]
    pub fn format(&self) -> &StreamFormat {
        &self.format
    }

    /// Expected samples per channel, for a progress display; `None` if the container does not state the length or only
    /// estimates it. The number delivered may differ.
    #[must_use]
    pub fn expected_samples(&self) -> Option<u64> {
        self.source.expected_samples()
    }

    /// The next block, or `None` after the last. Damage is skipped and reported by [`finish`](Self::finish).
    ///
    /// # Errors
    /// [`ReadError`](crate::ErrorKind::ReadError) when the file can no longer be read, as on a bad disk or a lost
    /// network share.
    pub fn next_block(&mut self) -> Result<Option<Block<'_>>, DecodeError> {
        while !self.ended {
            let block = match self.pending.take() {
                Some(block) => Some(block),
                None if self.source_ended => None,
                None => self.source.next_block(&mut self.planes)?,
            };
            self.source_ended = block.is_none();
            let converted = if self.first_format.holds_samples(block.as_ref().map(|block| block.rate_hz)) {
                self.pending = block;
                self.first_format.release_samples()
            } else if let Some(block) = block {
                self.first_format.note_change(&block, self.samples, self.source.losses_mut());
                if self.first_format.is_format_of(&block) {
                    self.samples += block.samples.len() as u64;
                    return Ok(Some(Block::new(&self.planes[..block.channels], block.samples)));
                }
                self.first_format.convert(&self.planes[..block.channels], &block)
            } else {
                self.ended = true;
                break;
            };
            if let Err(reason) = converted {
                self.ended = true;
                self.source.losses_mut().early_end = Some(reason);
                break;
            }
            let samples = self.first_format.output().first().map_or(0, Vec::len);
            if samples > 0 {
                self.samples += samples as u64;
                return Ok(Some(Block::new(self.first_format.output(), 0..samples)));
            }
        }
        Ok(None)
    }

    /// Ends the stream, at its end or earlier, and reports what was delivered and what was lost.
    #[must_use]
    pub fn finish(mut self) -> DecodeReport {
        if !self.ended {
            // The caller stopped early, so the rest is not missing.
            self.source.losses_mut().promised_samples = None;
        }
        DecodeReport { samples: self.samples, warnings: self.source.losses_mut().warnings(self.samples) }
    }
}

impl std::fmt::Debug for AudioStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AudioStream")
            .field("format", &self.format)
            .field("samples", &self.samples)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
