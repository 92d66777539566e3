//! Oracles: the signals of EBU Tech 3341 and 3342, the ebur128 crate (libebur128's algorithm), closed forms.

use std::f64::consts::PI;

use approx::assert_abs_diff_eq;
use ebur128::{EbuR128, Mode};

use super::*;

/// Tolerance of EBU Tech 3341.
const TECH_3341_LU: f64 = 0.1;
/// Tolerance of EBU Tech 3342.
const TECH_3342_LU: f64 = 1.0;

fn meter(rate_hz: u32, channels: usize) -> LoudnessMeter {
    LoudnessMeter::new(&Params::new(rate_hz).unwrap(), &ChannelLayout::new(channels, None).unwrap())
}

fn measure(rate_hz: u32, channels: &[Vec<f32>]) -> LoudnessMeter {
    let mut meter = meter(rate_hz, channels.len());
    let slices: Vec<&[f32]> = channels.iter().map(Vec::as_slice).collect();
    meter.add_samples(&slices);
    meter
}

/// A 1 kHz sine of consecutive (peak dBFS, seconds) parts, as the EBU's test signals are made.
fn tone(rate_hz: u32, parts: &[(f64, f64)]) -> Vec<f32> {
    let mut samples = Vec::new();
    for &(peak_dbfs, seconds) in parts {
        let amplitude = 10.0_f64.powf(peak_dbfs / 20.0);
        for _ in 0..(seconds * f64::from(rate_hz)).round() as usize {
            let phase = 2.0 * PI * 1000.0 * samples.len() as f64 / f64::from(rate_hz);
            samples.push((amplitude * phase.sin()) as f32);
        }
    }
    samples
}

fn stereo_tone(rate_hz: u32, parts: &[(f64, f64)]) -> Vec<Vec<f32>> {
    vec![tone(rate_hz, parts); 2]
}

/// White noise, uniform in ±amplitude.
fn noise(seed: u32, length: usize, amplitude: f32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        amplitude * ((state >> 8) as f32 / 8_388_608.0 - 1.0)
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn ebu_tech_3341_cases_1_to_5_read_their_loudness() {
    let cases: [(&[(f64, f64)], f64); 5] = [
        (&[(-23.0, 20.0)], -23.0),
        (&[(-33.0, 20.0)], -33.0),
        (&[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)], -23.0),
        (&[(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)], -23.0),
        (&[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)], -23.0),
    ];
    for rate in [44_100, 48_000] {
        for (parts, expected) in cases {
            let actual = measure(rate, &stereo_tone(rate, parts)).integrated().unwrap();
            assert_abs_diff_eq!(actual, expected, epsilon = TECH_3341_LU);
        }
    }
}

#[test]
fn ebu_tech_3341_case_6_weights_the_surrounds() {
    let levels = [-28.0, -28.0, -24.0, -30.0, -30.0];
    let channels: Vec<_> = levels.iter().map(|&level| tone(48_000, &[(level, 20.0)])).collect();
    assert_abs_diff_eq!(measure(48_000, &channels).integrated().unwrap(), -23.0, epsilon = TECH_3341_LU);
}

#[test]
fn ebu_tech_3342_cases_1_to_4_read_their_range() {
    let cases: [(&[(f64, f64)], f64); 4] = [
        (&[(-20.0, 20.0), (-30.0, 20.0)], 10.0),
        (&[(-20.0, 20.0), (-15.0, 20.0)], 5.0),
        (&[(-40.0, 20.0), (-20.0, 20.0)], 20.0),
        (&[(-50.0, 20.0), (-35.0, 20.0), (-20.0, 20.0), (-35.0, 20.0), (-50.0, 20.0)], 15.0),
    ];
    for (parts, expected) in cases {
        let actual = measure(48_000, &stereo_tone(48_000, parts)).range_lu().unwrap();
        assert_abs_diff_eq!(actual, expected, epsilon = TECH_3342_LU);
    }
}

#[test]
fn integrated_loudness_is_libebur128s_from_44_1_khz_on() {
    for (rate, channels) in [(44_100, 1), (44_100, 2), (48_000, 6), (96_000, 5), (192_000, 2)] {
        // Loud, quiet and nearly silent parts, so that both gates have work to do.
        let length = 2 * rate as usize;
        let planar: Vec<Vec<f32>> = (0..channels as u32)
            .map(|seed| [0.5, 0.05, 0.0001, 0.2].iter().flat_map(|&a| noise(seed * 77 + 1, length, a)).collect())
            .collect();
        let slices: Vec<&[f32]> = planar.iter().map(Vec::as_slice).collect();
        let mut oracle = EbuR128::new(channels as u32, rate, Mode::I).unwrap();
        oracle.add_frames_planar_f32(&slices).unwrap();
        let actual = measure(rate, &planar).integrated().unwrap();
        assert_abs_diff_eq!(actual, oracle.loudness_global().unwrap(), epsilon = 1e-6);
    }
}

#[test]
fn tones_read_the_same_at_every_rate() {
    // Every rate must agree with 48 kHz within 0.1 LU; the matched filter stays within 0.04.
    const RATE_LU: f64 = 0.05;
    let at = |rate: u32, frequency: f64| {
        let angle = std::f64::consts::TAU * frequency / f64::from(rate);
        let tone: Vec<f32> = (0..3 * rate).map(|n| (0.1 * (angle * f64::from(n)).sin()) as f32).collect();
        measure(rate, &[tone]).integrated().unwrap()
    };
    for frequency in [40.0, 100.0, 400.0, 1_000.0, 1_700.0, 2_500.0, 3_200.0, 3_800.0] {
        let expected = at(48_000, frequency);
        for rate in [8_000, 9_600, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100] {
            assert_abs_diff_eq!(at(rate, frequency), expected, epsilon = RATE_LU);
        }
    }
}

#[test]
fn surrounds_behind_the_listener_weigh_as_the_standard_says_not_as_libebur128() {
    // 7.1 with one channel at a time: ITU-R BS.1770-5 table 4 gives ±135–150° a weight of 1.00.
    let of_channel = |sounding: usize| {
        let tone_or_silence = |c: usize| if c == sounding { tone(48_000, &[(-20.0, 3.0)]) } else { vec![0.0; 144_000] };
        measure(48_000, &(0..8).map(tone_or_silence).collect::<Vec<_>>()).integrated().unwrap()
    };
    let front = of_channel(0);
    for (channel, weight) in [(2, 1.0), (4, 1.0), (5, 1.0), (6, 1.41), (7, 1.41)] {
        assert_abs_diff_eq!(of_channel(channel) - front, 10.0 * f64::log10(weight), epsilon = 1e-6);
    }
}

#[test]
fn mono_counts_once() {
    // A 997 Hz sine of full scale in one channel reads −3.01 LUFS (BS.1770-5 annex 1); 1 kHz within 0.01.
    let mono = measure(48_000, &[tone(48_000, &[(0.0, 5.0)])]).integrated().unwrap();
    let stereo = measure(48_000, &stereo_tone(48_000, &[(0.0, 5.0)])).integrated().unwrap();
    assert_abs_diff_eq!(mono, -3.01, epsilon = 0.01);
    assert_abs_diff_eq!(stereo - mono, 10.0 * 2.0_f64.log10(), epsilon = 1e-9);
}

#[test]
fn short_term_deviation_follows_the_share_of_each_window() {
    // 10 s at −20 and 10 s at −30 dBFS: window k holds 30 cells, of which those from cell 100 on are quiet.
    let channels = stereo_tone(48_000, &[(-20.0, 10.0), (-30.0, 10.0)]);
    let levels: Vec<f64> = (0..=170_i32)
        .map(|k| {
            let quiet = f64::from((k + 30 - 100).clamp(0, 30)) / 30.0;
            10.0 * ((1.0 - quiet) + 0.1 * quiet).log10()
        })
        .collect();
    let mean = levels.iter().sum::<f64>() / levels.len() as f64;
    let expected = (levels.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / levels.len() as f64).sqrt();
    // The filter settles within about 10 ms, which is a small part of a 3 s window.
    let actual = measure(48_000, &channels).short_term_deviation().unwrap();
    assert_abs_diff_eq!(actual, expected, epsilon = 0.02);
}

#[test]
fn gain_moves_loudness_and_nothing_else() {
    let planar = vec![
        [noise(3, 132_300, 0.1), noise(4, 132_300, 0.02)].concat(),
        [noise(5, 132_300, 0.1), noise(6, 132_300, 0.03)].concat(),
    ];
    let plain = measure(44_100, &planar);
    for gain_db in [-20.0_f64, 20.0] {
        let gain = 10.0_f64.powf(gain_db / 20.0) as f32;
        let scaled: Vec<Vec<f32>> = planar.iter().map(|c| c.iter().map(|x| x * gain).collect()).collect();
        let scaled = measure(44_100, &scaled);
        let moved = scaled.integrated().unwrap() - plain.integrated().unwrap();
        // f32 rounding of the scaled samples.
        assert_abs_diff_eq!(moved, gain_db, epsilon = 1e-5);
        let deviation = |m: &LoudnessMeter| m.short_term_deviation().unwrap();
        assert_abs_diff_eq!(deviation(&scaled), deviation(&plain), epsilon = 1e-5);
        assert_abs_diff_eq!(scaled.range_lu().unwrap(), plain.range_lu().unwrap(), epsilon = 1e-5);
    }
}

#[test]
fn block_size_moves_loudness_by_rounding_alone_and_reuse_by_nothing() {
    // 22 051 / 10 is no whole number: cells have two lengths.
    let rate = 22_051;
    let planar = [noise(8, 4 * rate as usize, 0.3), noise(9, 4 * rate as usize, 0.3)];
    let whole = measure(rate, &planar);
    let mut reused = meter(rate, 2);
    for size in [1, 7, 1000, planar[0].len()] {
        reused.reset();
        for start in (0..planar[0].len()).step_by(size) {
            let end = (start + size).min(planar[0].len());
            reused.add_samples(&[&planar[0][start..end], &planar[1][start..end]]);
        }
        let readings = |meter: &LoudnessMeter| {
            [meter.integrated().unwrap(), meter.short_term_deviation().unwrap(), meter.range_lu().unwrap()]
        };
        for (cut, whole) in readings(&reused).into_iter().zip(readings(&whole)) {
            // Weighted samples are rounded to f32, sums to f64; the pass always cuts the stream in the same way.
            assert_abs_diff_eq!(cut, whole, epsilon = 1e-5);
            assert!(size < planar[0].len() || cut == whole);
        }
    }
}

#[test]
fn short_or_quiet_streams_have_no_loudness_and_say_why() {
    let seconds = |s: f64, amplitude: f32| vec![noise(1, (44_100.0 * s) as usize, amplitude)];
    for samples in [0, 1, 100, 17_639] {
        let short = measure(44_100, &[noise(2, samples, 0.5)]);
        assert_eq!(short.integrated(), Err(NullReason::TooShort));
        assert_eq!(short.range_lu(), None);
    }
    assert!(measure(44_100, &[noise(2, 17_640, 0.5)]).integrated().is_ok());
    assert_eq!(measure(44_100, &seconds(2.99, 0.5)).short_term_deviation(), Err(NullReason::TooShort));
    assert!(measure(44_100, &seconds(3.0, 0.5)).short_term_deviation().is_ok());
    for amplitude in [0.0, 1e-5] {
        let quiet = measure(44_100, &seconds(4.0, amplitude));
        assert_eq!(quiet.integrated(), Err(NullReason::BelowGate));
        assert_eq!(quiet.short_term_deviation(), Err(NullReason::BelowGate));
        assert_eq!(quiet.range_lu(), None);
    }
}

#[test]
fn rates_down_to_100_hz_give_finite_loudness() {
    for rate in [100, 101, 999, 3_364, 8_000] {
        let stream = measure(rate, &[noise(11, 6 * rate as usize, 0.5)]);
        assert!(stream.integrated().unwrap().is_finite(), "{rate} Hz");
        assert!(stream.short_term_deviation().unwrap().is_finite(), "{rate} Hz");
    }
}
