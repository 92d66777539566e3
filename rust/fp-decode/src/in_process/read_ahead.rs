//! A file read in large pieces; of what was read, any part can be looked at before it is taken.

use std::io::{self, Read, Seek, SeekFrom};

use crate::in_process::file_source::FileSource;

/// How many bytes are read at once.
const READ_BYTES: usize = 64 * 1024;

/// Bytes of a file, from a position that only goes on as they are taken.
pub(crate) struct ReadAhead {
    source: FileSource,
    buffer: Vec<u8>,
    /// Where in the buffer what was not taken begins.
    position: usize,
    at_end: bool,
}

impl ReadAhead {
    /// Reads `source` from where it is. `longest`: as many bytes are usually kept before some are taken.
    pub(crate) fn new(source: FileSource, longest: usize) -> Self {
        Self { source, buffer: Vec::with_capacity(READ_BYTES + longest), position: 0, at_end: false }
    }

    /// What was read and not taken.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.buffer[self.position..]
    }

    /// Whether there is nothing more to read.
    pub(crate) const fn at_end(&self) -> bool {
        self.at_end
    }

    /// Goes on behind the first `count` bytes of the rest.
    pub(crate) fn take(&mut self, count: usize) {
        self.position += count;
    }

    /// Reads one more piece; returns its length, which is 0 at the end.
    pub(crate) fn fill(&mut self) -> io::Result<usize> {
        self.buffer.drain(..self.position);
        self.position = 0;
        let filled = self.buffer.len();
        self.buffer.resize(filled + READ_BYTES, 0);
        let count = loop {
            match self.source.read(&mut self.buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        self.buffer.truncate(filled + *count.as_ref().unwrap_or(&0));
        self.at_end = matches!(count, Ok(0));
        count
    }

    /// Goes to a place in the file, and drops what was read.
    pub(crate) fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        let position = self.source.seek(place)?;
        self.buffer.clear();
        (self.position, self.at_end) = (0, false);
        Ok(position)
    }

    /// Where in the file the next piece will be read.
    pub(crate) fn file_position(&mut self) -> io::Result<u64> {
        self.source.stream_position()
    }

    /// The file that is read.
    pub(crate) const fn source(&self) -> &FileSource {
        &self.source
    }
}
