//! The encoded audio of a file that only ffmpeg reads, as bytes: those between its tags.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::{
    audio_key::{EncodedAudio, KeyHasher},
    error::DecodeError,
    headers::{audio_parts::audio_parts, sniff::Sniffed},
    in_process::file_source::FileSource,
};

/// How many bytes are read at once.
const READ_BYTES: usize = 256 * 1024;

/// The bytes of one file.
pub(crate) struct EncodedBytes {
    path: PathBuf,
    source: FileSource,
    buffer: Box<[u8]>,
    key: KeyHasher,
}

impl EncodedBytes {
    /// Those of a container, up to `end` where the container before it states one; `None` if tags may lie anywhere in its format.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn open(
        path: &Path,
        mut file: File,
        sniffed: &Sniffed,
        end: Option<u64>,
    ) -> Result<Option<Self>, DecodeError> {
        let failed = |error: io::Error| DecodeError::from_io(path, &error);
        let Some(parts) = audio_parts(&mut file, sniffed, end).map_err(failed)? else { return Ok(None) };
        let key = KeyHasher::new(sniffed.container.name(), file.metadata().map_err(failed)?.len());
        let source = FileSource::of_parts(file, &parts).map_err(failed)?;
        Ok(Some(Self { path: path.to_owned(), source, buffer: vec![0; READ_BYTES].into(), key }))
    }
}

impl EncodedAudio for EncodedBytes {
    fn read_on(&mut self) -> Result<bool, DecodeError> {
        let count = loop {
            match self.source.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result.map_err(|error| DecodeError::from_io(&self.path, &error))?,
            }
        };
        self.key.add_audio(&self.buffer[..count]);
        Ok(count > 0)
    }

    fn hasher(&self) -> &KeyHasher {
        &self.key
    }
}
