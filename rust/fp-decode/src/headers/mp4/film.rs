//! Tells a film from a track: whether the index has a moving picture.

use std::{fs::File, io};

use crate::headers::mp4::{boxes::BoxReader, layout::Mp4Layout};

/// Maximum number of tracks that are looked at.
const MAX_TRACKS: usize = 64;
/// Sample entries of still pictures: covers, and the pictures of an audiobook's chapters.
const STILL_PICTURES: [&[u8; 4]; 3] = [b"jpeg", b"png ", b"gif "];

/// Whether one of the tracks is video (ISO 14496-12, 8.4.3: handler `vide`) other than still pictures.
pub(crate) fn has_moving_picture(file: &mut File, layout: &Mp4Layout) -> io::Result<bool> {
    let Some(moov) = layout.moov.clone() else { return Ok(false) };
    let mut reader = BoxReader { file };
    for trak in reader.children(moov, b"trak")?.into_iter().take(MAX_TRACKS) {
        let Some(mdia) = reader.child(trak, b"mdia")? else { continue };
        if reader.leaf(mdia.clone(), b"hdlr")?.is_none_or(|handler| handler.get(8..12) != Some(b"vide")) {
            continue;
        }
        let Some(stbl) = reader.descend(mdia, &[b"minf", b"stbl"])? else { continue };
        let entries = reader.leaf(stbl, b"stsd")?.unwrap_or_default();
        // Version and flags, the number of entries, the first one's size and its type.
        let codec = entries.get(12..16).unwrap_or_default();
        if !codec.is_empty() && !STILL_PICTURES.iter().any(|still| codec == still.as_slice()) {
            return Ok(true);
        }
    }
    Ok(false)
}
