//! Cuts encoder delay and padding off the decoded samples.

use std::ops::Range;

/// Drops a number of leading samples and everything after a number of kept ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trim {
    to_skip: u64,
    to_keep: Option<u64>,
}

impl Trim {
    /// Skips `skip` samples, then keeps `keep` (`None`: all).
    pub(crate) fn new(skip: u64, keep: Option<u64>) -> Self {
        Self { to_skip: skip, to_keep: keep }
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
    fn nothing_to_trim_keeps_everything() {
        assert_eq!(Trim::default().keep(4096), 0..4096);
    }
}
