//! Looks at a file piece by piece, without a read for each look, and without moving the position that others read from.

use std::{
    fs::File,
    io::{self, ErrorKind},
    os::unix::fs::FileExt,
};

/// How much is read at once, unless told otherwise.
const READ_BYTES: usize = 256 * 1024;

/// The part of a file that was read last.
pub(crate) struct FileWindow<'a> {
    file: &'a File,
    start: u64,
    bytes: Vec<u8>,
    file_bytes: u64,
    read_bytes: usize,
    reads: usize,
}

impl<'a> FileWindow<'a> {
    /// A window on `file`.
    pub(crate) fn new(file: &'a File) -> io::Result<Self> {
        Self::of_size(file, READ_BYTES)
    }

    /// A window of `read_bytes`.
    pub(crate) fn of_size(file: &'a File, read_bytes: usize) -> io::Result<Self> {
        let file_bytes = file.metadata()?.len();
        Ok(Self { file, start: 0, bytes: Vec::new(), file_bytes, read_bytes, reads: 0 })
    }

    /// The length of the file.
    pub(crate) const fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// How often the file was read.
    pub(crate) const fn reads(&self) -> usize {
        self.reads
    }

    /// What the window has from `position` on: at least `count` bytes (up to the size of the window), unless the file ends.
    pub(crate) fn rest(&mut self, position: u64, count: usize) -> io::Result<&[u8]> {
        if position >= self.file_bytes {
            return Ok(&[]);
        }
        let read_end = self.start + self.bytes.len() as u64;
        let wanted_end = position.saturating_add(count as u64).min(self.file_bytes);
        if position < self.start || wanted_end > read_end {
            self.read(position)?;
        }
        let first = usize::try_from(position.saturating_sub(self.start)).unwrap_or(usize::MAX).min(self.bytes.len());
        Ok(&self.bytes[first..])
    }

    /// The `count` bytes at `position`; fewer at the end of the file.
    pub(crate) fn at(&mut self, position: u64, count: usize) -> io::Result<&[u8]> {
        let rest = self.rest(position, count)?;
        Ok(&rest[..count.min(rest.len())])
    }

    fn read(&mut self, position: u64) -> io::Result<()> {
        let left = usize::try_from(self.file_bytes - position).unwrap_or(usize::MAX);
        self.start = position;
        self.bytes.resize(self.read_bytes.min(left), 0);
        self.reads += 1;
        let mut filled = 0;
        while filled < self.bytes.len() {
            match self.file.read_at(&mut self.bytes[filled..], position + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.bytes.clear();
                    return Err(error);
                }
            }
        }
        self.bytes.truncate(filled);
        Ok(())
    }
}
