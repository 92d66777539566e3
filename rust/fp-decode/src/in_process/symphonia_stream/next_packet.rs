//! The next packet to decode, and what its place in the file says about its samples.

use symphonia::core::packet::Packet;

use super::SymphoniaStream;
use crate::{
    error::DecodeError,
    in_process::{ogg::timeline::LostPages, track_decoder::explain, track_packets::Next},
};

impl SymphoniaStream {
    /// The next packet of the track, or of one chained to it; `None` at the end, even if it comes too early.
    pub(super) fn next_packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        loop {
            match self.packets.next(&mut self.losses)? {
                Next::Packet(packet) => return Ok(Some(packet)),
                Next::Track(track) => {
                    if let Err(error) = self.begin_next_track(&track) {
                        self.losses.early_end = Some(explain(&error));
                        return Ok(None);
                    }
                }
                Next::End => return Ok(None),
            }
        }
    }

    /// How many of the last `decoded` samples are padding. Matroska: what the last block states. Ogg: only the last page may be
    /// trimmed by its granule position (RFC 7845, 4.4; Vorbis I, A.2).
    pub(super) fn padding(&mut self, decoded: usize) -> usize {
        let Some((rest, page)) = self.packets.page() else {
            let seconds = self.packets.discard_ns() as f64 / 1e9;
            let samples = seconds * f64::from(self.params.sample_rate.unwrap_or(0));
            let is_cut = self.losses.early_end.is_some();
            return if is_cut { 0 } else { (samples.round() as usize).min(decoded) };
        };
        let (padding, lost) = self.timeline.take(decoded as u64, rest, page);
        self.note_lost_pages(lost);
        usize::try_from(padding).map_or(decoded, |padding| padding.min(decoded))
    }

    /// Ogg: the packet read last does not decode.
    pub(super) fn note_failed_packet(&mut self) {
        if let Some((rest, page)) = self.packets.page() {
            let lost = self.timeline.fail(rest, page);
            self.note_lost_pages(lost);
        }
    }

    fn note_lost_pages(&mut self, lost: Option<LostPages>) {
        let Some(LostPages { pages, samples, at }) = lost else { return };
        let at_s = self.track_start_s + self.seconds(at);
        let how_much =
            samples.map_or_else(String::new, |samples| format!(" with {:.2} s of audio", self.seconds(samples)));
        self.losses.lose_pages(
            pages,
            samples.unwrap_or(0),
            format!("{pages} pages{how_much} are missing at {at_s:.2} s"),
        );
    }
}
