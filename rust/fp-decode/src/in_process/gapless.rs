//! Cuts encoder delay and padding off the decoded samples.

use std::ops::Range;

/// Drops a number of leading samples and everything after a number of kept ones.
///
/// What is dropped at the end must be padding: only so much of it is held back, and when more comes, the stated length
/// is wrong and everything is delivered.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Trim {
    to_skip: u64,
    to_keep: Option<u64>,
    /// Maximum number of samples to drop at the end; `None`: any.
    max_padding: Option<u64>,
    /// Samples behind the stated end.
    held: Vec<Vec<f32>>,
}

impl Trim {
    /// Skips `skip` samples, then keeps `keep` (`None`: all).
    pub(crate) fn new(skip: u64, keep: Option<u64>) -> Self {
        Self { to_skip: skip, to_keep: keep, ..Self::default() }
    }

    /// How many samples to skip, to keep, and to drop at most, as nothing was decoded yet.
    pub(crate) const fn limits(&self) -> (u64, Option<u64>, Option<u64>) {
        (self.to_skip, self.to_keep, self.max_padding)
    }

    /// Drops at most `samples` at the end.
    pub(crate) fn with_max_padding(self, samples: u64) -> Self {
        Self { max_padding: Some(samples), ..self }
    }

    /// Whether samples behind the stated end must be given to [`hold_back`](Self::hold_back).
    pub(crate) fn holds_back(&self) -> bool {
        self.max_padding.is_some() && self.to_keep.is_some()
    }

    /// Takes what lies behind `kept` in `planes`, and returns which samples to deliver. They may be more than `kept`:
    /// all that were held back, in front of those of this block.
    pub(crate) fn hold_back(&mut self, planes: &mut [Vec<f32>], kept: Range<usize>) -> Range<usize> {
        let decoded = planes.first().map_or(0, Vec::len);
        if !self.holds_back() || kept.end >= decoded {
            return kept;
        }
        let held = self.held.first().map_or(0, Vec::len);
        if self.max_padding.is_some_and(|most| (held + decoded - kept.end) as u64 <= most) {
            self.held.resize_with(planes.len(), Vec::new);
            for (held, plane) in self.held.iter_mut().zip(planes) {
                held.extend_from_slice(&plane[kept.end..]);
            }
            return kept;
        }
        self.to_keep = None;
        let all_held = std::mem::take(&mut self.held);
        for (plane, mut held) in planes.iter_mut().zip(all_held) {
            held.extend_from_slice(&plane[kept.start..]);
            *plane = held;
        }
        let start = if held > 0 { 0 } else { kept.start };
        start..planes.first().map_or(0, Vec::len)
    }

    /// Which of the next `decoded` samples to keep.
    pub(crate) fn keep(&mut self, decoded: usize) -> Range<usize> {
        let start = usize::try_from(self.to_skip).unwrap_or(usize::MAX).min(decoded);
        self.to_skip -= start as u64;
        let available = decoded - start;
        let count = self.to_keep.map_or(available, |keep| usize::try_from(keep).unwrap_or(usize::MAX).min(available));
        if let Some(keep) = &mut self.to_keep {
            *keep -= count as u64;
        }
        start..start + count
    }

    /// Whether everything that is to be kept has been kept.
    pub(crate) fn is_complete(&self) -> bool {
        self.to_keep == Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skip_and_keep_span_blocks() {
        let mut trim = Trim::new(312, Some(1000));
        assert_eq!(trim.keep(200), 200..200);
        assert_eq!(trim.keep(200), 112..200);
        assert_eq!(trim.keep(960), 0..912);
        assert!(trim.is_complete());
        assert_eq!(trim.keep(960), 0..0);
    }

    #[test]
    fn padding_is_held_back_and_more_than_padding_is_delivered() {
        let block = |from: u16, count: u16| vec![(from..from + count).map(f32::from).collect::<Vec<_>>()];
        let deliver = |lengths: &[u16]| {
            let mut trim = Trim::new(10, Some(100)).with_max_padding(50);
            let (mut delivered, mut from) = (Vec::new(), 0);
            for &length in lengths {
                let mut planes = block(from, length);
                from += length;
                let kept = trim.keep(usize::from(length));
                let kept = trim.hold_back(&mut planes, kept);
                delivered.extend_from_slice(&planes[0][kept]);
            }
            delivered
        };
        assert_eq!(deliver(&[60, 60, 40]), block(10, 100)[0]);
        assert_eq!(deliver(&[60, 60, 40, 1]), block(10, 151)[0]);
        assert_eq!(deliver(&[300]), block(10, 290)[0]);
        assert_eq!(deliver(&[60, 60, 60, 60, 60]), block(10, 290)[0]);
    }

    #[test]
    fn nothing_to_trim_keeps_everything() {
        assert_eq!(Trim::default().keep(4096), 0..4096);
    }
}
