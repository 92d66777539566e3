//! Frames that follow one another by the lengths that they state.

use crate::headers::{mpeg_frame::FrameHeader, tags::starts_tag};

/// Consecutive frames that are no chance.
pub(crate) const MIN_RUN_FRAMES: usize = 3;

/// Frames that follow one another.
pub(crate) struct Run {
    /// How many, up to [`MIN_RUN_FRAMES`].
    pub(crate) frames: usize,
    /// Whether nothing but a tag or a part of a frame follows them.
    pub(crate) ends_file: bool,
}

/// The run at the start of `bytes`, behind which the file ends if `is_last`.
pub(crate) fn run_at(bytes: &[u8], is_last: bool) -> Run {
    let Some(first) = FrameHeader::parse(bytes) else { return Run { frames: 0, ends_file: false } };
    let mut end = 0;
    for frames in 0..MIN_RUN_FRAMES {
        let Some(rest) = bytes.get(end..).filter(|rest| !rest.is_empty()) else {
            return Run { frames, ends_file: is_last && bytes.len() == end };
        };
        match FrameHeader::parse(rest).filter(|next| first.continues_as(next)) {
            Some(next) => end += next.bytes,
            None => return Run { frames, ends_file: starts_tag(rest) },
        }
    }
    Run { frames: MIN_RUN_FRAMES, ends_file: false }
}
