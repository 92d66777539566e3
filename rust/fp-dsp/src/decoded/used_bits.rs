//! How many bits of a lossless track are used: padding a file from 16 to 24 bits leaves the last eight 0 in every sample.

use multiversion::multiversion;

/// Bits of the integers that samples are compared with. A float has no more.
const BITS: u32 = 24;
/// 2^(BITS − 1): ±1.0 in integers.
const FULL_SCALE: f32 = 8_388_608.0;

/// The bits that any sample so far uses.
pub(crate) struct UsedBits {
    state: State,
    /// All samples that were looked at, ORed.
    used: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing is asked, or the samples are not integers of 24 bits.
    Unknown,
    /// More can be found out; the track states so many bits.
    Open(u32),
    /// All bits of the format are in use.
    Full,
}

impl UsedBits {
    pub(crate) const fn new() -> Self {
        Self { state: State::Unknown, used: 0 }
    }

    /// Starts a track of `bit_depth`, `None` for a lossy one.
    pub(crate) fn reset(&mut self, bit_depth: Option<u32>) {
        self.state = bit_depth.map_or(State::Unknown, State::Open);
        self.used = 0;
    }

    /// Adds a chunk; once all bits are in use it does nothing.
    pub(crate) fn add_chunk(&mut self, channels: &[&[f32]]) {
        let State::Open(bit_depth) = self.state else { return };
        for samples in channels {
            match or_of(samples) {
                Some(used) => self.used |= used,
                None => {
                    self.state = State::Unknown;
                    return;
                }
            }
        }
        if self.bits() >= bit_depth.min(BITS) {
            self.state = if bit_depth <= BITS { State::Full } else { self.state };
        }
    }

    /// Bits in use; `None` where that cannot be said, and where no sample differs from 0.
    pub(crate) fn finish(&self) -> Option<u32> {
        (self.state != State::Unknown && self.used != 0).then(|| self.bits())
    }

    fn bits(&self) -> u32 {
        BITS.saturating_sub(self.used.trailing_zeros())
    }
}

/// The samples as integers of 24 bits, ORed; `None` if one is no such integer.
#[multiversion(targets("x86_64+avx2"))]
fn or_of(samples: &[f32]) -> Option<u32> {
    let mut used = 0;
    let mut inexact = 0;
    for sample in samples {
        let scaled = sample * FULL_SCALE;
        let whole = scaled as i32;
        used |= whole;
        inexact |= u32::from(whole as f32 != scaled);
    }
    (inexact == 0).then_some(used as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits_of(samples: &[f32], bit_depth: Option<u32>) -> Option<u32> {
        let mut used = UsedBits::new();
        used.reset(bit_depth);
        samples.chunks(2).for_each(|chunk| used.add_chunk(&[chunk]));
        used.finish()
    }

    #[test]
    fn trailing_zeros_are_bits_that_are_not_used() {
        let step = |bits: u32| 2.0_f32.powi(1 - bits as i32);
        for bits in [8, 12, 16, 20, 24] {
            let samples = [-1.0, 0.5, 0.0, 3.0 * step(bits), 0.25];
            assert_eq!(bits_of(&samples, Some(24)), Some(bits));
            // Of a 32-bit file whose samples are integers of 24 bits it is known too.
            assert_eq!(bits_of(&samples, Some(32)), Some(bits));
            assert_eq!(bits_of(&samples, None), None);
        }
        assert_eq!(bits_of(&[0.0; 9], Some(16)), None);
        assert_eq!(bits_of(&[-1.0, 0.0, 1.0 - step(16)], Some(16)), Some(16));
    }

    #[test]
    fn samples_between_the_steps_of_24_bits_are_no_such_integers() {
        let samples = [0.5, 0.25, 2.0_f32.powi(-24), 0.5];
        assert_eq!(bits_of(&samples, Some(32)), None);
        assert_eq!(bits_of(&[0.5, 0.25, 0.1, 0.5], Some(32)), None);
    }
}
