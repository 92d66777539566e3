//! Tags before and behind the audio of any format: ID3v2, APE, ID3v1.

use super::{
    ape::{HEADER_BYTES, read_ape_before, read_ape_behind},
    bytes::{Bytes, FileBytes},
    id3v1::read_id3v1,
    id3v2::read_id3v2,
    values::Values,
};
use crate::headers::{
    tags::{TAG_HEAD_BYTES, tag_bytes},
    trailing_tags::{TrailingTag, trailing_tags},
};

/// Most tags before the audio that are read.
const MAX_TAGS: usize = 16;

/// The values of the tags before `start` and at the end of the file. `ape_first`: APE tags are the format's own; else ID3v2 counts
/// more. ID3v1, which cuts its texts, counts least.
pub(super) fn read_around(bytes: &mut FileBytes<'_>, start: u64, ape_first: bool) -> Values {
    let (mut id3v2, mut ape, mut id3v1) = (Values::default(), Values::default(), Values::default());
    let mut at = 0;
    for _ in 0..MAX_TAGS {
        let head = bytes.at(at, TAG_HEAD_BYTES).to_vec();
        let Some(length) = tag_bytes(&head).filter(|_| at < start) else { break };
        match head.first() {
            Some(b'I') => id3v2.fill(read_id3v2(bytes, at)),
            Some(b'A') => ape.fill(read_ape_behind(bytes, at)),
            _ => id3v1.fill(read_id3v1(bytes, at)),
        }
        at += length;
    }
    for (kind, place) in trailing_tags(&mut bytes.window).unwrap_or_default() {
        match kind {
            TrailingTag::Id3v1 => id3v1.fill(read_id3v1(bytes, place.start)),
            TrailingTag::Ape => ape.fill(read_ape_before(bytes, place.end - HEADER_BYTES)),
            TrailingTag::Lyrics3 => {}
        }
    }
    let (mut first, second) = if ape_first { (ape, id3v2) } else { (id3v2, ape) };
    first.fill(second);
    first.fill(id3v1);
    first
}
