//! Closed forms: a steady tone, a leaping tone, noise, and the gate.

use std::f64::consts::PI;

use approx::assert_abs_diff_eq;

use super::*;

fn stability_in_runs(rate_hz: u32, left: &[f32], right: &[f32], run: usize) -> Value {
    let mut tracker = PitchTracker::new(&Params::new(rate_hz).unwrap());
    feed(&mut tracker, left, right, run);
    tracker.finish()
}

fn feed(tracker: &mut PitchTracker, left: &[f32], right: &[f32], run: usize) {
    let mid: Vec<f32> = left.iter().zip(right).map(|(l, r)| 0.5 * (l + r)).collect();
    for ((left, right), mid) in left.chunks(run).zip(right.chunks(run)).zip(mid.chunks(run)) {
        let mut done = 0;
        while done < mid.len() {
            let end = mid.len().min(done.saturating_add(tracker.samples_to_cut()));
            tracker.add_segment(&StereoMoments::of(&left[done..end], &right[done..end]));
            done = end;
        }
        tracker.add_samples(mid);
    }
}

fn stability(rate_hz: u32, samples: &[f32]) -> Value {
    stability_in_runs(rate_hz, samples, samples, 8192)
}

fn tone(rate_hz: u32, seconds: f64, f0_hz: impl Fn(f64) -> f64) -> Vec<f32> {
    let rate = f64::from(rate_hz);
    let mut phase = 0.0;
    (0..(seconds * rate) as usize)
        .map(|n| {
            phase += 2.0 * PI * f0_hz(n as f64 / rate) / rate;
            (0.5 * phase.sin()) as f32
        })
        .collect()
}

fn noise(length: usize) -> Vec<f32> {
    let mut state = 3_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn a_held_tone_is_stable_and_noise_is_not_at_any_rate() {
    for rate in [8_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000] {
        // The specification's limits.
        let held = stability(rate, &tone(rate, 10.0, |_| 440.0)).unwrap();
        assert!(held > 0.98, "{rate} Hz: {held}");
        let unpitched = stability(rate, &noise(10 * rate as usize)).unwrap();
        assert!(unpitched < 0.1, "{rate} Hz: {unpitched}");
    }
}

#[test]
fn a_pitch_counts_only_while_it_is_that_of_two_frames_earlier() {
    // A frame lasts 0.093 s, and one begins every 0.046 s. Notes last 8 frames and are a fourth apart: the two frames
    // after each change differ from those two earlier, and the frame across it has a low confidence.
    let hop_s = 1024.0 / 22_050.0;
    let leaping = |t: f64| if ((t / (8.0 * hop_s)) as u64).is_multiple_of(2) { 300.0 } else { 400.0 };
    let actual = stability(44_100, &tone(44_100, 30.0, leaping)).unwrap();
    assert!((0.6..0.76).contains(&actual), "{actual}");
    // A glide of two octaves a second moves by 2.2 semitones in two frames.
    let gliding = |t: f64| 100.0 * 4.0_f64.powf(t % 1.5);
    assert!(stability(44_100, &tone(44_100, 30.0, gliding)).unwrap() < 0.1);
    // Vibrato of a quarter of a semitone stays within 50 cents.
    let vibrato = |t: f64| 300.0 * (0.25 / 12.0 * (2.0 * PI * 5.0 * t).sin()).exp2();
    assert!(stability(44_100, &tone(44_100, 30.0, vibrato)).unwrap() > 0.9);
}

#[test]
fn silence_after_a_tone_does_not_count() {
    let held = tone(44_100, 10.0, |_| 220.0);
    let followed = [held.clone(), vec![0.0; 441_000]].concat();
    // The two frames that reach over the end of the tone are active in one of them only.
    let (alone, followed) = (stability(44_100, &held).unwrap(), stability(44_100, &followed).unwrap());
    assert_abs_diff_eq!(followed, alone, epsilon = 0.01);
    // Anti-phase is active, but its mid channel has no pitch.
    let inverted: Vec<f32> = held.iter().map(|x| -x).collect();
    let (left, right) = ([held.clone(), held.clone()].concat(), [held.clone(), inverted].concat());
    let half = stability_in_runs(44_100, &left, &right, 8192).unwrap();
    assert_abs_diff_eq!(half, 0.5 * alone, epsilon = 0.01);
}

#[test]
fn no_active_frame_has_no_stability() {
    for rate in [100, 195, 196, 1_000, 8_000, 44_100] {
        for length in [0, 1, 100] {
            // Too short for a third frame, or without lags.
            let value = stability(rate, &noise(length));
            assert!(rate < 4_000 || value == Err(NullReason::NoActiveFrame), "{rate} Hz, {length} samples");
            assert!(value.is_err() || value.is_ok_and(f64::is_finite));
        }
        assert_eq!(stability(rate, &vec![0.0; 3 * rate as usize]), Err(NullReason::NoActiveFrame));
    }
    assert_eq!(stability(100, &noise(1_000)), Err(NullReason::NoActiveFrame));
    assert!(stability(196, &noise(2_000)).is_ok());
    // An offset is not a sound.
    assert_eq!(stability(44_100, &[0.5; 88_200]), Err(NullReason::NoActiveFrame));
}

#[test]
fn gain_run_length_and_reuse_change_nothing() {
    let left: Vec<f32> =
        tone(44_100, 3.0, |t| 200.0 + 50.0 * t).iter().zip(noise(132_300)).map(|(a, b)| a + 0.1 * b).collect();
    let right = tone(44_100, 3.0, |_| 330.0);
    let plain = stability_in_runs(44_100, &left, &right, 8192);
    let mut reused = PitchTracker::new(&Params::new(44_100).unwrap());
    for run in [1, 7, 1000, left.len()] {
        reused.reset();
        feed(&mut reused, &left, &right, run);
        assert_eq!(reused.finish(), plain);
    }
    for gain in [0.1_f32, 10.0] {
        let scale = |channel: &[f32]| channel.iter().map(|x| x * gain).collect::<Vec<_>>();
        let scaled = stability_in_runs(44_100, &scale(&left), &scale(&right), 8192).unwrap();
        // f32 rounding in the transforms may decide differently between two lags that are almost equally good.
        assert_abs_diff_eq!(scaled, plain.unwrap(), epsilon = 2e-3);
    }
}
