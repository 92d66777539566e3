//! Closed forms: signals that change at multiples of a quarter second, so that every block is known.

use std::f64::consts::PI;

use approx::assert_abs_diff_eq;

use super::*;

const RATE_HZ: u32 = 44_100;
/// Samples in a quarter second.
const QUARTER: usize = 11_025;

fn measure_in_runs(left: &[f32], right: &[f32], run: usize) -> BlockStatistics {
    let mut variation = Variation::new(&Params::new(RATE_HZ).unwrap());
    add_in_runs(&mut variation, left, right, run);
    variation.finish()
}

fn add_in_runs(variation: &mut Variation, left: &[f32], right: &[f32], run: usize) {
    let mut done = 0;
    while done < left.len() {
        let end = left.len().min(done + run.min(variation.samples_to_cut()));
        variation.add_segment(&StereoMoments::of(&left[done..end], &right[done..end]));
        done = end;
    }
}

fn measure(left: &[f32], right: &[f32]) -> BlockStatistics {
    measure_in_runs(left, right, 4096)
}

/// Quarters of a 100 Hz cosine: 25 periods of 441 samples each, so that each quarter reaches the peak.
fn cosine(quarters: usize, amplitude: f64) -> Vec<f32> {
    let sample = |n: usize| (amplitude * (2.0 * PI * n as f64 / 441.0).cos()) as f32;
    (0..quarters * QUARTER).map(sample).collect()
}

/// Quarters of ±amplitude alternating by sample.
fn square(quarters: usize, amplitude: f32) -> Vec<f32> {
    (0..quarters * QUARTER).map(|n| if n % 2 == 0 { amplitude } else { -amplitude }).collect()
}

/// Standard deviation with divisor n.
fn deviation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

#[test]
fn crest_deviation_is_that_of_square_then_sine() {
    let left = [square(4, 0.5), cosine(4, 0.5)].concat();
    // Three blocks of square (0 dB), one half and half, three of sine.
    let mixed = 10.0 * (0.25_f64 / (0.5 * 0.25 + 0.5 * 0.125)).log10();
    let sine = 10.0 * 2.0_f64.log10();
    let expected = deviation(&[0.0, 0.0, 0.0, mixed, sine, sine, sine]);
    let actual = measure(&left, &left);
    // A quarter of the square has one sample too many on one side: the mixed block's mean is 2e-5.
    assert_abs_diff_eq!(actual.dynamic_range_variation.unwrap(), expected, epsilon = 5e-4);
    assert_abs_diff_eq!(actual.peak_consistency.unwrap(), 1.0, epsilon = 5e-5);
}

#[test]
fn peak_consistency_follows_the_variation_of_block_peaks() {
    let left = [cosine(3, 0.8), cosine(4, 0.2)].concat();
    // The block across the step still has the loud peak: peaks 0.8, 0.8, 0.8, 0.2, 0.2, 0.2.
    let actual = measure(&left, &cosine(7, 0.1)).peak_consistency.unwrap();
    assert_abs_diff_eq!(actual, 1.0 / (1.0 + 0.3 / 0.5), epsilon = 1e-6);
}

#[test]
fn correlation_is_the_mean_of_the_blocks() {
    let left = cosine(8, 0.5);
    let right: Vec<f32> = left.iter().enumerate().map(|(n, &x)| if n < 5 * QUARTER { x } else { -x }).collect();
    // Four blocks in phase, one half and half, two in anti-phase.
    let actual = measure(&left, &right);
    assert_abs_diff_eq!(actual.phase_correlation.unwrap(), 2.0 / 7.0, epsilon = 1e-6);
    // numpy.percentile([1, 1, 1, 1, 0, -1, -1], 5) == -1
    assert_abs_diff_eq!(actual.lowest_correlation.unwrap(), -1.0, epsilon = 1e-6);
    let mono = measure(&left, &left);
    assert_eq!((mono.phase_correlation, mono.lowest_correlation), (Ok(1.0), Some(1.0)));
}

#[test]
fn quiet_blocks_do_not_count() {
    // The gate lies 40 dB under the loud part: the quiet anti-phase part is 46 dB under it.
    let loud = cosine(12, 0.8);
    let quiet = cosine(4, 0.004);
    let inverted: Vec<f32> = quiet.iter().map(|x| -x).collect();
    let actual = measure(&[loud.clone(), quiet].concat(), &[loud.clone(), inverted].concat());
    // The block across the step is loud enough: correlation (0.8² − 0.004²)/(0.8² + 0.004²).
    assert!(actual.lowest_correlation.unwrap() > 0.999);
    let step = 10.0 * 2.0_f64.log10();
    let crests: Vec<f64> = (0..12).map(|k| if k == 11 { 2.0 * step } else { step }).collect();
    assert_abs_diff_eq!(actual.dynamic_range_variation.unwrap(), deviation(&crests), epsilon = 1e-3);
}

#[test]
fn a_constant_channel_has_no_correlation_but_a_crest() {
    let sine = cosine(4, 0.5);
    let actual = measure(&sine, &vec![0.25; sine.len()]);
    assert_eq!((actual.phase_correlation, actual.lowest_correlation), (Err(NullReason::ConstantChannel), None));
    assert!(actual.dynamic_range_variation.unwrap() < 1e-6);
    let offset = vec![0.3_f32; 4 * QUARTER];
    let dc = measure(&offset, &offset);
    // An offset is not a sound: no block is active.
    assert_eq!(dc.dynamic_range_variation, Err(NullReason::TooShort));
}

#[test]
fn an_offset_changes_nothing() {
    let left = [square(3, 0.05), cosine(5, 0.03)].concat();
    let plain = measure(&left, &left);
    let lifted: Vec<f32> = left.iter().map(|x| x + 0.01).collect();
    let shifted = measure(&lifted, &left);
    let pairs = [
        (shifted.dynamic_range_variation, plain.dynamic_range_variation),
        (shifted.peak_consistency, plain.peak_consistency),
        (shifted.phase_correlation, plain.phase_correlation),
    ];
    for (shifted, plain) in pairs {
        // f32 rounding of the lifted samples and of the readings.
        assert_abs_diff_eq!(shifted.unwrap(), plain.unwrap(), epsilon = 2e-6);
    }
}

#[test]
fn fewer_than_two_active_blocks_are_too_short() {
    let sine = cosine(4, 0.5);
    for samples in [0, 1, 100, 2 * QUARTER, 3 * QUARTER - 1] {
        let short = measure(&sine[..samples], &sine[..samples]);
        assert_eq!(short.dynamic_range_variation, Err(NullReason::TooShort), "{samples} samples");
        assert_eq!(short.peak_consistency, Err(NullReason::TooShort));
        assert_eq!(short.phase_correlation, Err(NullReason::TooShort));
    }
    assert!(measure(&sine[..3 * QUARTER], &sine[..3 * QUARTER]).peak_consistency.is_ok());
    let silence = vec![0.0; 4 * QUARTER];
    assert_eq!(measure(&silence, &silence).phase_correlation, Err(NullReason::TooShort));
}

#[test]
fn gain_and_run_length_change_nothing() {
    let left = [square(3, 0.05), cosine(5, 0.03)].concat();
    let right: Vec<f32> = left.iter().enumerate().map(|(n, x)| x * (n as f32 * 1e-4).sin()).collect();
    let plain = measure(&left, &right);
    for run in [1, 7, 1000, left.len()] {
        assert_eq!(measure_in_runs(&left, &right, run), plain);
    }
    for gain in [0.1_f32, 10.0] {
        let scale = |channel: &[f32]| channel.iter().map(|x| x * gain).collect::<Vec<_>>();
        let scaled = measure(&scale(&left), &scale(&right));
        let pairs = [
            (scaled.dynamic_range_variation, plain.dynamic_range_variation),
            (scaled.peak_consistency, plain.peak_consistency),
            (scaled.phase_correlation, plain.phase_correlation),
        ];
        for (scaled, plain) in pairs {
            // f32 rounding of the scaled samples and of the readings.
            assert_abs_diff_eq!(scaled.unwrap(), plain.unwrap(), epsilon = 1e-6);
        }
    }
}

#[test]
fn a_reset_accumulator_is_a_fresh_one() {
    let (first, second) = (cosine(5, 0.7), square(4, 0.2));
    let mut reused = Variation::new(&Params::new(RATE_HZ).unwrap());
    add_in_runs(&mut reused, &first, &first, 4096);
    reused.reset();
    add_in_runs(&mut reused, &second, &second, 4096);
    assert_eq!(reused.finish(), measure(&second, &second));
}
