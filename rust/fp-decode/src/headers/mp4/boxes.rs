//! Boxes of ISO 14496-12, 4.2 (QuickTime calls them atoms).

use std::{fs::File, io, ops::Range};

use crate::headers::bounded_read::read_at;

/// Maximum number of boxes read on one level; a real movie has a few dozen, and two or three for each fragment.
const MAX_BOXES: usize = 65_536;
/// Maximum number of bytes read of a leaf box.
const MAX_LEAF_BYTES: u64 = 4096;

/// One box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mp4Box {
    /// Its four-character code.
    pub(crate) kind: [u8; 4],
    /// Where its content lies. It may end behind the end of its parent; see [`BoxReader::next_box`].
    pub(crate) body: Range<u64>,
}

/// Reads boxes of a file.
pub(crate) struct BoxReader<'a> {
    /// The file.
    pub(crate) file: &'a mut File,
}

impl BoxReader<'_> {
    /// The box at `position` of a parent that ends at `parent_end`; `None` if there is no valid header. The caller
    /// checks where its body ends.
    pub(crate) fn next_box(&mut self, position: u64, parent_end: u64) -> io::Result<Option<Mp4Box>> {
        if parent_end.saturating_sub(position) < 8 {
            return Ok(None);
        }
        let header = read_at(self.file, position, 16)?;
        let (Some(size), Some(kind)) = (read_u32(&header, 0), header.get(4..).and_then(|rest| rest.first_chunk()))
        else {
            return Ok(None);
        };
        let (header_bytes, size) = match size {
            0 => (8, parent_end - position),
            1 => (16, read_u64(&header, 8).unwrap_or(0)),
            size => (8, u64::from(size)),
        };
        let end = position.checked_add(size).filter(|_| size >= header_bytes);
        Ok(end.map(|end| Mp4Box { kind: *kind, body: position + header_bytes..end }))
    }

    /// Bodies of the boxes called `name` directly inside `parent`.
    pub(crate) fn children(&mut self, parent: Range<u64>, name: &[u8; 4]) -> io::Result<Vec<Range<u64>>> {
        let mut found = Vec::new();
        let mut position = parent.start;
        for _ in 0..MAX_BOXES {
            let Some(child) = self.next_box(position, parent.end)?.filter(|child| child.body.end <= parent.end) else {
                break;
            };
            position = child.body.end;
            if child.kind == *name {
                found.push(child.body);
            }
        }
        Ok(found)
    }

    /// The first of them.
    pub(crate) fn child(&mut self, parent: Range<u64>, name: &[u8; 4]) -> io::Result<Option<Range<u64>>> {
        Ok(self.children(parent, name)?.into_iter().next())
    }

    /// The box at the end of a path of names below `parent`.
    pub(crate) fn descend(&mut self, parent: Range<u64>, path: &[&[u8; 4]]) -> io::Result<Option<Range<u64>>> {
        let mut body = parent;
        for name in path {
            match self.child(body, name)? {
                Some(child) => body = child,
                None => return Ok(None),
            }
        }
        Ok(Some(body))
    }

    /// The bytes of a small box inside `parent`, or of the start of a large one.
    pub(crate) fn leaf(&mut self, parent: Range<u64>, name: &[u8; 4]) -> io::Result<Option<Vec<u8>>> {
        let Some(body) = self.child(parent, name)? else { return Ok(None) };
        read_at(self.file, body.start, (body.end - body.start).min(MAX_LEAF_BYTES)).map(Some)
    }
}

/// The 32-bit number at `at`.
pub(crate) fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The 64-bit number at `at`.
pub(crate) fn read_u64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
