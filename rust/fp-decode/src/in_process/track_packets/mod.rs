//! The packets of a file's audio track, from whichever demuxer serves: for a decoder, or for the key alone.

use std::{fs::File, path::PathBuf};

use symphonia::core::{errors::Error, formats::Track, packet::Packet};

use crate::{
    audio_key::{EncodedAudio, KeyHasher},
    error::{DecodeError, ErrorKind},
    headers::{
        container::Container,
        frame_survey::FrameSurvey,
        matroska_end::{MatroskaEnd, read_matroska_end},
        sniff::Sniffed,
        trailing_tags::audio_end,
    },
    in_process::{
        demuxer::{Demuxer, audio_params, open_demuxer},
        file_source::{FileSource, ReadFault},
        mp4_track::{Mp4Start, read_layout, read_track},
        ogg::PageFacts,
        track_decoder::{OpenFailure, catch_panic, explain},
    },
    report::Losses,
};

mod packet_key;
mod read;

use packet_key::PacketKey;

/// The packets of the first audio track, and of those chained to it.
pub(crate) struct TrackPackets {
    path: PathBuf,
    reader: Demuxer,
    track_id: u32,
    fault: ReadFault,
    /// Ogg: how many packets follow on the page of the last one, and what that page states.
    page: (usize, PageFacts),
    /// Matroska: how the file ends, and what follows the packet that was read last.
    matroska_end: MatroskaEnd,
    ahead: Option<Next>,
    key: PacketKey,
    ended: bool,
}

/// What comes next.
pub(crate) enum Next {
    Packet(Packet),
    /// Another track begins, chained to the one before.
    Track(Box<Track>),
    /// The end, even if it comes too early.
    End,
}

/// The first track.
pub(crate) struct FirstTrack {
    pub(crate) track: Track,
    /// The rate in the container's own header.
    pub(crate) container_hz: Option<u32>,
    /// MP4: what the index says about it.
    pub(crate) mp4: Option<Mp4Start>,
    /// False if the demuxer estimates the length from the bit rate; then nothing must be trimmed to it.
    pub(crate) length_stated: bool,
}

impl TrackPackets {
    /// Opens the first audio track.
    pub(crate) fn open(path: PathBuf, mut file: File, sniffed: &Sniffed) -> Result<(Self, FirstTrack), OpenFailure> {
        let failed = |error| OpenFailure::Final(DecodeError::from_io(&path, &error));
        let file_bytes = file.metadata().map_err(failed)?.len();
        // The worker may not open the file once more, so that the index is read through a copy of its handle.
        let mp4 = match sniffed.container {
            Container::Mp4 => Some((file.try_clone().map_err(failed)?, read_layout(&path, &mut file, sniffed.start)?)),
            _ => None,
        };
        let matroska_end = match sniffed.container {
            Container::Matroska => read_matroska_end(&mut file, sniffed.start),
            _ => Ok(MatroskaEnd::default()),
        }
        .map_err(failed)?;
        let frames = sniffed.frames.as_ref();
        let is_raw = matches!(sniffed.container, Container::MpegAudio | Container::Adts);
        let length_stated = frames.map_or(!is_raw, FrameSurvey::length_is_stated);
        let source = match frames {
            Some(frames) => FileSource::of_parts(file, &frames.runs),
            // A tag may look like a frame.
            None if sniffed.container == Container::Flac => audio_end(&file).and_then(|end| {
                FileSource::of_parts(file, std::slice::from_ref(&(sniffed.start..end.max(sniffed.start))))
            }),
            None => FileSource::new(file, sniffed.start),
        };
        let source = source.map_err(failed)?.with_stated_end(mp4.as_ref().map_or(0, |(_, layout)| layout.stated_end));
        let fault = source.fault();
        let mut reader = open_reader(sniffed.container, source).map_err(|error| match fault.get() {
            Some(error) => failed(error),
            None => unopened(sniffed.container, &error),
        })?;
        let track = reader.first_track().map_err(failed)?;
        let mut track = track.ok_or_else(|| no_audio(sniffed.container, &reader))?;
        let container_hz = audio_params(&track).and_then(|params| params.sample_rate);
        let mp4 = match mp4 {
            Some((index, layout)) => {
                let found = read_track(&path, index, &layout, &mut track)?.unwrap_or_default();
                Some(Mp4Start { track: found, whole: layout.one_segment_index })
            }
            None => None,
        };
        let mut key = PacketKey::new(sniffed.container, file_bytes, length_stated);
        key.begin_file(&track, mp4.as_ref(), &matroska_end);
        if !reader.is_first_audio(track.id) {
            // Another program, if it decodes the file, may take another one.
            key.refuse();
        }
        let this = Self {
            path,
            reader,
            track_id: track.id,
            fault,
            page: Default::default(),
            matroska_end,
            ahead: None,
            key,
            ended: false,
        };
        Ok((this, FirstTrack { track, container_hz, mp4, length_stated }))
    }

    /// Whether the file has a video track; Motion JPEG counts as pictures.
    pub(crate) fn has_moving_picture(&self) -> bool {
        self.reader.has_moving_picture()
    }

    /// Whether another program would not find audio either, if this one found none.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.reader.is_hopeless()
    }

    /// Ogg: how many packets follow on the page of the last one, and what that page states.
    pub(crate) fn page(&self) -> Option<(usize, PageFacts)> {
        matches!(self.reader, Demuxer::Ogg(_)).then_some(self.page)
    }

    /// How many samples a container that only estimates them may have, for a progress display.
    pub(crate) fn estimated_samples(&self, track_id: u32) -> Option<u64> {
        self.reader.estimated_samples(track_id)
    }

    /// Matroska: nanoseconds of padding in the packet that was read last.
    pub(crate) fn discard_ns(&self) -> u64 {
        if matches!(self.ahead, Some(Next::End)) { self.matroska_end.discard_ns } else { 0 }
    }
}

impl EncodedAudio for TrackPackets {
    fn read_on(&mut self) -> Result<bool, DecodeError> {
        if self.key.hasher().has_refused() {
            return Ok(false);
        }
        // The losses are those of the decoder, which may have ended before.
        Ok(!matches!(self.next(&mut Losses::default())?, Next::End))
    }

    fn hasher(&self) -> &KeyHasher {
        self.key.hasher()
    }
}

fn open_reader(container: Container, source: FileSource) -> Result<Demuxer, Error> {
    let opened = catch_panic(|| open_demuxer(container, source));
    opened.unwrap_or(Err(Error::DecodeError("impossible values in the header")))
}

fn unopened(container: Container, error: &Error) -> OpenFailure {
    let kind = match error {
        Error::Unsupported(_) => ErrorKind::UnsupportedCodec,
        _ => ErrorKind::NothingDecoded,
    };
    let what = explain(error);
    let message = format!("the {} file cannot be opened: {what}", container.name());
    OpenFailure::TryFfmpeg { error: DecodeError::new(kind, message) }
}

fn no_audio(container: Container, reader: &Demuxer) -> OpenFailure {
    if reader.is_hopeless() {
        return OpenFailure::Final(DecodeError::new(
            ErrorKind::NothingDecoded,
            "the file has no valid Ogg page with audio: it is damaged or not audio",
        ));
    }
    OpenFailure::TryFfmpeg {
        error: DecodeError::new(
            ErrorKind::NoAudioStream,
            format!("the {} file has no audio stream that can be identified", container.name()),
        ),
    }
}
