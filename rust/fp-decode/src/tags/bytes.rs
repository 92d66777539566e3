//! What the parsers read: bytes at a position, few at a time, from a file or from memory. They never fail: where nothing can be
//! read, or enough was, there are none, and every parser ends there.

use std::{fs::File, io};

use crate::headers::file_window::FileWindow;

/// How much of the file is read at once.
const READ_BYTES: usize = 32 * 1024;
/// Most reads of one file: damaged or hostile structures lead back and forth.
const MAX_READS: usize = 500;
/// Most bytes of one value that are looked at: four for each character that is kept, and more.
pub(super) const MAX_VALUE_BYTES: u64 = 16 * 1024;

/// Bytes that stand at positions.
pub(super) trait Bytes {
    /// Up to `count` bytes at `position`; fewer at the end. `count` is small.
    fn at(&mut self, position: u64, count: usize) -> &[u8];

    /// The value at `start` of `bytes` bytes, or its beginning if it is long.
    fn value(&mut self, start: u64, bytes: u64) -> &[u8] {
        self.at(start, bytes.min(MAX_VALUE_BYTES) as usize)
    }

    /// The `N` bytes at `position`, if they are all there.
    fn array<const N: usize>(&mut self, position: u64) -> Option<[u8; N]> {
        self.at(position, N).first_chunk().copied()
    }
}

/// Those of a file.
pub(super) struct FileBytes<'a> {
    pub(super) window: FileWindow<'a>,
}

impl<'a> FileBytes<'a> {
    pub(super) fn new(file: &'a File) -> io::Result<Self> {
        Ok(Self { window: FileWindow::of_size(file, READ_BYTES)? })
    }

    /// The length of the file.
    pub(super) const fn length(&self) -> u64 {
        self.window.file_bytes()
    }
}

impl Bytes for FileBytes<'_> {
    fn at(&mut self, position: u64, count: usize) -> &[u8] {
        if self.window.reads() >= MAX_READS {
            return &[];
        }
        // A disk that fails is noticed when the audio is read.
        self.window.at(position, count).unwrap_or_default()
    }
}

/// Those of a part that was copied.
impl Bytes for Vec<u8> {
    fn at(&mut self, position: u64, count: usize) -> &[u8] {
        let start = usize::try_from(position).unwrap_or(usize::MAX).min(self.len());
        &self[start..start.saturating_add(count).min(self.len())]
    }
}
