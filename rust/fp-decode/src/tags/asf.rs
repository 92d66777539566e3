//! ASF (WMA): the Content Description, Extended Content Description and Metadata Library objects. ASF specification (2004), 3.10,
//! 3.11 and 4.8.

use std::ops::Range;

use super::{
    bytes::{Bytes, FileBytes},
    genre::genre_names,
    names::field_of,
    text::utf16,
    values::{Field, Values},
};

type Guid = [u8; 16];
const CONTENT_DESCRIPTION: Guid = *b"\x33\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c";
const EXTENDED_DESCRIPTION: Guid = *b"\x40\xa4\xd0\xd2\x07\xe3\xd2\x11\x97\xf0\x00\xa0\xc9\x5e\xa8\x50";
const HEADER_EXTENSION: Guid = *b"\xb5\x03\xbf\x5f\x2e\xa9\xcf\x11\x8e\xe3\x00\xc0\x0c\x20\x53\x65";
const METADATA_LIBRARY: Guid = *b"\x94\x1c\x23\x44\x98\x94\xd1\x49\xa1\x41\x1d\x13\x4e\x45\x70\x54";
/// Before the objects of the Header Object, and of the Header Extension Object.
const HEADER_BYTES: u64 = 30;
const EXTENSION_BYTES: u64 = 22;
/// An object's GUID and size.
const OBJECT_BYTES: u64 = 24;

/// The values of the file at `start`.
pub(super) fn read_asf(bytes: &mut FileBytes<'_>, start: u64) -> Values {
    let mut values = Values::default();
    let size = bytes.array(start + 16).map_or(0, u64::from_le_bytes);
    let extension = add_objects(bytes, start + HEADER_BYTES..start.saturating_add(size), &mut values);
    // It stands first, but has the further values.
    if let Some(inner) = extension {
        add_objects(bytes, inner, &mut values);
    }
    values
}

/// Adds what the objects at a place have, and returns the place of those in the header extension.
fn add_objects(bytes: &mut FileBytes<'_>, place: Range<u64>, values: &mut Values) -> Option<Range<u64>> {
    let (mut at, mut extension) = (place.start, None);
    while at < place.end {
        let (Some(guid), Some(size)) = (bytes.array::<16>(at), bytes.array(at + 16).map(u64::from_le_bytes)) else {
            break;
        };
        let Some(next) = at.checked_add(size).filter(|_| size >= OBJECT_BYTES) else { break };
        let content = at + OBJECT_BYTES;
        match guid {
            CONTENT_DESCRIPTION => add_description(bytes, content, values),
            EXTENDED_DESCRIPTION => add_attributes(bytes, content, values),
            METADATA_LIBRARY => add_library(bytes, content, values),
            HEADER_EXTENSION => extension = Some(content + EXTENSION_BYTES..next),
            _ => {}
        }
        at = next;
    }
    extension
}

fn short(bytes: &mut FileBytes<'_>, at: u64) -> u64 {
    bytes.array(at).map_or(0, |number| u64::from(u16::from_le_bytes(number)))
}

/// Five lengths, then as many texts: title, author and three that do not matter.
fn add_description(bytes: &mut FileBytes<'_>, at: u64, values: &mut Values) {
    let (title, author) = (short(bytes, at), short(bytes, at + 2));
    values.add(Field::Title, &utf16(bytes.value(at + 10, title), false));
    values.add(Field::Artist, &utf16(bytes.value(at + 10 + title, author), false));
}

fn add_attributes(bytes: &mut FileBytes<'_>, at: u64, values: &mut Values) {
    let count = short(bytes, at);
    let mut at = at + 2;
    for _ in 0..count {
        let name_bytes = short(bytes, at);
        let kind = short(bytes, at + 2 + name_bytes);
        let value_bytes = short(bytes, at + 4 + name_bytes);
        let value = at + 6 + name_bytes;
        add_attribute(bytes, (at + 2, name_bytes), kind, (value, value_bytes), values);
        at = value + value_bytes;
    }
}

/// The same with a language, a stream, and longer values: further values of one name are here.
fn add_library(bytes: &mut FileBytes<'_>, at: u64, values: &mut Values) {
    let count = short(bytes, at);
    let mut at = at + 2;
    for _ in 0..count {
        let name_bytes = short(bytes, at + 4);
        let kind = short(bytes, at + 6);
        let value_bytes = bytes.array(at + 8).map_or(0, |size| u64::from(u32::from_le_bytes(size)));
        let value = at + 12 + name_bytes;
        add_attribute(bytes, (at + 12, name_bytes), kind, (value, value_bytes), values);
        at = value + value_bytes;
    }
}

fn add_attribute(bytes: &mut FileBytes<'_>, name: (u64, u64), kind: u64, value: (u64, u64), values: &mut Values) {
    let name = utf16(bytes.value(name.0, name.1), false);
    let name = name.trim_end_matches('\0');
    let Some((field, is_second)) = field_of(name.as_bytes()) else { return };
    let content = bytes.value(value.0, value.1);
    let text = match kind {
        0 => utf16(content, false),
        // Truth values and numbers of two to eight bytes.
        2..=5 if content.len() <= 8 => {
            content.iter().rev().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte)).to_string()
        }
        _ => return,
    };
    // "Author" is the name of the artist here.
    let text = if field == Field::Genre { genre_names(&text) } else { text };
    if is_second && field != Field::Artist { values.add_second(field, &text) } else { values.add(field, &text) }
}
