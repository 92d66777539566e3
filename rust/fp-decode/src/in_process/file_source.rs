//! The file that the demuxers read.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
};

use symphonia::core::io::MediaSource;

use crate::error::is_fault_of_the_system;

/// The last error of the operating system while reading. Symphonia reports a bad disk and a damaged file by the same
/// error; this tells them apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadFault(Arc<AtomicI32>);

impl ReadFault {
    /// The error, if reading failed.
    pub(crate) fn get(&self) -> Option<io::Error> {
        Some(self.0.load(Ordering::Relaxed)).filter(|&code| code != 0).map(io::Error::from_raw_os_error)
    }

    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && is_fault_of_the_system(error)
        {
            self.0.store(error.raw_os_error().unwrap_or(0), Ordering::Relaxed);
        }
        result
    }
}

/// The parts of a file that are audio, as if they followed one another; what lies before, between and behind them (tags,
/// junk) is hidden.
#[derive(Debug)]
pub(crate) struct FileSource {
    file: File,
    /// The parts, in order; never empty.
    parts: Vec<Part>,
    /// The part that `position` is in.
    current: usize,
    /// Where the source ends; [`with_stated_end`](Self::with_stated_end) can move it behind the real end.
    length: u64,
    real_length: u64,
    position: u64,
    fault: ReadFault,
}

/// A part of the file.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Its first byte in the file.
    start: u64,
    /// The end of the parts so far, counted without what is hidden.
    end: u64,
    /// Its length.
    bytes: u64,
}

impl FileSource {
    /// The `file`'s bytes from `start` to its end.
    pub(crate) fn new(file: File, start: u64) -> io::Result<Self> {
        let end = file.metadata()?.len().max(start);
        Self::of_parts(file, std::slice::from_ref(&(start..end)))
    }

    /// The `file`'s bytes in `ranges`.
    pub(crate) fn of_parts(mut file: File, ranges: &[Range<u64>]) -> io::Result<Self> {
        let mut length = 0;
        let parts: Vec<Part> = ranges
            .iter()
            .map(|range| {
                let bytes = range.end.saturating_sub(range.start);
                length += bytes;
                Part { start: range.start, end: length, bytes }
            })
            .collect();
        file.seek(SeekFrom::Start(parts.first().map_or(0, |part| part.start)))?;
        Ok(Self { file, parts, current: 0, length, real_length: length, position: 0, fault: ReadFault::default() })
    }

    /// Lets the source end at `end` of the file, if that is behind its real end. Of a file that was cut, a demuxer that
    /// checks all lengths first would read nothing; reading behind the real end finds nothing.
    pub(crate) fn with_stated_end(mut self, end: u64) -> Self {
        // Beyond what a seek can reach, the statement is damaged.
        let stated = end.saturating_sub(self.parts.first().map_or(0, |part| part.start));
        self.length = if i64::try_from(end).is_ok() { self.length.max(stated) } else { self.length };
        self
    }

    /// A handle that shows later reading errors too.
    pub(crate) fn fault(&self) -> ReadFault {
        self.fault.clone()
    }
}

impl Read for FileSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.parts.get(self.current).is_some_and(|part| self.position >= part.end) {
            self.current += 1;
            if let Some(part) = self.parts.get(self.current) {
                self.fault.note(self.file.seek(SeekFrom::Start(part.start)))?;
            }
        }
        let Some(part) = self.parts.get(self.current) else { return Ok(0) };
        let wanted = usize::try_from(part.end - self.position).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.fault.note(self.file.read(&mut buffer[..wanted]))?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for FileSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
        };
        // A damaged file may ask for any position; such an error must not be taken for a bad disk.
        let target = target
            .filter(|&target| i64::try_from(target).is_ok())
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "seek outside of the file"))?;
        // Some file systems refuse positions that are far behind the end.
        let reached = target.min(self.real_length);
        let current = self.parts.partition_point(|part| part.end <= reached);
        if let Some(part) = self.parts.get(current).or(self.parts.last()) {
            let absolute = part.start + (reached - (part.end - part.bytes));
            self.fault.note(self.file.seek(SeekFrom::Start(absolute)))?;
        }
        (self.position, self.current) = (target, current);
        Ok(target)
    }
}

impl MediaSource for FileSource {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}
