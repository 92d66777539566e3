//! A PCM file as a source of samples.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::PathBuf,
};

use super::convert::into_planes;
use crate::{
    error::DecodeError,
    headers::pcm_layout::PcmLayout,
    report::Losses,
    source::{SampleSource, SourceBlock},
    stream_format::check_limits,
};

/// Samples per channel in one block.
const BLOCK_SAMPLES: usize = 4096;

/// The samples of one file.
pub(crate) struct PcmStream {
    path: PathBuf,
    file: File,
    layout: PcmLayout,
    /// Bytes of samples not read yet.
    rest: u64,
    bytes: Vec<u8>,
    losses: Losses,
}

impl PcmStream {
    /// The samples of `file` that `layout` describes.
    ///
    /// # Errors
    /// When the format is outside of what can be delivered, or the file cannot be read.
    pub(crate) fn open(path: PathBuf, mut file: File, layout: PcmLayout) -> Result<Self, DecodeError> {
        check_limits(layout.rate_hz, layout.channels)?;
        file.seek(SeekFrom::Start(layout.data.start)).map_err(|error| DecodeError::from_io(&path, &error))?;
        let stated = layout.data.stated.map(|bytes| bytes / layout.frame_bytes() as u64);
        let losses = Losses { promised_samples: stated, ..Losses::default() };
        Ok(Self { path, file, layout, rest: layout.data.available, bytes: Vec::new(), losses })
    }

    /// Reads whole frames, up to one block.
    fn read_frames(&mut self) -> io::Result<usize> {
        let frame_bytes = self.layout.frame_bytes();
        let wanted = self.rest.min((BLOCK_SAMPLES * frame_bytes) as u64) as usize;
        self.bytes.resize(wanted, 0);
        let mut filled = 0;
        while filled < wanted {
            match self.file.read(&mut self.bytes[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.rest -= filled as u64;
        self.bytes.truncate(filled / frame_bytes * frame_bytes);
        Ok(filled / frame_bytes)
    }
}

impl SampleSource for PcmStream {
    fn next_block(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<Option<SourceBlock>, DecodeError> {
        let samples = self.read_frames().map_err(|error| DecodeError::from_io(&self.path, &error))?;
        if samples == 0 {
            return Ok(None);
        }
        into_planes(&self.layout, &self.bytes, planes);
        let PcmLayout { rate_hz, channels, channel_mask, .. } = self.layout;
        Ok(Some(SourceBlock { rate_hz, channels, channel_mask, samples: 0..samples }))
    }

    fn expected_samples(&self) -> Option<u64> {
        Some(self.layout.data.available / self.layout.frame_bytes() as u64)
    }

    fn losses_mut(&mut self) -> &mut Losses {
        &mut self.losses
    }
}
