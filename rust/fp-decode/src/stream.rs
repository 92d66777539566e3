//! A file being decoded, as a stream of blocks.

use fp_protocol::Tags;

use crate::{
    audio_key::{AudioKey, EncodedAudio},
    block::Block,
    encoded_file::EncodedFile,
    error::{DecodeError, ErrorKind},
    first_format::FirstFormat,
    hidden_stream::HiddenStream,
    inside::unreadable_bit_stream,
    report::DecodeReport,
    source::{SampleSource, SourceBlock},
    stream_format::StreamFormat,
};

/// The most bytes that a sample takes in a file: a float of double precision.
const MAX_SAMPLE_BYTES: usize = 8;
/// Headers, pictures and other bytes in a file of audio.
const MAX_OTHER_BYTES: u64 = 1 << 20;

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
    hidden_stream: Option<HiddenStream>,
    /// The file's bytes, where all of them should be audio.
    audio_bytes: Option<u64>,
    /// The file, for its key, where another program decodes it; opened when that has ended.
    encoded_file: Option<EncodedFile>,
    encoded: Option<Box<dyn EncodedAudio>>,
    tags: Tags,
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
        Self {
            source,
            format,
            planes,
            pending,
            first_format,
            samples: 0,
            source_ended: false,
            ended: false,
            hidden_stream: None,
            audio_bytes: None,
            encoded_file: None,
            encoded: None,
            tags: Tags::default(),
        }
    }

    /// Refuses the samples if they turn out to be a bit stream.
    pub(crate) fn without_hidden_stream(self) -> Self {
        Self { hidden_stream: HiddenStream::possible_in(&self.format), ..self }
    }

    /// Refuses the file at its end if it has far more than `bytes`, all of which should be audio, gave.
    pub(crate) fn of_audio_bytes(self, bytes: Option<u64>) -> Self {
        Self { audio_bytes: bytes, ..self }
    }

    /// Reads the audio key from `file`, which the source does not read itself.
    pub(crate) fn with_encoded(self, file: EncodedFile) -> Self {
        Self { encoded_file: Some(file), ..self }
    }

    /// Keeps what the file says about itself.
    pub(crate) fn with_tags(self, tags: Tags) -> Self {
        Self { tags, ..self }
    }

    /// What the file says about itself.
    #[must_use]
    pub const fn tags(&self) -> &Tags {
        &self.tags
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
    /// network share. [`UnsupportedFormat`](crate::ErrorKind::UnsupportedFormat) when the samples turn out to be a bit
    /// stream. [`NothingDecoded`](crate::ErrorKind::NothingDecoded) at the end, when hardly any of the file decoded.
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
                if let Some(name) = self.hidden_stream.as_mut().and_then(|hidden| hidden.look(&self.planes, &block)) {
                    self.ended = true;
                    return Err(unreadable_bit_stream(name));
                }
                self.first_format.note_change(&block, self.samples, self.source.losses_mut());
                if self.first_format.is_format_of(&block) {
                    self.samples += block.samples.len() as u64;
                    return Ok(Some(Block::new(&self.planes[..block.channels], block.samples)));
                }
                self.first_format.convert(&self.planes[..block.channels], &block)
            } else {
                self.ended = true;
                self.judge_the_whole()?;
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

    /// At the end: whether what was delivered is what the file holds.
    fn judge_the_whole(&mut self) -> Result<(), DecodeError> {
        if let Some(name) = self.hidden_stream.as_mut().and_then(HiddenStream::finish) {
            return Err(unreadable_bit_stream(name));
        }
        let losses = self.source.losses_mut();
        let most_bytes = self.samples.saturating_mul((self.format.channels * MAX_SAMPLE_BYTES) as u64);
        let is_too_long = self.audio_bytes.is_some_and(|bytes| bytes > most_bytes.saturating_add(MAX_OTHER_BYTES));
        if losses.is_hardly_audio() || is_too_long {
            let seconds = self.samples as f64 / f64::from(self.format.rate_hz);
            return Err(DecodeError::new(
                ErrorKind::NothingDecoded,
                format!(
                    "hardly any of the file decodes ({seconds:.2} s of {} audio): it is damaged or not audio; copy or \
                     download it again",
                    self.format.codec
                ),
            ));
        }
        Ok(())
    }

    /// Call it after the last block, until it gives false: reads what is needed for [`audio_key`](Self::audio_key) and was not
    /// decoded, because damage or padding ended the samples earlier, or another program decoded them.
    ///
    /// # Errors
    /// When the file can no longer be read.
    pub fn read_on(&mut self) -> Result<bool, DecodeError> {
        if let Some(file) = self.encoded_file.take() {
            self.encoded = file.open(false)?;
        }
        match (&mut self.encoded, self.source.encoded()) {
            (Some(encoded), _) => encoded.read_on(),
            (None, Some(encoded)) => encoded.read_on(),
            (None, None) => Ok(false),
        }
    }

    /// The key of the encoded audio that was read; `None` where the format has none.
    #[must_use]
    pub fn audio_key(&mut self) -> Option<AudioKey> {
        match (&self.encoded, self.source.encoded()) {
            (Some(encoded), _) => encoded.hasher().key(),
            (None, encoded) => encoded?.hasher().key(),
        }
    }

    /// Ends the stream, at its end or earlier, and reports what was delivered and what was lost.
    #[must_use]
    pub fn finish(mut self) -> DecodeReport {
        if !self.ended {
            // The caller stopped early, so the rest is not missing.
            self.source.losses_mut().promised_samples = None;
        }
        self.source.losses_mut().report(self.samples)
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
