//! The bytes of a PCM file's samples.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::PathBuf,
};

use crate::{
    audio_key::{EncodedAudio, KeyHasher},
    error::DecodeError,
    headers::pcm_layout::{PcmCoding, PcmLayout},
    stream_format::check_limits,
};

/// Samples per channel that are read at once.
const BLOCK_SAMPLES: usize = 4096;

/// The samples of one file, not converted.
pub(crate) struct PcmBytes {
    path: PathBuf,
    file: File,
    layout: PcmLayout,
    /// Bytes of samples not read yet.
    rest: u64,
    frames: Vec<u8>,
    key: KeyHasher,
}

impl PcmBytes {
    /// The samples of `file`, of the kind `container`, that `layout` describes.
    ///
    /// # Errors
    /// When the format is outside of what can be delivered, or the file cannot be read.
    pub(crate) fn open(
        path: PathBuf,
        mut file: File,
        container: &'static str,
        layout: PcmLayout,
    ) -> Result<Self, DecodeError> {
        check_limits(layout.rate_hz, layout.channels)?;
        let found = file.seek(SeekFrom::Start(layout.data.start));
        found.map_err(|error| DecodeError::from_io(&path, &error))?;
        let mut key = KeyHasher::new(container, layout.data.available);
        add_format(&mut key, &layout);
        Ok(Self { path, file, layout, rest: layout.data.available, frames: Vec::new(), key })
    }

    /// How the samples lie in the file.
    pub(crate) const fn layout(&self) -> &PcmLayout {
        &self.layout
    }

    /// Reads whole frames, up to one block; none at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn next_frames(&mut self) -> Result<&[u8], DecodeError> {
        self.read_frames().map_err(|error| DecodeError::from_io(&self.path, &error))?;
        self.key.add_audio(&self.frames);
        Ok(&self.frames)
    }

    fn read_frames(&mut self) -> io::Result<()> {
        let frame_bytes = self.layout.frame_bytes();
        let wanted = self.rest.min((BLOCK_SAMPLES * frame_bytes) as u64) as usize;
        self.frames.resize(wanted, 0);
        let mut filled = 0;
        while filled < wanted {
            match self.file.read(&mut self.frames[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.rest -= filled as u64;
        self.frames.truncate(filled / frame_bytes * frame_bytes);
        Ok(())
    }
}

impl EncodedAudio for PcmBytes {
    fn read_on(&mut self) -> Result<bool, DecodeError> {
        Ok(!self.next_frames()?.is_empty())
    }

    fn hasher(&self) -> &KeyHasher {
        &self.key
    }
}

/// Adds what decides how the samples decode.
fn add_format(key: &mut KeyHasher, layout: &PcmLayout) {
    let &PcmLayout { coding, big_endian, slot_bytes, bits, rate_hz, channels, channel_mask, data: _ } = layout;
    let (coding, low_bits) = match coding {
        PcmCoding::Unsigned8 => (0, 0),
        PcmCoding::Signed => (1, 0),
        PcmCoding::SignedLow { bits } => (2, bits),
        PcmCoding::Float => (3, 0),
        PcmCoding::ALaw => (4, 0),
        PcmCoding::MuLaw => (5, 0),
    };
    let numbers = [coding, low_bits, u32::from(big_endian), slot_bytes as u32, bits, rate_hz, channels as u32];
    numbers.into_iter().for_each(|number| key.add_number(u64::from(number)));
    key.add_option(channel_mask.map(u64::from));
}
