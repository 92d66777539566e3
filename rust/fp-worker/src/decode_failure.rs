//! Turns decoding errors into failures for the parent.

use fp_decode::{DecodeError, ErrorKind};
use fp_protocol::{ErrorCode, Failure};

/// The failure to report for a decoding error.
pub(crate) fn failure(error: &DecodeError) -> Failure {
    let code = match error.kind() {
        ErrorKind::NotFound => ErrorCode::NotFound,
        ErrorKind::PermissionDenied => ErrorCode::PermissionDenied,
        ErrorKind::NotAFile => ErrorCode::NotAFile,
        ErrorKind::ReadError => ErrorCode::ReadError,
        ErrorKind::EmptyFile => ErrorCode::EmptyFile,
        ErrorKind::UnrecognisedFormat => ErrorCode::UnrecognisedFormat,
        ErrorKind::NoAudioStream => ErrorCode::NoAudioStream,
        ErrorKind::Video => ErrorCode::Video,
        ErrorKind::UnsupportedCodec => ErrorCode::UnsupportedCodec,
        ErrorKind::UnsupportedFormat => ErrorCode::UnsupportedFormat,
        ErrorKind::NothingDecoded => ErrorCode::NothingDecoded,
        ErrorKind::FfmpegFailed => ErrorCode::FfmpegFailed,
    };
    Failure::new(code, error.message())
}
