//! Vorbis comments ("Vorbis I", section 5): of FLAC and of Ogg with Vorbis, Opus, Speex or FLAC.

use super::{
    bytes::{Bytes, FileBytes},
    text::utf8,
    values::Values,
};

/// Longest name of a comment that is looked for, and the sign behind it.
const MAX_NAME_BYTES: usize = 128;
/// FLAC, RFC 9639, section 8.1: the kind of a metadata block, and the bit of the last one.
const LAST_BLOCK: u8 = 0x80;
const COMMENT_BLOCK: u8 = 4;

/// The values of the comments at `at`.
pub(super) fn read_comments(bytes: &mut impl Bytes, at: u64) -> Values {
    let mut values = Values::default();
    let Some(vendor_bytes) = length_at(bytes, at) else { return values };
    let mut at = at + 4 + vendor_bytes;
    let count = length_at(bytes, at).unwrap_or(0);
    at += 4;
    for _ in 0..count {
        let Some(size) = length_at(bytes, at) else { break };
        let (start, end) = (at + 4, at + 4 + size);
        let name = bytes.at(start, MAX_NAME_BYTES.min(size as usize));
        if let Some(length) = name.iter().position(|&byte| byte == b'=') {
            let name = name[..length].to_vec();
            let value = start + length as u64 + 1;
            values.add_named(&name, || utf8(bytes.value(value, end - value)));
        }
        at = end;
    }
    values
}

fn length_at(bytes: &mut impl Bytes, at: u64) -> Option<u64> {
    bytes.array(at).map(|length| u64::from(u32::from_le_bytes(length)))
}

/// Those of a FLAC stream whose marker is at `start`.
pub(super) fn read_flac(bytes: &mut FileBytes<'_>, start: u64) -> Values {
    let mut at = start + 4;
    while let Some(head) = bytes.array::<4>(at) {
        let size = u64::from(u32::from_be_bytes([0, head[1], head[2], head[3]]));
        if head[0] & !LAST_BLOCK == COMMENT_BLOCK {
            return read_comments(bytes, at + 4);
        }
        if head[0] & LAST_BLOCK != 0 {
            break;
        }
        at += 4 + size;
    }
    Values::default()
}
