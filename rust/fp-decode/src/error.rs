//! Why a file gives no samples.

use std::{fmt, io, path::Path};

/// The kinds of failure; each has a stable name that the worker's protocol uses as its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The file is not there (any more).
    NotFound,
    /// The file may not be read.
    PermissionDenied,
    /// A directory, socket, device or other thing that is not a regular file.
    NotAFile,
    /// Reading failed for another reason: a bad disk, a lost network share.
    ReadError,
    /// The file has no bytes.
    EmptyFile,
    /// The content is no known audio format.
    UnrecognisedFormat,
    /// A known container without an audio stream.
    NoAudioStream,
    /// A film, where only audio is wanted.
    Video,
    /// Only the ffmpeg program can decode this, and it was not found.
    UnsupportedCodec,
    /// Sample rate or channel count outside the supported range, or a variant of a format that nothing decodes.
    UnsupportedFormat,
    /// The headers can be read, but none of the audio decodes.
    NothingDecoded,
    /// The ffmpeg program was needed, ran, and could not decode the file.
    FfmpegFailed,
}

impl ErrorKind {
    /// Stable snake_case name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::PermissionDenied => "permission_denied",
            Self::NotAFile => "not_a_file",
            Self::ReadError => "read_error",
            Self::EmptyFile => "empty_file",
            Self::UnrecognisedFormat => "unrecognised_format",
            Self::NoAudioStream => "no_audio_stream",
            Self::Video => "video",
            Self::UnsupportedCodec => "unsupported_codec",
            Self::UnsupportedFormat => "unsupported_format",
            Self::NothingDecoded => "nothing_decoded",
            Self::FfmpegFailed => "ffmpeg_failed",
        }
    }
}

/// Why a file gives no samples, or no further samples, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    kind: ErrorKind,
    message: String,
}

impl DecodeError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The failure of opening or reading `path`.
    pub(crate) fn from_io(path: &Path, error: &io::Error) -> Self {
        let path = path.display();
        match error.kind() {
            io::ErrorKind::NotFound => {
                Self::new(ErrorKind::NotFound, format!("{path} does not exist (moved, renamed or deleted?)"))
            }
            io::ErrorKind::PermissionDenied => {
                Self::new(ErrorKind::PermissionDenied, format!("{path} may not be read: check its permissions"))
            }
            io::ErrorKind::IsADirectory => Self::new(ErrorKind::NotAFile, format!("{path} is a directory, not a file")),
            // The system refuses an impossible position or length, or our own readers do: only the file can have stated it.
            _ if !is_fault_of_the_system(error) => Self::new(
                ErrorKind::NothingDecoded,
                format!("the file is damaged ({error}): copy or download it again"),
            ),
            _ => Self::new(
                ErrorKind::ReadError,
                format!("reading {path} failed: {error}; check the disk or the network share and try again"),
            ),
        }
    }

    /// Which kind of failure this is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What happened, why, and what to do, for a person.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Whether the operating system failed to read what is there, as on a bad disk or a lost network share.
pub(crate) fn is_fault_of_the_system(error: &io::Error) -> bool {
    error.raw_os_error().is_some() && !matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Interrupted)
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_failure_of_the_system_is_a_read_error() {
        let kind = |error: &io::Error| DecodeError::from_io(Path::new("x"), error).kind();
        // EIO, and ESTALE where there are network shares.
        assert_eq!(kind(&io::Error::from_raw_os_error(5)), ErrorKind::ReadError);
        #[cfg(target_os = "linux")]
        assert_eq!(kind(&io::Error::from_raw_os_error(116)), ErrorKind::ReadError);
        // EINVAL: a seek to where no file can reach.
        assert_eq!(kind(&io::Error::from_raw_os_error(22)), ErrorKind::NothingDecoded);
        assert_eq!(kind(&io::ErrorKind::UnexpectedEof.into()), ErrorKind::NothingDecoded);
        assert_eq!(kind(&io::Error::other("impossible")), ErrorKind::NothingDecoded);
    }
}
