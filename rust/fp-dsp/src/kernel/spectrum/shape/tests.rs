use super::*;

const SHARE: f64 = 0.85;

fn shape(power: &[f32]) -> SpectralShape {
    let magnitude: Vec<f32> = power.iter().map(|p| p.sqrt()).collect();
    SpectralShapeMeter::new(power.len(), SHARE, 0..power.len()).measure(&magnitude, power)
}

/// Pseudo-random powers over `decades`, deterministic.
fn random_power(length: usize, seed: u64, decades: f64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..length).map(|_| 10_f64.powf(-decades * uniform()) as f32).collect()
}

#[test]
fn a_one_hot_spectrum_has_centroid_and_rolloff_at_its_bin_and_the_floor_as_flatness() {
    for bin in [0, 1, 63, 64, 700, 1024] {
        let mut power = vec![0.0; 1025];
        power[bin] = 4.0;
        let found = shape(&power);
        assert_eq!(found.position, Some((bin as f64, bin as f64)));
        // One factor is 1025 (bin over mean), the others are at the floor.
        let n = 1025.0_f64;
        let expected = ((n.ln() + (n - 1.0) * 1e-8_f64.ln()) / n).exp();
        approx::assert_relative_eq!(found.flatness.unwrap(), expected, max_relative = 1e-5);
    }
}

#[test]
fn a_flat_spectrum_has_its_rolloff_at_85_percent_and_flatness_1() {
    let found = shape(&[0.25; 1025]);
    // 0.85 · 1025 = 871.25: 872 bins are needed, the last of them is bin 871.
    assert_eq!(found.position, Some((512.0, 871.0)));
    approx::assert_abs_diff_eq!(found.flatness.unwrap(), 1.0, epsilon = 1e-6);
}

#[test]
fn all_three_match_the_textbook_on_random_spectra() {
    for (seed, length) in [(1, 1025), (2, 513), (3, 3), (4, 17), (5, 1033), (6, 2000)] {
        let power = random_power(length, seed, 7.0);
        let magnitude: Vec<f64> = power.iter().map(|&p| f64::from(p.sqrt())).collect();
        let n = length as f64;
        let total: f64 = magnitude.iter().sum();
        let centroid = magnitude.iter().enumerate().map(|(k, s)| k as f64 * s).sum::<f64>() / total;
        let energy: f64 = power.iter().map(|&p| f64::from(p)).sum();
        let mut cumulative = 0.0;
        let rolloff = power.iter().position(|&p| {
            cumulative += f64::from(p);
            cumulative >= SHARE * energy
        });
        let mean = energy / n;
        let log_mean = power.iter().map(|&p| f64::from(p).max(1e-8 * mean).ln()).sum::<f64>() / n;

        let found = shape(&power);
        let (found_centroid, found_rolloff) = found.position.unwrap();
        // f32 lanes of up to 128 additions.
        approx::assert_relative_eq!(found_centroid, centroid, max_relative = 1e-5);
        assert_eq!(Some(found_rolloff as usize), rolloff);
        approx::assert_relative_eq!(found.flatness.unwrap(), log_mean.exp() / mean, max_relative = 1e-5);
    }
}

#[test]
fn shape_does_not_move_with_gain() {
    let power = random_power(1025, 9, 12.0);
    let reference = shape(&power);
    for gain in [1e-20_f32, 1e-3, 1e15] {
        let scaled: Vec<f32> = power.iter().map(|p| p * gain).collect();
        let found = shape(&scaled);
        let ((c0, r0), (c1, r1)) = (reference.position.unwrap(), found.position.unwrap());
        approx::assert_relative_eq!(c0, c1, max_relative = 1e-5);
        assert_eq!(r0, r1);
        approx::assert_relative_eq!(reference.flatness.unwrap(), found.flatness.unwrap(), max_relative = 1e-5);
    }
}

#[test]
fn no_power_or_no_bins_have_no_shape() {
    let none = SpectralShape { position: None, flatness: None };
    assert_eq!(shape(&[0.0; 33]), none);
    assert_eq!(SpectralShapeMeter::new(1, SHARE, 1..1).measure(&[0.5], &[0.25]).flatness, None);
    assert_eq!(shape(&[]), none);
}
