//! Makes the decoder of one track, or says why there is none.

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

/// Runs `work`; `None` when it panics, as decoders do when hostile numbers overflow. What `work` was changing must not
/// be used afterwards.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// A decoder for `track`. `length_stated` is false if its length is only estimated; then it must not be trimmed to it.
pub(crate) fn make_decoder(
    track: &Track,
    length_stated: bool,
) -> Result<(AudioCodecParameters, Box<dyn AudioDecoder>), OpenFailure> {
    let params = audio_params(track).cloned().unwrap_or_default();
    let channels = params.channels.as_ref().map_or(1, Channels::count);
    // Refuses false headers before a decoder allocates buffers for them.
    check_limits(params.sample_rate.unwrap_or(44_100), channels.max(1)).map_err(OpenFailure::Final)?;
    // Symphonia 0.6.1 mixes up the channels of Vorbis with more than one coupled pair.
    if params.codec == CODEC_ID_VORBIS && channels > 2 {
        return Err(OpenFailure::TryFfmpeg {
            error: DecodeError::new(
                ErrorKind::UnsupportedCodec,
                format!("Vorbis with {channels} channels: the built-in decoder supports one and two"),
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

/// Symphonia's error as text to follow a colon.
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
