//! Edit lists, ISO 14496-12, 8.6.6.

use crate::headers::mp4::boxes::{read_u32, read_u64};

/// Maximum number of edits that are read.
const MAX_EDITS: usize = 64;

/// The only edit of a track that plays media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Start, in the media's timescale.
    pub(crate) media_time: u64,
    /// Length in the movie's timescale; 0 = to the end.
    pub(crate) segment_duration: u64,
}

/// Reads the body of `elst`; `None` if no edit plays media, or several do.
pub(crate) fn single_edit(list: &[u8]) -> Option<Edit> {
    let wide = *list.first()? == 1;
    let count = usize::try_from(read_u32(list, 4)?).ok()?.min(MAX_EDITS);
    let entry_bytes = if wide { 20 } else { 12 };
    let mut edits = (0..count).map_while(|index| {
        let at = 8 + index * entry_bytes;
        if wide {
            Some((read_u64(list, at)?, read_u64(list, at + 8)?.cast_signed()))
        } else {
            Some((u64::from(read_u32(list, at)?), i64::from(read_u32(list, at + 4)?.cast_signed())))
        }
    });
    // A media time of −1 is an empty edit, a pause before the media; it is ignored.
    let (segment_duration, media_time) = edits.find(|&(_, media_time)| media_time >= 0)?;
    let others = edits.any(|(_, media_time)| media_time >= 0);
    (!others).then_some(Edit { media_time: media_time.unsigned_abs(), segment_duration })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_edits_are_ignored_and_two_edits_give_none() {
        let entry = |duration: u32, media_time: i32| {
            let mut bytes = duration.to_be_bytes().to_vec();
            bytes.extend(media_time.to_be_bytes());
            bytes.extend([0, 1, 0, 0]);
            bytes
        };
        let list = |entries: &[Vec<u8>]| {
            let mut bytes = vec![0, 0, 0, 0, 0, 0, 0, entries.len() as u8];
            bytes.extend(entries.concat());
            bytes
        };
        let expected = Edit { media_time: 1024, segment_duration: 3217 };
        assert_eq!(single_edit(&list(&[entry(7, -1), entry(3217, 1024)])), Some(expected));
        assert_eq!(single_edit(&list(&[entry(5, 0), entry(3217, 1024)])), None);
        assert_eq!(single_edit(&list(&[entry(7, -1)])), None);
        assert_eq!(single_edit(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
