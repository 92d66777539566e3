//! The decoder of one track, and the ways in which it cannot be had.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

use symphonia::core::{
    audio::Channels,
    codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions, well_known::CODEC_ID_VORBIS},
    errors::Error,
    formats::Track,
};

use crate::{
    error::{DecodeError, ErrorKind},
    in_process::{demuxer::audio_params, registry::CODECS},
    stream_format::check_limits,
};

/// Why Symphonia cannot open a file.
#[derive(Debug)]
pub(crate) enum OpenFailure {
    /// ffmpeg would fail too.
    Final(DecodeError),
    /// ffmpeg may succeed.
    TryFfmpeg {
        /// The failure if there is no ffmpeg or it fails too.
        error: DecodeError,
    },
}

/// Runs `work`; `None` when it panics. Arithmetic on hostile numbers overflows in decoders; the state is not used
/// again afterwards.
pub(crate) fn shield<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// A decoder for `track`. `length_stated` is false where its length is a guess, by which it must not be trimmed.
pub(crate) fn make_decoder(
    track: &Track,
    length_stated: bool,
) -> Result<(AudioCodecParameters, Box<dyn AudioDecoder>), OpenFailure> {
    let params = audio_params(track).cloned().unwrap_or_default();
    let channels = params.channels.as_ref().map_or(1, Channels::count);
    // Lying headers stop here, before a decoder makes buffers for them.
    check_limits(params.sample_rate.unwrap_or(44_100), channels.max(1)).map_err(OpenFailure::Final)?;
    // Symphonia 0.6.1 decodes Vorbis with more than one coupled pair into wrong channels.
    if params.codec == CODEC_ID_VORBIS && channels > 2 {
        return Err(OpenFailure::TryFfmpeg {
            error: DecodeError::new(
                ErrorKind::UnsupportedCodec,
                format!("Vorbis with {channels} channels: the built-in decoder is right for one and two"),
            ),
        });
    }
    let decoder = CODECS.make_audio_decoder(&params, &AudioDecoderOptions::default().gapless(length_stated)).map_err(
        |error| OpenFailure::TryFfmpeg {
            error: DecodeError::new(
                ErrorKind::UnsupportedCodec,
                format!("no built-in decoder for this audio: {}", explain(&error)),
            ),
        },
    )?;
    Ok((params, decoder))
}

/// Symphonia's error in words that stand after a colon.
pub(crate) fn explain(error: &Error) -> String {
    match error {
        Error::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => "the file is cut short".to_owned(),
        Error::IoError(error) => error.to_string(),
        Error::DecodeError(what) => format!("malformed data ({what})"),
        Error::Unsupported(what) => format!("unsupported feature ({what})"),
        Error::LimitError(what) => format!("a limit was reached ({what})"),
        other => other.to_string(),
    }
}
