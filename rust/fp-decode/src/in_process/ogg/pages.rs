//! The valid pages of a file, one after the other; damage between them is skipped.

use std::io::{self, SeekFrom};

use crate::{
    headers::ogg_page::{MAX_PAGE_BYTES, OggPage, ParsedPage},
    in_process::{file_source::FileSource, read_ahead::ReadAhead},
};

/// Maximum number of bytes in pages with a wrong checksum, beside twice those that were read: pages of a damaged file do
/// not overlap, but a file can be made in which each byte is in thousands of false pages.
const MAX_FALSE_BYTES: u64 = 16 << 20;

/// Reads pages.
pub(crate) struct PageReader {
    /// Its rest begins where the next page should.
    ahead: ReadAhead,
    /// Whether bytes before the page read last belong to no valid page.
    skipped: bool,
    /// How many bytes were read, how many of them belong to no valid page (zeros aside), and how many false pages had.
    read_bytes: u64,
    junk_bytes: u64,
    false_bytes: u64,
    /// Whether a valid page was read.
    has_page: bool,
    /// A page that was read too early.
    unread: Option<(OggPage, bool)>,
}

impl PageReader {
    /// Reads `source` from its beginning.
    pub(crate) fn new(source: FileSource) -> Self {
        Self {
            ahead: ReadAhead::new(source, MAX_PAGE_BYTES),
            skipped: false,
            read_bytes: 0,
            junk_bytes: 0,
            false_bytes: 0,
            has_page: false,
            unread: None,
        }
    }

    /// The last position that the end of the file states, and its stream; only for a progress display. Afterwards reading
    /// begins at the beginning.
    pub(crate) fn last_position(&mut self) -> io::Result<Option<(u32, i64)>> {
        let length = self.ahead.seek(SeekFrom::End(0))?;
        self.ahead.seek(SeekFrom::Start(length.saturating_sub(MAX_PAGE_BYTES as u64)))?;
        let mut last = None;
        while let Some((page, _)) = self.next_page()? {
            last = page.granule.map(|granule| (page.serial, granule)).or(last);
        }
        self.ahead.seek(SeekFrom::Start(0))?;
        self.skipped = false;
        (self.read_bytes, self.junk_bytes, self.false_bytes) = (0, 0, 0);
        Ok(last)
    }

    /// How many of the bytes so far belong to no valid page.
    pub(crate) const fn junk_bytes(&self) -> u64 {
        self.junk_bytes
    }

    /// Whether there was a valid page.
    pub(crate) const fn has_page(&self) -> bool {
        self.has_page
    }

    /// Whether the file has so many false pages that the rest of it is not read.
    pub(crate) const fn gave_up(&self) -> bool {
        self.false_bytes > MAX_FALSE_BYTES + 2 * self.read_bytes
    }

    /// The next valid page, and whether bytes before it were skipped; `None` at the end of the file.
    pub(crate) fn next_page(&mut self) -> io::Result<Option<(OggPage, bool)>> {
        if let Some(unread) = self.unread.take() {
            return Ok(Some(unread));
        }
        loop {
            match OggPage::parse(self.ahead.rest()) {
                ParsedPage::Page(page, length) => {
                    self.ahead.take(length);
                    self.has_page = true;
                    return Ok(Some((*page, std::mem::take(&mut self.skipped))));
                }
                ParsedPage::NeedsMore if !self.ahead.at_end() => self.read_bytes += self.ahead.fill()? as u64,
                ParsedPage::NeedsMore if self.ahead.rest().is_empty() => return Ok(None),
                // A page that the end of the file cuts, or a header that claims more bytes than there are.
                ParsedPage::NeedsMore | ParsedPage::Invalid => self.skip_to_capture_pattern(),
                ParsedPage::WrongChecksum(length) => {
                    self.false_bytes += length as u64;
                    if self.gave_up() {
                        return Ok(None);
                    }
                    self.skip_to_capture_pattern();
                }
            }
        }
    }

    /// The next page, if it is the first one of a stream; others stay unread.
    pub(crate) fn next_first_page(&mut self) -> io::Result<Option<OggPage>> {
        let Some((page, skipped)) = self.next_page()? else { return Ok(None) };
        if page.begins_stream {
            return Ok(Some(page));
        }
        self.unread = Some((page, skipped));
        Ok(None)
    }

    /// Goes to the next byte that may begin a page.
    fn skip_to_capture_pattern(&mut self) {
        self.skipped = true;
        let rest = self.ahead.rest();
        // The pattern may be cut by the end of what was read.
        let unclear = if self.ahead.at_end() { 0 } else { 3 };
        let found = rest[1..].windows(4).position(|bytes| bytes == b"OggS");
        let junk = &rest[..1 + found.unwrap_or((rest.len() - 1).saturating_sub(unclear))];
        let bytes = junk.len();
        self.junk_bytes += junk.iter().filter(|&&byte| byte != 0).count() as u64;
        self.ahead.take(bytes);
    }
}
