//! Tags behind the audio: ID3v1 (`TAG`, 128 bytes), APEv1 and APEv2 (footer `APETAGEX`), Lyrics3v2.

use std::{fs::File, io};

use crate::headers::bounded_read::read_at;

/// Maximum number of tags that are taken off one file.
const MAX_TAGS: usize = 8;
const ID3V1_BYTES: u64 = 128;
const APE_FOOTER_BYTES: u64 = 32;
const LYRICS3_FOOTER_BYTES: u64 = 15;

/// Where the tags at the end of the file begin, or its end.
pub(crate) fn audio_end(file: &mut File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    for _ in 0..MAX_TAGS {
        let tag = tag_bytes(file, end)?;
        match end.checked_sub(tag) {
            Some(start) if tag > 0 => end = start,
            _ => break,
        }
    }
    Ok(end)
}

/// Length of the tag that ends at `end`; 0 = none.
fn tag_bytes(file: &mut File, end: u64) -> io::Result<u64> {
    let mut before = |bytes: u64| match end.checked_sub(bytes) {
        Some(start) => read_at(file, start, bytes),
        None => Ok(Vec::new()),
    };
    if before(ID3V1_BYTES)?.starts_with(b"TAG") {
        return Ok(ID3V1_BYTES);
    }
    let footer = before(APE_FOOTER_BYTES)?;
    if footer.starts_with(b"APETAGEX")
        && let (Some(size), Some(flags)) = (read_u32(&footer, 12), read_u32(&footer, 20))
    {
        // The size counts the items and the footer; bit 31 of the flags says that a header precedes them.
        let header = if flags >> 31 == 1 { APE_FOOTER_BYTES } else { 0 };
        return Ok((u64::from(size) + header).max(APE_FOOTER_BYTES));
    }
    let footer = before(LYRICS3_FOOTER_BYTES)?;
    let size =
        footer.strip_suffix(b"LYRICS200").and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u64>().ok());
    Ok(size.map_or(0, |size| size + LYRICS3_FOOTER_BYTES))
}

fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
