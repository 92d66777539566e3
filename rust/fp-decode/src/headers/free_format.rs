//! MPEG audio in free format: the header does not state the bit rate, so the length of a frame must be found.

use crate::headers::mpeg_frame::MAX_FRAME_BYTES;

/// Frames at one distance that make a stream.
const MIN_FRAMES: usize = 4;
/// The shortest distance: header and side information.
const MIN_DISTANCE: usize = 24;
/// Padding may make a frame longer by one slot, which is four bytes in layer I.
const MAX_SLOT_BYTES: usize = 4;
/// How many bytes [`is_free_format`] needs.
pub(crate) const FREE_FORMAT_BYTES: usize = MIN_FRAMES * (MAX_FRAME_BYTES + MAX_SLOT_BYTES);

/// Whether frames of free format follow one another from the start of `bytes`. ISO 11172-3, 2.4.2.3: `bitrate_index`
/// 0, a bit rate that does not change.
pub(crate) fn is_free_format(bytes: &[u8]) -> bool {
    let Some(first) = signature(bytes) else { return false };
    let is_frame = |at: usize| bytes.get(at..).and_then(signature) == Some(first);
    let mut distances = (MIN_DISTANCE..MAX_FRAME_BYTES).filter(|&distance| is_frame(distance));
    distances.any(|distance| {
        let mut at = distance;
        (2..MIN_FRAMES).all(|_| {
            let next =
                (0..=2 * MAX_SLOT_BYTES).map(|slot| at + distance - MAX_SLOT_BYTES + slot).find(|&at| is_frame(at));
            at = next.unwrap_or(at);
            next.is_some()
        })
    })
}

/// What is the same in all headers of a stream: version, layer, protection, sample rate.
fn signature(bytes: &[u8]) -> Option<[u8; 2]> {
    let header: &[u8; 4] = bytes.first_chunk()?;
    let is_valid = header[0] == 0xff
        && header[1] & 0xe0 == 0xe0
        && header[1] >> 3 & 3 != 1
        && header[1] >> 1 & 3 != 0
        && header[2] >> 4 == 0
        && header[2] >> 2 & 3 != 3;
    is_valid.then_some([header[1], header[2] & 0x0c])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_at_one_distance_are_free_format_and_three_are_not() {
        let frame = |bytes: usize| [[0xff, 0xfb, 0x00, 0x64].as_slice(), &vec![7; bytes - 4]].concat();
        let stream = [frame(1306), frame(1305), frame(1306), frame(1306)].concat();
        assert!(is_free_format(&stream));
        assert!(!is_free_format(&stream[..3 * 1306]));
        assert!(!is_free_format(&[0xff; 9000]));
        assert!(!is_free_format(&[]));
    }
}
