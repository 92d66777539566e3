//! Cuts a stereo stream into blocks of ⌊rate/2⌋ samples starting at ⌊k·rate/4⌋ and measures each.

use crate::kernel::stereo_moments::StereoMoments;

/// Block starts per second.
const STARTS_PER_S: u64 = 4;

/// Half-second blocks overlapping by half, as moments.
///
/// Block k is the quarter second from start k and most of the next: where rate/4 is no whole number the
/// block may end a sample before start k + 2, and that sample is the *tail* of quarter k + 1. So every
/// sample is summed once, as part of a quarter's body or tail, and a block joins three sums.
pub struct HalfSecondBlocks {
    rate_hz: u64,
    left: Box<[f32]>,
    right: Box<[f32]>,
    /// Samples in the quarter being filled.
    filled: usize,
    /// Index of the quarter being filled.
    quarter: u64,
    previous: StereoMoments,
}

impl HalfSecondBlocks {
    /// A cutter for a sample rate in Hz.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        let longest = u64::from(rate_hz).div_ceil(STARTS_PER_S) as usize;
        Self {
            rate_hz: rate_hz.into(),
            left: vec![0.0; longest].into(),
            right: vec![0.0; longest].into(),
            filled: 0,
            quarter: 0,
            previous: StereoMoments::EMPTY,
        }
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        self.filled = 0;
        self.quarter = 0;
        self.previous = StereoMoments::EMPTY;
    }

    /// Adds a run of samples of any length and gives every block that it completes to `take`.
    pub fn add(&mut self, left: &[f32], right: &[f32], mut take: impl FnMut(StereoMoments)) {
        let mut done = 0;
        while done < left.len() {
            let (body, whole) = (self.body_length(), self.quarter_length());
            // Stop at the body's end, where a block ends, and at the quarter's, where the next begins.
            let stop = if self.filled < body { body } else { whole };
            let taken = (stop - self.filled).min(left.len() - done);
            self.left[self.filled..self.filled + taken].copy_from_slice(&left[done..done + taken]);
            self.right[self.filled..self.filled + taken].copy_from_slice(&right[done..done + taken]);
            self.filled += taken;
            done += taken;
            if self.filled == body {
                let moments = StereoMoments::of(&self.left[..body], &self.right[..body]);
                if self.quarter > 0 {
                    take(self.previous.joined(&moments));
                }
                self.previous = moments;
            }
            if self.filled == whole {
                let tail = StereoMoments::of(&self.left[body..whole], &self.right[body..whole]);
                self.previous = self.previous.joined(&tail);
                self.quarter += 1;
                self.filled = 0;
            }
        }
    }

    const fn start(&self, quarter: u64) -> u64 {
        quarter * self.rate_hz / STARTS_PER_S
    }

    /// Samples of the current quarter.
    const fn quarter_length(&self) -> usize {
        (self.start(self.quarter + 1) - self.start(self.quarter)) as usize
    }

    /// Samples of the current quarter that the block begun one quarter ago still takes.
    fn body_length(&self) -> usize {
        match self.quarter.checked_sub(1) {
            Some(begun) => (self.start(begun) + self.rate_hz / 2 - self.start(self.quarter)) as usize,
            None => self.quarter_length(),
        }
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    /// Every sample has its own value, so that a block shifted by one sample shows.
    fn ramp(length: usize) -> (Vec<f32>, Vec<f32>) {
        ((0..length).map(|n| n as f32).collect(), (0..length).map(|n| (n * n % 1013) as f32).collect())
    }

    #[test]
    fn blocks_are_those_of_the_definition_at_any_rate() {
        for rate in [100_u32, 101, 102, 103, 8_000, 11_025, 22_050, 22_051, 44_100] {
            let length = (3.3 * f64::from(rate)) as usize;
            let (left, right) = ramp(length);
            let expected: Vec<StereoMoments> = (0..)
                .map(|k| k * rate as usize / 4)
                .map_while(|start| Some(start..start + rate as usize / 2).filter(|span| span.end <= length))
                .map(|span| StereoMoments::of(&left[span.clone()], &right[span]))
                .collect();
            let mut blocks = HalfSecondBlocks::new(rate);
            for size in [1, 7, 1000, length] {
                blocks.reset();
                let mut actual = Vec::new();
                for (l, r) in left.chunks(size).zip(right.chunks(size)) {
                    blocks.add(l, r, |moments| actual.push(moments));
                }
                assert_eq!(actual.len(), expected.len(), "{rate} Hz");
                for (a, e) in actual.iter().zip(&expected) {
                    assert_eq!(a.peak(), e.peak(), "{rate} Hz");
                    assert_relative_eq!(a.mean_square(), e.mean_square(), max_relative = 1e-12, epsilon = 0.0);
                    let (a, e) = (a.correlation().unwrap(), e.correlation().unwrap());
                    approx::assert_abs_diff_eq!(a, e, epsilon = 1e-12);
                }
            }
        }
    }
}
