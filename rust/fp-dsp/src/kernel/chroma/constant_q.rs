//! Constant-Q power from a linear-frequency power spectrum: 36 bins an octave over five octaves.
//!
//! C_k = Σ_f |A_k(f)|²·|X(f)|², where A_k is the spectrum of a Hann atom of Q cycles whose samples sum
//! to 1 (J. C. Brown & M. S. Puckette, "An efficient algorithm for the calculation of a constant Q
//! transform", JASA 92(5), 1992). Without the phases, every sample of the long frame counts, wherever an atom would lie
//! in it.

use std::f64::consts::PI;

use multiversion::multiversion;

use crate::{kernel::lane_sum::dot_f32, params::Params};

/// Maximum number of atoms: five octaves in thirds of a semitone.
pub const ATOMS: usize = 180;
/// Atoms per octave.
pub const ATOMS_PER_OCTAVE: usize = 36;
/// Centre frequency of the first atom: C3 at A4 = 440 Hz.
pub const MIN_HZ: f64 = 130.812_782_650_299_3;
/// Cycles of an atom.
const Q: f64 = 34.1;
/// Bins further than this many widths (1 / duration of the atom) from the centre are left out. A Hann
/// atom's power falls with the sixth power of the distance: under a flat spectrum the rest is
/// 1 / (7.5·π²·7⁵) = 8·10⁻⁷ of C_k, and a line out there would add less than 10⁻⁶ of its power.
const REACH: f64 = 7.0;

/// Power responses of the atoms on the bins of the long STFT.
pub struct ConstantQ {
    atoms: Vec<Atom>,
    /// |A_k(f)|² of all atoms, one after the other.
    responses: Box<[f32]>,
}

/// Where the response of an atom lies.
struct Atom {
    first_bin: usize,
    first_response: usize,
    length: usize,
}

impl ConstantQ {
    /// Atoms for one sample rate; those with their centre at or above the Nyquist frequency are left out.
    #[must_use]
    pub fn new(params: &Params) -> Self {
        let nyquist_hz = f64::from(params.rate_hz) / 2.0;
        let (mut atoms, mut responses) = (Vec::with_capacity(ATOMS), Vec::new());
        for centre_hz in (0..ATOMS).map(centre_hz).take_while(|&hz| hz < nyquist_hz) {
            let width_hz = centre_hz / Q;
            let bin_at = |hz: f64| hz / params.long_bin_hz();
            let first_bin = bin_at(centre_hz - REACH * width_hz).ceil() as usize;
            let end_bin = (bin_at(centre_hz + REACH * width_hz) as usize + 1).min(params.long_bins);
            atoms.push(Atom { first_bin, first_response: responses.len(), length: end_bin - first_bin });
            responses.extend((first_bin..end_bin).map(|bin| {
                let distance = (bin as f64 * params.long_bin_hz() - centre_hz) / width_hz;
                hann_transform(distance).powi(2) as f32
            }));
        }
        Self { atoms, responses: responses.into() }
    }

    /// Number of atoms at this rate.
    #[must_use]
    pub fn len(&self) -> usize {
        self.atoms.len()
    }

    /// Whether the rate is too low for any atom.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.atoms.is_empty()
    }

    /// Power of each atom from the power of the long bins; 0 for atoms that were left out.
    pub fn measure(&self, power: &[f32], atom_powers: &mut [f64; ATOMS]) {
        measure_atoms(&self.atoms, &self.responses, power, atom_powers);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn measure_atoms(atoms: &[Atom], responses: &[f32], power: &[f32], atom_powers: &mut [f64; ATOMS]) {
    atom_powers.fill(0.0);
    for (out, atom) in atom_powers.iter_mut().zip(atoms) {
        let response = &responses[atom.first_response..atom.first_response + atom.length];
        *out = dot_f32(&power[atom.first_bin..atom.first_bin + atom.length], response);
    }
}

/// Centre frequency of an atom in Hz.
fn centre_hz(atom: usize) -> f64 {
    MIN_HZ * (atom as f64 / ATOMS_PER_OCTAVE as f64).exp2()
}

/// Fourier transform of a Hann window of unit length and area, centred: sinc(x) / (1 − x²), 1 at 0.
fn hann_transform(x: f64) -> f64 {
    // At 0 and ±1 the quotient is 0/0; close to them it loses precision.
    if x.abs() < 1e-6 {
        1.0
    } else if (x.abs() - 1.0).abs() < 1e-6 {
        0.5
    } else {
        (PI * x).sin() / (PI * x * (1.0 - x * x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_form_is_the_transform_of_a_sampled_hann_atom() {
        let length = 20_000;
        for x in [0.0, 0.3, 0.999_999_5, 1.0, 1.5, 2.0, 3.7, 6.9] {
            let transform: f64 = (0..length)
                .map(|n| {
                    let t = (n as f64 + 0.5) / f64::from(length) - 0.5;
                    (1.0 + (2.0 * PI * t).cos()) * (2.0 * PI * x * t).cos() / f64::from(length)
                })
                .sum();
            // The midpoint rule is off by about (x/length)², the constants near 0 and ±1 by 1e-6.
            approx::assert_abs_diff_eq!(hann_transform(x), transform, epsilon = 2e-6);
        }
    }

    #[test]
    fn a_line_counts_in_its_own_atom_and_not_beyond_the_main_lobes() {
        // The highest side lobe of a Hann window lies at −31.5 dB.
        const SIDE_LOBE: f64 = 7.1e-4;
        let params = Params::new(44_100).unwrap();
        let constant_q = ConstantQ::new(&params);
        let mut powers = [0.0; ATOMS];
        for atom in [0, 40, 100, 179] {
            let mut power = vec![0.0; params.long_bins];
            let bin = (centre_hz(atom) / params.long_bin_hz()).round();
            power[bin as usize] = 2.0;
            constant_q.measure(&power, &mut powers);
            for (other, found) in powers.into_iter().enumerate() {
                let widths = (bin * params.long_bin_hz() / centre_hz(other) - 1.0) * Q;
                if other == atom {
                    approx::assert_relative_eq!(found, 2.0 * hann_transform(widths).powi(2), max_relative = 1e-6);
                } else if widths.abs() >= 2.0 {
                    assert!(found < 2.0 * SIDE_LOBE, "atom {other} gets power of a line at {atom}: {found}");
                }
            }
        }
    }

    #[test]
    fn bins_beyond_the_reach_have_less_than_a_millionth_of_a_flat_spectrum() {
        let power_within = |reach: f64| {
            let step = 1e-3;
            (0..(reach / step) as usize).map(|n| hann_transform((n as f64 + 0.5) * step).powi(2) * step).sum::<f64>()
        };
        let (kept, all) = (power_within(REACH), power_within(200.0));
        assert!((all - kept) / all < 1e-6, "{}", (all - kept) / all);
    }

    #[test]
    fn atoms_above_the_nyquist_frequency_are_left_out() {
        assert_eq!(ConstantQ::new(&Params::new(44_100).unwrap()).len(), ATOMS);
        assert_eq!(ConstantQ::new(&Params::new(8_000).unwrap()).len(), 178);
        assert!(ConstantQ::new(&Params::new(261).unwrap()).is_empty());
        for rate in [262, 300, 1000, 4000, 8000, 8371, 768_000] {
            let params = Params::new(rate).unwrap();
            let constant_q = ConstantQ::new(&params);
            let mut powers = [0.0; ATOMS];
            constant_q.measure(&vec![1.0; params.long_bins], &mut powers);
            assert!(powers[..constant_q.len()].iter().all(|&p| p > 0.0), "{rate} Hz");
            assert!(powers[constant_q.len()..].iter().all(|&p| p == 0.0), "{rate} Hz");
        }
    }
}
