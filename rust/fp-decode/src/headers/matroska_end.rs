//! How a Matroska or WebM file ends: RFC 9559. Symphonia does not read `DiscardPadding`, and takes the end of a file of unknown
//! size for a cut.

use std::{fs::File, io};

use crate::headers::bounded_read::read_at;

/// How many bytes of the beginning, and of the end, are read.
const HEAD_BYTES: u64 = 4096;
const TAIL_BYTES: u64 = 64 * 1024;
/// Element IDs (RFC 9559, section 5.1).
const SEGMENT: &[u8] = b"\x18\x53\x80\x67";
const DISCARD_PADDING: &[u8] = b"\x75\xa2";
const BLOCK_GROUP: u8 = 0xa0;
const BLOCK: u8 = 0xa1;

/// What the end of a file is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MatroskaEnd {
    /// The segment was written as a stream: nothing says where it ends (RFC 8794, 6.2).
    pub(crate) has_unknown_size: bool,
    /// Nanoseconds to drop at the end of the last block; 0 = none.
    pub(crate) discard_ns: u64,
}

/// Reads the end of the file, whose EBML header is at `start`.
pub(crate) fn read_matroska_end(file: &mut File, start: u64) -> io::Result<MatroskaEnd> {
    let head = read_at(file, start, HEAD_BYTES)?;
    let length = file.metadata()?.len();
    let tail = read_at(file, length.saturating_sub(TAIL_BYTES).max(start), TAIL_BYTES)?;
    Ok(MatroskaEnd {
        has_unknown_size: has_unknown_size(&head).unwrap_or(false),
        discard_ns: final_discard(&tail).unwrap_or(0),
    })
}

fn has_unknown_size(head: &[u8]) -> Option<bool> {
    let (header_bytes, header_size) = size_of(head.get(4..)?)?;
    let segment = head.get(4 + header_bytes..)?.get(usize::try_from(header_size?).ok()?..)?;
    Some(segment.starts_with(SEGMENT) && size_of(segment.get(SEGMENT.len()..)?)?.1.is_none())
}

/// The `DiscardPadding` of the last block group, if no other block follows it.
fn final_discard(tail: &[u8]) -> Option<u64> {
    let at = tail.windows(2).rposition(|id| id == DISCARD_PADDING)?;
    let bytes = usize::from(*tail.get(at + 2)? ^ 0x80);
    let value = tail.get(at + 3..)?.get(..bytes).filter(|_| (1..=8).contains(&bytes))?;
    let end = at + 3 + bytes;
    // The two bytes may be coded audio: they are the element only in a block group that ends with it.
    (0..at).rev().filter(|&group| tail[group] == BLOCK_GROUP).find(|&group| {
        let Some((size_bytes, Some(size))) = size_of(&tail[group + 1..]) else { return false };
        let body = group + 1 + size_bytes;
        tail.get(body) == Some(&BLOCK) && usize::try_from(size).is_ok_and(|size| body.checked_add(size) == Some(end))
    })?;
    // Behind the last block only top-level elements follow, whose IDs have four bytes.
    let is_last = tail.get(end).is_none_or(|next| next >> 4 == 1);
    let first = if value.first()? & 0x80 != 0 { return None } else { 0 };
    is_last.then(|| value.iter().fold(first, |sum, &byte| sum << 8 | u64::from(byte)))
}

/// Length of the size field that `bytes` start with, and the size; `None` for an unknown one. RFC 8794, section 4.
pub(crate) fn size_of(bytes: &[u8]) -> Option<(usize, Option<u64>)> {
    let first = *bytes.first()?;
    let length = first.leading_zeros() as usize + 1;
    let field = bytes.get(..length).filter(|_| length <= 8)?;
    let value = field.iter().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
    let mask = (1u64 << (7 * length)) - 1;
    Some((length, Some(value & mask).filter(|&size| size != mask)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &[u8] = b"\xa0\x8a\xa1\x84data\x75\xa2\x82\x12\x70";

    #[test]
    fn padding_is_read_only_of_a_group_that_is_the_last_one() {
        // The group's size counts the block (6 bytes) and the padding (5).
        let group = [b"\xa0\x8b", &GROUP[2..]].concat();
        assert_eq!(final_discard(&group), Some(0x1270));
        assert_eq!(final_discard(&[group.as_slice(), b"\x1c\x53\xbb\x6b"].concat()), Some(0x1270));
        assert_eq!(final_discard(&[group.as_slice(), b"\xa3\x84data"].concat()), None);
        assert_eq!(final_discard(GROUP), None, "a wrong size: coded audio");
    }

    #[test]
    fn a_segment_of_ones_has_an_unknown_size() {
        let file = |size: &[u8]| [b"\x1a\x45\xdf\xa3\x82xx\x18\x53\x80\x67", size].concat();
        assert_eq!(has_unknown_size(&file(b"\x01\xff\xff\xff\xff\xff\xff\xff")), Some(true));
        assert_eq!(has_unknown_size(&file(b"\xff")), Some(true));
        assert_eq!(has_unknown_size(&file(b"\x84data")), Some(false));
        assert_eq!(has_unknown_size(b"\x1a\x45\xdf\xa3"), None);
    }
}
