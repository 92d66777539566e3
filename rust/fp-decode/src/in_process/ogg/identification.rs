//! Which codec a logical stream has, from its header packets: Vorbis I, section 4.2; RFC 7845, section 5 (Opus); the FLAC to Ogg
//! mapping (RFC 9639, section 10.1).

use symphonia::core::{
    audio::{Channels, layouts},
    codecs::{
        CodecParameters,
        audio::{
            AudioCodecParameters,
            well_known::{CODEC_ID_FLAC, CODEC_ID_OPUS, CODEC_ID_VORBIS},
        },
    },
    formats::Track,
};

use crate::{headers::opus_head::OpusHead, in_process::opus_decoder::OPUS_RATE_HZ};

/// A codec that Ogg carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OggCodec {
    Vorbis,
    Opus,
    Flac,
}

/// The header packets of one logical stream.
pub(crate) struct Identification {
    pub(crate) codec: OggCodec,
    params: AudioCodecParameters,
    /// Vorbis: the identification header, then the setup header.
    vorbis_headers: Vec<u8>,
    complete: bool,
}

impl Identification {
    /// From the first packet of a logical stream; `None` if it is no audio that is known.
    pub(crate) fn begin(packet: &[u8]) -> Option<Self> {
        let mut params = AudioCodecParameters::new();
        let codec = if packet.starts_with(b"\x01vorbis") {
            let head: &[u8; 30] = packet.first_chunk()?;
            let rate_hz = u32::from_le_bytes([head[12], head[13], head[14], head[15]]);
            params.for_codec(CODEC_ID_VORBIS).with_sample_rate(rate_hz).with_channels(some_channels(head[11])?);
            OggCodec::Vorbis
        } else if packet.starts_with(b"OpusHead") {
            let head = OpusHead::parse(packet)?;
            params.for_codec(CODEC_ID_OPUS).with_sample_rate(OPUS_RATE_HZ).with_extra_data(packet.into());
            params.with_channels(some_channels(u8::try_from(head.channels).ok()?)?);
            OggCodec::Opus
        } else if packet.starts_with(b"\x7fFLAC\x01") && packet.get(9..13) == Some(b"fLaC") {
            // STREAMINFO (RFC 9639, 8.2): the rate has 20 bits, the channels 3, the bits per sample 5.
            let stream_info: &[u8; 34] = packet.get(17..)?.first_chunk()?;
            let packed = u32::from_be_bytes([stream_info[10], stream_info[11], stream_info[12], stream_info[13]]);
            params.for_codec(CODEC_ID_FLAC).with_sample_rate(packed >> 12).with_extra_data((*stream_info).into());
            params.with_channels(some_channels((packed >> 9 & 7) as u8 + 1)?);
            params.with_bits_per_sample((packed >> 4 & 31) + 1);
            OggCodec::Flac
        } else {
            return None;
        };
        let vorbis_headers = if codec == OggCodec::Vorbis { packet[..30].to_vec() } else { Vec::new() };
        Some(Self { codec, params, vorbis_headers, complete: codec != OggCodec::Vorbis })
    }

    /// Takes a later packet if it is a header; returns whether it is one.
    pub(crate) fn take_header(&mut self, packet: &[u8]) -> bool {
        match self.codec {
            OggCodec::Vorbis => {
                let is_header = packet.first().is_some_and(|first| first & 1 == 1);
                if !self.complete && packet.starts_with(b"\x05vorbis") {
                    self.vorbis_headers.extend(packet);
                    self.complete = true;
                }
                is_header
            }
            OggCodec::Opus => packet.starts_with(b"OpusTags"),
            // Frames begin with a sync code, metadata blocks with their type, which is below 127.
            OggCodec::Flac => packet.first() != Some(&0xff),
        }
    }

    /// The track, when all headers that its decoder needs are there.
    pub(crate) fn track(&self, serial: u32) -> Option<Track> {
        let mut params = self.params.clone();
        if self.codec == OggCodec::Vorbis {
            params.with_extra_data(self.vorbis_headers.clone().into());
        }
        let mut track = Track::new(serial);
        track.with_codec_params(CodecParameters::Audio(params));
        self.complete.then_some(track)
    }
}

/// A channel count; the decoder knows the speakers.
fn some_channels(count: u8) -> Option<Channels> {
    match count {
        0 => None,
        1 => Some(layouts::CHANNEL_LAYOUT_MONO),
        2 => Some(layouts::CHANNEL_LAYOUT_STEREO),
        count => Some(Channels::Discrete(u16::from(count))),
    }
}
