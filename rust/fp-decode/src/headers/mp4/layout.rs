//! The boxes on the top level of a file: where the index and the media data are.

use std::{fs::File, io, ops::Range};

use crate::headers::mp4::boxes::BoxReader;

/// Maximum number of boxes on the top level that are read.
const MAX_TOP_BOXES: usize = 4096;
/// After so many fragments the rest of the file is not walked: a long stream has thousands.
const MAX_FRAGMENTS: usize = 2;
/// Fragments end where the file ends. A demuxer that is told so drops the last one of a cut file whole and silently: for
/// it the end is as far behind the file as no single fragment reaches.
const FRAGMENTS_END: u64 = 1 << 40;
/// Boxes that hold no samples, whatever an index says.
const NO_MEDIA: [&[u8; 4]; 9] = [b"ftyp", b"moov", b"moof", b"meta", b"udta", b"free", b"skip", b"uuid", b"sidx"];

/// The top level of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mp4Layout {
    /// The index: `moov`.
    pub(crate) moov: Option<Range<u64>>,
    /// Where the file ends according to its boxes; behind its real end if it was cut.
    pub(crate) stated_end: u64,
    /// Whether one `sidx` stands for the whole file. With one before each fragment the first tells only of its own.
    pub(crate) one_segment_index: bool,
    /// Bytes in boxes that can hold samples.
    pub(crate) media_bytes: u64,
    /// Where boxes lie that hold no samples.
    no_media: Vec<Range<u64>>,
    /// Where positions in the index count from.
    start: u64,
}

impl Mp4Layout {
    /// Reads the headers of the top-level boxes of `file` from `start` on.
    pub(crate) fn read(file: &mut File, start: u64) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let mut reader = BoxReader { file };
        let mut layout = Self { stated_end: length, start, ..Self::default() };
        let (mut position, mut fragments, mut segment_indexes) = (start, 0, 0);
        for _ in 0..MAX_TOP_BOXES {
            let Some(found) = reader.next_box(position, length)? else { break };
            let end = found.body.end;
            if NO_MEDIA.contains(&&found.kind) {
                layout.no_media.push(position..end);
            } else {
                layout.media_bytes = layout.media_bytes.saturating_add(end - found.body.start);
            }
            if end > length {
                // A cut index is none: it cannot be read.
                layout.stated_end = end;
                break;
            }
            position = end;
            match &found.kind {
                b"moov" if layout.moov.is_none() => layout.moov = Some(found.body),
                b"sidx" => segment_indexes += 1,
                b"moof" => fragments += 1,
                _ => {}
            }
            if fragments == MAX_FRAGMENTS && layout.moov.is_some() {
                layout.media_bytes = u64::MAX;
                break;
            }
        }
        layout.one_segment_index = segment_indexes == 1;
        if fragments > 0 {
            layout.stated_end = layout.stated_end.max(length.saturating_add(FRAGMENTS_END));
        }
        Ok(layout)
    }

    /// Whether a file of `length` bytes ends inside one of its boxes, before any index.
    pub(crate) fn is_cut_before_its_index(&self, length: u64) -> bool {
        self.moov.is_none() && self.stated_end > length
    }

    /// Whether `position`, as an index states it, lies in a box that holds no samples.
    pub(crate) fn holds_no_media(&self, position: u64) -> bool {
        self.no_media.iter().any(|range| range.contains(&position.saturating_add(self.start)))
    }
}
