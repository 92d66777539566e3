//! ID3v2.2, 2.3 and 2.4: <https://id3.org/id3v2.4.0-structure>, and the earlier documents. Pictures and all other frames are
//! stepped over, not read. Compressed and encrypted frames are left out: no program writes text like that.

use super::{
    bytes::{Bytes, FileBytes},
    id3v2_frame::{add_frame, set_old_date},
    values::Values,
};

const HEADER_BYTES: u64 = 10;
/// Most bytes of a tag that must be decoded as a whole, which only ID3v2.3 and older ask for.
const MAX_DECODED_BYTES: u64 = 4 << 20;

/// The version decides how frames look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V22,
    V23,
    V24,
}

/// A tag's header.
#[derive(Clone, Copy, Debug)]
struct Header {
    version: Version,
    flags: u8,
    /// Where the frames begin, and where the tag ends.
    start: u64,
    end: u64,
}

/// A frame's place.
struct Frame {
    id: [u8; 4],
    flags: u8,
    start: u64,
    end: u64,
}

/// The values of the tag at `start`; none if there is no tag of a known version.
pub(super) fn read_id3v2(bytes: &mut FileBytes<'_>, start: u64) -> Values {
    let mut values = Values::default();
    let Some(header) = read_header(bytes, start) else { return values };
    if header.version != Version::V24 && header.flags & 0x80 != 0 {
        let mut decoded = without_stuffing(bytes, header.start, header.end);
        let end = decoded.len() as u64;
        add_frames(&mut decoded, Header { start: 0, end, ..header }, &mut values);
    } else {
        add_frames(bytes, header, &mut values);
    }
    values
}

fn read_header(bytes: &mut impl Bytes, start: u64) -> Option<Header> {
    let head: [u8; HEADER_BYTES as usize] = bytes.array(start)?;
    let version = match (&head[..3], head[3]) {
        // Compression was reserved and never defined.
        (b"ID3", 2) if head[5] & 0x40 == 0 => Version::V22,
        (b"ID3", 3) => Version::V23,
        (b"ID3", 4) => Version::V24,
        _ => return None,
    };
    let start = start + HEADER_BYTES;
    Some(Header { version, flags: head[5], start, end: start + syncsafe([head[6], head[7], head[8], head[9]]) })
}

fn add_frames(bytes: &mut impl Bytes, header: Header, values: &mut Values) {
    let mut at = header.start + extended_header_bytes(bytes, header);
    let mut old_date = [None, None];
    while let Some(frame) = next_frame(bytes, header, at) {
        at = frame.end;
        if let Some((start, is_stuffed)) = content(header.version, &frame) {
            let content = bytes.value(start, frame.end.saturating_sub(start));
            match is_stuffed {
                true => add_frame(&frame.id, &unstuffed(content), values, &mut old_date),
                false => add_frame(&frame.id, content, values, &mut old_date),
            }
        }
    }
    set_old_date(old_date, values);
}

fn extended_header_bytes(bytes: &mut impl Bytes, header: Header) -> u64 {
    if header.version == Version::V22 || header.flags & 0x40 == 0 {
        return 0;
    }
    let size = bytes.array(header.start).unwrap_or_default();
    // The size of version 2.4 counts itself.
    if header.version == Version::V24 { syncsafe(size).max(4) } else { 4 + u64::from(u32::from_be_bytes(size)) }
}

/// The frame at `at`; `None` at padding, at the end, and where the structure breaks.
fn next_frame(bytes: &mut impl Bytes, header: Header, at: u64) -> Option<Frame> {
    let (id, size, flags, head_bytes) = if header.version == Version::V22 {
        let head: [u8; 6] = bytes.array(at)?;
        let size = u32::from_be_bytes([0, head[3], head[4], head[5]]);
        ([head[0], head[1], head[2], b' '], u64::from(size), 0, 6)
    } else {
        let head: [u8; 10] = bytes.array(at)?;
        let id = [head[0], head[1], head[2], head[3]];
        let size = [head[4], head[5], head[6], head[7]];
        let plain = u64::from(u32::from_be_bytes(size));
        let size = if header.version == Version::V24 && !is_plain_size(bytes, header, at, size) {
            syncsafe(size)
        } else {
            plain
        };
        (id, size, head[9], 10)
    };
    let start = at + head_bytes;
    let end = start.checked_add(size).filter(|&end| end <= header.end)?;
    is_id(&id[..if head_bytes == 6 { 3 } else { 4 }]).then_some(Frame { id, flags, start, end })
}

/// Whether the size of a frame of version 2.4 is plain binary, as old versions of iTunes wrote it: then a frame, padding or the end
/// follows there, and not where the size of the standard leads.
fn is_plain_size(bytes: &mut impl Bytes, header: Header, at: u64, size: [u8; 4]) -> bool {
    let (standard, plain) = (syncsafe(size), u64::from(u32::from_be_bytes(size)));
    if standard == plain {
        return false;
    }
    let mut leads_on = |size: u64| {
        let next = at + 10 + size;
        next == header.end || next < header.end && bytes.array::<4>(next).is_some_and(|id| id == [0; 4] || is_id(&id))
    };
    size.iter().any(|byte| byte & 0x80 != 0) || !leads_on(standard) && leads_on(plain)
}

fn is_id(id: &[u8]) -> bool {
    id.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Where a frame's content begins behind what its flags add, and whether zeros are stuffed into it; `None` if it is compressed or
/// encrypted.
fn content(version: Version, frame: &Frame) -> Option<(u64, bool)> {
    let (refused, group, length, stuffed) = match version {
        Version::V22 => return Some((frame.start, false)),
        Version::V23 => (0xc0, 0x20, 0, 0),
        Version::V24 => (0x0c, 0x40, 0x01, 0x02),
    };
    let has = |flag: u8| frame.flags & flag != 0;
    let added = u64::from(has(group)) + if has(length) { 4 } else { 0 };
    (!has(refused)).then_some((frame.start + added, has(stuffed)))
}

/// A 28-bit number in four bytes.
fn syncsafe(bytes: [u8; 4]) -> u64 {
    bytes.iter().fold(0, |size, &byte| size << 7 | u64::from(byte & 0x7f))
}

/// Without the zeros that are stuffed in behind every 0xFF ("unsynchronisation").
fn unstuffed(bytes: &[u8]) -> Vec<u8> {
    let mut after_ones = false;
    let mut keep = |&byte: &u8| {
        let kept = !(after_ones && byte == 0);
        after_ones = byte == 0xff;
        kept
    };
    bytes.iter().copied().filter(|byte| keep(byte)).collect()
}

fn without_stuffing(bytes: &mut impl Bytes, start: u64, end: u64) -> Vec<u8> {
    const STEP: usize = 16 * 1024;
    let (mut all, mut at) = (Vec::new(), start);
    let end = end.min(start + MAX_DECODED_BYTES);
    while at < end {
        let part = bytes.at(at, STEP.min((end - at) as usize));
        if part.is_empty() {
            break;
        }
        all.extend_from_slice(part);
        at += part.len() as u64;
    }
    unstuffed(&all)
}
