//! The format chunk: `WAVEFORMATEX` and `WAVEFORMATEXTENSIBLE` (Microsoft, mmreg.h; RFC 2361 lists the tags).

use crate::headers::{
    pcm_layout::{DataRange, PcmCoding, PcmLayout, default_mask},
    wave::slots::{Slots, find_slots},
};

const TAG_PCM: u16 = 1;
const TAG_FLOAT: u16 = 3;
const TAG_A_LAW: u16 = 6;
const TAG_MU_LAW: u16 = 7;
const TAG_EXTENSIBLE: u16 = 0xfffe;
/// Ogg Vorbis, modes 1 to 3 and 1+ to 3+: of a known header only mode 1, which is a whole Ogg stream, can be read.
const TAGS_VORBIS: [u16; 6] = [0x674f, 0x6750, 0x6751, 0x676f, 0x6770, 0x6771];
/// The rest of a subformat GUID whose first two bytes are a tag.
const GUID_TAIL: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
/// The rest of Ambisonic B-format's GUIDs, of which the first two bytes are a tag too.
const AMBISONIC_TAIL: [u8; 14] = [0, 0, 0x21, 0x07, 0xd3, 0x11, 0x86, 0x44, 0xc8, 0xc1, 0xca, 0, 0, 0];
/// The same two as RIFX writes them: the GUID's first three numbers are big-endian there.
const GUID_TAIL_BE: [u8; 14] = [0, 0, 0, 0, 0, 0x10, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/// What a format chunk states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WaveFormat {
    tag: u16,
    extensible: bool,
    channels: u16,
    rate_hz: u32,
    byte_rate: u32,
    block_bytes: u16,
    bits: u16,
    valid_bits: Option<u16>,
    mask: Option<u32>,
}

impl WaveFormat {
    /// Parses the content of a format chunk; `None` if it is too short, or has no channels.
    pub(crate) fn parse(bytes: &[u8], big_endian: bool) -> Option<Self> {
        let u16_at = |offset: usize| {
            let pair = *bytes.get(offset..)?.first_chunk()?;
            Some(if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
        };
        let u32_at = |offset: usize| {
            let four = *bytes.get(offset..)?.first_chunk()?;
            Some(if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
        };
        let mut format = Self {
            tag: u16_at(0)?,
            extensible: u16_at(0)? == TAG_EXTENSIBLE,
            channels: u16_at(2).filter(|&channels| channels > 0)?,
            rate_hz: u32_at(4)?,
            byte_rate: u32_at(8)?,
            block_bytes: u16_at(12)?,
            bits: u16_at(14)?,
            valid_bits: None,
            mask: None,
        };
        if format.extensible {
            let guid = bytes.get(24..40)?;
            let first = u16::from_le_bytes([guid[0], guid[1]]);
            format.tag = match &guid[2..] {
                tail if tail == GUID_TAIL || tail == AMBISONIC_TAIL => first,
                tail if big_endian && guid[..2] == [0, 0] && tail[2..] == GUID_TAIL_BE[2..] => {
                    u16::from_be_bytes([tail[0], tail[1]])
                }
                _ => return None,
            };
            format.valid_bits = u16_at(18).filter(|&bits| bits > 0 && bits <= format.bits);
            format.mask = u32_at(20).filter(|_| guid[2..] != AMBISONIC_TAIL);
        }
        Some(format)
    }

    /// Stated bytes of one sample of all channels, at least 1.
    pub(crate) fn block_bytes(&self) -> u64 {
        u64::from(self.block_bytes).max(1)
    }

    /// Whether the tag is one of Ogg Vorbis.
    pub(crate) fn is_vorbis(&self) -> bool {
        TAGS_VORBIS.contains(&self.tag)
    }

    /// Whether a DTS or AC-3 stream may hide under this header: they fill two channels of 16 bits, and players that
    /// pass them to a receiver need exactly that.
    pub(crate) fn may_be_bit_stream(&self) -> bool {
        self.tag == TAG_PCM && self.bits == 16 && self.channels == 2
    }

    /// How the samples in `data` are coded, of which `look` are the first bytes; `None` if they are no PCM.
    pub(crate) fn pcm_layout(&self, look: &[u8], data: DataRange, big_endian: bool) -> Option<PcmLayout> {
        let slots = self.slots(look, big_endian)?;
        let coding = match self.tag {
            TAG_PCM if slots.bytes == 1 => PcmCoding::Unsigned8,
            TAG_PCM if slots.low => PcmCoding::SignedLow { bits: u32::from(self.bits) },
            TAG_PCM => PcmCoding::Signed,
            TAG_FLOAT if slots.bytes == 4 || slots.bytes == 8 => PcmCoding::Float,
            TAG_A_LAW if slots.bytes == 1 => PcmCoding::ALaw,
            TAG_MU_LAW if slots.bytes == 1 => PcmCoding::MuLaw,
            _ => return None,
        };
        if coding != PcmCoding::Float && slots.bytes > 4 {
            return None;
        }
        let channels = usize::from(self.channels);
        Some(PcmLayout {
            coding,
            big_endian,
            slot_bytes: slots.bytes,
            bits: u32::from(self.valid_bits.unwrap_or(self.bits)),
            rate_hz: self.rate_hz,
            channels,
            channel_mask: self.channel_mask(),
            data,
        })
    }

    /// How many bytes a sample takes: as many as its bits need, which in an extensible header are those of the slot.
    /// Where in a plain one a block has room for four, the data decide,
    /// or, where they are silent, the byte rate.
    fn slots(&self, look: &[u8], big_endian: bool) -> Option<Slots> {
        let (channels, block_bytes) = (usize::from(self.channels), usize::from(self.block_bytes));
        let packed = usize::from(self.bits.div_ceil(8));
        let by_block = (block_bytes.is_multiple_of(channels)).then_some(block_bytes / channels).filter(|&n| n > 0);
        let (packed, by_block) = match (packed, by_block) {
            (0, by_block) => (by_block?, by_block?),
            (packed, None) => (packed, packed),
            (packed, Some(by_block)) => (packed, by_block),
        };
        if !(self.tag == TAG_PCM && !self.extensible && by_block == 4 && (2..4).contains(&packed)) {
            return Some(Slots { bytes: packed, low: false });
        }
        let silent = look.iter().all(|&byte| byte == 0);
        let rate_by_block = u64::from(self.rate_hz) * u64::from(self.block_bytes);
        let stated = if silent && u64::from(self.byte_rate) == rate_by_block { by_block } else { packed };
        Some(find_slots(look, packed, big_endian).unwrap_or(Slots { bytes: stated, low: false }))
    }

    /// The speaker mask. Surplus bits, the highest, are ignored; too few leave channels without a speaker (Microsoft,
    /// "Multiple channel audio data and WAVE files").
    fn channel_mask(&self) -> Option<u32> {
        let channels = u32::from(self.channels);
        let stated = self.mask.filter(|mask| mask.count_ones() >= channels && channels > 1);
        let Some(mut mask) = stated else { return default_mask(usize::from(self.channels)) };
        while mask.count_ones() > channels {
            mask &= !(1 << mask.ilog2());
        }
        Some(mask).filter(|mask| mask >> 18 == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(tag: u16, channels: u16, block_bytes: u16, bits: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        for value in [tag, channels] {
            bytes.extend(value.to_le_bytes());
        }
        for value in [48_000u32, 48_000 * u32::from(block_bytes)] {
            bytes.extend(value.to_le_bytes());
        }
        for value in [block_bytes, bits] {
            bytes.extend(value.to_le_bytes());
        }
        bytes
    }

    fn extensible(channels: u16, bits: u16, mask: u32) -> WaveFormat {
        let mut bytes = chunk(TAG_EXTENSIBLE, channels, channels * bits / 8, bits);
        bytes.extend([22, 0]);
        bytes.extend(bits.to_le_bytes());
        bytes.extend(mask.to_le_bytes());
        bytes.extend([1, 0]);
        bytes.extend(GUID_TAIL);
        WaveFormat::parse(&bytes, false).unwrap()
    }

    #[test]
    fn a_stated_mask_counts_even_if_it_is_the_first_speakers() {
        assert_eq!(extensible(8, 16, 0xff).channel_mask(), Some(0xff));
        assert_eq!(extensible(8, 16, 0).channel_mask(), None);
        assert_eq!(extensible(6, 16, 0).channel_mask(), Some(0x3f));
        assert_eq!(extensible(4, 16, 0x6ff).channel_mask(), Some(0xf));
        assert_eq!(extensible(1, 16, 0x1).channel_mask(), Some(0x4));
    }

    #[test]
    fn short_chunks_and_no_channels_are_refused() {
        let whole = chunk(1, 2, 4, 16);
        assert!(WaveFormat::parse(&whole, false).is_some());
        for length in 0..16 {
            assert_eq!(WaveFormat::parse(&whole[..length], false), None);
        }
        assert_eq!(WaveFormat::parse(&chunk(1, 0, 4, 16), false), None);
    }
}
