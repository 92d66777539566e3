//! Stereo: the share of side power (`phase_correlation` is computed by the variation group).

use crate::{
    fingerprint::{ChannelRelation, NullReason, Value},
    kernel::stereo::moments::StereoMoments,
};

/// `stereo_width` of a track: ΣS² / (ΣM² + ΣS²) with M = L + R, S = L − R, both about their means; 0 = mono,
/// 0.5 = uncorrelated, 1 = anti-phase. Undefined when both channels are constant.
pub fn width(track: &StereoMoments) -> Value {
    // Σ (M² + S²) is twice Σ (L² + R²).
    match track.power() {
        0.0 => Err(NullReason::Silent),
        power => Ok((track.side_power() / (2.0 * power)).clamp(0.0, 1.0)),
    }
}

/// A channel this much quieter than the other one is dead: −60 dB. Old stereo puts instruments into one channel only, but what
/// leaks and echoes into the other one is louder.
const DEAD: f64 = 1e-6;
/// The channels are identical if L − R has at most this share of the power: −70 dB, which dither of 16 bits stays under in a
/// track of usual level.
const IDENTICAL: f64 = 1e-7;

/// Level of L less that of R in dB, about their means; `None` if one of them is constant.
pub fn level_difference_db(track: &StereoMoments) -> Option<f64> {
    let [left, right] = track.channel_power();
    (left > 0.0 && right > 0.0).then(|| 10.0 * (left / right).log10())
}

/// What two channels that do not cancel have to do with each other.
pub fn relation(track: &StereoMoments) -> ChannelRelation {
    let [left, right] = track.channel_power();
    if left < DEAD * right {
        ChannelRelation::LeftDead
    } else if right < DEAD * left {
        ChannelRelation::RightDead
    } else if track.side_power() <= IDENTICAL * 2.0 * track.power() {
        ChannelRelation::Identical
    } else {
        ChannelRelation::Different
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    fn width_of(left: &[f32], right: &[f32], run: usize) -> Value {
        let segments = left.chunks(run).zip(right.chunks(run)).map(|(left, right)| StereoMoments::of(left, right));
        width(&segments.fold(StereoMoments::EMPTY, |track, segment| track.joined(&segment)))
    }

    fn noise(seed: u32, length: usize) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn mono_is_0_and_anti_phase_is_1() {
        let left = noise(1, 10_000);
        let inverted: Vec<f32> = left.iter().map(|x| -x).collect();
        assert_eq!(width_of(&left, &left, 7), Ok(0.0));
        assert_eq!(width_of(&left, &inverted, 7), Ok(1.0));
    }

    #[test]
    fn independent_or_one_sided_channels_are_half() {
        assert_eq!(width_of(&noise(1, 10_000), &[0.0; 10_000], 1000), Ok(0.5));
        // The specification allows ±0.01; 200 000 samples scatter by 0.001.
        let width = width_of(&noise(1, 200_000), &noise(99, 200_000), 1000).unwrap();
        assert_abs_diff_eq!(width, 0.5, epsilon = 0.01);
    }

    #[test]
    fn a_side_20_db_down_is_one_part_in_101() {
        let mid = noise(5, 10_000);
        let left: Vec<f32> = mid.iter().map(|m| m * 1.1).collect();
        let right: Vec<f32> = mid.iter().map(|m| m * 0.9).collect();
        // S = 0.2·m, M = 2·m, up to f32 rounding of the products.
        assert_abs_diff_eq!(width_of(&left, &right, 10_000).unwrap(), 1.0 / 101.0, epsilon = 1e-7);
    }

    #[test]
    fn silence_has_no_width() {
        assert_eq!(width_of(&[], &[], 1), Err(NullReason::Silent));
        assert_eq!(width_of(&[0.0; 9], &[0.0; 9], 2), Err(NullReason::Silent));
    }

    #[test]
    fn dead_identical_and_different_channels_are_told_apart() {
        let music = noise(1, 10_000);
        let scaled = |gain: f32| music.iter().map(|x| gain * x).collect::<Vec<f32>>();
        let read = |left: &[f32], right: &[f32]| {
            let track = StereoMoments::of(left, right);
            (relation(&track), level_difference_db(&track))
        };
        assert_eq!(read(&music, &music), (ChannelRelation::Identical, Some(0.0)));
        assert_eq!(read(&[0.0; 10_000], &music), (ChannelRelation::LeftDead, None));
        assert_eq!(read(&music, &scaled(0.000_9)).0, ChannelRelation::RightDead);
        let (quiet, difference_db) = read(&music, &scaled(0.001_1));
        assert_eq!(quiet, ChannelRelation::Different);
        assert_abs_diff_eq!(difference_db.unwrap(), 59.172, epsilon = 0.001);
        // 69 and 71 dB: the side of 1 and 1 + g has g² / 4 of the power.
        assert_eq!(read(&music, &scaled(1.0 + 7.1e-4)).0, ChannelRelation::Different);
        assert_eq!(read(&music, &scaled(1.0 + 5.6e-4)).0, ChannelRelation::Identical);
    }
}
