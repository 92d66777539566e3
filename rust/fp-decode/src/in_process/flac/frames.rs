//! Finds the frames of native FLAC, which do not state their length: one ends where its checksum fits and another begins.

use std::io::{self, SeekFrom};

use symphonia::core::{
    checksum::Crc16Ansi,
    io::{MediaSource, Monitor},
};

use crate::{
    headers::flac::frame::{FlacFrame, MAX_HEADER_BYTES},
    in_process::{file_source::FileSource, read_ahead::ReadAhead},
};

/// Where a stream begins, also one that is joined to another.
pub(super) const STREAM_MARKER: &[u8; 4] = b"fLaC";
/// How many bytes are searched at once for the beginning of a frame.
const GROUP_BYTES: usize = 8;
/// The first byte of a stream's marker in each byte of a group.
const MARKER_START: u64 = u64::MAX / 0xff * STREAM_MARKER[0] as u64;
/// Maximum number of valid headers inside a frame: by chance one stands in 8 million bytes. It limits how often bytes are
/// looked at, and so how long a file of false headers takes.
const MAX_INNER_HEADERS: usize = 4;

/// What comes next.
pub(super) enum Found {
    /// A frame whose checksum fits.
    Frame(FlacFrame, Box<[u8]>),
    /// Another stream begins.
    Stream,
    /// The end of the file.
    End,
}

/// Reads frames.
pub(super) struct FrameReader {
    /// Its rest begins where the next frame should.
    ahead: ReadAhead,
    /// Bytes before it that belong to no frame, since it was asked for last.
    junk_bytes: u64,
}

impl FrameReader {
    /// Reads `source` from its beginning.
    pub(super) fn new(source: FileSource) -> Self {
        Self { ahead: ReadAhead::new(source, 0), junk_bytes: 0 }
    }

    /// Takes the next `count` bytes; fewer at the end of the file.
    pub(super) fn take(&mut self, count: usize) -> io::Result<Vec<u8>> {
        self.need(count)?;
        let taken = self.rest()[..count.min(self.rest().len())].to_vec();
        self.ahead.take(taken.len());
        Ok(taken)
    }

    /// Goes `count` bytes on, if the file is that long; returns whether it is.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<bool> {
        let in_buffer = self.rest().len() as u64;
        let Some(further) = count.checked_sub(in_buffer) else {
            self.ahead.take(count as usize);
            return Ok(true);
        };
        let target = self.ahead.file_position()?.saturating_add(further);
        if self.ahead.source().byte_len().is_some_and(|length| target > length) {
            return Ok(false);
        }
        self.ahead.seek(SeekFrom::Start(target))?;
        Ok(true)
    }

    /// How many bytes before the next frame belong to none; counted anew afterwards.
    pub(super) fn take_junk_bytes(&mut self) -> u64 {
        std::mem::take(&mut self.junk_bytes)
    }

    /// The next frame or stream.
    pub(super) fn next(&mut self) -> io::Result<Found> {
        loop {
            self.need(MAX_HEADER_BYTES)?;
            if self.rest().is_empty() {
                return Ok(Found::End);
            }
            if self.rest().starts_with(STREAM_MARKER) {
                return Ok(Found::Stream);
            }
            if let Some(frame) = FlacFrame::parse(self.rest())
                && let Some(bytes) = self.frame_bytes(&frame)?
            {
                let data = self.rest()[..bytes].into();
                self.ahead.take(bytes);
                return Ok(Found::Frame(frame, data));
            }
            self.skip_junk();
        }
    }

    /// Goes to the next place that may begin a frame or a stream.
    fn skip_junk(&mut self) {
        let rest = self.rest();
        // The last bytes that were read may begin a mark.
        let unclear = if self.ahead.at_end() { 0 } else { STREAM_MARKER.len() - 1 };
        let bytes = next_mark(rest, 1).unwrap_or(rest.len().saturating_sub(unclear).max(1));
        let zeros = rest[..bytes].iter().filter(|&&byte| byte == 0).count();
        self.junk_bytes += (bytes - zeros) as u64;
        self.ahead.take(bytes);
    }

    /// The length of the frame that starts here; `None` if there is no end where its checksum fits.
    fn frame_bytes(&mut self, frame: &FlacFrame) -> io::Result<Option<usize>> {
        // Each subframe has at least its header; then the checksum follows.
        let shortest = frame.header_bytes + usize::from(frame.channels) + 2;
        let longest = frame.longest_bytes();
        let mut crc = Crc16Ansi::new(0);
        let (mut checked, mut from, mut inner_headers) = (0, shortest, 0);
        // Where the checksum fits and the header that follows is damaged.
        let mut before_damage = None;
        loop {
            let rest = self.rest();
            match next_mark(rest, from).filter(|&at| self.ahead.at_end() || rest.len() - at >= MAX_HEADER_BYTES) {
                Some(at) if at > longest => return Ok(before_damage),
                Some(at) => {
                    crc.process_buf_bytes(&rest[checked..at]);
                    checked = at;
                    from = at + 1;
                    let is_header = rest[at..].starts_with(STREAM_MARKER) || FlacFrame::parse(&rest[at..]).is_some();
                    // Over a frame with its own checksum it is 0.
                    if crc.crc() == 0 {
                        if is_header {
                            return Ok(Some(at));
                        }
                        before_damage.get_or_insert(at);
                    } else if is_header {
                        inner_headers += 1;
                        if inner_headers == MAX_INNER_HEADERS {
                            return Ok(before_damage);
                        }
                    }
                }
                None if self.ahead.at_end() || rest.len() > longest + MAX_HEADER_BYTES => {
                    // The last frame, maybe with zeros behind it, which leave the checksum as it is.
                    let end = rest.len().min(longest).max(checked);
                    crc.process_buf_bytes(&rest[checked..end]);
                    return Ok(if crc.crc() == 0 { Some(end) } else { before_damage });
                }
                None => {
                    from = from.max(rest.len().saturating_sub(MAX_HEADER_BYTES));
                    self.ahead.fill()?;
                }
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.ahead.rest()
    }

    /// Reads until `count` bytes are there, or the file ends.
    fn need(&mut self, count: usize) -> io::Result<()> {
        while self.rest().len() < count && !self.ahead.at_end() {
            self.ahead.fill()?;
        }
        Ok(())
    }
}

/// The first place from `from` on that may begin a frame or a stream.
fn next_mark(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let is_mark = |at: usize| match rest[at] {
        0xff => rest.get(at + 1).is_some_and(|byte| byte & 0xfe == 0xf8),
        first => first == STREAM_MARKER[0] && rest[at..].starts_with(STREAM_MARKER),
    };
    // Every byte of a file comes through here, eight at once; most groups have no byte that may begin a mark.
    let (groups, _) = rest.as_chunks::<GROUP_BYTES>();
    for (number, group) in groups.iter().enumerate() {
        let group = u64::from_ne_bytes(*group);
        if has_zero_byte(!group) | has_zero_byte(group ^ MARKER_START) {
            let start = number * GROUP_BYTES;
            if let Some(at) = (start..start + GROUP_BYTES).find(|&at| is_mark(at)) {
                return Some(from + at);
            }
        }
    }
    (groups.len() * GROUP_BYTES..rest.len()).find(|&at| is_mark(at)).map(|at| from + at)
}

/// Whether one of the bytes is 0: only then a borrow reaches a high bit that is not set.
const fn has_zero_byte(bytes: u64) -> bool {
    bytes.wrapping_sub(u64::MAX / 0xff) & !bytes & (u64::MAX / 0xff * 0x80) != 0
}
