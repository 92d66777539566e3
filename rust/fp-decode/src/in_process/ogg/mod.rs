//! Ogg (RFC 3533): the packets of the first audio stream of each link of a chain, with what their pages state.
//!
//! Symphonia's demuxer hides granule positions and page numbers, which tell what is lost; hence this one.

pub(crate) mod end_trim;
mod identification;
mod link;
mod pages;
pub(crate) mod timeline;

use std::{collections::VecDeque, io};

use symphonia::core::formats::Track;

use crate::{
    headers::ogg_page::OggPage,
    in_process::{
        file_source::FileSource,
        ogg::{identification::Identification, link::Link, pages::PageReader},
    },
};

/// Maximum number of logical streams that a link is searched for audio.
const MAX_STREAMS: usize = 64;

/// What the page on which a packet ends states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageFacts {
    /// Position after the last packet that ends on the page.
    pub(crate) granule: Option<i64>,
    /// No further packet ends on a later page of the link.
    pub(crate) is_last: bool,
    /// Pages missing directly before this one.
    pub(crate) lost_pages: u64,
    /// Bytes between the pages were no page.
    pub(crate) damage_before: bool,
}

/// An audio packet.
pub(crate) struct OggPacket {
    pub(crate) data: Box<[u8]>,
    /// How many packets follow it on its page.
    pub(crate) rest: usize,
    pub(crate) page: PageFacts,
}

/// What comes next.
pub(crate) enum OggItem {
    Packet(OggPacket),
    /// Another link of the chain begins: another track.
    NewTrack(Box<Track>),
    /// The end of the file.
    End {
        /// Why it comes too early.
        early: Option<&'static str>,
        /// Bytes of the file that belong to no valid page.
        junk_bytes: u64,
    },
}

/// Packets that end on one page.
struct Batch {
    packets: VecDeque<Box<[u8]>>,
    facts: PageFacts,
}

/// The demuxer.
pub(crate) struct OggReader {
    pages: PageReader,
    last_position: Option<(u32, i64)>,
    /// First page of the next link.
    next_link: Option<OggPage>,
    link: Option<Link>,
    /// Packets being delivered, and those of the page after them, which tells whether theirs is the last.
    current: Option<Batch>,
    ahead: Option<Batch>,
    at_end: bool,
}

impl OggReader {
    /// Samples that the last page states, if it belongs to the stream `serial`: an estimate for a progress display.
    pub(crate) fn last_position(&self, serial: u32) -> Option<u64> {
        self.last_position.filter(|&(last, _)| last == serial).and_then(|(_, granule)| u64::try_from(granule).ok())
    }

    /// Reads `source` from its beginning; call [`next_item`](Self::next_item) for the first track.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn new(source: FileSource) -> io::Result<Self> {
        let mut pages = PageReader::new(source);
        let last_position = pages.last_position()?;
        Ok(Self { pages, last_position, next_link: None, link: None, current: None, ahead: None, at_end: false })
    }

    /// Whether no page that was read is valid, or the rest is not read because of false ones: then no other program finds
    /// more, and takes long.
    pub(crate) const fn is_hopeless(&self) -> bool {
        !self.pages.has_page() || self.pages.gave_up()
    }

    /// The next packet, track or the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn next_item(&mut self) -> io::Result<OggItem> {
        loop {
            if let Some(batch) = &mut self.current {
                if let Some(data) = batch.packets.pop_front() {
                    return Ok(OggItem::Packet(OggPacket { data, rest: batch.packets.len(), page: batch.facts }));
                }
                self.current = None;
            }
            let at_boundary = self.at_end || self.next_link.is_some();
            if self.ahead.is_none() && at_boundary {
                match self.next_link.take() {
                    Some(page) => self.begin_link(page)?,
                    None => return Ok(self.end()),
                }
                continue;
            }
            if !at_boundary {
                self.read_batch()?;
            }
            if let Some(link) = self.link.as_mut().filter(|link| !link.announced)
                && let Some(track) = link.identification.track(link.serial)
            {
                link.announced = true;
                return Ok(OggItem::NewTrack(Box::new(track)));
            }
        }
    }

    fn end(&self) -> OggItem {
        let is_cut = self.link.as_ref().is_some_and(|link| !link.ended);
        let early = if self.pages.gave_up() {
            Some("the file is full of false pages")
        } else {
            is_cut.then_some("the file is cut short")
        };
        OggItem::End { early, junk_bytes: self.pages.junk_bytes() }
    }

    /// Reads until packets end on a page after that of `ahead`, which becomes current, or until the link ends.
    fn read_batch(&mut self) -> io::Result<()> {
        loop {
            let Some((page, damage)) = self.pages.next_page()? else {
                self.at_end = true;
                break;
            };
            if page.begins_stream {
                self.next_link = Some(page);
                break;
            }
            let Some(link) = self.link.as_mut() else { continue };
            // Damage belongs to the next page of the stream, whichever stream the page after it has.
            link.damage |= damage;
            if page.serial != link.serial {
                continue;
            }
            let packets = link.take_page(&page);
            if packets.is_empty() {
                // An empty last page may state the end (granule position −1: it does not).
                if page.ends_stream
                    && let (Some(ahead), Some(granule)) = (&mut self.ahead, page.granule)
                {
                    ahead.facts.granule = Some(granule);
                }
                continue;
            }
            let facts = PageFacts {
                granule: page.granule,
                is_last: false,
                lost_pages: std::mem::take(&mut link.lost_pages),
                damage_before: std::mem::take(&mut link.damage),
            };
            let before = self.ahead.replace(Batch { packets, facts });
            if before.is_some() {
                self.current = before;
                return Ok(());
            }
        }
        self.current = self.ahead.take();
        if let Some(last) = &mut self.current {
            last.facts.is_last = true;
        }
        Ok(())
    }

    /// Finds the audio among the streams whose first pages come together (RFC 3533, section 4).
    fn begin_link(&mut self, first: OggPage) -> io::Result<()> {
        self.link = None;
        let mut page = first;
        for _ in 0..MAX_STREAMS {
            if self.link.is_none()
                && let Some(identification) = page.parts().next().and_then(|(packet, _)| Identification::begin(packet))
            {
                self.link = Some(Link::new(&page, identification));
            }
            // The pages after the first ones are read by `read_batch`; a stream that begins there is a new link.
            match self.pages.next_first_page()? {
                Some(next) => page = next,
                None => break,
            }
        }
        Ok(())
    }
}
