//! The onsets and beats of a trace where they are known, its length, and what of it is null.

mod signal;
mod traced;

use std::f64::consts::{PI, TAU};

use approx::assert_abs_diff_eq;
use fp_dsp::{Analyzer, ChannelLayout, trace::MAX_POINTS};
use signal::{clicks, groove, render, white_noise};
use traced::{analysis, both, points, series, traced};

/// A hit every `period_s` from `first_s` on, as a function of the time since it.
fn hits(rate_hz: u32, seconds: f64, first_s: f64, period_s: f64, hit: impl Fn(f64) -> f64) -> Vec<f32> {
    render(rate_hz, seconds, |t| {
        let since_s = (t - first_s).rem_euclid(period_s);
        if t < first_s { 0.0 } else { hit(since_s) }
    })
}

#[test]
fn the_grid_lies_on_the_beats_within_10_ms_to_the_end_of_the_track() {
    let drum = |hz: f64, decay_s: f64| move |since: f64| 0.8 * (-since / decay_s).exp() * (TAU * hz * since).sin();
    for (rate, bpm, first_s) in [(44_100, 97.3, 0.237), (48_000, 120.0, 0.0), (96_000, 148.0, 0.31)] {
        let (seconds, period_s) = (30.0, 60.0 / bpm);
        let hit_by = |hit: &dyn Fn(f64) -> f64| hits(rate, seconds, first_s, period_s, hit);
        let snare = hit_by(&|since| (-since / 0.06).exp());
        let snare = snare.iter().zip(white_noise(rate, seconds, 9)).map(|(envelope, x)| envelope * x).collect();
        let signals = [
            ("click", hit_by(&|since| if since < 0.5 / 44_100.0 { 0.9 } else { 0.0 })),
            ("kick", hit_by(&drum(60.0, 0.08))),
            ("wood", hit_by(&drum(1800.0, 0.02))),
            ("snare", snare),
            // Fades out, for a tone that is cut makes a click.
            ("tone", hit_by(&|since| 0.5 * (1.0 - since / period_s).powi(2) * (TAU * 440.0 * since).sin())),
        ];
        for (name, samples) in signals {
            let grid = traced(rate, &both(samples)).beats.unwrap();
            let off = |beat: f64| {
                let distance = (grid.phase_s + beat * grid.period_s - first_s) / period_s;
                (distance - distance.round()) * period_s
            };
            // A fast click is read on every second beat.
            let apart = (grid.period_s / period_s).round();
            let last = (seconds / grid.period_s).floor();
            assert!(off(0.0).abs() < 0.010 && off(last).abs() < 0.010, "{rate} {bpm} {name}: {grid:?}");
            assert!(grid.share * apart > 0.9 && (0.0..grid.period_s).contains(&grid.phase_s), "{name}: {grid:?}");
        }
    }
}

#[test]
fn onsets_are_largest_on_the_clicks_and_there_is_no_grid_without_tempo() {
    let trace = traced(44_100, &both(clicks(44_100, 120.0, 30.0, 0.0, 1)));
    let excerpt = series(&trace, "onset_excerpt");
    assert_eq!(excerpt.values.len(), MAX_POINTS);
    let (mut on, mut off) = (0, 0);
    for (middle_s, value) in points(excerpt) {
        let distance_s = (middle_s + 0.25).rem_euclid(0.5) - 0.25;
        // A click is seen by frames up to 23 ms away.
        if distance_s.abs() < 0.004 {
            on += usize::from(value.unwrap() > 0.2);
        } else if distance_s.abs() > 0.030 {
            off += usize::from(value.unwrap() > 0.0);
        }
    }
    assert_eq!(off, 0);
    assert!(on >= 25, "{on} of about 30 frames within 4 ms of a click");
    let largest = points(series(&trace, "onset_strength")).filter_map(|(_, value)| value).fold(0.0, f64::max);
    assert_eq!(largest, 1.0);
    assert_eq!(traced(44_100, &both(white_noise(44_100, 30.0, 3))).beats, None);
}

#[test]
fn what_is_not_there_is_null_and_a_trace_changes_no_value() {
    let rate = 44_100;
    let silence = traced(rate, &both(vec![0.0; 5 * rate as usize]));
    let [left, right] = groove(rate, 10.0, 120.0);
    let inverted = traced(rate, &[left.clone(), left.iter().map(|x| -x).collect()]);
    let empty = traced(rate, &both(Vec::new()));
    for trace in [&silence, &empty] {
        assert!(trace.series.iter().all(|series| series.values.iter().all(Option::is_none)));
    }
    for trace in [&silence, &empty, &inverted] {
        assert!(trace.third_octave.iter().all(|band| band.level_dbfs.is_none()) && trace.beats.is_none());
        for name in ["onset_strength", "onset_excerpt", "centroid_hz"] {
            assert!(series(trace, name).values.iter().all(Option::is_none), "{name}");
        }
    }
    let peaks = &series(&inverted, "peak_dbfs").values;
    assert!(peaks.iter().filter(|peak| peak.is_some()).count() > 800);
    let with = analysis(rate, &[left.clone(), right.clone()]);
    let without = signal::analyze(rate, &[left, right]);
    assert_eq!((with.fingerprint, with.details), (without.fingerprint, without.details));
    assert_eq!(without.trace, None);
}

#[test]
fn two_hours_have_at_most_2000_points_and_their_extremes() {
    let rate = 1_000;
    let mut samples = render(rate, 7_200.0, |t| 0.1 * (2.0 * PI * 100.0 * t).sin());
    samples[5_000_000] = 0.9;
    let trace = traced(rate, &both(samples));
    for series in &trace.series {
        assert!(series.values.len() <= MAX_POINTS && series.step_s > 0.0, "{}", series.name);
        let end_s = series.start_s + series.values.len() as f64 * series.step_s;
        assert!(
            series.name == "onset_excerpt" || (7_190.0..7_210.0).contains(&end_s),
            "{} ends at {end_s}",
            series.name
        );
    }
    let (at_s, peak) = points(series(&trace, "peak_dbfs")).max_by(|a, b| a.1.partial_cmp(&b.1).unwrap()).unwrap();
    assert_abs_diff_eq!(peak.unwrap(), 20.0 * 0.9_f64.log10(), epsilon = 1e-4);
    assert_abs_diff_eq!(at_s, 5_000.0, epsilon = 5.0);
}

#[test]
fn only_the_track_that_it_was_asked_for_has_a_trace() {
    let tone = render(44_100, 1.0, |t| 0.1 * (TAU * 440.0 * t).sin());
    let mut analyzer = Analyzer::new(44_100, ChannelLayout::new(1, None).unwrap()).unwrap();
    let mut has_trace = |expected: bool| {
        analyzer.reset();
        if expected {
            analyzer.expect_trace();
        }
        analyzer.add_samples(&[&tone]);
        analyzer.finish().trace.is_some() == expected
    };
    assert!([false, true, false, true].map(&mut has_trace).into_iter().all(|right| right));
}
