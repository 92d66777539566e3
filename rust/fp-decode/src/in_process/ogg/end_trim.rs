//! How much padding the positions of an Ogg stream cut at its end, told without decoding. The positions themselves are no part
//! of the audio: a stream may be divided into other pages without a change of what is heard.

use symphonia::core::{
    codecs::{
        CodecParameters,
        audio::well_known::{CODEC_ID_FLAC, CODEC_ID_OPUS, CODEC_ID_VORBIS},
    },
    formats::Track,
};

use crate::{
    audio_key::KeyHasher,
    headers::vorbis_blocks::VorbisBlocks,
    in_process::{
        ogg::{PageFacts, timeline::Timeline},
        opus_decoder::pre_skip,
    },
};

/// What tells the length of a packet.
enum PacketLength {
    Opus,
    /// And the length of the block before: half of two neighbours overlap.
    Vorbis(VorbisBlocks, Option<u64>),
    Unknown,
}

impl PacketLength {
    /// Samples that a packet decodes to; `None` if it will not decode.
    fn samples(&mut self, packet: &[u8]) -> Option<u64> {
        match self {
            Self::Opus => opus_pure::packet::samples_48k(packet).ok().map(|samples| samples as u64),
            Self::Vorbis(blocks, before) => {
                let block = blocks.length(packet)?;
                let samples = before.replace(block).map_or(0, |before| before / 4 + block / 4);
                Some(samples)
            }
            Self::Unknown => None,
        }
    }
}

/// Follows one link of a chain.
pub(crate) struct EndTrim {
    length: PacketLength,
    timeline: Timeline,
    padding: u64,
    /// A packet of unknown length came.
    is_unclear: bool,
}

impl EndTrim {
    /// For a link that begins; `None` if positions do not trim its codec.
    pub(crate) fn new(track: &Track) -> Option<Self> {
        let Some(CodecParameters::Audio(params)) = &track.codec_params else { return None };
        let headers = params.extra_data.as_deref().unwrap_or_default();
        let length = match params.codec {
            CODEC_ID_FLAC => return None,
            CODEC_ID_OPUS => PacketLength::Opus,
            CODEC_ID_VORBIS => {
                VorbisBlocks::parse(headers).map_or(PacketLength::Unknown, |blocks| PacketLength::Vorbis(blocks, None))
            }
            _ => PacketLength::Unknown,
        };
        Some(Self { length, timeline: Timeline::new(pre_skip(params), true), padding: 0, is_unclear: false })
    }

    /// Counts a packet, which `rest` others follow on its page. From the first packet of unknown length on the positions
    /// themselves go into the key.
    pub(crate) fn take(&mut self, packet: &[u8], rest: usize, page: PageFacts, key: &mut KeyHasher) {
        match self.length.samples(packet) {
            Some(samples) => self.padding += self.timeline.take(samples, rest, page).0,
            None => {
                self.is_unclear = true;
                // Lost pages are nobody's matter here.
                let _ = self.timeline.fail(rest, page);
            }
        }
        if self.is_unclear && rest == 0 {
            key.add_option(page.granule.map(i64::cast_unsigned));
            key.add_number(self.timeline.decoded());
        }
    }

    /// Samples to cut at the end of what came.
    pub(crate) const fn padding(&self) -> u64 {
        self.padding
    }
}
