//! Key of a track from its mean chroma: the key whose profile correlates best.
//!
//! C. L. Krumhansl, "Cognitive Foundations of Musical Pitch", Oxford University Press 1990, chapter 4
//! (the Krumhansl–Schmuckler algorithm), with the profiles of J. Albrecht & D. Shanahan, "The use of
//! large corpora to train a new type of key-finding algorithm", Music Perception 31(1), 2013: they were
//! measured on scores and separate a minor key from its relative major better than profiles from listeners' ratings.

use crate::fingerprint::KeyEstimate;

/// Share of each scale degree (semitones above the tonic) in major keys.
const MAJOR: [f64; 12] = [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081];
/// The same in minor keys.
const MINOR: [f64; 12] = [0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052];

/// The key whose profile has the highest Pearson correlation with the chroma (C first).
///
/// `None` if all classes are equal, because then no correlation is defined.
#[must_use]
pub fn estimate_key(chroma: &[f64; 12]) -> Option<KeyEstimate> {
    let mut best: Option<KeyEstimate> = None;
    for (minor, profile) in [(false, &MAJOR), (true, &MINOR)] {
        for tonic in 0..12_u8 {
            let degrees: [f64; 12] = std::array::from_fn(|degree| chroma[(degree + usize::from(tonic)) % 12]);
            let strength = correlation(&degrees, profile)?;
            if best.is_none_or(|key| strength > key.strength) {
                best = Some(KeyEstimate { tonic, minor, strength });
            }
        }
    }
    best
}

/// Pearson correlation; `None` when one side is constant.
fn correlation(x: &[f64; 12], y: &[f64; 12]) -> Option<f64> {
    let centred = |values: &[f64; 12]| {
        let mean = values.iter().sum::<f64>() / 12.0;
        values.map(|value| value - mean)
    };
    let dot = |a: &[f64; 12], b: &[f64; 12]| a.iter().zip(b).map(|(p, q)| p * q).sum::<f64>();
    let (x, y) = (centred(x), centred(y));
    let norm = (dot(&x, &x) * dot(&y, &y)).sqrt();
    // For twelve equal shares the norm is only rounding, smaller than this.
    (norm > 1e-12).then(|| (dot(&x, &y) / norm).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_is_its_own_key() {
        for tonic in 0..12_u8 {
            for (minor, profile) in [(false, MAJOR), (true, MINOR)] {
                let chroma = std::array::from_fn(|class| profile[(class + 12 - usize::from(tonic)) % 12]);
                let key = estimate_key(&chroma).unwrap();
                assert_eq!((key.tonic, key.minor), (tonic, minor));
                approx::assert_abs_diff_eq!(key.strength, 1.0, epsilon = 1e-12);
            }
        }
    }

    #[test]
    fn an_even_chroma_has_no_key() {
        assert_eq!(estimate_key(&[1.0 / 12.0; 12]), None);
    }
}
