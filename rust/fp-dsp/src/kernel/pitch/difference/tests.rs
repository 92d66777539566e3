use approx::assert_abs_diff_eq;

use super::*;

/// The definition, in f64.
fn plain_differences(window: usize, max_lag: usize, x: &[f32]) -> Vec<f64> {
    let term = |lag: usize, j: usize| (f64::from(x[j]) - f64::from(x[j + lag])).powi(2);
    (0..=max_lag).map(|lag| (0..window).map(|j| term(lag, j)).sum()).collect()
}

#[test]
fn differences_are_those_of_the_definition() {
    for (window, max_lag) in [(5, 4), (46, 16), (372, 124), (1024, 340), (1115, 370)] {
        let mut difference = DifferenceFunction::new(window, max_lag);
        for (seed, offset) in [(1_u32, 0.0_f32), (2, 0.5), (3, -20.0)] {
            let mut state = seed;
            let samples: Vec<f32> = (0..window + max_lag)
                .map(|n| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    offset + (0.13 * n as f32).sin() + (state >> 8) as f32 / 16_777_216.0
                })
                .collect();
            let expected = plain_differences(window, max_lag, &samples);
            let power = expected.iter().fold(0.0_f64, |most, &d| most.max(d));
            // The other frame is 120 dB louder, or silent.
            let loud: Vec<f32> = samples.iter().rev().map(|x| 1e6 * x).collect();
            let silence = vec![0.0; samples.len()];
            for place in 0..FRAMES {
                for other in [&loud, &silence] {
                    let mut spans = [other.as_slice(); FRAMES];
                    spans[place] = &samples;
                    for (actual, expected) in difference.compute(spans)[place].iter().zip(&expected) {
                        assert_abs_diff_eq!(*actual, *expected, epsilon = 3e-6 * power);
                    }
                }
            }
        }
    }
}

#[test]
fn a_constant_differs_nowhere() {
    let mut difference = DifferenceFunction::new(1024, 340);
    for level in [0.0, 0.1, -1.0 / 3.0, 1e5] {
        assert!(difference.compute([&[level; 1364]; FRAMES]).into_iter().flatten().all(|&d| d == 0.0));
    }
}

#[test]
fn lengths_are_smooth_and_long_enough() {
    assert_eq!([1, 16, 17, 1364, 1485].map(fast_length), [16, 16, 32, 1440, 1536]);
}
