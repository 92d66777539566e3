use super::*;
use proptest::prelude::*;

/// The definition applied to the whole matrix: sort every window, mask every bin.
fn ratio_of_matrix(frames: &[Vec<f32>]) -> Option<f64> {
    let (count, bins) = (frames.len(), frames[0].len());
    let median = |values: &mut dyn Iterator<Item = f32>| {
        let mut sorted: Vec<f32> = values.collect();
        sorted.sort_by(f32::total_cmp);
        f64::from(sorted[sorted.len() / 2])
    };
    let reach = -(HALF_WINDOW as i64)..=HALF_WINDOW as i64;
    let (mut harmonic, mut percussive) = (0.0, 0.0);
    for t in 0..count {
        for k in 0..bins {
            let h = median(&mut reach.clone().map(|d| frames[mirror(t as i64 + d, count)][k]));
            let p = median(&mut reach.clone().map(|d| frames[t][mirror(k as i64 + d, bins)]));
            let mask = if h + p > 0.0 { h / (h + p) } else { 0.5 };
            harmonic += f64::from(frames[t][k]) * mask * mask;
            percussive += f64::from(frames[t][k]) * (1.0 - mask) * (1.0 - mask);
        }
    }
    (harmonic + percussive > 0.0).then(|| harmonic / (harmonic + percussive))
}

fn ratio_of_stream(frames: &[Vec<f32>]) -> Option<f64> {
    let mut hpss = Hpss::new(frames[0].len());
    frames.iter().for_each(|frame| hpss.add_frame(frame));
    hpss.finish()
}

/// Powers as x⁸ of uniform numbers: many small ones, few large ones.
fn random_frames(count: usize, bins: usize, seed: u64) -> Vec<Vec<f32>> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u32 << 24) as f32
    };
    (0..count).map(|_| (0..bins).map(|_| uniform().powi(8)).collect()).collect()
}

#[test]
fn mirroring_repeats_as_scipy_reflect() {
    // scipy.ndimage, mode "reflect": (d c b a | a b c d | d c b a)
    let around: Vec<usize> = (-5..9).map(|i| mirror(i, 4)).collect();
    assert_eq!(around, [3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0, 0]);
    assert!((-40..40).all(|i| mirror(i, 1) == 0));
}

#[test]
fn streaming_equals_the_whole_matrix_for_every_short_length() {
    for count in (1..=33).chain([45, 46, 47, 62, 63, 64]) {
        for bins in [1, 3, 40] {
            let frames = random_frames(count, bins, count as u64);
            let (found, expected) = (ratio_of_stream(&frames), ratio_of_matrix(&frames));
            // Powers are rounded by at most 2⁻¹⁰: a mask, and so the ratio, by less than that.
            approx::assert_abs_diff_eq!(found.unwrap(), expected.unwrap(), epsilon = 1e-3);
        }
    }
}

#[test]
fn streaming_equals_the_whole_matrix_at_the_size_of_real_spectra() {
    let frames = random_frames(70, 1025, 3);
    let (found, expected) = (ratio_of_stream(&frames), ratio_of_matrix(&frames));
    // 72,000 roundings to 2⁻¹⁰ average out.
    approx::assert_abs_diff_eq!(found.unwrap(), expected.unwrap(), epsilon = 2e-5);
}

proptest! {
    #[test]
    fn keys_keep_order_and_round_by_less_than_a_thousandth(a in 1e-20_f32..1e17, b in 1e-20_f32..1e17) {
        let mut keys = [0; 2];
        encode(&[a, b], &mut keys);
        prop_assert!((a < b) <= (keys[0] <= keys[1]));
        prop_assert!((decode(keys[0]) / a - 1.0).abs() <= 1.0 / 1024.0);
    }
}

#[test]
fn zero_has_the_lowest_key_and_huge_powers_the_highest() {
    let mut keys = [0; 4];
    encode(&[0.0, 1e-38, f32::MAX, f32::INFINITY], &mut keys);
    assert_eq!(keys, [i16::MIN, i16::MIN, i16::MAX, i16::MAX]);
    assert!(decode(i16::MAX).is_finite());
}

#[test]
fn steady_lines_are_harmonic_and_single_frames_percussive() {
    let mut line = vec![0.0; 200];
    line[77] = 1.0;
    assert_eq!(ratio_of_stream(&vec![line; 100]), Some(1.0));
    let mut clicks = vec![vec![0.0; 200]; 100];
    clicks[50] = vec![1.0; 200];
    approx::assert_abs_diff_eq!(ratio_of_stream(&clicks).unwrap(), 0.0, epsilon = 1e-12);
}

#[test]
fn nothing_and_silence_have_no_ratio() {
    assert_eq!(Hpss::new(5).finish(), None);
    assert_eq!(ratio_of_stream(&vec![vec![0.0; 5]; 40]), None);
}

#[test]
fn gain_does_not_move_the_ratio() {
    let frames = random_frames(60, 200, 8);
    let reference = ratio_of_stream(&frames).unwrap();
    for gain in [1e-6_f32, 3.7, 1e6] {
        let scaled: Vec<Vec<f32>> = frames.iter().map(|f| f.iter().map(|p| p * gain).collect()).collect();
        // The keys round differently, by at most 2⁻¹⁰ each; 12,000 of them average out.
        approx::assert_abs_diff_eq!(ratio_of_stream(&scaled).unwrap(), reference, epsilon = 1e-4);
    }
}

#[test]
fn reset_equals_fresh() {
    let (first, second) = (random_frames(50, 100, 1), random_frames(20, 100, 2));
    let mut hpss = Hpss::new(100);
    first.iter().for_each(|frame| hpss.add_frame(frame));
    let _ = hpss.finish();
    hpss.reset();
    second.iter().for_each(|frame| hpss.add_frame(frame));
    assert_eq!(hpss.finish(), ratio_of_stream(&second));
}
