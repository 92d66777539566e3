//! Ogg pages: RFC 3533, section 6.

use symphonia::core::{checksum::Crc32, io::Monitor};

/// Bytes of a page before its lacing values.
const HEADER_BYTES: usize = 27;
/// Maximum number of bytes of a page: header, 255 lacing values, 255 segments of 255 bytes.
pub(crate) const MAX_PAGE_BYTES: usize = HEADER_BYTES + 255 + 255 * 255;
/// Where the checksum is; it is computed with zeros in its place.
const CHECKSUM: std::ops::Range<usize> = 22..26;

/// One page with a valid checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OggPage {
    /// The page begins with the rest of a packet.
    pub(crate) is_continuation: bool,
    /// First page of a logical stream.
    pub(crate) begins_stream: bool,
    /// Last page of a logical stream.
    pub(crate) ends_stream: bool,
    /// Position after the last packet that ends on the page; `None` if none does (−1 in the file).
    pub(crate) granule: Option<i64>,
    /// The logical stream.
    pub(crate) serial: u32,
    /// Number of the page in its stream.
    pub(crate) sequence: u32,
    /// Lacing values: 255 means that the packet goes on in the next segment.
    lacing: Vec<u8>,
    body: Vec<u8>,
}

/// What the first bytes of a buffer are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ParsedPage {
    /// A page of so many bytes.
    Page(Box<OggPage>, usize),
    /// Not enough bytes to tell.
    NeedsMore,
    /// No page.
    Invalid,
    /// A page of so many bytes whose checksum is wrong.
    WrongChecksum(usize),
}

impl OggPage {
    /// Parses the page that `bytes` start with.
    pub(crate) fn parse(bytes: &[u8]) -> ParsedPage {
        let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else { return ParsedPage::NeedsMore };
        // Version 0 is the only one, with three flags.
        if !header.starts_with(b"OggS\0") || header[5] > 7 {
            return ParsedPage::Invalid;
        }
        let body_start = HEADER_BYTES + usize::from(header[26]);
        let Some(lacing) = bytes.get(HEADER_BYTES..body_start) else { return ParsedPage::NeedsMore };
        let end = body_start + lacing.iter().map(|&value| usize::from(value)).sum::<usize>();
        let Some(body) = bytes.get(body_start..end) else { return ParsedPage::NeedsMore };
        let mut crc = Crc32::new(0);
        crc.process_buf_bytes(&header[..CHECKSUM.start]);
        crc.process_buf_bytes(&[0; 4]);
        crc.process_buf_bytes(&bytes[CHECKSUM.end..end]);
        let word = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        if crc.crc() != word(CHECKSUM.start) {
            return ParsedPage::WrongChecksum(end);
        }
        let granule = (u64::from(word(10)) << 32 | u64::from(word(6))).cast_signed();
        let page = Self {
            is_continuation: header[5] & 1 != 0,
            begins_stream: header[5] & 2 != 0,
            ends_stream: header[5] & 4 != 0,
            granule: Some(granule).filter(|&granule| granule >= 0),
            serial: word(14),
            sequence: word(18),
            lacing: lacing.to_vec(),
            body: body.to_vec(),
        };
        ParsedPage::Page(Box::new(page), end)
    }

    /// The page's packets or parts of packets, and whether each ends on this page.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&[u8], bool)> {
        let mut segments = self.lacing.iter().copied();
        let mut rest = self.body.as_slice();
        std::iter::from_fn(move || {
            let (mut bytes, mut ends, mut any) = (0, false, false);
            for lacing in segments.by_ref() {
                any = true;
                bytes += usize::from(lacing);
                ends = lacing < 255;
                if ends {
                    break;
                }
            }
            let (part, tail) = rest.split_at_checked(bytes)?;
            rest = tail;
            any.then_some((part, ends))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lacing: &[u8], body: &[u8]) -> Vec<u8> {
        let mut bytes = b"OggS\0\x04".to_vec();
        bytes.extend((-1i64).to_le_bytes());
        bytes.extend([7, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, lacing.len() as u8]);
        bytes.extend(lacing);
        bytes.extend(body);
        let mut crc = Crc32::new(0);
        crc.process_buf_bytes(&bytes);
        bytes[CHECKSUM].copy_from_slice(&crc.crc().to_le_bytes());
        bytes
    }

    #[test]
    fn fields_and_packets_are_read() {
        let bytes = page(&[3, 255, 0, 255], &[1; 3 + 255 + 255]);
        let ParsedPage::Page(page, length) = OggPage::parse(&bytes) else { panic!("a valid page") };
        assert_eq!((length, page.serial, page.sequence, page.granule), (bytes.len(), 7, 9, None));
        assert!(page.ends_stream && !page.begins_stream && !page.is_continuation);
        let parts: Vec<_> = page.parts().map(|(part, ends)| (part.len(), ends)).collect();
        assert_eq!(parts, [(3, true), (255, true), (255, false)]);
    }

    #[test]
    fn a_cut_page_needs_more_and_a_changed_one_is_invalid() {
        let bytes = page(&[4], b"abcd");
        for length in 0..bytes.len() {
            assert_eq!(OggPage::parse(&bytes[..length]), ParsedPage::NeedsMore);
        }
        for (at, parsed) in [
            (0, ParsedPage::Invalid),
            (4, ParsedPage::Invalid),
            (20, ParsedPage::WrongChecksum(bytes.len())),
            (30, ParsedPage::WrongChecksum(bytes.len())),
        ] {
            let mut changed = bytes.clone();
            changed[at] ^= 0x40;
            assert_eq!(OggPage::parse(&changed), parsed, "byte {at}");
        }
    }
}
