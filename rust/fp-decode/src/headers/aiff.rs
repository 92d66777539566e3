//! AIFF and AIFC with PCM. Sources: Apple, Audio Interchange File Format 1.3 and AIFF-C, draft of 1991; the codes of
//! later samples are those of QuickTime.

use std::{fs::File, io};

use crate::headers::{
    bounded_read::read_at,
    pcm_layout::{DataRange, PcmCoding, PcmLayout, default_mask, stated_size},
};

/// Maximum number of chunks that are visited.
const MAX_CHUNKS: usize = 10_000;

/// The samples of the file that starts at `start`; `None` for another codec, or a damaged header.
pub(crate) fn read_aiff(file: &mut File, start: u64) -> io::Result<Option<PcmLayout>> {
    let file_bytes = file.metadata()?.len();
    let is_aifc = read_at(file, start + 8, 4)? == b"AIFC";
    let (mut common, mut data) = (None, None);
    let mut position = start + 12;
    for _ in 0..MAX_CHUNKS {
        let head = read_at(file, position, 12)?;
        let (Some(id), Some(size)) = (head.get(..4), head.get(4..8).and_then(|size| size.first_chunk())) else { break };
        let content = position + 8;
        let mut size = stated_size(u32::from_be_bytes(*size), file_bytes.saturating_sub(content));
        match id {
            b"COMM" if common.is_none() => common = Some(read_at(file, content, 22)?),
            b"SSND" if data.is_none() => {
                // Sizes of 0, or of the chunk's own two fields: written to a pipe. Samples start after those fields and
                // an offset.
                size = size.filter(|&size| size > 8);
                let offset =
                    head.get(8..).and_then(|offset| offset.first_chunk()).copied().map_or(0, u32::from_be_bytes);
                let first = content + 8 + u64::from(offset);
                let stated = size.map(|size| (size - 8).saturating_sub(u64::from(offset)));
                data = Some(DataRange::new(first, stated, file_bytes));
            }
            _ => {}
        }
        let Some(size) = size.filter(|_| common.is_none() || data.is_none()) else { break };
        position = content + size + size % 2;
    }
    let (Some(common), Some(data)) = (common, data) else { return Ok(None) };
    Ok(layout(&common, is_aifc, data))
}

/// Reads the COMM chunk: channels, sample frames, bits, an 80-bit rate and, in AIFC, the codec.
fn layout(common: &[u8], is_aifc: bool, data: DataRange) -> Option<PcmLayout> {
    let pair = |offset: usize| Some(u16::from_be_bytes(*common.get(offset..)?.first_chunk()?));
    let channels = usize::from(pair(0)?);
    let bits = u32::from(pair(6)?);
    let rate_hz = rate_of(common.get(8..)?.first_chunk()?)?;
    let packed = usize::try_from(bits.div_ceil(8)).ok()?;
    let codec = if is_aifc { common.get(18..22)? } else { b"NONE" };
    let (coding, slot_bytes, big_endian) = match codec {
        b"NONE" | b"twos" => (PcmCoding::Signed, packed, true),
        b"sowt" => (PcmCoding::Signed, packed, false),
        b"raw " if packed == 1 => (PcmCoding::Unsigned8, 1, true),
        b"in24" => (PcmCoding::Signed, 3, true),
        b"in32" => (PcmCoding::Signed, 4, true),
        b"fl32" | b"FL32" => (PcmCoding::Float, 4, true),
        b"fl64" | b"FL64" => (PcmCoding::Float, 8, true),
        b"alaw" | b"ALAW" => (PcmCoding::ALaw, 1, true),
        b"ulaw" | b"ULAW" => (PcmCoding::MuLaw, 1, true),
        _ => return None,
    };
    let possible = channels > 0 && ((1..=4).contains(&slot_bytes) || coding == PcmCoding::Float);
    possible.then_some(PcmLayout {
        coding,
        big_endian,
        slot_bytes,
        bits,
        rate_hz,
        channels,
        channel_mask: default_mask(channels),
        data,
    })
}

/// An 80-bit extended float as a whole number of Hz.
fn rate_of(bytes: &[u8; 10]) -> Option<u32> {
    let exponent = u32::from(u16::from_be_bytes([bytes[0], bytes[1]])).checked_sub(16_383)?;
    let mantissa = u64::from_be_bytes(*bytes.last_chunk()?);
    let rate = mantissa.checked_shr(63_u32.checked_sub(exponent)?)?;
    u32::try_from(rate).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_extended_floats() {
        assert_eq!(rate_of(&[0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]), Some(44_100));
        assert_eq!(rate_of(&[0x40, 0x0f, 0xbb, 0x80, 0, 0, 0, 0, 0, 0]), Some(96_000));
        assert_eq!(rate_of(&[0x7f, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(rate_of(&[0; 10]), None);
    }
}
