use std::f64::consts::PI;

use approx::assert_abs_diff_eq;

use super::*;

fn decimate(stages: u32, samples: &[f32], run: usize) -> Vec<f32> {
    let mut decimator = Decimator::new(stages);
    let mut output = Vec::new();
    for samples in samples.chunks(run) {
        decimator.add_samples(samples, |done| output.extend_from_slice(done));
    }
    decimator.finish(|done| output.extend_from_slice(done));
    output
}

/// cos(2π·f·n) with f in cycles per sample.
fn cosine(frequency: f64, length: usize) -> Vec<f32> {
    (0..length).map(|n| (2.0 * PI * frequency * n as f64).cos() as f32).collect()
}

#[test]
fn the_pass_band_arrives_unchanged_and_in_place() {
    for stages in 0..=5 {
        let factor = 1 << stages;
        for frequency in [0.0, 0.05, 0.2, LAST_PASS_EDGE] {
            let output = decimate(stages, &cosine(frequency / f64::from(factor), 1000 * factor as usize), 4096);
            assert_eq!(output.len(), 1000);
            for (actual, expected) in output.iter().zip(cosine(frequency, 1000)).skip(100).take(800) {
                // 70 dB of ripple per stage, and f32.
                assert_abs_diff_eq!(*actual, expected, epsilon = 1.5e-3);
            }
        }
    }
}

#[test]
fn what_would_fold_back_is_60_db_down() {
    for stages in 1..=5 {
        let factor = f64::from(1 << stages);
        // From half the output rate to half the input rate.
        for step in 0..=40 {
            let frequency = 0.5 + (0.5 * factor - 0.5) * f64::from(step) / 40.0;
            let output = decimate(stages, &cosine(frequency / factor, 600 << stages), 4096);
            let largest = output[100..500].iter().fold(0.0_f32, |most, x| most.max(x.abs()));
            assert!(largest < 1e-3, "{stages} stages, {frequency} of the output rate: {largest}");
        }
    }
}

#[test]
fn lengths_round_up_and_runs_change_no_bit() {
    for stages in 0..=3 {
        for length in [0, 1, 2, 3, 7, 100, 1001, 5000] {
            let samples = cosine(0.013, length);
            let whole = decimate(stages, &samples, length.max(1));
            assert_eq!(whole.len(), length.div_ceil(1 << stages));
            for run in [1, 7, 1000] {
                assert_eq!(decimate(stages, &samples, run), whole);
            }
        }
    }
}

#[test]
fn a_reset_decimator_is_a_fresh_one() {
    let samples = cosine(0.02, 501);
    let mut reused = Decimator::new(2);
    reused.add_samples(&cosine(0.3, 333), |_| {});
    reused.reset();
    let mut output = Vec::new();
    reused.add_samples(&samples, |done| output.extend_from_slice(done));
    reused.finish(|done| output.extend_from_slice(done));
    assert_eq!(output, decimate(2, &samples, 501));
}
