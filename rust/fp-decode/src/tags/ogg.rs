//! The comment packet of an Ogg stream: its second one. Pages of a packet that hold pictures are stepped over.

use super::{
    bytes::{Bytes, FileBytes},
    values::Values,
    vorbis::read_comments,
};

/// A page's header before its lacing values: RFC 3533, section 6.
const PAGE_HEADER_BYTES: u64 = 27;
/// Most pages of other streams before the one of the comments.
const MAX_PAGES: usize = 1000;
/// How much of a packet tells its codec.
const MAGIC_BYTES: usize = 8;

/// How the packets of a codec begin.
struct Codec {
    /// The first one.
    magic: &'static [u8],
    /// The second one, and how much of it stands before the comments.
    before_comments: &'static [u8],
    skipped: u64,
}

const CODECS: [Codec; 4] = [
    Codec { magic: b"\x01vorbis", before_comments: b"\x03vorbis", skipped: 7 },
    Codec { magic: b"OpusHead", before_comments: b"OpusTags", skipped: 8 },
    Codec { magic: b"Speex   ", before_comments: b"", skipped: 0 },
    // Behind the header of a metadata block.
    Codec { magic: b"\x7fFLAC", before_comments: b"", skipped: 4 },
];

/// The header of a page.
struct Page {
    serial: u32,
    /// Where its body begins, and where the next page does.
    body: u64,
    end: u64,
    lacing: Vec<u8>,
}

/// The values of the comments of the first audio stream.
pub(super) fn read_ogg(bytes: &mut FileBytes<'_>, start: u64) -> Values {
    let Some((codec, serial, next_page)) = first_audio(bytes, start) else { return Values::default() };
    let mut packet =
        Packet { file: bytes, serial, parts: Vec::new(), length: 0, next_page, ended: false, copy: Vec::new() };
    let head = packet.at(0, MAGIC_BYTES).to_vec();
    if !head.starts_with(codec.before_comments) || head.is_empty() {
        return Values::default();
    }
    read_comments(&mut packet, codec.skipped)
}

/// The first stream of a known audio codec: its serial number, and the page behind its first one.
fn first_audio(bytes: &mut FileBytes<'_>, start: u64) -> Option<(&'static Codec, u32, u64)> {
    let mut at = start;
    for _ in 0..MAX_PAGES {
        let page = read_page(bytes, at)?;
        let magic = bytes.at(page.body, MAGIC_BYTES);
        if let Some(codec) = CODECS.iter().find(|codec| magic.starts_with(codec.magic)) {
            return Some((codec, page.serial, page.end));
        }
        at = page.end;
    }
    None
}

fn read_page(bytes: &mut FileBytes<'_>, at: u64) -> Option<Page> {
    let head: [u8; PAGE_HEADER_BYTES as usize] = bytes.array(at)?;
    if !head.starts_with(b"OggS") {
        return None;
    }
    let segments = usize::from(head[26]);
    let lacing = bytes.at(at + PAGE_HEADER_BYTES, segments).to_vec();
    let body = at + PAGE_HEADER_BYTES + segments as u64;
    let end = body + lacing.iter().map(|&value| u64::from(value)).sum::<u64>();
    let serial = u32::from_le_bytes([head[14], head[15], head[16], head[17]]);
    (lacing.len() == segments).then_some(Page { serial, body, end, lacing })
}

/// A packet that goes on over pages, as if it were in one piece.
struct Packet<'a, 'b> {
    file: &'a mut FileBytes<'b>,
    serial: u32,
    /// Its parts so far: where each begins in the packet, and where in the file.
    parts: Vec<(u64, u64)>,
    /// The length of the parts so far.
    length: u64,
    next_page: u64,
    ended: bool,
    copy: Vec<u8>,
}

impl Packet<'_, '_> {
    /// Looks for pages until the packet reaches `end`.
    fn reach(&mut self, end: u64) {
        let mut others = 0;
        while self.length < end && !self.ended && others < MAX_PAGES {
            let Some(page) = read_page(self.file, self.next_page) else {
                self.ended = true;
                return;
            };
            self.next_page = page.end;
            if page.serial != self.serial {
                others += 1;
                continue;
            }
            let whole = page.lacing.iter().take_while(|&&value| value == 255).count();
            self.ended = whole < page.lacing.len();
            self.parts.push((self.length, page.body));
            self.length += whole as u64 * 255 + page.lacing.get(whole).map_or(0, |&value| u64::from(value));
        }
    }
}

impl Bytes for Packet<'_, '_> {
    fn at(&mut self, position: u64, count: usize) -> &[u8] {
        let wanted = position.saturating_add(count as u64);
        self.reach(wanted);
        self.copy.clear();
        let mut at = position;
        let first = self.parts.partition_point(|&(start, _)| start <= position).saturating_sub(1);
        for part in first..self.parts.len() {
            let (start, in_file) = self.parts[part];
            let end = self.parts.get(part + 1).map_or(self.length, |&(next, _)| next).min(wanted);
            if at < end {
                let found = self.file.at(in_file + (at - start), (end - at) as usize);
                self.copy.extend_from_slice(found);
                at += found.len() as u64;
                if found.is_empty() || at < end {
                    break;
                }
            }
        }
        &self.copy
    }
}
