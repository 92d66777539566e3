//! What granule positions say about the decoded samples of one link: where padding begins, how much lost pages held.
//!
//! A granule position counts samples from any origin (RFC 7845, 4.5: a recording joined live begins anywhere). So positions
//! are compared with the samples that were decoded, and believed only where they agree with them.

use crate::in_process::ogg::PageFacts;

/// Maximum number of whole packets at the end that hold only padding, beside the pre-skip: encoders fill up the last packet
/// and flush their delay.
const MAX_PADDING_PACKETS: u64 = 2;
/// Maximum number of samples that a lost page can hold: 255 packets of Vorbis' longest block.
const MAX_PAGE_SAMPLES: u64 = 255 * 8192;

/// Lost pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LostPages {
    pub(crate) pages: u64,
    /// Samples that were in them; `None` if the granule positions do not tell.
    pub(crate) samples: Option<u64>,
    /// Samples decoded before them.
    pub(crate) at: u64,
}

/// The positions of one link, followed as its packets are decoded.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    pre_skip: u64,
    has_padding: bool,
    decoded: u64,
    in_page: bool,
    /// Granule position of the first decoded sample, as the page before says.
    origin: Option<i64>,
    last_granule: Option<i64>,
    /// The two pages before disagree by more than a packet.
    is_contradicted: bool,
    longest_packet: u64,
    /// Pages lost since the last page with a position.
    lost: Option<LostPages>,
    /// Since then a packet did not decode.
    packet_failed: bool,
    /// Whether the padding is cut; decided where it begins.
    cuts: Option<bool>,
}

impl Timeline {
    /// Begins a link with `pre_skip` samples of encoder delay. `has_padding` is false where positions never trim.
    pub(crate) fn new(pre_skip: u64, has_padding: bool) -> Self {
        Self { pre_skip, has_padding, ..Self::default() }
    }

    /// Samples decoded so far.
    pub(crate) fn decoded(&self) -> u64 {
        self.decoded
    }

    /// Counts a packet that does not decode.
    pub(crate) fn fail(&mut self, rest: usize, page: PageFacts) -> Option<LostPages> {
        self.packet_failed = true;
        self.take(0, rest, page).1
    }

    /// Counts a packet of `samples`, which `rest` others follow on its page. Returns how many of its last samples are padding,
    /// and the pages that the page proves to be lost before it.
    pub(crate) fn take(&mut self, samples: u64, rest: usize, page: PageFacts) -> (u64, Option<LostPages>) {
        if !self.in_page && (page.lost_pages > 0 || page.damage_before) {
            let pages = page.lost_pages + self.lost.map_or(0, |lost| lost.pages);
            let at = self.lost.map_or(self.decoded, |lost| lost.at);
            self.lost = Some(LostPages { pages, samples: None, at });
        }
        self.in_page = rest > 0;
        let padding = self.padding(samples, rest, page);
        self.decoded += samples;
        self.longest_packet = self.longest_packet.max(samples);
        let lost = page.granule.filter(|_| rest == 0).and_then(|granule| self.end_page(granule, page.is_last));
        (padding, lost)
    }

    fn padding(&mut self, samples: u64, rest: usize, page: PageFacts) -> u64 {
        let Some(granule) = page.granule.filter(|_| page.is_last && self.has_padding && samples > 0) else { return 0 };
        let is_doubtful = self.is_contradicted || self.packet_failed || self.lost.is_some();
        if is_doubtful || self.last_granule.is_some_and(|last| granule <= last) {
            return 0;
        }
        // A stream of one page begins at 0.
        let Some(end) = granule.checked_sub(self.origin.unwrap_or(0)).and_then(|end| u64::try_from(end).ok()) else {
            return 0;
        };
        let excess = (self.decoded + samples).saturating_sub(end).min(samples);
        let most_packets = MAX_PADDING_PACKETS + self.pre_skip / samples;
        if excess > 0 && *self.cuts.get_or_insert(rest as u64 <= most_packets) { excess } else { 0 }
    }

    /// Compares the position at a page's end with what was decoded.
    fn end_page(&mut self, granule: i64, is_last: bool) -> Option<LostPages> {
        let decoded = i64::try_from(self.decoded).unwrap_or(i64::MAX);
        let origin = granule.saturating_sub(decoded);
        // The page ends so many samples later than what was decoded.
        let later = self.origin.map(|before| origin.saturating_sub(before));
        let slack = self.longest_packet.cast_signed();
        let lost = self.lost.take().and_then(|lost| {
            let most = lost.pages.max(1).saturating_mul(MAX_PAGE_SAMPLES).cast_signed();
            match later {
                Some(later) if (1..=most).contains(&later) => {
                    let samples = Some(later.unsigned_abs());
                    Some(LostPages { pages: lost.pages.max(1), samples, ..lost })
                }
                // The numbers jump and nothing is missing, as in a stream that was cut and numbered by a tool.
                Some(later) if (-slack..=0).contains(&later) => None,
                _ => Some(lost).filter(|lost| lost.pages > 0),
            }
        });
        self.is_contradicted = lost.is_none() && !self.packet_failed && later.is_some_and(|later| later.abs() > slack);
        self.packet_failed = false;
        if !is_last {
            self.origin = Some(origin);
            self.last_granule = Some(granule);
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(granule: i64) -> PageFacts {
        PageFacts { granule: Some(granule), ..PageFacts::default() }
    }

    /// A link of pages of five packets of 960 samples, then a last one of five; returns the padding cut.
    fn padding(pages: &[i64], last: i64) -> u64 {
        let mut timeline = Timeline::new(312, true);
        for &granule in pages {
            for rest in (0..5).rev() {
                assert_eq!(timeline.take(960, rest, page(granule)), (0, None));
            }
        }
        let last = PageFacts { is_last: true, ..page(last) };
        (0..5).rev().map(|rest| timeline.take(960, rest, last).0).sum()
    }

    #[test]
    fn padding_is_counted_from_the_first_position_wherever_it_is() {
        assert_eq!(padding(&[4800, 9600], 14_400 - 1000), 1000);
        assert_eq!(padding(&[1_004_800, 1_009_600], 1_014_400 - 1000), 1000);
        assert_eq!(padding(&[], 4000), 800);
        assert_eq!(padding(&[4800, 9600], 14_400), 0);
    }

    #[test]
    fn positions_that_contradict_the_samples_or_cut_too_much_cut_nothing() {
        assert_eq!(padding(&[0, 0], 0), 0, "all 0");
        assert_eq!(padding(&[4800, 9600], 9601), 0, "almost a whole page");
        assert_eq!(padding(&[100, 200], 300), 0, "milliseconds");
        assert_eq!(padding(&[4800, 9600, 0], 4000), 0, "a restart at the end");
        assert_eq!(padding(&[4800, 9600, 4800, 9600], 14_400 - 500), 500, "a restart before");
    }

    #[test]
    fn lost_pages_are_measured_by_the_positions_around_them() {
        let mut timeline = Timeline::new(0, true);
        assert_eq!(timeline.take(960, 0, page(960)), (0, None));
        let after = PageFacts { lost_pages: 2, ..page(960 + 4000 + 960) };
        let lost = LostPages { pages: 2, samples: Some(4000), at: 960 };
        assert_eq!(timeline.take(960, 0, after), (0, Some(lost)));
        assert_eq!(timeline.take(960, 0, page(4000 + 3 * 960)), (0, None));
        let unmeasured = PageFacts { lost_pages: 1, damage_before: true, ..page(5) };
        assert_eq!(timeline.take(960, 0, unmeasured).1.unwrap().samples, None);
        let renumbered = PageFacts { lost_pages: 7, ..page(5 + 960) };
        assert_eq!(timeline.take(960, 0, renumbered), (0, None));
    }
}
