//! The levels and spectra of a trace against closed forms and libebur128.

mod signal;
mod traced;

use std::f64::consts::TAU;

use approx::assert_abs_diff_eq;
use signal::{groove, pink_noise, render, sine, white_noise};
use traced::{both, points, series, traced};

/// EBU Tech 3341 allows a meter ±0.1 LU.
const LOUDNESS_LU: f64 = 0.1;

/// Parts of so many seconds of a 1 kHz sine with this amplitude.
fn tone(rate_hz: u32, parts: &[(f64, f64)]) -> Vec<f32> {
    let part = |&(seconds, amplitude): &(f64, f64)| render(rate_hz, seconds, |t| amplitude * (TAU * 1000.0 * t).sin());
    parts.iter().flat_map(part).collect()
}

#[test]
fn loudness_over_a_step_is_the_power_of_both_sides_in_its_window() {
    let at = |db: f64| 10.0_f64.powf(db / 20.0);
    for rate in [44_100, 48_000, 96_000] {
        // Tech 3341: a 1 kHz sine of −20 dBFS in both channels is −20 LUFS.
        let trace = traced(rate, &both(tone(rate, &[(10.0, at(-20.0)), (10.0, at(-30.0))])));
        for (name, window_s) in [("short_term_lufs", 3.0), ("momentary_lufs", 0.4)] {
            let found = series(&trace, name);
            assert_eq!(
                (found.unit, found.start_s, found.values.len()),
                ("LUFS", window_s, 200 - (window_s * 10.0) as usize + 1)
            );
            assert_abs_diff_eq!(found.step_s, 0.1, epsilon = 1e-12);
            for (index, value) in found.values.iter().enumerate() {
                let after_s = (window_s + index as f64 * 0.1 - 10.0).clamp(0.0, window_s) / window_s;
                let expected = 10.0 * ((1.0 - after_s) * 0.01 + after_s * 0.001).log10();
                assert_abs_diff_eq!(value.unwrap(), expected, epsilon = LOUDNESS_LU);
            }
        }
    }
}

#[test]
fn loudness_over_time_is_libebur128s() {
    let rate = 48_000;
    let music = groove(rate, 24.0, 120.0);
    let trace = traced(rate, &music);
    let mut meter = ebur128::EbuR128::new(2, rate, ebur128::Mode::S | ebur128::Mode::M).unwrap();
    for (step, (left, right)) in music[0].chunks(4_800).zip(music[1].chunks(4_800)).enumerate() {
        meter.add_frames_planar_f32(&[left, right]).unwrap();
        let windows =
            [(30, "short_term_lufs", meter.loudness_shortterm()), (4, "momentary_lufs", meter.loudness_momentary())];
        for (cells, name, expected) in windows {
            if let Some(index) = (step + 1_usize).checked_sub(cells) {
                assert_abs_diff_eq!(series(&trace, name).values[index].unwrap(), expected.unwrap(), epsilon = 0.01);
            }
        }
    }
}

#[test]
fn a_sine_is_its_level_in_its_third_of_an_octave_and_next_to_nothing_in_the_others() {
    for (rate, hz, centre_hz) in
        [(44_100, 1000.0, 1000.0), (48_000, 105.0, 100.0), (96_000, 5000.0, 5000.0), (8_000, 2500.0, 2500.0)]
    {
        let trace = traced(rate, &both(sine(rate, hz, 20.0)));
        for band in &trace.third_octave {
            let level = band.level_dbfs.unwrap_or(-200.0);
            if band.centre_hz == centre_hz {
                // 0.5/√2. The last chunk (0.19 s) counts up to half: 0.02 dB of 20 s.
                assert_abs_diff_eq!(level, -9.031, epsilon = 0.03);
            } else {
                // The sine window falls by 12 dB per octave of distance from the tone.
                assert!(level < -9.0 - 30.0, "{hz} Hz: {level} in {}", band.centre_hz);
            }
        }
        let highest = trace.third_octave.iter().rfind(|band| band.level_dbfs.is_some()).unwrap().centre_hz;
        assert_eq!(highest, if rate == 8_000 { 4000.0 } else { 20_000.0 });
    }
}

#[test]
fn pink_noise_is_level_in_thirds_of_an_octave() {
    let trace = traced(44_100, &both(pink_noise(44_100, 60.0, 5)));
    let levels: Vec<f64> = trace
        .third_octave
        .iter()
        .filter(|band| (100.0..=10_000.0).contains(&band.centre_hz))
        .map(|band| band.level_dbfs.unwrap())
        .collect();
    let mean = levels.iter().sum::<f64>() / levels.len() as f64;
    for level in levels {
        // The noise is pink within 0.5 dB; a band of 23 Hz over 60 s spreads by 0.12 dB (σ).
        assert_abs_diff_eq!(level, mean, epsilon = 1.0);
    }
}

#[test]
fn the_stereo_field_tells_each_passage() {
    let rate = 44_100;
    let [a, b] = [white_noise(rate, 3.0, 1), white_noise(rate, 3.0, 2)];
    let gained = |gain: f32| a.iter().map(|x| gain * x).collect::<Vec<f32>>();
    let passages = [
        (a.clone(), gained(0.5)),
        (a.clone(), gained(-1.0)),
        (a.clone(), b.clone()),
        (a.clone(), vec![0.0; a.len()]),
        (vec![0.0; a.len()], vec![0.0; a.len()]),
    ];
    let channels = [
        passages.iter().flat_map(|(l, _)| l.clone()).collect(),
        passages.iter().flat_map(|(_, r)| r.clone()).collect(),
    ];
    let trace = traced(rate, &channels);
    // (correlation, width, balance): S²/(M² + S²) of 1 and ½ is 0.1. Independent noise spreads by 0.011, 0.006 and 0.06 dB (σ) in
    // 8,192 samples.
    let expected = [
        (Some(1.0), Some(0.1), Some(20.0 * 2.0_f64.log10())),
        (Some(-1.0), Some(1.0), Some(0.0)),
        (Some(0.0), Some(0.5), Some(0.0)),
        (None, Some(0.5), None),
        (None, None, None),
    ];
    let tolerances = |passage: usize| if passage == 2 { [0.06, 0.03, 0.3] } else { [1e-3; 3] };
    let mut seen = 0;
    for (name, index) in [("correlation", 0), ("width", 1), ("balance_db", 2)] {
        for (middle_s, value) in points(series(&trace, name)) {
            // Steps of 0.19 s; what is taken as offset reaches as far.
            let (passage, since_s) = ((middle_s / 3.0) as usize, middle_s % 3.0);
            if (0.5..2.5).contains(&since_s) {
                let (correlation, width, balance) = expected[passage];
                match ([correlation, width, balance][index], value) {
                    (Some(expected), Some(value)) => {
                        assert_abs_diff_eq!(value, expected, epsilon = tolerances(passage)[index])
                    }
                    (expected, value) => assert_eq!(value, expected, "{name} at {middle_s} s"),
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 140, "{seen} steps looked at");
}

#[test]
fn one_channel_has_no_stereo_field() {
    let trace = traced(44_100, &[white_noise(44_100, 3.0, 1)]);
    for name in ["correlation", "width", "balance_db"] {
        let values = &series(&trace, name).values;
        assert!(values.len() > 10 && values.iter().all(Option::is_none), "{name}");
    }
}

#[test]
fn each_peak_is_that_of_all_channels_where_it_lies() {
    for (rate, channels) in [(44_100, 2), (48_000, 6), (192_000, 1)] {
        let length = rate as usize * 5;
        let mut planar = vec![vec![0.0_f32; length]; channels];
        planar[0][rate as usize] = -0.5;
        planar[channels - 1][3 * rate as usize] = 1.0;
        let trace = traced(rate, &planar);
        let peaks = series(&trace, "peak_dbfs");
        let loud: Vec<(f64, f64)> = points(peaks).filter_map(|(middle_s, value)| Some((middle_s, value?))).collect();
        assert_eq!(loud.len(), 2, "{loud:?}");
        for ((middle_s, level), (at_s, expected)) in loud.into_iter().zip([(1.0, -6.0206), (3.0, 0.0)]) {
            assert_abs_diff_eq!(level, expected, epsilon = 1e-4);
            // A block of 32 samples counts for the step in which it begins.
            assert_abs_diff_eq!(middle_s, at_s, epsilon = 0.5 * peaks.step_s + 32.0 / f64::from(rate));
        }
    }
}

#[test]
fn the_centroid_follows_the_tone_and_is_null_in_silence() {
    let rate = 44_100;
    let part = |hz: f64| sine(rate, hz, 4.0);
    let samples = [part(1000.0), vec![0.0; 4 * rate as usize], part(4000.0)].concat();
    let trace = traced(rate, &both(samples));
    for (middle_s, value) in points(series(&trace, "centroid_hz")) {
        match middle_s {
            0.1..3.9 => assert_abs_diff_eq!(value.unwrap(), 1000.0, epsilon = 5.0),
            4.1..7.9 => assert_eq!(value, None, "{middle_s}"),
            8.1..11.9 => assert_abs_diff_eq!(value.unwrap(), 4000.0, epsilon = 5.0),
            _ => {}
        }
    }
}
