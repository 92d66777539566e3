//! From a path to the audio key and the tags, without a decoder.

use std::{fs::File, path::Path};

use fp_protocol::Tags;

use crate::{
    audio_key::{AudioKey, EncodedAudio},
    encoded_file::EncodedFile,
    error::DecodeError,
    in_process::pcm::PcmBytes,
    open::DecodeOptions,
    recognise::{Recognised, open_regular_file, recognise},
};

/// A file that is read for its key.
pub struct Probe {
    encoded: Option<Box<dyn EncodedAudio>>,
    file_bytes: u64,
    tags: Tags,
}

/// Opens a file by its path: see [`probe_file`].
///
/// # Errors
/// As [`probe_file`], and when the file cannot be opened.
pub fn probe(path: &Path, options: &DecodeOptions) -> Result<Probe, DecodeError> {
    probe_file(open_regular_file(path)?, path, options)
}

/// Recognises the type of an open file as [`open_file`](crate::open_file) does, which then reads the same key; `path` is a name
/// for messages. A file that can be probed need not decode.
///
/// # Errors
/// When the file cannot be read, is of no known type, or is damaged so that no audio can be found.
pub fn probe_file(mut file: File, path: &Path, options: &DecodeOptions) -> Result<Probe, DecodeError> {
    let file_bytes = file.metadata().map_err(|error| DecodeError::from_io(path, &error))?.len();
    let (recognised, tags) = recognise(&mut file, path, options.audio_only)?;
    let encoded: Option<Box<dyn EncodedAudio>> = match recognised {
        Recognised::Pcm(container, layout) => {
            Some(Box::new(PcmBytes::open(path.to_owned(), file, container.name(), layout)?))
        }
        Recognised::Stream(sniffed, end) => {
            EncodedFile { path: path.to_owned(), file, sniffed, end }.open(options.audio_only)?
        }
    };
    Ok(Probe { encoded, file_bytes, tags })
}

impl Probe {
    /// Reads the next part; false at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read_on(&mut self) -> Result<bool, DecodeError> {
        self.encoded.as_deref_mut().map_or(Ok(false), EncodedAudio::read_on)
    }

    /// About the share of the file that was read, 0–1.
    #[must_use]
    pub fn share(&self) -> f64 {
        let read = self.encoded.as_deref().map_or(self.file_bytes, |encoded| encoded.hasher().audio_bytes());
        (read as f64 / self.file_bytes.max(1) as f64).min(1.0)
    }

    /// What the file says about itself.
    #[must_use]
    pub const fn tags(&self) -> &Tags {
        &self.tags
    }

    /// The key of what was read; `None` where the format has none.
    #[must_use]
    pub fn key(&self) -> Option<AudioKey> {
        self.encoded.as_deref().and_then(|encoded| encoded.hasher().key())
    }
}
