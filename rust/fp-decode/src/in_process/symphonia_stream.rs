//! A file decoded in-process: Symphonia's demuxers and decoders, Opus by `opus-pure`.

use std::{fs::File, path::PathBuf};

use symphonia::core::codecs::audio::{
    AudioCodecParameters, AudioDecoder,
    well_known::{CODEC_ID_AAC, CODEC_ID_OPUS},
};

use crate::{
    error::{DecodeError, ErrorKind},
    headers::{
        aac_config::{may_be_half_rate, sbr_signal},
        alac_cookie,
        container::Container,
        sniff::Sniffed,
    },
    in_process::{
        gapless::Trim,
        ogg::timeline::Timeline,
        track_decoder::{OpenFailure, make_decoder},
        track_packets::{FirstTrack, TrackPackets},
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
    packets: TrackPackets,
    decoder: Box<dyn AudioDecoder>,
    params: AudioCodecParameters,
    /// The rate in the container's own header.
    container_hz: Option<u32>,
    container: Container,
    trim: Trim,
    expected_samples: Option<u64>,
    losses: Losses,
    /// Packets in a row that yielded no samples.
    empty_packets: u64,
    /// Samples of the last packet that decoded.
    packet_samples: u64,
    /// Ogg: the positions that pages state.
    timeline: Timeline,
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
    pub(crate) fn open(path: PathBuf, file: File, sniffed: &Sniffed) -> Result<Self, OpenFailure> {
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
        let (packets, first) = TrackPackets::open(path, file, sniffed)?;
        let FirstTrack { track, container_hz, mp4, length_stated } = first;
        let (params, decoder) = make_decoder(&track, length_stated)?;
        let mut stream = Self {
            packets,
            decoder,
            params,
            container_hz,
            container: sniffed.container,
            trim: Trim::default(),
            expected_samples: None,
            losses: Losses::default(),
            empty_packets: 0,
            packet_samples: 0,
            timeline: Timeline::default(),
            track_start_s: 0.0,
            mpeg_layout: MpegLayout::default(),
            length_stated,
            ended: false,
        };
        match mp4 {
            Some(mp4) => stream.begin_mp4_track(&track, &mp4),
            None => stream.begin_track(&track),
        }
        if let Some(frames) = frames.filter(|frames| frames.gaps > 0) {
            stream.losses.lost_packets = frames.gaps;
            stream.losses.first_reason = Some("other bytes between the frames".to_owned());
        }
        Ok(stream)
    }

    /// Whether the file has a video track; Motion JPEG counts as pictures.
    pub(crate) fn has_moving_picture(&self) -> bool {
        self.packets.has_moving_picture()
    }

    /// Whether another program would not find audio either, if this one found none.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.packets.is_hopeless()
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
