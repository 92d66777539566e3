//! The length that an ASF file (WMA) states. ffmpeg believes it only in a file that is not cut.

use std::{fs::File, io};

use crate::headers::bounded_read::read_at;

/// Header Object and File Properties Object, ASF specification (2004), 10.1 and 10.2.
const HEADER: &[u8; 16] = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c";
const FILE_PROPERTIES: &[u8; 16] = b"\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65";
/// Bytes of the Header Object before its objects, and of the File Properties Object that are read.
const HEADER_BYTES: u64 = 30;
const PROPERTIES_BYTES: u64 = 92;
/// Maximum number of objects that are looked at; an ordinary header has ten.
const MAX_OBJECTS: usize = 256;
/// The length is in units of 100 ns.
const TICKS_PER_S: f64 = 1e7;

/// Length of the file in seconds; `None` if the header states none, as that of a live broadcast.
pub(crate) fn stated_seconds(file: &mut File, start: u64) -> io::Result<Option<f64>> {
    if !read_at(file, start, 16)?.starts_with(HEADER) {
        return Ok(None);
    }
    let mut position = start.saturating_add(HEADER_BYTES);
    for _ in 0..MAX_OBJECTS {
        let object = read_at(file, position, PROPERTIES_BYTES)?;
        if object.starts_with(FILE_PROPERTIES) {
            return Ok(parse_properties(&object));
        }
        let Some(size) = read_u64(&object, 16).filter(|&size| size >= 24) else { break };
        let Some(next) = position.checked_add(size) else { break };
        position = next;
    }
    Ok(None)
}

fn parse_properties(object: &[u8]) -> Option<f64> {
    let (ticks, preroll_ms) = (read_u64(object, 64)?, read_u64(object, 80)?);
    let is_broadcast = *object.get(88)? & 1 == 1;
    // The preroll counts as playing time.
    let seconds = ticks as f64 / TICKS_PER_S - preroll_ms as f64 / 1000.0;
    (!is_broadcast && seconds > 0.0).then_some(seconds)
}

fn read_u64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preroll_is_taken_off_and_a_broadcast_states_nothing() {
        let mut object = vec![0; PROPERTIES_BYTES as usize];
        object[64..72].copy_from_slice(&71_000_000u64.to_le_bytes());
        object[80..88].copy_from_slice(&3100u64.to_le_bytes());
        assert!(parse_properties(&object).is_some_and(|seconds| (seconds - 4.0).abs() < 1e-9));
        object[88] = 1;
        assert_eq!(parse_properties(&object), None);
        assert_eq!(parse_properties(&object[..80]), None);
    }
}
