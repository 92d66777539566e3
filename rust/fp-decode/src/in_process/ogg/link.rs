//! One logical stream: its packets, put together from pages.

use std::collections::VecDeque;

use crate::{headers::ogg_page::OggPage, in_process::ogg::identification::Identification};

/// Maximum number of bytes of a packet; a longer one, of damaged lacing, is dropped.
const MAX_PACKET_BYTES: usize = 16 << 20;
/// The stream that is read in the current link.
pub(super) struct Link {
    /// Its number.
    pub(super) serial: u32,
    /// Its headers.
    pub(super) identification: Identification,
    /// The track was delivered.
    pub(super) announced: bool,
    next_sequence: Option<u32>,
    /// A packet that goes on on the next page.
    partial: Vec<u8>,
    has_partial: bool,
    /// A page said that it is the last one.
    pub(super) ended: bool,
    /// Pages lost since packets ended on one.
    pub(super) lost_pages: u64,
    /// Since then bytes were skipped.
    pub(super) damage: bool,
}

impl Link {
    /// The stream that begins with `page`.
    pub(super) fn new(page: &OggPage, identification: Identification) -> Self {
        Self {
            serial: page.serial,
            identification,
            announced: false,
            next_sequence: Some(page.sequence.wrapping_add(1)),
            partial: Vec::new(),
            has_partial: false,
            ended: page.ends_stream,
            lost_pages: 0,
            damage: false,
        }
    }

    /// The audio packets that end on the page.
    pub(super) fn take_page(&mut self, page: &OggPage) -> VecDeque<Box<[u8]>> {
        let gap = self.next_sequence.map_or(0, |expected| page.sequence.wrapping_sub(expected));
        // A number below the expected one is a stream that was numbered anew, not a loss.
        if gap > 0 && gap < u32::MAX / 2 {
            self.lost_pages += u64::from(gap);
        }
        if gap > 0 || page.is_continuation != self.has_partial {
            self.partial.clear();
        }
        self.next_sequence = Some(page.sequence.wrapping_add(1));
        self.ended |= page.ends_stream;
        let starts_in_mid_packet = page.is_continuation && (gap > 0 || !self.has_partial);
        self.has_partial = false;
        let mut packets = VecDeque::new();
        for (index, (part, ends)) in page.parts().enumerate() {
            let is_rest = index == 0 && starts_in_mid_packet;
            if !ends {
                // The rest of a packet whose beginning is lost goes on as nothing.
                if self.partial.len() + part.len() <= MAX_PACKET_BYTES && !is_rest {
                    self.partial.extend_from_slice(part);
                    self.has_partial = true;
                } else {
                    self.partial.clear();
                }
                continue;
            }
            let whole = self.partial.is_empty();
            self.partial.extend_from_slice(part);
            let packet: &[u8] = if whole { part } else { &self.partial };
            if !is_rest && !self.identification.take_header(packet) {
                packets.push_back(packet.into());
            }
            self.partial.clear();
        }
        packets
    }
}
