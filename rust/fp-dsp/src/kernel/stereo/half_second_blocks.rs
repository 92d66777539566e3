//! Cuts a stereo stream into blocks of ⌊rate/2⌋ samples starting at ⌊k·rate/4⌋ and measures each.

use crate::kernel::stereo::moments::StereoMoments;

/// Block starts per second.
const STARTS_PER_S: u64 = 4;

/// Moments of half-second blocks, which overlap by half.
///
/// Block k is the quarter second from start k and most of the next one: if rate/4 is not a whole number, the block may
/// end one sample before start k + 2. That sample is then the *tail* of quarter k + 1, and the rest is its *body*. So
/// every sample is summed once, in a body or a tail, and a block joins three sums.
pub struct HalfSecondBlocks {
    rate_hz: u64,
    /// Samples in the quarter being filled.
    filled: usize,
    /// Index of the quarter being filled.
    quarter: u64,
    /// The body or the tail being filled.
    current: StereoMoments,
    /// The quarter before; as soon as the body of the current quarter is complete, that body.
    previous: StereoMoments,
}

impl HalfSecondBlocks {
    /// A cutter for a sample rate in Hz.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        Self {
            rate_hz: rate_hz.into(),
            filled: 0,
            quarter: 0,
            current: StereoMoments::EMPTY,
            previous: StereoMoments::EMPTY,
        }
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        *self = Self::new(self.rate_hz as u32);
    }

    /// Samples to the next start or end of a block, which is the maximum length of the next segment.
    #[must_use]
    pub fn samples_to_cut(&self) -> usize {
        let (body, whole) = (self.body_length(), self.quarter_length());
        (if self.filled < body { body } else { whole }) - self.filled
    }

    /// Adds a segment and passes the block that it completes, if any, to `take`.
    pub fn add_segment(&mut self, segment: &StereoMoments, take: impl FnOnce(StereoMoments)) {
        debug_assert!(segment.samples() as usize <= self.samples_to_cut(), "a segment must not reach over a cut");
        self.filled += segment.samples() as usize;
        self.current = self.current.joined(segment);
        if self.filled == self.body_length() {
            if self.quarter > 0 {
                take(self.previous.joined(&self.current));
            }
            self.previous = std::mem::replace(&mut self.current, StereoMoments::EMPTY);
        }
        if self.filled == self.quarter_length() {
            self.previous = self.previous.joined(&self.current);
            self.current = StereoMoments::EMPTY;
            self.quarter += 1;
            self.filled = 0;
        }
    }

    const fn start(&self, quarter: u64) -> u64 {
        quarter * self.rate_hz / STARTS_PER_S
    }

    /// Samples of the current quarter.
    const fn quarter_length(&self) -> usize {
        (self.start(self.quarter + 1) - self.start(self.quarter)) as usize
    }

    /// Number of samples of the current quarter that belong to the block that began one quarter ago.
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
                let mut done = 0;
                while done < length {
                    let end = length.min(done + size.min(blocks.samples_to_cut()));
                    let segment = StereoMoments::of(&left[done..end], &right[done..end]);
                    blocks.add_segment(&segment, |moments| actual.push(moments));
                    done = end;
                }
                assert_eq!(actual.len(), expected.len(), "{rate} Hz");
                for (a, e) in actual.iter().zip(&expected) {
                    assert_relative_eq!(a.peak(), e.peak(), max_relative = 1e-12, epsilon = 0.0);
                    assert_relative_eq!(a.mean_square(), e.mean_square(), max_relative = 1e-12, epsilon = 0.0);
                    let (a, e) = (a.correlation().unwrap(), e.correlation().unwrap());
                    approx::assert_abs_diff_eq!(a, e, epsilon = 1e-12);
                }
            }
        }
    }
}
