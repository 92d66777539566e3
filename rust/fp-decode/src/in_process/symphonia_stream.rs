//! A file decoded in-process: Symphonia's demuxers and decoders, Opus by `opus-pure`.

use std::{fs::File, path::PathBuf};

use symphonia::core::{
    codecs::audio::{
        AudioCodecParameters, AudioDecoder,
        well_known::{CODEC_ID_AAC, CODEC_ID_OPUS},
    },
    errors::Error,
    packet::Packet,
};

use crate::{
    error::{DecodeError, ErrorKind},
    headers::{
        aac_config::{may_be_half_rate, sbr_signal},
        alac_cookie,
        container::Container,
        frame_survey::FrameSurvey,
        matroska_end::{MatroskaEnd, read_matroska_end},
        sniff::Sniffed,
        trailing_tags::audio_end,
    },
    in_process::{
        demuxer::{Demuxer, audio_params, open_demuxer},
        file_source::{FileSource, ReadFault},
        gapless::Trim,
        mp4_track::{read_layout, read_track},
        ogg::{PageFacts, timeline::Timeline},
        track_decoder::{OpenFailure, catch_panic, explain, make_decoder},
    },
    report::Losses,
};

mod flac_layout;
mod mpeg_layout;
mod next_packet;
mod next_track;
mod packets;
mod track_length;

use mpeg_layout::MpegLayout;

/// Maximum number of packets in a row that yield no samples; after them the rest of the file counts as lost. Without
/// this limit a decoder or demuxer that loops on damaged data would never end.
const MAX_EMPTY_PACKETS: u64 = 20_000;

/// One audio track being decoded.
pub(crate) struct SymphoniaStream {
    path: PathBuf,
    reader: Demuxer,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    params: AudioCodecParameters,
    /// The rate in the container's own header.
    container_hz: Option<u32>,
    container: Container,
    fault: ReadFault,
    trim: Trim,
    expected_samples: Option<u64>,
    losses: Losses,
    /// Packets in a row that yielded no samples.
    empty_packets: u64,
    /// Samples of the last packet that decoded.
    packet_samples: u64,
    /// Ogg: the positions that pages state.
    timeline: Timeline,
    /// Ogg: how many packets follow on the page of the last one, and what that page states.
    page: (usize, PageFacts),
    /// Matroska: how the file ends, and the packet after the one being decoded.
    matroska_end: MatroskaEnd,
    packet_ahead: Option<Packet>,
    /// Seconds before the current track of a chain.
    track_start_s: f64,
    /// MPEG audio: what the decoder was made for.
    mpeg_layout: MpegLayout,
    /// False if the demuxer estimates the length from the bit rate; then nothing must be trimmed to it.
    length_stated: bool,
    ended: bool,
}

impl SymphoniaStream {
    /// Opens the first audio track with a decoder.
    pub(crate) fn open(path: PathBuf, mut file: File, sniffed: &Sniffed) -> Result<Self, OpenFailure> {
        let frames = sniffed.frames.as_ref();
        if frames.is_some_and(|frames| frames.has_mixed_blocks) {
            // Symphonia 0.6.1 does not scale the highest band of their long part: it is full-scale noise.
            return Err(OpenFailure::TryFfmpeg {
                error: DecodeError::new(
                    ErrorKind::UnsupportedCodec,
                    "the MP3 has mixed blocks, which the built-in decoder decodes wrongly",
                ),
            });
        }
        // The worker may not open the file once more, so that the index is read through a copy of its handle.
        let index = match sniffed.container {
            Container::Mp4 => {
                let copy = file.try_clone();
                Some(copy.map_err(|error| OpenFailure::Final(DecodeError::from_io(&path, &error)))?)
            }
            _ => None,
        };
        let mp4_layout = match sniffed.container {
            Container::Mp4 => Some(read_layout(&path, &mut file, sniffed.start)?),
            _ => None,
        };
        let matroska_end = match sniffed.container {
            Container::Matroska => read_matroska_end(&mut file, sniffed.start),
            _ => Ok(MatroskaEnd::default()),
        }
        .map_err(|error| OpenFailure::Final(DecodeError::from_io(&path, &error)))?;
        let is_raw = matches!(sniffed.container, Container::MpegAudio | Container::Adts);
        let length_stated = frames.map_or(!is_raw, FrameSurvey::length_is_stated);
        let source = match frames {
            Some(frames) => FileSource::of_parts(file, &frames.runs),
            // A tag may look like a frame.
            None if sniffed.container == Container::Flac => audio_end(&mut file).and_then(|end| {
                FileSource::of_parts(file, std::slice::from_ref(&(sniffed.start..end.max(sniffed.start))))
            }),
            None => FileSource::new(file, sniffed.start),
        };
        let source = source
            .map_err(|error| OpenFailure::Final(DecodeError::from_io(&path, &error)))?
            .with_stated_end(mp4_layout.as_ref().map_or(0, |layout| layout.stated_end));
        let fault = source.fault();
        let container = sniffed.container;
        let opened = catch_panic(|| open_demuxer(container, source));
        let opened = opened.unwrap_or(Err(Error::DecodeError("impossible values in the header")));
        let mut reader = opened.map_err(|error| {
            if let Some(error) = fault.get() {
                return OpenFailure::Final(DecodeError::from_io(&path, &error));
            }
            let kind = match error {
                Error::Unsupported(_) => ErrorKind::UnsupportedCodec,
                _ => ErrorKind::NothingDecoded,
            };
            let what = explain(&error);
            OpenFailure::TryFfmpeg {
                error: DecodeError::new(kind, format!("the {} file cannot be opened: {what}", container.name())),
            }
        })?;
        let track = reader.first_track().map_err(|error| OpenFailure::Final(DecodeError::from_io(&path, &error)))?;
        let Some(mut track) = track else {
            if reader.is_hopeless() {
                return Err(OpenFailure::Final(DecodeError::new(
                    ErrorKind::NothingDecoded,
                    "the file has no valid Ogg page with audio: it is damaged or not audio",
                )));
            }
            return Err(OpenFailure::TryFfmpeg {
                error: DecodeError::new(
                    ErrorKind::NoAudioStream,
                    format!("the {} file has no audio stream that can be identified", container.name()),
                ),
            });
        };
        let container_hz = audio_params(&track).and_then(|params| params.sample_rate);
        let mp4 = match (&mp4_layout, index) {
            (Some(layout), Some(index)) => read_track(&path, index, layout, &mut track)?,
            _ => None,
        };
        let (params, decoder) = make_decoder(&track, length_stated)?;
        let mut stream = Self {
            path,
            reader,
            decoder,
            track_id: track.id,
            params,
            container_hz,
            container,
            fault,
            trim: Trim::default(),
            expected_samples: None,
            losses: Losses::default(),
            empty_packets: 0,
            packet_samples: 0,
            timeline: Timeline::default(),
            page: Default::default(),
            matroska_end,
            packet_ahead: None,
            track_start_s: 0.0,
            mpeg_layout: MpegLayout::default(),
            length_stated,
            ended: false,
        };
        if let Some(layout) = mp4_layout {
            stream.begin_mp4_track(&track, &mp4.unwrap_or_default(), layout.one_segment_index);
        } else {
            stream.begin_track(&track);
        }
        if let Some(frames) = frames.filter(|frames| frames.gaps > 0) {
            stream.losses.lost_packets = frames.gaps;
            stream.losses.first_reason = Some("other bytes between the frames".to_owned());
        }
        Ok(stream)
    }

    /// Whether the file has a video track; Motion JPEG counts as pictures.
    pub(crate) fn has_moving_picture(&self) -> bool {
        self.reader.has_moving_picture()
    }

    /// Whether another program would not find audio either, if this one found none.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.reader.is_hopeless()
    }

    /// Short name of the codec.
    pub(crate) fn codec_name(&self) -> &'static str {
        self.decoder.codec_info().short_name
    }

    /// The decoder: `symphonia` or `opus-pure`.
    pub(crate) fn decoder_name(&self) -> &'static str {
        if self.params.codec == CODEC_ID_OPUS { "opus-pure" } else { "symphonia" }
    }

    /// Bits per sample of a lossless source.
    pub(crate) fn bit_depth(&self) -> Option<u32> {
        let lossless = ["flac", "alac"].contains(&self.codec_name()) || self.codec_name().starts_with("pcm_");
        // Symphonia does not pass on the depth that the ALAC cookie states.
        let cookie = self.params.extra_data.as_deref().filter(|_| self.codec_name() == "alac");
        let bits = cookie.and_then(alac_cookie::bit_depth).or(self.params.bits_per_sample).filter(|&bits| bits > 0);
        lossless.then_some(bits).flatten()
    }

    /// Whether samples decoded at `decoded_hz` may be only the lower half of the spectrum of HE-AAC.
    pub(crate) fn may_be_he_aac(&self, decoded_hz: u32) -> bool {
        self.params.codec == CODEC_ID_AAC
            && may_be_half_rate(sbr_signal(self.params.extra_data.as_deref()), decoded_hz, self.container_hz)
    }

    /// The losses so far.
    pub(crate) fn losses(&self) -> &Losses {
        &self.losses
    }

    fn note_empty_packet(&mut self) {
        self.empty_packets += 1;
        if self.empty_packets > MAX_EMPTY_PACKETS {
            self.losses.early_end = Some(format!("{MAX_EMPTY_PACKETS} packets in a row gave no audio"));
            self.ended = true;
        }
    }
}
