//! EBU Tech 3341 (2023), table 1, cases 9 to 23: largest short-term and momentary loudness, true peak. 1 to 6 are tested
//! beside the loudness meter, 7 and 8 are recordings.

use std::f64::consts::PI;

use approx::assert_abs_diff_eq;
use fp_dsp::{AnalysisDetails, Analyzer, ChannelLayout};

const RATES_HZ: [u32; 2] = [44_100, 48_000];
const LOUDNESS_LU: f64 = 0.1;

/// The details of a stereo signal with the same samples on both sides.
fn measured(rate_hz: u32, samples: &[f32]) -> AnalysisDetails {
    let mut analyzer = Analyzer::new(rate_hz, ChannelLayout::new(2, None).expect("stereo")).expect("a usual rate");
    samples.chunks(4_096).for_each(|block| analyzer.add_samples(&[block, block]));
    analyzer.finish().details
}

/// A 1 kHz sine with so many seconds at each level in dBFS; −∞ is silence.
fn tone(rate_hz: u32, parts: &[(f64, f64)]) -> Vec<f32> {
    let mut samples = Vec::new();
    for &(seconds, level_db) in parts {
        let amplitude = 10.0_f64.powf(level_db / 20.0);
        let length = (seconds * f64::from(rate_hz)).round() as usize;
        let angle = |n: usize| 2.0 * PI * 1_000.0 * n as f64 / f64::from(rate_hz);
        samples.extend((0..length).map(|n| (amplitude * angle(n).sin()) as f32));
    }
    samples
}

const SILENCE_DB: f64 = f64::NEG_INFINITY;

#[test]
fn cases_9_and_12_read_a_level_that_alternates_within_the_window() {
    for rate in RATES_HZ {
        let short_term = measured(rate, &tone(rate, &[(1.34, -20.0), (1.66, -30.0)].repeat(5)));
        assert_abs_diff_eq!(short_term.max_short_term_lufs.unwrap(), -23.0, epsilon = LOUDNESS_LU);
        let momentary = measured(rate, &tone(rate, &[(0.18, -20.0), (0.22, -30.0)].repeat(25)));
        assert_abs_diff_eq!(momentary.max_momentary_lufs.unwrap(), -23.0, epsilon = LOUDNESS_LU);
    }
}

#[test]
fn cases_10_and_13_read_a_tone_of_one_window_wherever_it_begins() {
    for rate in RATES_HZ {
        for i in 0..20 {
            let i = f64::from(i);
            let tones = tone(rate, &[(i * 0.15, SILENCE_DB), (3.0, -23.0), (1.0, SILENCE_DB)]);
            assert_abs_diff_eq!(measured(rate, &tones).max_short_term_lufs.unwrap(), -23.0, epsilon = LOUDNESS_LU);
            let tones = tone(rate, &[(i * 0.02, SILENCE_DB), (0.4, -23.0), (1.0, SILENCE_DB)]);
            assert_abs_diff_eq!(measured(rate, &tones).max_momentary_lufs.unwrap(), -23.0, epsilon = LOUDNESS_LU);
        }
    }
}

#[test]
fn cases_11_and_14_read_each_tone_of_a_rising_series() {
    for rate in [48_000] {
        let (mut long, mut short) = (Vec::new(), Vec::new());
        for i in 0..20 {
            let (level, i) = (f64::from(i) - 38.0, f64::from(i));
            long.extend(tone(rate, &[(i * 0.15, SILENCE_DB), (3.0, level), (3.0 - i * 0.15, SILENCE_DB)]));
            short.extend(tone(rate, &[(i * 0.02, SILENCE_DB), (0.4, level), (0.4 - i * 0.02, SILENCE_DB)]));
            if [0.0, 7.0, 19.0].contains(&i) {
                assert_abs_diff_eq!(measured(rate, &long).max_short_term_lufs.unwrap(), level, epsilon = LOUDNESS_LU);
            }
            assert_abs_diff_eq!(measured(rate, &short).max_momentary_lufs.unwrap(), level, epsilon = LOUDNESS_LU);
        }
    }
}

/// The standard grants +0.2 and −0.4 dB.
fn assert_true_peak(case: u32, rate_hz: u32, samples: &[f32], expected_db: f64) {
    let error_db = measured(rate_hz, samples).decoded.true_peak_dbtp.expect("sound") - expected_db;
    assert!((-0.4..=0.2).contains(&error_db), "case {case} at {rate_hz} Hz: {error_db:+.2} dB");
}

#[test]
fn cases_15_to_19_read_the_peak_between_the_samples_of_a_sine() {
    let cases = [
        (15, 4.0, 0.5, 0.0),
        (16, 4.0, 0.5, 45.0),
        (17, 6.0, 0.5, 60.0),
        (18, 8.0, 0.5, 67.5),
        (19, 4.0, 1.41, 45.0_f64),
    ];
    for rate in RATES_HZ {
        for (case, period, amplitude, phase_deg) in cases {
            let (length, fade) = (rate as usize, rate as usize / 100);
            let sample = |n: usize| {
                let taper = (n.min(length - 1 - n) as f64 / fade as f64).min(1.0);
                (taper * amplitude * (2.0 * PI * n as f64 / period + phase_deg.to_radians()).sin()) as f32
            };
            let expected_db = if amplitude > 1.0 { 3.0 } else { -6.0 };
            assert_true_peak(case, rate, &(0..length).map(sample).collect::<Vec<_>>(), expected_db);
        }
    }
}

#[test]
fn cases_20_to_23_read_one_loud_period_wherever_the_samples_fall() {
    // At four times the rate: a sine of fs/6 at half of full scale, in it one period of fs/4 at full scale.
    let (before, burst, after) = (24 * 1_000, 16, 24 * 1_000);
    let signal: Vec<f64> = (0..before + burst + after)
        .map(|n| {
            let fade = (n.min(before + burst + after - 1 - n) as f64 / 1_920.0).min(1.0);
            let inside = n >= before && n < before + burst;
            let (from, period, amplitude) = if n < before {
                (0, 24.0, 0.5)
            } else if inside {
                (before, 16.0, 1.0)
            } else {
                (before + burst, 24.0, 0.5)
            };
            fade * amplitude * (2.0 * PI * (n - from) as f64 / period).sin()
        })
        .collect();
    // A windowed sinc against what the lower rate cannot carry.
    let reach = 256_isize;
    let taps: Vec<f64> = (-reach..=reach)
        .map(|n| {
            let x = PI * n as f64 / 4.0;
            let sinc = if n == 0 { 1.0 } else { x.sin() / x };
            0.25 * sinc * (0.5 + 0.5 * (PI * n as f64 / (reach + 1) as f64).cos())
        })
        .collect();
    for offset in 0..4_usize {
        let samples: Vec<f32> = (offset..signal.len())
            .step_by(4)
            .map(|centre| {
                let at = |tap: usize| signal.get((centre + tap).wrapping_sub(reach as usize)).copied().unwrap_or(0.0);
                taps.iter().enumerate().map(|(tap, weight)| weight * at(tap)).sum::<f64>() as f32
            })
            .collect();
        for rate in RATES_HZ {
            assert_true_peak(20 + offset as u32, rate, &samples, 0.0);
        }
    }
}
