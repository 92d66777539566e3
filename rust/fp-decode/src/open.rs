//! From a path to a stream of samples.

use std::{fs::File, io, path::Path};

use crate::{
    encoded_file::EncodedFile,
    error::{DecodeError, ErrorKind},
    ffmpeg::{child::FfmpegChild, launch::Ffmpeg},
    headers::{
        container::Container, pcm_layout::PcmLayout, sniff::Sniffed, stated_length::StatedLength,
        trailing_tags::audio_end,
    },
    in_process::{
        pcm::{PcmBytes, PcmStream},
        symphonia_stream::SymphoniaStream,
        track_decoder::OpenFailure,
    },
    recognise::{Recognised, film, open_regular_file, recognise},
    source::SampleSource,
    stream::AudioStream,
    stream_format::StreamFormat,
};

/// The decoder's name for PCM that needs none.
const PCM_DECODER: &str = "pcm";

/// How to decode.
#[derive(Clone, Debug, Default)]
pub struct DecodeOptions {
    /// The ffmpeg program for what is not decoded in-process; `None` = not available.
    /// [`find_ffmpeg`](crate::find_ffmpeg) looks for one.
    pub ffmpeg: Option<Ffmpeg>,
    /// Refuse files with a moving picture; a cover is none.
    pub audio_only: bool,
}

/// Opens an audio file by its path: see [`open_file`].
///
/// # Errors
/// As [`open_file`], and when the file cannot be opened.
pub fn open(path: &Path, options: &DecodeOptions) -> Result<AudioStream, DecodeError> {
    open_file(open_regular_file(path)?, path, options)
}

/// Recognises the type of an open file by its content and decodes its first samples; `path` is a name for messages.
///
/// # Errors
/// Every [`ErrorKind`] but those of opening: the file cannot be read, is of no known type, has no audio, or none of it
/// decodes.
pub fn open_file(mut file: File, path: &Path, options: &DecodeOptions) -> Result<AudioStream, DecodeError> {
    let (recognised, tags) = recognise(&mut file, path, options.audio_only)?;
    let stream = match recognised {
        Recognised::Pcm(container, layout) => open_pcm(path, file, container, layout),
        Recognised::Stream(sniffed, end) => open_stream(path, file, (sniffed, end), options),
    };
    stream.map(|stream| stream.with_tags(tags))
}

fn open_stream(
    path: &Path,
    file: File,
    (sniffed, end): (Sniffed, Option<u64>),
    options: &DecodeOptions,
) -> Result<AudioStream, DecodeError> {
    let same_file = file.try_clone().map_err(|error| DecodeError::from_io(path, &error))?;
    match open_in_process(path, file, &sniffed, options.audio_only) {
        Ok(stream) => Ok(stream),
        Err(OpenFailure::Final(error)) => Err(error),
        Err(OpenFailure::TryFfmpeg { error }) => open_by_ffmpeg(path, same_file, (sniffed, end), options, error),
    }
}

fn open_pcm(path: &Path, file: File, container: Container, layout: PcmLayout) -> Result<AudioStream, DecodeError> {
    let mut source = PcmStream::new(PcmBytes::open(path.to_owned(), file, container.name(), layout)?);
    let mut planes = Vec::new();
    let Some(first) = source.next_block(&mut planes)? else {
        return Err(DecodeError::new(ErrorKind::NothingDecoded, "the file ends before its first sample"));
    };
    let codec = layout.codec_name();
    let format = StreamFormat {
        rate_hz: first.rate_hz,
        channels: first.channels,
        channel_mask: first.channel_mask,
        bit_depth: layout.bit_depth(),
        container: container.name().to_owned(),
        codec,
        decoder: PCM_DECODER.to_owned(),
    };
    Ok(AudioStream::new(Box::new(source), format, planes, first))
}

/// Whether ffmpeg found a moving picture. Of MP4 the index has told, which knows the pictures of chapters.
fn shows_film(sniffed: &Sniffed, source: &FfmpegChild) -> bool {
    sniffed.container != Container::Mp4 && source.has_moving_picture()
}

fn open_in_process(path: &Path, file: File, sniffed: &Sniffed, audio_only: bool) -> Result<AudioStream, OpenFailure> {
    let mut source = SymphoniaStream::open(path.to_owned(), file, sniffed)?;
    if audio_only && source.has_moving_picture() {
        return Err(OpenFailure::Final(film()));
    }
    let mut planes = Vec::new();
    let Some(first) = source.next_block(&mut planes).map_err(OpenFailure::Final)? else {
        let losses = source.losses();
        let reason = losses.first_reason.as_ref().or(losses.early_end.as_ref());
        let reason = reason.map_or_else(|| "it has no audio packets".to_owned(), Clone::clone);
        let error = DecodeError::new(
            ErrorKind::NothingDecoded,
            format!("none of the {} audio decodes: {reason}", source.codec_name()),
        );
        return Err(if source.is_hopeless() { OpenFailure::Final(error) } else { OpenFailure::TryFfmpeg { error } });
    };
    if source.may_be_he_aac(first.rate_hz) {
        return Err(OpenFailure::TryFfmpeg {
            error: DecodeError::new(
                ErrorKind::UnsupportedCodec,
                "the AAC is or may be HE-AAC; the built-in decoder decodes only the lower half of its spectrum",
            ),
        });
    }
    let format = StreamFormat {
        rate_hz: first.rate_hz,
        channels: first.channels,
        channel_mask: first.channel_mask,
        bit_depth: source.bit_depth(),
        container: sniffed.container.name().to_owned(),
        codec: source.codec_name().to_owned(),
        decoder: source.decoder_name().to_owned(),
    };
    Ok(AudioStream::new(Box::new(source), format, planes, first).without_hidden_stream())
}

/// Decodes with ffmpeg. `refusal` is why the file was not decoded in-process.
fn open_by_ffmpeg(
    path: &Path,
    file: File,
    (sniffed, end): (Sniffed, Option<u64>),
    options: &DecodeOptions,
    refusal: DecodeError,
) -> Result<AudioStream, DecodeError> {
    // If a built-in decoder knows the format but decodes nothing, the file is probably damaged: report that decoder's
    // error instead of ffmpeg's.
    let prefer_own_error = refusal.kind() != ErrorKind::UnsupportedCodec;
    let Some(ffmpeg) = &options.ffmpeg else {
        return Err(needs_ffmpeg(&sniffed, &refusal, prefer_own_error));
    };
    let audio_bytes = file.try_clone().and_then(|mut file| audio_bytes(&mut file, &sniffed, end)).unwrap_or_default();
    let stated = file.try_clone().and_then(|mut file| StatedLength::read(&mut file, &sniffed)).unwrap_or_default();
    let same_file = file.try_clone().map_err(|error| DecodeError::from_io(path, &error))?;
    let decoded = FfmpegChild::start(ffmpeg, path, file, &sniffed, end).and_then(|mut source| {
        if let Some(stated) = stated {
            source.state_length(stated);
        }
        let mut planes = Vec::new();
        match source.next_block(&mut planes)? {
            Some(_) if prefer_own_error && source.ended_with_errors() => Err(source.no_samples()),
            Some(first) => Ok((source, planes, first)),
            None => Err(source.no_samples()),
        }
    });
    let (source, planes, first) = match decoded {
        Ok((source, ..)) if options.audio_only && shows_film(&sniffed, &source) => return Err(film()),
        Ok(decoded) => decoded,
        Err(error) if prefer_own_error && error.kind() == ErrorKind::FfmpegFailed => return Err(refusal),
        Err(error) => return Err(error),
    };
    let container = sniffed.container.name();
    let format = StreamFormat {
        rate_hz: first.rate_hz,
        channels: first.channels,
        channel_mask: first.channel_mask,
        bit_depth: source.bit_depth(),
        container: container.to_owned(),
        codec: source.codec_name().unwrap_or(container).to_owned(),
        decoder: "ffmpeg".to_owned(),
    };
    let stream = AudioStream::new(Box::new(source), format, planes, first).of_audio_bytes(audio_bytes);
    Ok(stream.with_encoded(EncodedFile { path: path.to_owned(), file: same_file, sniffed, end }))
}

/// The length of the audio in a container that holds nothing else but tags.
fn audio_bytes(file: &mut File, sniffed: &Sniffed, end: Option<u64>) -> io::Result<Option<u64>> {
    if !sniffed.container.holds_only_audio() {
        return Ok(None);
    }
    let end = end.map_or_else(|| audio_end(file), Ok)?;
    Ok(Some(end.saturating_sub(sniffed.start)))
}

/// The failure when there is no ffmpeg. A file that is probably damaged gets the same code, because ffmpeg can decode
/// some files that the built-in decoders refuse: it is worth another try as soon as ffmpeg is installed.
fn needs_ffmpeg(sniffed: &Sniffed, refusal: &DecodeError, likely_damaged: bool) -> DecodeError {
    let container = sniffed.container.name();
    let what = if likely_damaged {
        format!("the built-in decoder cannot decode this {container} file ({refusal}); ffmpeg may be able to, but")
    } else {
        format!("this {container} file needs the ffmpeg program ({refusal}), which")
    };
    DecodeError::new(
        ErrorKind::UnsupportedCodec,
        format!("{what} was not found: install ffmpeg, or name it in AURALIS_FFMPEG"),
    )
}
