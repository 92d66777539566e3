//! MPEG audio whose rate, layer or number of channels changes from one frame to the next: the decoder takes only one kind.

use symphonia::core::{
    audio::{Channels, Position},
    codecs::audio::{
        AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions,
        well_known::{CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3},
    },
    packet::Packet,
};

use super::SymphoniaStream;
use crate::{
    headers::mpeg_frame::{FrameHeader, FrameKind},
    in_process::registry::CODECS,
};

/// A frame of layer III may begin in at most this many bytes before it: `main_data_begin` has nine bits. ISO 11172-3,
/// 2.4.1.7.
const MAX_RESERVOIR_BYTES: usize = 511;
/// The highest bit rate of each version and layer, whose frame is longer than the reservoir.
const HIGHEST_BIT_RATE_INDEX: u8 = 14;

/// What the decoder of an MPEG stream was made for, and what it would need to know if it were made anew.
#[derive(Debug, Default)]
pub(super) struct MpegLayout {
    current: Option<FrameHeader>,
    /// The last bytes of the frames before, without headers: the bit reservoir.
    reservoir: Vec<u8>,
}

impl SymphoniaStream {
    /// Makes a new decoder if the frame in `packet` needs another one than those before it.
    pub(super) fn follow_mpeg_layout(&mut self, packet: &Packet) {
        if let Some((params, decoder)) = self.mpeg_layout.decoder_for(packet, &self.params, self.length_stated) {
            (self.params, self.decoder) = (params, decoder);
        }
    }
}

impl MpegLayout {
    /// A new decoder, if `packet` needs another one than the packets before it; then with its parameters.
    fn decoder_for(
        &mut self,
        packet: &Packet,
        params: &AudioCodecParameters,
        gapless: bool,
    ) -> Option<(AudioCodecParameters, Box<dyn AudioDecoder>)> {
        let header = FrameHeader::parse(&packet.data)?;
        let is_new = self.current.is_some_and(|current| !current.has_format_of(&header));
        self.current = Some(header);
        let made = if is_new { self.make_decoder(header, packet, params, gapless) } else { None };
        self.remember(header, &packet.data);
        made
    }

    fn make_decoder(
        &self,
        header: FrameHeader,
        packet: &Packet,
        params: &AudioCodecParameters,
        gapless: bool,
    ) -> Option<(AudioCodecParameters, Box<dyn AudioDecoder>)> {
        let mut params = params.clone();
        let right = if header.is_mono { Position::empty() } else { Position::FRONT_RIGHT };
        params
            .for_codec(codec(header.kind)?)
            .with_sample_rate(header.rate_hz)
            .with_channels(Channels::Positioned(Position::FRONT_LEFT | right));
        let mut decoder = CODECS.make_audio_decoder(&params, &AudioDecoderOptions::default().gapless(gapless)).ok()?;
        if let Some(data) = self.silent_frame(&packet.data) {
            // Fails only by losing the first frames of the new format, which then count as lost.
            let _ = decoder.decode(&Packet::new(packet.track_id, packet.pts, packet.dur, data));
        }
        Some((params, decoder))
    }

    /// A frame of the format of `data` that decodes to nothing, but whose main data are the bit reservoir.
    fn silent_frame(&self, data: &[u8]) -> Option<Box<[u8]>> {
        let header: &[u8; 4] = data.first_chunk()?;
        // Without a checksum, at the highest bit rate.
        let header = [header[0], header[1] | 1, HIGHEST_BIT_RATE_INDEX << 4 | header[2] & 0x0c, header[3]];
        let parsed = FrameHeader::parse(&header)?;
        matches!(parsed.kind, FrameKind::MpegAudio { layer: 3, .. }).then_some(())?;
        let mut frame = vec![0; parsed.bytes];
        frame[..4].copy_from_slice(&header);
        let room = parsed.bytes - (4 + side_info_bytes(parsed));
        let kept = &self.reservoir[self.reservoir.len().saturating_sub(room.min(MAX_RESERVOIR_BYTES))..];
        let start = parsed.bytes - kept.len();
        frame[start..].copy_from_slice(kept);
        Some(frame.into_boxed_slice())
    }

    fn remember(&mut self, header: FrameHeader, data: &[u8]) {
        let checksum = if data.get(1).is_some_and(|byte| byte & 1 == 0) { 2 } else { 0 };
        let main_data = data.get(4 + checksum + side_info_bytes(header)..).unwrap_or_default();
        let last = &main_data[main_data.len().saturating_sub(MAX_RESERVOIR_BYTES)..];
        let excess = (self.reservoir.len() + last.len()).saturating_sub(MAX_RESERVOIR_BYTES);
        self.reservoir.drain(..excess);
        self.reservoir.extend_from_slice(last);
    }
}

/// Length of the side information of a layer III frame. ISO 11172-3, 2.4.1.7; ISO 13818-3, 2.4.1.7.
fn side_info_bytes(header: FrameHeader) -> usize {
    match (header.kind, header.is_mono) {
        (FrameKind::MpegAudio { version: 1, .. }, false) => 32,
        (FrameKind::MpegAudio { version: 1, .. }, true) | (_, false) => 17,
        (_, true) => 9,
    }
}

fn codec(kind: FrameKind) -> Option<AudioCodecId> {
    match kind {
        FrameKind::MpegAudio { layer: 1, .. } => Some(CODEC_ID_MP1),
        FrameKind::MpegAudio { layer: 2, .. } => Some(CODEC_ID_MP2),
        FrameKind::MpegAudio { .. } => Some(CODEC_ID_MP3),
        FrameKind::Adts => None,
    }
}
