//! Symphonia's demuxer for a sniffed container.

use std::io;

use symphonia::{
    core::{
        codecs::{
            CodecParameters,
            audio::{AudioCodecParameters, CODEC_ID_NULL_AUDIO},
            video::well_known::CODEC_ID_MJPEG,
        },
        errors::{Error, Result},
        formats::{FormatOptions, FormatReader, Track},
        io::{MediaSourceStream, MediaSourceStreamOptions},
    },
    default::formats::{AdtsReader, AiffReader, CafReader, IsoMp4Reader, MkvReader, MpaReader, WavReader},
};

use crate::{
    headers::container::Container,
    in_process::{
        file_source::FileSource,
        flac::FlacReader,
        ogg::{OggItem, OggReader},
    },
};

/// The demuxer of a file.
pub(crate) enum Demuxer {
    /// One of Symphonia's.
    Symphonia(Box<dyn FormatReader>),
    /// Our own.
    Flac(Box<FlacReader>),
    Ogg(Box<OggReader>),
}

impl Demuxer {
    /// How many samples a container that only estimates them may have, for a progress display.
    pub(crate) fn estimated_samples(&self, track_id: u32) -> Option<u64> {
        match self {
            Self::Symphonia(_) | Self::Flac(_) => None,
            Self::Ogg(reader) => reader.last_position(track_id),
        }
    }

    /// Whether there is a video track; Motion JPEG counts as pictures.
    pub(crate) fn has_moving_picture(&self) -> bool {
        let Self::Symphonia(reader) = self else { return false };
        reader.tracks().iter().any(|track| match &track.codec_params {
            Some(CodecParameters::Video(video)) => video.codec != CODEC_ID_MJPEG,
            _ => false,
        })
    }

    /// Whether no other track that is audio, or of unknown kind, lies before this one.
    pub(crate) fn is_first_audio(&self, track_id: u32) -> bool {
        let Self::Symphonia(reader) = self else { return true };
        let is_other = |track: &&Track| {
            matches!(track.codec_params, Some(CodecParameters::Video(_) | CodecParameters::Subtitle(_)))
        };
        reader.tracks().iter().find(|track| !is_other(track)).is_some_and(|track| track.id == track_id)
    }

    /// Whether another program would not find audio either.
    pub(crate) fn is_hopeless(&self) -> bool {
        matches!(self, Self::Ogg(reader) if reader.is_hopeless())
    }

    /// The first audio track whose codec is known.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn first_track(&mut self) -> io::Result<Option<Track>> {
        match self {
            Self::Symphonia(reader) => Ok(reader.tracks().iter().find(|track| audio_params(track).is_some()).cloned()),
            Self::Flac(reader) => Ok(Some(reader.first_track().clone())),
            Self::Ogg(reader) => loop {
                match reader.next_item()? {
                    OggItem::NewTrack(track) => return Ok(Some(*track)),
                    OggItem::Packet(_) => {}
                    OggItem::End { .. } => return Ok(None),
                }
            },
        }
    }
}

/// Opens `source` as `container`. Symphonia is told the format: its own probe searches any format at any offset and
/// finds MP3 frames in noise.
///
/// # Errors
/// [`Error::Unsupported`] for a container that Symphonia has no demuxer for, otherwise the demuxer's error.
pub(crate) fn open_demuxer(container: Container, source: FileSource) -> Result<Demuxer> {
    match container {
        Container::Ogg => return Ok(Demuxer::Ogg(Box::new(OggReader::new(source)?))),
        Container::Flac => return Ok(Demuxer::Flac(Box::new(FlacReader::new(source)?))),
        _ => {}
    }
    let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
    let options = FormatOptions::default();
    Ok(Demuxer::Symphonia(match container {
        Container::Wav => Box::new(WavReader::try_new(stream, options)?),
        Container::Aiff => Box::new(AiffReader::try_new(stream, options)?),
        Container::Caf => Box::new(CafReader::try_new(stream, options)?),
        Container::Mp4 => Box::new(IsoMp4Reader::try_new(stream, options)?),
        Container::Matroska => Box::new(MkvReader::try_new(stream, options)?),
        Container::MpegAudio => Box::new(MpaReader::try_new(stream, options)?),
        Container::Adts => Box::new(AdtsReader::try_new(stream, options)?),
        Container::FreeFormat
        | Container::Flac
        | Container::Ogg
        | Container::Rifx
        | Container::Rf64
        | Container::Wave64
        | Container::Foreign { .. } => {
            return Err(Error::Unsupported("this container"));
        }
    }))
}

/// The parameters of an audio track whose codec is known.
pub(crate) fn audio_params(track: &Track) -> Option<&AudioCodecParameters> {
    match &track.codec_params {
        Some(CodecParameters::Audio(params)) if params.codec != CODEC_ID_NULL_AUDIO => Some(params),
        _ => None,
    }
}
