//! AIFF and DSDIFF: a chunk with an ID3v2 tag, and chunks of text.

use super::{
    bytes::{Bytes, FileBytes},
    id3v2::read_id3v2,
    text::utf8_or_latin1,
    values::{Field, Values},
};

/// The values of the AIFF file at `start`.
pub(super) fn read_aiff(bytes: &mut FileBytes<'_>, start: u64) -> Values {
    let (mut id3, mut texts) = (Values::default(), Values::default());
    let mut at = start + 12;
    while let Some(head) = bytes.array::<8>(at) {
        let size = u64::from(u32::from_be_bytes([head[4], head[5], head[6], head[7]]));
        let content = at + 8;
        match &head[..4] {
            b"ID3 " | b"id3 " => id3.fill(read_id3v2(bytes, content)),
            b"NAME" => texts.add(Field::Title, &utf8_or_latin1(bytes.value(content, size))),
            b"AUTH" => texts.add(Field::Artist, &utf8_or_latin1(bytes.value(content, size))),
            _ => {}
        }
        at = content + size + size % 2;
    }
    id3.fill(texts);
    id3
}

/// Those of the DSDIFF file at `start`: DSDIFF 1.5, and the chunk `ID3 ` that players agreed on.
pub(super) fn read_dsdiff(bytes: &mut FileBytes<'_>, start: u64) -> Values {
    let mut values = Values::default();
    let mut at = start + 16;
    while let Some(head) = bytes.array::<12>(at) {
        let size = head.last_chunk().map_or(0, |size| u64::from_be_bytes(*size));
        if head.starts_with(b"ID3 ") {
            values.fill(read_id3v2(bytes, at + 12));
        }
        let Some(end) = (at + 12).checked_add(size).filter(|&end| end < bytes.length()) else { break };
        at = end + size % 2;
    }
    values
}

/// Those of the DSF file at `start`, whose header says where its ID3v2 tag is: DSF 1.01.
pub(super) fn read_dsf(bytes: &mut FileBytes<'_>, start: u64) -> Values {
    let tag = bytes.array(start + 20).map_or(0, u64::from_le_bytes);
    start.checked_add(tag).filter(|_| tag > 0).map_or_else(Values::default, |at| read_id3v2(bytes, at))
}
