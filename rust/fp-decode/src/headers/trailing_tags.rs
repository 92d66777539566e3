//! Tags behind the audio: ID3v1 (`TAG`, 128 bytes), APEv1 and APEv2 (footer `APETAGEX`), Lyrics3v2.

use std::{fs::File, io, ops::Range};

use crate::headers::file_window::FileWindow;

/// Maximum number of tags that are taken off one file.
const MAX_TAGS: usize = 8;
/// How much is read at once: ID3v1 and a footer before it.
const READ_BYTES: usize = 512;
const ID3V1_BYTES: u64 = 128;
const APE_FOOTER_BYTES: u64 = 32;
const LYRICS3_FOOTER_BYTES: u64 = 15;

/// What kind of tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrailingTag {
    /// ID3v1.
    Id3v1,
    /// APEv1 or APEv2, ended by its footer.
    Ape,
    /// Lyrics3v2.
    Lyrics3,
}

/// Where the tags at the end of the file begin, or its end.
pub(crate) fn audio_end(file: &File) -> io::Result<u64> {
    let mut window = FileWindow::of_size(file, READ_BYTES)?;
    let end = window.file_bytes();
    Ok(trailing_tags(&mut window)?.last().map_or(end, |(_, place)| place.start))
}

/// The tags at the end of the file, the last first.
pub(crate) fn trailing_tags(window: &mut FileWindow<'_>) -> io::Result<Vec<(TrailingTag, Range<u64>)>> {
    let (mut tags, mut end) = (Vec::new(), window.file_bytes());
    for _ in 0..MAX_TAGS {
        // One read for all that may stand here.
        window.at(end.saturating_sub(READ_BYTES as u64), READ_BYTES)?;
        let Some((kind, bytes)) = tag_before(window, end)? else { break };
        let Some(start) = end.checked_sub(bytes) else { break };
        tags.push((kind, start..end));
        end = start;
    }
    Ok(tags)
}

/// The tag that ends at `end`, and its length.
fn tag_before(window: &mut FileWindow<'_>, end: u64) -> io::Result<Option<(TrailingTag, u64)>> {
    let mut before = |bytes: u64| match end.checked_sub(bytes) {
        Some(start) => window.at(start, bytes as usize).map(<[u8]>::to_vec),
        None => Ok(Vec::new()),
    };
    if before(ID3V1_BYTES)?.starts_with(b"TAG") {
        return Ok(Some((TrailingTag::Id3v1, ID3V1_BYTES)));
    }
    let footer = before(APE_FOOTER_BYTES)?;
    if footer.starts_with(b"APETAGEX")
        && let (Some(size), Some(flags)) = (read_u32(&footer, 12), read_u32(&footer, 20))
    {
        // The size counts the items and the footer; bit 31 of the flags says that a header precedes them.
        let header = if flags >> 31 == 1 { APE_FOOTER_BYTES } else { 0 };
        return Ok(Some((TrailingTag::Ape, (u64::from(size) + header).max(APE_FOOTER_BYTES))));
    }
    let footer = before(LYRICS3_FOOTER_BYTES)?;
    let size =
        footer.strip_suffix(b"LYRICS200").and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u64>().ok());
    Ok(size.map(|size| (TrailingTag::Lyrics3, size + LYRICS3_FOOTER_BYTES)))
}

fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
