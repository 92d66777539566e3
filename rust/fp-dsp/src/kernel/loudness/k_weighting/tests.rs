use approx::assert_relative_eq;

use super::*;

/// Second-order section with a0 = 1, as the standard writes it.
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
}

/// ITU-R BS.1770-5 annex 1, tables 1 and 2: both filters at 48 kHz.
const STANDARD: [Biquad; 2] = [
    Biquad {
        b: [1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85],
        a: [-1.690_659_293_182_41, 0.732_480_774_215_85],
    },
    Biquad { b: [1.0, -2.0, 1.0], a: [-1.990_047_454_833_98, 0.990_072_250_366_21] },
];

impl Biquad {
    /// Direct form I, in f64.
    fn filter(&self, samples: &[f64]) -> Vec<f64> {
        let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
        samples
            .iter()
            .map(|&x| {
                let y = self.b[0] * x + self.b[1] * x1 + self.b[2] * x2 - self.a[0] * y1 - self.a[1] * y2;
                (x2, x1, y2, y1) = (x1, x, y1, y);
                y
            })
            .collect()
    }
}

/// Uniform in ±1, deterministic.
fn noise(length: usize) -> Vec<f32> {
    let mut state = 1_u32;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

fn plain_power(filter: &KWeighting, samples: &[f32]) -> f64 {
    let mut state = [0.0; STATES];
    samples.iter().map(|&x| run_sample(&filter.cascade, f64::from(x), &mut state).powi(2)).sum()
}

#[test]
fn the_response_at_48_khz_is_that_of_the_standards_tables() {
    let mut impulse = vec![0.0; 48_000];
    impulse[0] = 1.0;
    let expected = STANDARD[1].filter(&STANDARD[0].filter(&impulse));
    let filter = KWeighting::new(48_000);
    let mut state = [0.0; STATES];
    for (x, expected) in impulse.into_iter().zip(expected) {
        // The tables are printed to 14 decimals; their poles near 1 carry that on.
        approx::assert_abs_diff_eq!(run_sample(&filter.cascade, x, &mut state), expected, epsilon = 1e-10);
    }
}

#[test]
fn steps_agree_with_single_samples_at_every_rate() {
    for rate in [100, 3_300, 8_000, 44_100, 192_000, 768_000] {
        let filter = KWeighting::new(rate);
        let samples = noise(20_003);
        let expected = plain_power(&filter, &samples);
        let actual = filter.power(&samples, &mut KWeightingState::default());
        // Coefficients and outputs round to 6e-8, the sums of 64 steps to 10 times that at the worst.
        assert_relative_eq!(actual, expected, max_relative = 1e-6, epsilon = 0.0);
        for fused in [steps::<false>, steps::<true>] {
            // One f32 sum of 2,500 steps, which the filter itself never takes: 2,500 · 6e-8 at the worst.
            let sum = fused(&filter.step, samples[..20_000].as_chunks().0, &mut [0.0; STATES]);
            assert_relative_eq!(f64::from(sum), plain_power(&filter, &samples[..20_000]), max_relative = 1.5e-4);
        }
    }
}

#[test]
fn what_the_filter_takes_away_leaves_no_rounding_behind() {
    // A full-scale offset or a full-scale 5 Hz wave with noise 80 dB below it: a power that is 2e-4 off,
    // 0.001 dB, is rounding 115 dB below full scale.
    for rate in [8_000, 44_100, 192_000] {
        let filter = KWeighting::new(rate);
        for rumble_hz in [0.0, 5.0] {
            let rumble = |n: usize| (std::f64::consts::TAU * rumble_hz * n as f64 / f64::from(rate)).cos();
            let samples: Vec<f32> = noise(2 * rate as usize)
                .iter()
                .enumerate()
                .map(|(n, x)| (rumble(n) + 1e-4 * f64::from(*x)) as f32)
                .collect();
            let settled = rate as usize;
            let expected = plain_power(&filter, &samples) - plain_power(&filter, &samples[..settled]);
            let mut state = KWeightingState::default();
            filter.power(&samples[..settled], &mut state);
            let actual = filter.power(&samples[settled..], &mut state);
            assert_relative_eq!(actual, expected, max_relative = 2e-4, epsilon = 0.0);
        }
    }
}

#[test]
fn the_filter_is_stable_at_every_rate() {
    for rate in [100, 101, 1_000, 3_300, 3_363, 3_364, 3_365, 8_000, 48_000, 768_000] {
        let filter = KWeighting::new(rate);
        for section in filter.cascade {
            // A trapezoidal integrator keeps every pole of the left half-plane inside the unit circle.
            assert!(section.damping > 0.0 && section.warp > 0.0 && section.warp.is_finite(), "{rate} Hz");
        }
        let mut state = KWeightingState::default();
        let loud = filter.power(&noise(rate as usize), &mut state);
        for _ in 0..10 {
            filter.power(&vec![0.0; rate.max(4_000) as usize / 5], &mut state);
        }
        assert!(loud > 0.0 && filter.power(&[0.0; 80], &mut state) < 1e-12 * loud, "{rate} Hz");
    }
}

#[test]
fn a_decayed_filter_holds_no_denormals() {
    let filter = KWeighting::new(44_100);
    let mut state = KWeightingState::default();
    filter.power(&[1.0; 4_410], &mut state);
    for _ in 0..20 {
        filter.power(&[0.0; 4_410], &mut state);
    }
    assert_eq!(state, KWeightingState::default());
}
