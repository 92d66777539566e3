//! Looks at a file piece by piece, without a read for each look.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// How much is read at once.
const READ_BYTES: usize = 256 * 1024;

/// The part of a file that was read last.
pub(crate) struct FileWindow<'a> {
    file: &'a mut File,
    start: u64,
    bytes: Vec<u8>,
    file_bytes: u64,
}

impl<'a> FileWindow<'a> {
    /// A window on `file`.
    pub(crate) fn new(file: &'a mut File) -> io::Result<Self> {
        let file_bytes = file.metadata()?.len();
        Ok(Self { file, start: 0, bytes: Vec::new(), file_bytes })
    }

    /// The length of the file.
    pub(crate) fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// What the window has from `position` on: at least `count` bytes (up to 256 KiB), unless the file ends.
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
        self.file.seek(SeekFrom::Start(position))?;
        self.start = position;
        self.bytes.resize(READ_BYTES, 0);
        let mut filled = 0;
        while filled < READ_BYTES {
            match self.file.read(&mut self.bytes[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.bytes.truncate(filled);
        Ok(())
    }
}
