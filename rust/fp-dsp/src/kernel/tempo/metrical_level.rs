//! Metrical level: which multiple of a pulse a listener taps.
//!
//! The pulse that [`crate::kernel::tempo::estimator`] finds may be wrong by a factor of 2 or 3. Its levels T = r·pulse,
//! r = ¼, ⅓, ½, ⅔, 1, 3/2, 2, 3, 4, if they lie within 40–260 BPM (±0.5 %), get their probabilities
//! from a conditional logit (D. McFadden, 1974): p = softmax(u),
//!
//! u(T) = 1.56·ln(s/s_max + 0.02) + 0.79·ln(A(1 beat) + 0.05) + 0.09·ln(A(½ beat) + 0.05)
//!        − 0.53·t − 1.85·t² + 0.35·n − 0.37·n²
//!
//! s: score(T) · min(1, F(T) / (0.05·max(F(2T), F(4T)))): listeners seldom tap a level on which little happens;
//! s_max: the largest s of all nine, so that a pulse outside the range does not favour its levels within it.
//! A: at least 0. t = log2(T/120): the resonance of tapping (L. van Noorden, D. Moelants, 1999).
//! n = log2(events per beat), events being the envelope's local maxima above its mean: people tap a level
//! with one to three events to the beat. FINGERPRINTING_ARCHITECTURE.md says where the weights come from.

use crate::kernel::tempo::evidence::{PREFERRED_BPM, TempoEvidence};

/// Slowest tempo in BPM.
pub const MIN_BPM: f64 = 40.0;
/// Fastest tempo in BPM.
pub const MAX_BPM: f64 = 260.0;
/// Minimum of F(T) as a share of the larger of F(2T) and F(4T); below it hardly anything happens at T.
pub const MIN_PULSE_SHARE: f64 = 0.05;
/// How far outside the range a level may still lie: the tolerance of a tempo.
const EDGE_TOLERANCE: f64 = 0.005;
const RATIOS: [f64; 9] = [0.25, 1.0 / 3.0, 0.5, 2.0 / 3.0, 1.0, 1.5, 2.0, 3.0, 4.0];
const SCORE_FLOOR: f64 = 0.02;
const REPETITION_FLOOR: f64 = 0.05;

/// A level of a pulse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricalLevel {
    /// Tempo in BPM.
    pub bpm: f64,
    /// Probability that this level is the one tapped.
    pub probability: f64,
}

/// The levels of a pulse, most probable first; their probabilities sum to 1.
#[must_use]
pub fn weigh_levels(evidence: &TempoEvidence<'_>, events_per_minute: f64, pulse_bpm: f64) -> Vec<MetricalLevel> {
    let scored = RATIOS.map(|ratio| {
        let bpm = ratio * pulse_bpm;
        let (score, share) = evidence.score(bpm);
        (MetricalLevel { bpm, probability: 0.0 }, score * (share / MIN_PULSE_SHARE).min(1.0))
    });
    let highest = scored.iter().map(|(_, score)| *score).fold(0.0, f64::max);
    let range = MIN_BPM * (1.0 - EDGE_TOLERANCE)..=MAX_BPM * (1.0 + EDGE_TOLERANCE);
    let mut levels = scored.to_vec();
    levels.retain(|(level, _)| range.contains(&level.bpm));
    for (level, score) in &mut levels {
        let relative = if highest > 0.0 { *score / highest } else { 0.0 };
        let repetition = |beats| (evidence.repetition(level.bpm, beats).max(0.0) + REPETITION_FLOOR).ln();
        let octaves = (level.bpm / PREFERRED_BPM).log2();
        let density = (events_per_minute / level.bpm).log2();
        let utility = 1.56 * (relative + SCORE_FLOOR).ln() + 0.79 * repetition(1.0) + 0.09 * repetition(0.5)
            - 0.53 * octaves
            - 1.85 * octaves * octaves
            + 0.35 * density
            - 0.37 * density * density;
        level.probability = utility.exp();
    }
    let total: f64 = levels.iter().map(|(level, _)| level.probability).sum();
    let mut levels: Vec<MetricalLevel> = levels
        .iter()
        .map(|(level, _)| MetricalLevel { bpm: level.bpm, probability: level.probability / total })
        .collect();
    levels.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    levels
}
