//! Matroska and WebM: the title of the segment, and the element `Tags`. RFC 9559, sections 5.1.2, 5.1.1 and 5.1.8.

use super::{
    bytes::{Bytes, FileBytes},
    text::utf8,
    values::{Field, Values},
};
use crate::headers::matroska_end::size_of;

const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114d_9b74;
const SEEK: u32 = 0x4dbb;
const SEEK_ID: u32 = 0x53ab;
const SEEK_POSITION: u32 = 0x53ac;
const INFO: u32 = 0x1549_a966;
const TITLE: u32 = 0x7ba9;
const CLUSTER: u32 = 0x1f43_b675;
const TAGS: u32 = 0x1254_c367;
const TAG: u32 = 0x7373;
const TARGETS: u32 = 0x63c0;
const TARGET_LEVEL: u32 = 0x68ca;
const SIMPLE_TAG: u32 = 0x67c8;
const TAG_NAME: u32 = 0x45a3;
const TAG_STRING: u32 = 0x4487;
/// The level of an album; what is said on it about a title is about the album.
const ALBUM_LEVEL: u64 = 50;

/// An element: its ID, and where its content lies.
#[derive(Clone, Copy)]
struct Element {
    id: u32,
    start: u64,
    end: u64,
}

/// The values of the file at `start`.
pub(super) fn read_matroska(bytes: &mut FileBytes<'_>, start: u64) -> Values {
    let mut values = Values::default();
    let length = bytes.length();
    let Some(head) = element(bytes, start, length) else { return values };
    let Some(segment) = element(bytes, head.end, length).filter(|segment| segment.id == SEGMENT) else { return values };
    let (mut later, mut at) = (None, segment.start);
    while let Some(found) = element(bytes, at, segment.end) {
        at = found.end;
        match found.id {
            SEEK_HEAD => {
                later = later.or(tags_in_index(bytes, found).map(|offset| segment.start.saturating_add(offset)))
            }
            INFO => {
                if let Some(title) = child(bytes, found, TITLE) {
                    values.add_second(Field::Title, &utf8(bytes.value(title.start, title.end - title.start)));
                }
            }
            TAGS => {
                add_tags(bytes, found, &mut values);
                later = None;
            }
            // The rest is audio; what stands behind it, the index names.
            CLUSTER => break,
            _ => {}
        }
    }
    if let Some(tags) = later.and_then(|at| element(bytes, at, segment.end)).filter(|found| found.id == TAGS) {
        add_tags(bytes, tags, &mut values);
    }
    values
}

/// Where the index says that the tags are, counted from the content of the segment.
fn tags_in_index(bytes: &mut FileBytes<'_>, index: Element) -> Option<u64> {
    let mut at = index.start;
    while let Some(entry) = element(bytes, at, index.end) {
        at = entry.end;
        if entry.id == SEEK
            && let Some(id) = child(bytes, entry, SEEK_ID)
            && number(bytes, id) == u64::from(TAGS)
        {
            return child(bytes, entry, SEEK_POSITION).map(|position| number(bytes, position));
        }
    }
    None
}

fn add_tags(bytes: &mut FileBytes<'_>, tags: Element, values: &mut Values) {
    let mut at = tags.start;
    while let Some(tag) = element(bytes, at, tags.end) {
        at = tag.end;
        if tag.id != TAG {
            continue;
        }
        // Without a level, as ffmpeg writes it, names mean what they mean elsewhere.
        let level = child(bytes, tag, TARGETS).and_then(|targets| child(bytes, targets, TARGET_LEVEL));
        let of_album = level.is_some_and(|level| number(bytes, level) == ALBUM_LEVEL);
        let mut inner = tag.start;
        while let Some(simple) = element(bytes, inner, tag.end) {
            inner = simple.end;
            if simple.id == SIMPLE_TAG {
                add_simple(bytes, simple, of_album, values);
            }
        }
    }
}

fn add_simple(bytes: &mut FileBytes<'_>, simple: Element, of_album: bool, values: &mut Values) {
    let (Some(name), Some(text)) = (child(bytes, simple, TAG_NAME), child(bytes, simple, TAG_STRING)) else { return };
    let name = bytes.value(name.start, name.end - name.start).to_vec();
    let text = utf8(bytes.value(text.start, text.end - text.start));
    match (name.as_slice(), of_album) {
        (b"TITLE", true) => values.add(Field::Album, &text),
        (b"ARTIST", true) => values.add(Field::AlbumArtist, &text),
        (b"TOTAL_PARTS", true) => values.add(Field::TrackTotal, &text),
        // The number of a disc among those of an album.
        (b"PART_NUMBER", true) => values.add_second(Field::Disc, &text),
        (name, _) => values.add_named(name, || text),
    }
}

fn child(bytes: &mut FileBytes<'_>, parent: Element, id: u32) -> Option<Element> {
    let mut at = parent.start;
    loop {
        let found = element(bytes, at, parent.end)?;
        if found.id == id {
            return Some(found);
        }
        at = found.end;
    }
}

fn number(bytes: &mut FileBytes<'_>, of: Element) -> u64 {
    let value = bytes.value(of.start, (of.end - of.start).min(8));
    value.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

/// The element at `at`, cut to its parent; `None` at the end of that and where there is none. One of unknown size reaches to the end.
fn element(bytes: &mut FileBytes<'_>, at: u64, parent_end: u64) -> Option<Element> {
    if at >= parent_end {
        return None;
    }
    // The ID and the size have up to four and eight bytes; the zeros before the first one of the ID count those that follow.
    let head = bytes.at(at, 12);
    let id_bytes = head.first()?.leading_zeros() as usize + 1;
    let id = head.get(..id_bytes).filter(|_| id_bytes <= 4)?.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte));
    let (size_bytes, size) = size_of(&head[id_bytes..])?;
    let start = at + (id_bytes + size_bytes) as u64;
    let end = size.map_or(parent_end, |size| start.saturating_add(size).min(parent_end));
    (start <= parent_end).then_some(Element { id, start, end })
}
