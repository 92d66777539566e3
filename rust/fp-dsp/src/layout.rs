//! The speaker of each channel, and its gains in the stereo downmix and in loudness.

use crate::params::FormatError;

/// Maximum number of channels that can be analysed.
pub const MAX_CHANNELS: usize = 8;
/// −3 dB as an amplitude factor, as ITU-R BS.775 mixes centre and surrounds into stereo.
const MINUS_3_DB: f32 = std::f32::consts::FRAC_1_SQRT_2;
/// Loudness weight of the surround channels. ITU-R BS.1770-5, annex 3, table 4, by the place of the speaker: less than 30°
/// up or down, 60° to 120° to the side weighs 1.41 (+1.5 dB), every other place 1.00. Table 5 of the same annex says so for
/// the 7.1 of BS.2051 (system I): 1.41 at ±90°, 1.00 at ±135°. libebur128 does the same; ffmpeg's `ebur128` filter gives 1.41
/// to everything at the sides or behind.
const SURROUND_WEIGHT: f64 = 1.41;
/// Bits of the WAVE mask: the side speakers (±90°, in 5.1 ±110°).
const SIDES: u32 = 0x600;

/// A channel's factors: into L, into R, and its BS.1770 loudness weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelGains {
    /// Amplitude factor into the left channel of the downmix.
    pub left: f32,
    /// Amplitude factor into the right channel of the downmix.
    pub right: f32,
    /// Power weight in the loudness sum.
    pub loudness: f64,
}

/// Layout of 1 to 8 channels.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelLayout {
    gains: Vec<ChannelGains>,
}

impl ChannelLayout {
    /// Layout from the container's WAVE speaker mask (`dwChannelMask`), or from the count if the mask is
    /// absent, does not match the count, or names speakers that WAVE does not know:
    /// 3 = L R C, 4 = L R Ls Rs, 5 = L R C Ls Rs, 6 = 5.1, 7 = 6.1, 8 = 7.1 in WAVE order.
    ///
    /// # Errors
    /// [`FormatError::Channels`] outside 1–8 channels.
    pub fn new(channels: usize, mask: Option<u32>) -> Result<Self, FormatError> {
        let by_count: u32 = match channels {
            // A single channel plays on both sides, whatever its mask says.
            1 => {
                let mono = ChannelGains { left: 1.0, right: 1.0, loudness: 1.0 };
                return Ok(Self { gains: vec![mono] });
            }
            2 => 0x003,
            3 => 0x007,
            4 => 0x603,
            5 => 0x607,
            6 => 0x60f,
            7 => 0x70f,
            8 => 0x63f,
            _ => return Err(FormatError::Channels { actual: channels }),
        };
        let gains =
            mask.and_then(|mask| Self::from_mask(channels, mask)).or_else(|| Self::from_mask(channels, by_count));
        gains.map(|gains| Self { gains }).ok_or(FormatError::Channels { actual: channels })
    }

    /// Factors of each channel in stream order.
    #[must_use]
    pub fn gains(&self) -> &[ChannelGains] {
        &self.gains
    }

    /// Number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.gains.len()
    }

    /// Whether the channels are exactly left and right, so that no mixing is needed.
    #[must_use]
    pub fn is_plain_stereo(&self) -> bool {
        matches!(self.gains.as_slice(), [a, b] if (a.left, a.right, b.left, b.right) == (1.0, 0.0, 0.0, 1.0))
    }

    fn from_mask(channels: usize, mask: u32) -> Option<Vec<ChannelGains>> {
        if mask.count_ones() as usize != channels {
            return None;
        }
        (0..32).filter(|bit| mask & (1 << bit) != 0).map(|bit| speaker_gains(bit, mask)).collect()
    }
}

/// Factors of the speaker at a bit of the WAVE mask; `None` for reserved bits. fp-decode has the same table in its
/// `remix.rs`; a test in fp-worker compares the two.
///
/// BS.775 has no speakers overhead: each is mixed as the surround below it.
fn speaker_gains(bit: u32, mask: u32) -> Option<ChannelGains> {
    // With no speakers at the sides, the back ones are the surrounds of BS.775, at ±110° (5.1 is written with either).
    let back_weight = if mask & SIDES == 0 { SURROUND_WEIGHT } else { 1.0 };
    let (left, right, loudness) = match bit {
        0 => (1.0, 0.0, 1.0),                              // front left
        1 => (0.0, 1.0, 1.0),                              // front right
        2 => (MINUS_3_DB, MINUS_3_DB, 1.0),                // front centre
        3 => (0.0, 0.0, 0.0),                              // LFE
        4 => (MINUS_3_DB, 0.0, back_weight),               // back left
        5 => (0.0, MINUS_3_DB, back_weight),               // back right
        6 => (1.0, 0.0, 1.0),                              // front left of centre
        7 => (0.0, 1.0, 1.0),                              // front right of centre
        9 => (MINUS_3_DB, 0.0, SURROUND_WEIGHT),           // side left
        10 => (0.0, MINUS_3_DB, SURROUND_WEIGHT),          // side right
        8 | 11 | 13 | 16 => (MINUS_3_DB, MINUS_3_DB, 1.0), // back centre, top, top front and back centre
        12 | 15 => (MINUS_3_DB, 0.0, 1.0),                 // top front and back left
        14 | 17 => (0.0, MINUS_3_DB, 1.0),                 // top front and back right
        _ => return None,
    };
    Some(ChannelGains { left, right, loudness })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_one_puts_surrounds_at_minus_3_db_and_drops_the_lfe() {
        let layout = ChannelLayout::new(6, None).unwrap();
        let left: Vec<f32> = layout.gains().iter().map(|g| g.left).collect();
        assert_eq!(left, [1.0, 0.0, MINUS_3_DB, 0.0, MINUS_3_DB, 0.0]);
        let weights: Vec<f64> = layout.gains().iter().map(|g| g.loudness).collect();
        assert_eq!(weights, [1.0, 1.0, 1.0, 0.0, 1.41, 1.41]);
    }

    #[test]
    fn the_mask_is_used_unless_it_does_not_match_the_count() {
        // Quad as FL FR FC BC instead of L R Ls Rs.
        let masked = ChannelLayout::new(4, Some(0x107)).unwrap();
        assert_eq!(masked.gains()[2].left, MINUS_3_DB);
        assert_eq!(masked.gains()[2].right, MINUS_3_DB);
        assert_eq!(ChannelLayout::new(4, Some(0x3)).unwrap(), ChannelLayout::new(4, None).unwrap());
    }

    #[test]
    fn weights_follow_the_angle_in_each_layout() {
        let weights = |channels: usize, mask: u32| -> Vec<f64> {
            ChannelLayout::new(channels, Some(mask)).unwrap().gains().iter().map(|g| g.loudness).collect()
        };
        // 7.1: back at ±135–150°, sides at ±90°.
        assert_eq!(weights(8, 0x63f), [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.41, 1.41]);
        // 6.1: back centre at 180°.
        assert_eq!(weights(7, 0x70f), [1.0, 1.0, 1.0, 0.0, 1.0, 1.41, 1.41]);
        // 5.1 and 4.0 written with the back bits, at ±110°.
        assert_eq!(weights(6, 0x3f), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41]);
        assert_eq!(weights(4, 0x33), [1.0, 1.0, 1.41, 1.41]);
        // 5.1.2 with the surrounds at the back bits: the heights weigh 1.
        assert_eq!(weights(8, 0x503f), [1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.0, 1.0]);
    }

    #[test]
    fn heights_are_mixed_as_the_surrounds_below_them() {
        let layout = ChannelLayout::new(8, Some(0x503f)).unwrap();
        let heights: Vec<_> = layout.gains()[6..].iter().map(|g| (g.left, g.right)).collect();
        assert_eq!(heights, [(MINUS_3_DB, 0.0), (0.0, MINUS_3_DB)]);
        // A reserved bit names no speaker: the layout is that of the count.
        assert_eq!(ChannelLayout::new(2, Some(0x4_0001)).unwrap(), ChannelLayout::new(2, None).unwrap());
    }

    #[test]
    fn mono_plays_on_both_sides_whatever_its_mask() {
        for mask in [None, Some(0x4), Some(0x8)] {
            let gains = ChannelLayout::new(1, mask).unwrap().gains()[0];
            assert_eq!((gains.left, gains.right, gains.loudness), (1.0, 1.0, 1.0));
        }
    }

    #[test]
    fn nine_channels_and_none_are_refused() {
        assert_eq!(ChannelLayout::new(0, None), Err(FormatError::Channels { actual: 0 }));
        assert_eq!(ChannelLayout::new(9, None), Err(FormatError::Channels { actual: 9 }));
    }
}
