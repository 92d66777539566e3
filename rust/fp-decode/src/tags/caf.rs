//! Core Audio Format: the chunk `info`, pairs of texts that zeros end. Apple, "Core Audio Format Specification 1.0".

use super::{
    bytes::{Bytes, FileBytes},
    text::utf8,
    values::Values,
};

/// A chunk's letters and size.
const HEADER_BYTES: u64 = 12;
/// Most bytes of the chunk that are read.
const MAX_INFO_BYTES: u64 = 16 * 1024;

/// The values of the file at `start`.
pub(super) fn read_caf(bytes: &mut FileBytes<'_>, start: u64) -> Values {
    let mut values = Values::default();
    let mut at = start + 8;
    while let Some(head) = bytes.array::<{ HEADER_BYTES as usize }>(at) {
        let size = head.last_chunk().map_or(0, |size| u64::from_be_bytes(*size));
        let content = at + HEADER_BYTES;
        if head.starts_with(b"info") {
            // The number of pairs comes first.
            let texts = bytes.at(content + 4, size.saturating_sub(4).min(MAX_INFO_BYTES) as usize).to_vec();
            let mut texts = texts.split(|&byte| byte == 0);
            while let (Some(name), Some(text)) = (texts.next(), texts.next()) {
                values.add_named(name, || utf8(text));
            }
            break;
        }
        // The size of samples that a program was still writing is −1.
        let Some(end) = content.checked_add(size) else { break };
        at = end;
    }
    values
}
