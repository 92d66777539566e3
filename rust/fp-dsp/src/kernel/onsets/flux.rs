//! Onset flux: how much the 40 mel bands rise from one frame to the next.
//!
//! c_b = ∛(mel sum of band b); flux_t = Σ_b max(0, c_b,t − c_b,t−1), with silence before the track;
//! level_t = Σ_b c_b,t. The cube root imitates the compression of the ear. Unlike a logarithm it needs no
//! floor: a gain g scales both flux and level by ∛g, and later steps divide by the level.

use crate::{
    kernel::onsets::mel_bands::{BANDS, MelBands},
    params::Params,
};

/// Computes the onset flux frame by frame.
pub struct OnsetFlux {
    bands: MelBands,
    previous: [f32; BANDS],
}

/// Flux and level of one frame, in units of ∛magnitude.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Onset {
    /// Σ max(0, c_t − c_{t−1}).
    pub flux: f32,
    /// Σ c_t.
    pub level: f32,
}

impl OnsetFlux {
    /// The flux of the short STFT of one sample rate.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        Self { bands: MelBands::new(params), previous: [0.0; BANDS] }
    }

    /// Forgets the track.
    pub fn reset(&mut self) {
        self.previous = [0.0; BANDS];
    }

    /// Flux and level of the next frame, from its magnitudes.
    pub fn add_frame(&mut self, magnitude: &[f32]) -> Onset {
        let mut compressed = self.bands.sums(magnitude);
        cube_roots(&mut compressed);
        let mut onset = Onset { flux: 0.0, level: 0.0 };
        for (value, previous) in compressed.iter().zip(&self.previous) {
            onset.flux += (value - previous).max(0.0);
            onset.level += value;
        }
        self.previous = compressed;
        onset
    }
}

/// Cube roots in place, within 3·10⁻⁷; values under 10⁻³⁶ become 0.
///
/// A first guess from a third of the exponent (W. Kahan) is within 4 %; each of two steps of Halley's method cubes the
/// error. There is no branch and no call, so that it runs in vector registers.
fn cube_roots(values: &mut [f32; BANDS]) {
    const GUESS: u32 = 0x2a51_4067;
    const MIN_VALUE: f32 = 1e-36;
    for value in values {
        let x = *value;
        let mut root = f32::from_bits(x.to_bits() / 3 + GUESS);
        for _ in 0..2 {
            let cube = root * root * root;
            root *= (cube + 2.0 * x) / (2.0 * cube + x);
        }
        *value = if x > MIN_VALUE { root } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cube_roots_match_the_standard_library_over_the_range_of_magnitudes() {
        for exponent in -35..12 {
            let mut values: [f32; BANDS] =
                std::array::from_fn(|i| 10.0_f32.powi(exponent) * (1.0 + 9.0 * i as f32 / BANDS as f32));
            let expected = values.map(|x| f64::from(x).cbrt());
            cube_roots(&mut values);
            for (root, expected) in values.iter().zip(expected) {
                approx::assert_relative_eq!(f64::from(*root), expected, max_relative = 3e-7, epsilon = 0.0);
            }
        }
        let mut zeros = [0.0; BANDS];
        cube_roots(&mut zeros);
        assert_eq!(zeros, [0.0; BANDS]);
    }

    #[test]
    fn flux_counts_rises_only_and_starts_from_silence() {
        let params = Params::new(44_100).unwrap();
        let mut flux = OnsetFlux::new(&params);
        let (quiet, loud) = (vec![1.0; params.bins], vec![8.0; params.bins]);
        let first = flux.add_frame(&quiet);
        assert_eq!(first.flux, first.level);
        let rise = flux.add_frame(&loud);
        // The cube root of 8 is 2: the level doubles.
        approx::assert_relative_eq!(rise.level, 2.0 * first.level, max_relative = 1e-6, epsilon = 0.0);
        approx::assert_relative_eq!(rise.flux, first.level, max_relative = 1e-5, epsilon = 0.0);
        assert_eq!(flux.add_frame(&loud).flux, 0.0);
        assert_eq!(flux.add_frame(&quiet).flux, 0.0);
        flux.reset();
        assert_eq!(flux.add_frame(&quiet), first);
    }
}
