//! Recognises the type of a file by its content, never by its name.

use std::{fs::File, io};

use crate::headers::{
    bounded_read::read_at,
    container::Container,
    mpeg_frame::{FrameHeader, FrameKind},
};

/// How far behind the tags the first MPEG audio or ADTS frame may begin.
const MAX_SEARCH_BYTES: u64 = 256 * 1024;
/// Maximum number of tags that are skipped.
const MAX_TAGS: usize = 16;

/// The type of a file, and where its container starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sniffed {
    /// The container.
    pub(crate) container: Container,
    /// First byte of the container; before it are tags or junk.
    pub(crate) start: u64,
}

/// The type of `file`; `None` if it is unknown. Skips leading ID3v2 tags. A raw stream of MPEG audio or ADTS must have
/// two frames in a row that start within 256 KiB.
pub(crate) fn sniff(file: &mut File) -> io::Result<Option<Sniffed>> {
    let mut start = 0;
    for _ in 0..MAX_TAGS {
        let head = read_at(file, start, 32)?;
        if let Some(container) = Container::from_magic(&head) {
            return Ok(Some(Sniffed { container, start }));
        }
        match id3v2_bytes(&head) {
            Some(bytes) => start += bytes,
            None => break,
        }
    }
    let window = read_at(file, start, MAX_SEARCH_BYTES)?;
    if let Some(sniffed) = find_frames(&window, start) {
        return Ok(Some(sniffed));
    }
    if start == 0 {
        return Ok(None);
    }
    // The tag may state a wrong length: search from the start of the file too.
    let window = read_at(file, 0, MAX_SEARCH_BYTES)?;
    Ok(find_frames(&window, 0))
}

/// Length of the ID3v2 tag that `head` starts, header and footer included. ID3v2.4 structure, 3.1.
fn id3v2_bytes(head: &[u8]) -> Option<u64> {
    let header: &[u8; 10] = head.first_chunk()?;
    if &header[..3] != b"ID3" || header[6..].iter().any(|byte| byte & 0x80 != 0) {
        return None;
    }
    let body = header[6..].iter().fold(0, |size, &byte| size << 7 | u64::from(byte));
    let footer = if header[5] & 0x10 != 0 { 10 } else { 0 };
    Some(10 + body + footer)
}

/// The first place in `window` where a frame is followed by another of the same stream, or ends with the file.
fn find_frames(window: &[u8], start: u64) -> Option<Sniffed> {
    (0..window.len()).filter(|&offset| window[offset] == 0xff).find_map(|offset| {
        let first = FrameHeader::parse(&window[offset..])?;
        let rest = window.get(offset + first.bytes..)?;
        let confirmed = match FrameHeader::parse(rest) {
            Some(second) => first.continues_as(&second),
            // A single frame counts only at the expected start, followed by the end of the file or a tag.
            None => offset == 0 && (rest.is_empty() || rest.starts_with(b"TAG") || rest.starts_with(b"APETAGEX")),
        };
        let container = match first.kind {
            FrameKind::MpegAudio { .. } => Container::MpegAudio,
            FrameKind::Adts => Container::Adts,
        };
        confirmed.then_some(Sniffed { container, start: start + offset as u64 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Vec<u8> {
        let mut frame = vec![0u8; 417];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0x00]);
        frame
    }

    #[test]
    fn id3v2_size_is_syncsafe() {
        assert_eq!(id3v2_bytes(b"ID3\x04\0\0\0\0\x02\x01"), Some(10 + 257));
        assert_eq!(id3v2_bytes(b"ID3\x04\0\x10\0\0\x02\x01"), Some(20 + 257));
        assert_eq!(id3v2_bytes(b"ID3\x04\0\0\0\0\x82\x01"), None);
    }

    #[test]
    fn two_frames_are_found_behind_junk_and_one_sync_word_is_not_enough() {
        let mut junk = vec![0x00, 0xff, 0xfb, 0x90, 0x11, 0xff];
        let offset = junk.len() as u64;
        junk.extend(frame());
        junk.extend(frame());
        junk.extend([1, 2, 3]);
        assert_eq!(find_frames(&junk, 100), Some(Sniffed { container: Container::MpegAudio, start: 100 + offset }));
        let mut lone = frame();
        lone.extend(b"some text that is not a frame");
        assert_eq!(find_frames(&lone, 0), None);
    }
}
