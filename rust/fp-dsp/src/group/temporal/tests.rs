//! Signals whose tempo and onsets are known by construction must show them in the temporal dimensions.

use std::f64::consts::TAU;

use super::*;
use crate::{
    frames::ShortFrames,
    kernel::stereo::moments::StereoMoments,
    level_gate::{LevelHistogram, LevelRange},
};

const RATES_HZ: [u32; 4] = [22_050, 44_100, 48_000, 96_000];

/// Adds a chunk, equal in both channels.
fn add_chunk(frames: &mut ShortFrames, samples: &[f32], hop: usize) {
    frames.start_chunk(samples.len()).copy_from_slice(samples);
    samples.chunks(hop).for_each(|hop| frames.add_segment(&StereoMoments::of(hop, hop)));
}

/// Runs the short STFT and the group over a mono signal, as the pass does.
fn analyse(signal: &[f32], rate_hz: u32) -> TemporalOutput {
    let params = Params::new(rate_hz).unwrap();
    let mut frames = ShortFrames::new(&params);
    let mut levels = LevelHistogram::new(LevelRange::DBFS);
    let mut temporal = Temporal::new(&params);
    let whole_chunks = signal.len() / params.long_hop;
    for chunk in 0..=whole_chunks {
        let start = chunk * params.long_hop;
        let samples = &signal[start..(start + params.long_hop).min(signal.len())];
        add_chunk(&mut frames, samples, params.hop);
        let last_frame = (chunk == whole_chunks).then_some((signal.len() / params.hop) as u64);
        while let Some(frame) = frames.next_frame(last_frame) {
            levels.count(frame.level_db);
            temporal.add_frame(&frame);
        }
    }
    temporal.finish(levels.gate(), signal.len() as f64 / f64::from(rate_hz))
}

/// Uniform noise in −1…1 from a linear congruential generator (constants of Numerical Recipes).
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0) / f64::from(u32::MAX) * 2.0 - 1.0
    }
}

fn clicks(bpm: f64, jitter: f64, seconds: f64, rate_hz: u32) -> Vec<f32> {
    clicks_from(7, bpm, jitter, seconds, rate_hz)
}

/// Single-sample clicks, the first after half a beat; each interval is longer or shorter by up to `jitter`.
fn clicks_from(seed: u32, bpm: f64, jitter: f64, seconds: f64, rate_hz: u32) -> Vec<f32> {
    let mut noise = Noise(seed.wrapping_mul(2_654_435_761));
    let mut signal = vec![0.0; (seconds * f64::from(rate_hz)) as usize];
    let mut time_s = 30.0 / bpm;
    while let Some(sample) = signal.get_mut((time_s * f64::from(rate_hz)).round() as usize) {
        *sample = 0.5;
        time_s += 60.0 / bpm * (1.0 + jitter * noise.next());
    }
    signal
}

fn sine(hz: f64, seconds: f64, rate_hz: u32) -> Vec<f32> {
    let step = TAU * hz / f64::from(rate_hz);
    (0..(seconds * f64::from(rate_hz)) as usize).map(|n| (0.5 * (step * n as f64).sin()) as f32).collect()
}

#[test]
fn clicks_read_their_tempo_stability_and_density_at_every_rate() {
    for rate_hz in RATES_HZ {
        for bpm in (60..=200).step_by(10).map(f64::from) {
            let output = analyse(&clicks(bpm, 0.0, 24.0, rate_hz), rate_hz);
            let (tempo, stability) = (output.tempo_bpm.unwrap(), output.rhythm_stability.unwrap());
            let density = output.transient_density.unwrap();
            let case = format!("{bpm} BPM at {rate_hz} Hz: {tempo} BPM, stability {stability}, {density}/s");
            assert!((tempo / bpm - 1.0).abs() < 0.01, "{case}");
            assert!(stability > 0.8, "{case}");
            assert!((density / (bpm / 60.0) - 1.0).abs() < 0.05, "{case}");
            assert!(output.tempo_confidence.is_some_and(|c| c > 0.5), "{case}");
        }
    }
}

#[test]
fn jittered_beats_lower_the_stability() {
    let mut last = 1.0;
    // Values measured when the dimension was defined; ±0.07 covers the chance of the draw (deviation 0.045 per track).
    for (jitter, expected) in [(0.05, 0.49), (0.10, 0.27), (0.25, 0.17)] {
        let seeds = 1..=8;
        let total: f64 = seeds
            .clone()
            .map(|seed| analyse(&clicks_from(seed, 120.0, jitter, 30.0, 22_050), 22_050))
            .map(|output| output.rhythm_stability.unwrap())
            .sum();
        let stability = total / f64::from(*seeds.end());
        assert!((stability - expected).abs() < 0.07 && stability < last, "±{jitter}: {stability}, not {expected}");
        last = stability;
    }
}

#[test]
fn noise_has_no_tempo_and_few_onsets() {
    for rate_hz in [22_050, 44_100] {
        let mut noise = Noise(1);
        let white: Vec<f32> = (0..30 * rate_hz).map(|_| (0.3 * noise.next()) as f32).collect();
        // Sum of leaky integrators an octave or two apart: −3 dB per octave within 0.5 dB (P. Kellet).
        let mut poles = [0.0; 3];
        let pink: Vec<f32> = white
            .iter()
            .map(|&x| {
                let x = f64::from(x);
                poles[0] = 0.997_65 * poles[0] + x * 0.099_046;
                poles[1] = 0.963_00 * poles[1] + x * 0.296_516_4;
                poles[2] = 0.570_00 * poles[2] + x * 1.052_691_3;
                (0.2 * (poles.iter().sum::<f64>() + 0.1848 * x)) as f32
            })
            .collect();
        for (name, signal) in [("white", white), ("pink", pink)] {
            let output = analyse(&signal, rate_hz);
            assert_eq!(output.tempo_bpm, Err(NullReason::NoPulse), "{name} {:?}", output.tempo_confidence);
            assert_eq!(output.rhythm_stability, Err(NullReason::NoPulse));
            let density = output.transient_density.unwrap();
            assert!(density < 2.0, "{name} at {rate_hz} Hz: {density}");
        }
    }
}

#[test]
fn a_sine_has_at_most_its_start_and_end_and_no_tempo() {
    for rate_hz in RATES_HZ {
        let output = analyse(&sine(700.0, 20.0, rate_hz), rate_hz);
        assert!(output.transient_density.unwrap() * 20.0 < 2.5, "{rate_hz} Hz: {output:?}");
        assert_eq!(output.tempo_bpm, Err(NullReason::NoPulse), "{rate_hz} Hz: {output:?}");
    }
}

#[test]
fn constant_signals_and_silence_have_no_tempo() {
    for level in [0.0, 0.25] {
        let output = analyse(&vec![level; 20 * 44_100], 44_100);
        assert_eq!(output.tempo_bpm, Err(NullReason::NoPulse), "{level}");
        assert!(output.transient_density.unwrap() * 20.0 < 2.5, "{level}: {output:?}");
    }
}

#[test]
fn gain_moves_nothing() {
    let mut noise = Noise(3);
    let mut signal = clicks(97.0, 0.02, 20.0, 44_100);
    for (sample, tone) in signal.iter_mut().zip(sine(220.0, 20.0, 44_100)) {
        *sample += 0.2 * tone + (0.01 * noise.next()) as f32;
    }
    let at_gain = |gain: f32| analyse(&signal.iter().map(|x| gain * x).collect::<Vec<_>>(), 44_100);
    let plain = at_gain(1.0);
    for gain in [0.1, 10.0] {
        let scaled = at_gain(gain);
        // Only the rounding of f32 spectra differs.
        let close = |a: Value, b: Value| (a.unwrap() - b.unwrap()).abs() < 1e-4;
        assert!(close(plain.tempo_bpm, scaled.tempo_bpm), "{plain:?} {scaled:?}");
        assert!(close(plain.rhythm_stability, scaled.rhythm_stability), "{plain:?} {scaled:?}");
        assert_eq!(plain.transient_density, scaled.transient_density);
    }
}

#[test]
fn short_tracks_have_onsets_but_no_tempo() {
    for samples in [0, 1, 100, 2_048, 4_410, 4 * 44_100 - 1] {
        let output = analyse(&clicks(120.0, 0.0, f64::from(samples) / 44_100.0, 44_100), 44_100);
        assert_eq!(output.tempo_bpm, Err(NullReason::TooShort));
        assert_eq!(output.rhythm_stability, Err(NullReason::TooShort));
        assert!(output.transient_density.unwrap().is_finite());
    }
    let four_seconds = analyse(&clicks(120.0, 0.0, 4.0, 44_100), 44_100);
    assert!((four_seconds.tempo_bpm.unwrap() / 120.0 - 1.0).abs() < 0.01, "{four_seconds:?}");
}

#[test]
fn a_reused_accumulator_gives_what_a_fresh_one_gives() {
    let params = Params::new(22_050).unwrap();
    let run = |temporal: &mut Temporal, signal: &[f32]| {
        let mut frames = ShortFrames::new(&params);
        temporal.reset();
        for samples in signal.chunks_exact(params.long_hop) {
            add_chunk(&mut frames, samples, params.hop);
            while let Some(frame) = frames.next_frame(None) {
                temporal.add_frame(&frame);
            }
        }
        temporal.finish(None, 20.0)
    };
    let (first, second) = (clicks(90.0, 0.0, 20.0, 22_050), clicks(133.0, 0.1, 20.0, 22_050));
    let mut reused = Temporal::new(&params);
    run(&mut reused, &first);
    assert_eq!(run(&mut reused, &second), run(&mut Temporal::new(&params), &second));
}
