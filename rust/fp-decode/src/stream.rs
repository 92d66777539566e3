//! A file being decoded, as a stream of blocks.

use std::ops::Range;

use crate::{
    error::DecodeError,
    remix::Remix,
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
    remix: Option<Remix>,
    samples: u64,
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
        Self { source, format, planes, pending: Some(first), remix: None, samples: 0, ended: false }
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
        if self.ended {
            return Ok(None);
        }
        let block = match self.pending.take() {
            Some(block) => Some(block),
            None => self.source.next_block(&mut self.planes)?,
        };
        let Some(block) = block else {
            self.ended = true;
            return Ok(None);
        };
        if block.rate_hz != self.format.rate_hz {
            self.stop_at_new_rate(block.rate_hz);
            return Ok(None);
        }
        self.samples += block.samples.len() as u64;
        if block.channels == self.format.channels {
            return Ok(Some(Block::new(&self.planes[..block.channels], block.samples)));
        }
        self.note_new_layout(block.channels);
        let remix = self.remix.get_or_insert_with(|| Remix::into_layout(self.format.channels));
        let planes = remix.convert(&self.planes[..block.channels], block.samples, block.channel_mask);
        Ok(Some(Block::new(planes, 0..planes[0].len())))
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

    fn stop_at_new_rate(&mut self, new_rate_hz: u32) {
        self.ended = true;
        let old_rate_hz = self.format.rate_hz;
        let at_s = self.samples as f64 / f64::from(old_rate_hz);
        let losses = self.source.losses_mut();
        let rest = losses.promised_samples.map(|promised| promised.saturating_sub(self.samples)).filter(|&n| n > 0);
        let rest = rest.map_or_else(String::new, |samples| {
            format!("; about {:.1} s after it were not", samples as f64 / f64::from(old_rate_hz))
        });
        losses.promised_samples = None;
        losses.change_format(|| {
            format!(
                "the sample rate changes from {old_rate_hz} to {new_rate_hz} Hz after {at_s:.2} s: only the part \
                 before the change was analysed{rest}"
            )
        });
    }

    fn note_new_layout(&mut self, new_channels: usize) {
        let (channels, rate_hz, samples) = (self.format.channels, self.format.rate_hz, self.samples);
        if self.remix.as_ref().is_some_and(|remix| remix.source_channels() == new_channels) {
            return;
        }
        self.source.losses_mut().change_format(|| {
            format!(
                "the number of channels changes from {channels} to {new_channels} around {:.2} s; from there on \
                 its stereo downmix was analysed in the first layout",
                samples as f64 / f64::from(rate_hz)
            )
        });
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
