//! A recognised file, opened for the hash of its encoded audio alone.

use std::{fs::File, path::PathBuf};

use crate::{
    audio_key::EncodedAudio,
    encoded_bytes::EncodedBytes,
    error::DecodeError,
    headers::sniff::Sniffed,
    in_process::{track_decoder::OpenFailure, track_packets::TrackPackets},
    recognise::film,
};

/// A recognised file that is not opened for its key yet.
pub(crate) struct EncodedFile {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    pub(crate) sniffed: Sniffed,
    /// Where the stream ends if before the end of the file.
    pub(crate) end: Option<u64>,
}

impl EncodedFile {
    /// Opens it; `None` if its format has no key.
    ///
    /// # Errors
    /// When the file cannot be read, has no audio that any program finds, or is a film where only audio is wanted.
    pub(crate) fn open(self, audio_only: bool) -> Result<Option<Box<dyn EncodedAudio>>, DecodeError> {
        let Self { path, file, sniffed, end } = self;
        let same_file = file.try_clone().map_err(|error| DecodeError::from_io(&path, &error))?;
        match TrackPackets::open(path.clone(), same_file, &sniffed) {
            Ok((packets, _)) if audio_only && packets.has_moving_picture() => Err(film()),
            Ok((packets, _)) => Ok(Some(Box::new(packets))),
            Err(OpenFailure::Final(error)) => Err(error),
            Err(OpenFailure::TryFfmpeg { .. }) => {
                let bytes = EncodedBytes::open(&path, file, &sniffed, end)?;
                Ok(bytes.map(|bytes| Box::new(bytes) as Box<dyn EncodedAudio>))
            }
        }
    }
}
