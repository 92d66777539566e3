//! Test signals in place of music: exact, seeded, at any sample rate.
#![allow(dead_code, reason = "each test file uses some of the signals")]

use std::f64::consts::TAU;

use fp_dsp::{Analysis, Analyzer, ChannelLayout};

/// Planar stereo samples.
pub(crate) type Stereo = [Vec<f32>; 2];

/// Analyses planar channels in one block.
pub(crate) fn analyze(rate_hz: u32, channels: &[Vec<f32>]) -> Analysis {
    let mut analyzer = Analyzer::new(rate_hz, ChannelLayout::new(channels.len(), None).expect("1 to 8 channels"))
        .expect("a usual rate");
    let planar: Vec<&[f32]> = channels.iter().map(Vec::as_slice).collect();
    analyzer.add_samples(&planar);
    analyzer.finish()
}

/// A seeded generator of uniform values in −1…1 (xorshift64*).
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// `seconds` of `f(t)`.
pub(crate) fn render(rate_hz: u32, seconds: f64, f: impl Fn(f64) -> f64) -> Vec<f32> {
    (0..(seconds * f64::from(rate_hz)).round() as usize).map(|n| f(n as f64 / f64::from(rate_hz)) as f32).collect()
}

pub(crate) fn sine(rate_hz: u32, frequency_hz: f64, seconds: f64) -> Vec<f32> {
    render(rate_hz, seconds, |t| 0.5 * (TAU * frequency_hz * t).sin())
}

pub(crate) fn white_noise(rate_hz: u32, seconds: f64, seed: u64) -> Vec<f32> {
    let mut noise = Noise::seeded(seed);
    (0..(seconds * f64::from(rate_hz)) as usize).map(|_| (0.25 * noise.uniform()) as f32).collect()
}

/// Noise with equal power per octave: white noise through Paul Kellet's sum of first-order sections, within
/// 0.5 dB of −3 dB per octave above 20 Hz at 44.1 kHz.
pub(crate) fn pink_noise(rate_hz: u32, seconds: f64, seed: u64) -> Vec<f32> {
    const POLES: [(f64, f64); 6] = [
        (0.99886, 0.055_517_9),
        (0.99332, 0.075_075_9),
        (0.969, 0.153_852),
        (0.8665, 0.310_485_6),
        (0.55, 0.532_952_2),
        (-0.7616, -0.016_898),
    ];
    let mut states = [0.0; 6];
    let pink = white_noise(rate_hz, seconds, seed).into_iter().map(f64::from).map(|white| {
        for (state, (pole, gain)) in states.iter_mut().zip(POLES) {
            *state = *state * pole + white * gain;
        }
        (0.3 * (states.iter().sum::<f64>() + 0.5362 * white)) as f32
    });
    pink.collect()
}

/// One-sample clicks at `bpm`, each interval stretched at random by up to ± `jitter` of it.
pub(crate) fn clicks(rate_hz: u32, bpm: f64, seconds: f64, jitter: f64, seed: u64) -> Vec<f32> {
    let mut samples = vec![0.0; (seconds * f64::from(rate_hz)) as usize];
    let mut random = Noise::seeded(seed);
    let mut time_s = 0.0;
    while let Some(sample) = samples.get_mut((time_s * f64::from(rate_hz)).round() as usize) {
        *sample = 0.9;
        time_s += 60.0 / bpm * (1.0 + jitter * random.uniform());
    }
    samples
}

/// A small piece of music: drums at `bpm`, a bass line and chords, band-limited so that every rate can
/// represent it, with a quiet section, chords to the left and melody to the right. Drum noise is a fixed sum of sines.
pub(crate) fn groove(rate_hz: u32, seconds: f64, bpm: f64) -> Stereo {
    let beat_s = 60.0 / bpm;
    let hiss: Vec<(f64, f64)> = {
        let mut noise = Noise::seeded(7);
        (0..12).map(|_| (3000.0 + 3000.0 * (1.0 + noise.uniform()), TAU * noise.uniform())).collect()
    };
    let hit = |since_s: f64, decay_s: f64| if since_s < 0.0 { 0.0 } else { (-since_s / decay_s).exp() };
    let voice = |t: f64| -> (f64, f64, f64) {
        let beat = (t / beat_s).floor();
        let since = t - beat * beat_s;
        let half = since % (beat_s / 2.0);
        let kick = hit(since, 0.08) * (TAU * (50.0 * since + 6.0 * (1.0 - (-since * 30.0).exp()))).sin();
        let noise: f64 = hiss.iter().map(|&(hz, phase)| (TAU * hz * half + phase).sin()).sum::<f64>() / 4.0;
        let snare = if beat as i64 % 2 == 1 { hit(since, 0.05) * noise } else { 0.0 };
        let hat = 0.3 * hit(half, 0.015) * noise;
        let bar = (beat / 4.0).floor() as usize;
        let root = [110.0, 87.31, 130.81, 98.0][bar % 4];
        let bass = 0.5 * (TAU * root / 2.0 * t).sin() + 0.2 * (TAU * root * t).sin();
        let chord: f64 = [1.0, 1.25, 1.5].iter().map(|ratio| (TAU * 2.0 * root * ratio * t).sin()).sum::<f64>() / 3.0;
        let step = [0, 3, 7, 10, 7, 3, 5, 2][((t / beat_s * 2.0) as usize) % 8];
        let melody = hit(half, 0.2) * (TAU * 440.0 * 2f64.powf(f64::from(step) / 12.0) * t).sin();
        let loudness = if bar % 4 == 3 { 0.25 } else { 1.0 };
        (loudness * (0.8 * kick + 0.5 * snare + hat + 0.4 * bass), loudness * 0.3 * chord, loudness * 0.3 * melody)
    };
    let n = (seconds * f64::from(rate_hz)).round() as usize;
    (0..n)
        .map(|sample| {
            let (centre, chord, melody) = voice(sample as f64 / f64::from(rate_hz));
            let side = |chord_gain, melody_gain| (0.4 * (centre + chord_gain * chord + melody_gain * melody)) as f32;
            (side(1.0, 0.3), side(0.3, 1.0))
        })
        .collect::<(Vec<f32>, Vec<f32>)>()
        .into()
}
