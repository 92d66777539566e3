//! WAVE (RIFF, RIFX, RF64): a chunk with an ID3v2 tag, and the list `INFO`.

use super::{
    bytes::{Bytes, FileBytes},
    id3v2::read_id3v2,
    text::utf8_or_latin1,
    values::{Field, Values},
};
use crate::headers::container::Container;

/// A chunk's letters and size.
const HEADER_BYTES: u64 = 8;

/// The values of the file at `start`; the ID3v2 tag counts more, which has room for all of them.
pub(super) fn read_wave(bytes: &mut FileBytes<'_>, start: u64, container: Container) -> Values {
    let (mut id3, mut info) = (Values::default(), Values::default());
    let is_big_endian = container == Container::Rifx;
    let (mut at, mut long_size) = (start + 12, None);
    while let Some((name, size)) = chunk(bytes, at, is_big_endian) {
        let content = at + HEADER_BYTES;
        let mut end = content + size;
        match &name {
            b"id3 " | b"ID3 " => id3.fill(read_id3v2(bytes, content)),
            b"LIST" if bytes.array(content) == Some(*b"INFO") => {
                add_info(bytes, content + 4, end, is_big_endian, &mut info)
            }
            // RF64: the size of the samples beyond 4 GiB.
            b"ds64" => long_size = bytes.array(content + 8).map(u64::from_le_bytes),
            b"data" if container == Container::Rf64 && size == u64::from(u32::MAX) => {
                end = content.saturating_add(long_size.unwrap_or(size));
            }
            _ => {}
        }
        // Chunks are padded to two bytes.
        at = end.saturating_add((end - content) % 2);
    }
    id3.fill(info);
    id3
}

fn add_info(bytes: &mut FileBytes<'_>, start: u64, end: u64, is_big_endian: bool, values: &mut Values) {
    let mut at = start;
    while let Some((name, size)) = chunk(bytes, at, is_big_endian).filter(|_| at < end) {
        let field = match &name {
            b"INAM" => Some(Field::Title),
            b"IART" => Some(Field::Artist),
            b"IPRD" | b"IALB" => Some(Field::Album),
            b"IGNR" => Some(Field::Genre),
            b"ICRD" => Some(Field::Date),
            b"ITRK" | b"IPRT" | b"TRCK" => Some(Field::Track),
            _ => None,
        };
        if let Some(field) = field {
            let value = bytes.value(at + HEADER_BYTES, size);
            let value = value.split(|&byte| byte == 0).next().unwrap_or_default();
            values.add(field, &utf8_or_latin1(value));
        }
        at += HEADER_BYTES + size + size % 2;
    }
}

fn chunk(bytes: &mut FileBytes<'_>, at: u64, is_big_endian: bool) -> Option<([u8; 4], u64)> {
    let head: [u8; 8] = bytes.array(at)?;
    let size = [head[4], head[5], head[6], head[7]];
    let size = if is_big_endian { u32::from_be_bytes(size) } else { u32::from_le_bytes(size) };
    Some(([head[0], head[1], head[2], head[3]], u64::from(size)))
}
