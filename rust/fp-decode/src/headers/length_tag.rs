//! The Xing, Info or VBRI tag in the first frame of an MPEG layer III stream.

/// Where a VBRI tag starts, and where in it the number of frames stands.
const VBRI_START: usize = 36;
const VBRI_FRAMES: usize = 14;

/// The number of frames that the length tag in `frame` states; `Some(None)` if it has a tag that states none.
pub(crate) fn stated_frames(frame: &[u8]) -> Option<Option<u64>> {
    if frame.get(VBRI_START..)?.starts_with(b"VBRI") {
        return Some(number_at(frame, VBRI_START + VBRI_FRAMES));
    }
    // The tag follows the side information, whose length depends on version and channels.
    let at = [13, 21, 36]
        .into_iter()
        .find(|&at| frame.get(at..).is_some_and(|rest| rest.starts_with(b"Xing") || rest.starts_with(b"Info")))?;
    let flags = number_at(frame, at + 4)?;
    Some(if flags & 1 == 1 { number_at(frame, at + 8) } else { None })
}

fn number_at(frame: &[u8], at: usize) -> Option<u64> {
    frame.get(at..)?.first_chunk().map(|bytes| u64::from(u32::from_be_bytes(*bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tag_states_its_frames() {
        let frame = |at: usize, tag: &[u8]| [vec![0; at], tag.to_vec(), vec![0; 100]].concat();
        assert_eq!(stated_frames(&frame(36, b"Info\0\0\0\x0f\0\0\x01\x02")), Some(Some(258)));
        assert_eq!(stated_frames(&frame(21, b"Xing\0\0\0\x02\0\0\x01\x02")), Some(None));
        assert_eq!(stated_frames(&frame(36, b"VBRI\0\x01\0\0\0\x4b\0\0\x10\0\0\0\x01\x02")), Some(Some(258)));
        assert_eq!(stated_frames(&frame(40, b"Info\0\0\0\x0f\0\0\x01\x02")), None);
    }
}
