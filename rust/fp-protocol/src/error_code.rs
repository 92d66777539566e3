//! Why a track failed: stable codes, and what the parent should do about each of them.

use serde::{Deserialize, Serialize};

/// Stable code of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The file is not there (any more).
    NotFound,
    /// The file may not be read.
    PermissionDenied,
    /// A directory, socket, device or other thing that is not a regular file.
    NotAFile,
    /// Reading failed for another reason: a bad disk, a lost network share.
    ReadError,
    /// The file is empty.
    EmptyFile,
    /// The content is not any audio format that is known.
    UnrecognisedFormat,
    /// A known format without an audio stream.
    NoAudioStream,
    /// A film, where only audio is wanted.
    Video,
    /// The format needs the ffmpeg program, and it was not found.
    UnsupportedCodec,
    /// Sample rate or channel count outside what can be analysed.
    UnsupportedFormat,
    /// The header is there but nothing of the audio decodes.
    NothingDecoded,
    /// The ffmpeg program could not decode the file.
    FfmpegFailed,
    /// The request itself was not understood.
    BadRequest,
    /// A request of a type that came after this worker.
    UnknownRequest,
    /// A defect in the worker: it panicked on this track.
    InternalError,
}

/// What the parent should do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The track has failed for good until the file, the worker or ffmpeg changes.
    Skip,
    /// It may work another time: do not remember the failure.
    Retry,
    /// The parent's fault: stop the run.
    Stop,
}

impl ErrorCode {
    /// What the parent should do.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::NotFound | Self::PermissionDenied | Self::ReadError | Self::UnknownRequest => Action::Retry,
            Self::BadRequest => Action::Stop,
            _ => Action::Skip,
        }
    }

    /// Whether another ffmpeg program could change the outcome.
    #[must_use]
    pub const fn depends_on_ffmpeg(self) -> bool {
        matches!(self, Self::UnsupportedCodec | Self::FfmpegFailed)
    }
}

/// A failure as sent to the parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Failure {
    /// Stable code.
    pub code: ErrorCode,
    /// What happened, why, and what to do, for a person.
    pub message: String,
    /// What the parent should do.
    pub action: Action,
    /// Whether another ffmpeg program could change the outcome.
    pub depends_on_ffmpeg: bool,
}

impl Failure {
    /// A failure with the action that belongs to its code.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), action: code.action(), depends_on_ffmpeg: code.depends_on_ffmpeg() }
    }
}
