//! MP4 and M4A: the items of iTunes in `moov/udta/meta/ilst`, and the texts of QuickTime in `moov/udta`.

use super::{
    bytes::{Bytes, FileBytes},
    genre::genre_name,
    text::{utf8, utf8_or_latin1, utf16},
    values::{Field, Values},
};

/// A box: its kind, and where its content lies.
struct Found {
    kind: [u8; 4],
    start: u64,
    end: u64,
}

/// The values of the film whose boxes begin at `start`.
pub(super) fn read_mp4(bytes: &mut FileBytes<'_>, start: u64) -> Values {
    let mut values = Values::default();
    let end = bytes.length();
    let user_data = child(bytes, start..end, b"moov").and_then(|film| child(bytes, film.start..film.end, b"udta"));
    let Some(user_data) = user_data else { return values };
    let mut at = user_data.start;
    while let Some(item) = next_box(bytes, at, user_data.end) {
        at = item.end;
        match &item.kind {
            b"meta" => add_meta(bytes, &item, &mut values),
            kind => {
                if let Some(field) = text_field(kind) {
                    // QuickTime: a length and a language before each text.
                    let length = bytes.array(item.start).map_or(0, |length| u64::from(u16::from_be_bytes(length)));
                    let text = bytes.value(item.start + 4, length.min(item.end.saturating_sub(item.start + 4)));
                    values.add_second(field, &utf8_or_latin1(text));
                }
            }
        }
    }
    values
}

fn add_meta(bytes: &mut FileBytes<'_>, meta: &Found, values: &mut Values) {
    // A version and flags come first, except in QuickTime.
    let is_quicktime = bytes.array(meta.start + 4) == Some(*b"hdlr");
    let start = meta.start + if is_quicktime { 0 } else { 4 };
    let Some(list) = child(bytes, start..meta.end, b"ilst") else { return };
    let mut at = list.start;
    while let Some(item) = next_box(bytes, at, list.end) {
        at = item.end;
        add_item(bytes, &item, values);
    }
}

fn add_item(bytes: &mut FileBytes<'_>, item: &Found, values: &mut Values) {
    if &item.kind == b"----" {
        return add_free_form(bytes, item, values);
    }
    let is_known = text_field(&item.kind).is_some() || [b"trkn", b"disk", b"cpil", b"gnre"].contains(&&item.kind);
    let mut at = item.start;
    while let Some(data) = next_box(bytes, at, item.end).filter(|_| is_known) {
        at = data.end;
        if &data.kind == b"data" {
            let (kind, content) = content(bytes, &data);
            add_data(&item.kind, kind, &content, values);
        }
    }
}

fn add_data(name: &[u8; 4], kind: u8, content: &[u8], values: &mut Values) {
    let pair = || match *content {
        [_, _, a, b, c, d, ..] => [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])],
        [_, _, a, b, ..] => [u16::from_be_bytes([a, b]), 0],
        _ => [0, 0],
    };
    match name {
        b"trkn" => values.add_pair([Field::Track, Field::TrackTotal], pair()),
        b"disk" => values.add_pair([Field::Disc, Field::DiscTotal], pair()),
        b"cpil" => values.add(Field::Compilation, if content.iter().any(|&byte| byte != 0) { "1" } else { "0" }),
        // The number of ID3v1, counted from 1.
        b"gnre" => {
            let number = content.first_chunk().and_then(|&number| u16::from_be_bytes(number).checked_sub(1));
            if let Some(name) = number.and_then(|number| u8::try_from(number).ok()).and_then(genre_name) {
                values.add_second(Field::Genre, &name);
            }
        }
        name => {
            if let Some(field) = text_field(name) {
                values.add(field, &text(kind, content));
            }
        }
    }
}

/// An item with a name: boxes `mean` (whose it is), `name`, `data`. Those of other owners than iTunes are left out.
fn add_free_form(bytes: &mut FileBytes<'_>, item: &Found, values: &mut Values) {
    let (mut is_itunes, mut name, mut at) = (false, Vec::new(), item.start);
    while let Some(part) = next_box(bytes, at, item.end) {
        at = part.end;
        // A version and flags.
        let start = part.start + 4;
        match &part.kind {
            b"mean" => is_itunes = bytes.value(start, part.end.saturating_sub(start)) == b"com.apple.iTunes",
            b"name" => name = bytes.value(start, part.end.saturating_sub(start)).to_vec(),
            b"data" if is_itunes => {
                let (kind, content) = content(bytes, &part);
                values.add_named_second(&name, || text(kind, &content));
            }
            _ => {}
        }
    }
}

/// A data box: the kind of its content, four bytes of language, the content.
fn content(bytes: &mut FileBytes<'_>, data: &Found) -> (u8, Vec<u8>) {
    let kind = bytes.array::<4>(data.start).map_or(0, |kind| kind[3]);
    let start = data.start + 8;
    (kind, bytes.value(start, data.end.saturating_sub(start)).to_vec())
}

fn text(kind: u8, content: &[u8]) -> String {
    const UTF16: u8 = 2;
    if kind == UTF16 { utf16(content, true) } else { utf8(content) }
}

fn text_field(kind: &[u8; 4]) -> Option<Field> {
    Some(match kind {
        b"\xa9nam" => Field::Title,
        b"\xa9ART" => Field::Artist,
        b"aART" => Field::AlbumArtist,
        b"\xa9alb" => Field::Album,
        b"\xa9gen" => Field::Genre,
        b"\xa9day" => Field::Date,
        _ => return None,
    })
}

fn child(bytes: &mut FileBytes<'_>, parent: std::ops::Range<u64>, kind: &[u8; 4]) -> Option<Found> {
    let mut at = parent.start;
    loop {
        let found = next_box(bytes, at, parent.end)?;
        if found.kind == *kind {
            return Some(found);
        }
        at = found.end;
    }
}

/// The box at `at`, cut to its parent; `None` at the end of that and where there is none.
fn next_box(bytes: &mut FileBytes<'_>, at: u64, parent_end: u64) -> Option<Found> {
    if at >= parent_end {
        return None;
    }
    let head: [u8; 8] = bytes.array(at)?;
    let (size, head_bytes) = match u32::from_be_bytes([head[0], head[1], head[2], head[3]]) {
        0 => (parent_end - at, 8),
        1 => (bytes.array(at + 8).map(u64::from_be_bytes)?, 16),
        size => (u64::from(size), 8),
    };
    let end = at.checked_add(size).filter(|_| size >= head_bytes)?.min(parent_end);
    Some(Found { kind: [head[4], head[5], head[6], head[7]], start: at + head_bytes, end })
}
