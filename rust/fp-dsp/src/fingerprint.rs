//! The result of an analysis: 25 values, the reasons of the undefined ones, and details.

use crate::dimension::{COUNT, DIMENSIONS, Key};

/// Why a dimension has no value for this audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NullReason {
    /// No sample is farther than −200 dBFS from the mean of its channel.
    Silent,
    /// L + R is 0, or the residue of a cancellation, while L and R are not: anti-phase.
    MidSilent,
    /// The track is shorter than the definition needs.
    TooShort,
    /// Nothing passes the loudness gate.
    BelowGate,
    /// No steady pulse was found.
    NoPulse,
    /// No frame passes the level gate.
    NoActiveFrame,
    /// In every active block one channel is constant, so a correlation is not defined.
    ConstantChannel,
}

impl NullReason {
    /// Stable snake_case code, as in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::MidSilent => "mid_silent",
            Self::TooShort => "too_short",
            Self::BelowGate => "below_gate",
            Self::NoPulse => "no_pulse",
            Self::NoActiveFrame => "no_active_frame",
            Self::ConstantChannel => "constant_channel",
        }
    }
}

/// A dimension's value in its unit, or the reason why it is undefined. Values are always finite.
pub type Value = Result<f64, NullReason>;

/// The 25 values in the order of [`DIMENSIONS`].
#[derive(Clone, Debug, PartialEq)]
pub struct Fingerprint {
    values: [Value; COUNT],
}

impl Fingerprint {
    /// Collects the values; `values[i]` belongs to `DIMENSIONS[i]`.
    ///
    /// # Panics
    /// When a value is not finite, which is a defect in the code that computed it.
    #[must_use]
    pub fn new(values: [Value; COUNT]) -> Self {
        for (dimension, value) in DIMENSIONS.iter().zip(&values) {
            assert!(value.is_err() || value.is_ok_and(f64::is_finite), "{} is not finite", dimension.key);
        }
        Self { values }
    }

    /// The value of one dimension.
    pub const fn get(&self, key: Key) -> Value {
        self.values[key as usize]
    }

    /// All keys with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Value)> {
        DIMENSIONS.iter().map(|d| d.key).zip(self.values.iter().copied())
    }
}

/// A tempo beside the reported one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TempoCandidate {
    /// Tempo in BPM.
    pub bpm: f64,
    /// Probability that this level is the one tapped.
    pub score: f64,
}

/// Estimated key of the track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyEstimate {
    /// Pitch class of the tonic, 0 = C … 11 = B.
    pub tonic: u8,
    /// Minor (true) or major.
    pub minor: bool,
    /// Correlation with the winning key profile, −1 to 1.
    pub strength: f64,
}

impl std::fmt::Display for KeyEstimate {
    /// Such as `C major` or `F# minor`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const NAMES: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];
        let mode = if self.minor { "minor" } else { "major" };
        write!(f, "{} {mode}", NAMES[usize::from(self.tonic) % 12])
    }
}

/// Further results of the same pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnalysisDetails {
    /// Samples per channel.
    pub samples: u64,
    /// Duration in seconds.
    pub duration_s: f64,
    /// Non-finite input samples that were replaced by 0.
    pub non_finite_samples: u64,
    /// Whether L and R cancel each other in the mid: the polarity of one of them is inverted.
    pub mid_cancelled: bool,
    /// Probability that listeners tap the reported tempo and no other metrical level.
    pub tempo_confidence: Option<f64>,
    /// Other tempo levels that a listener may tap, best first.
    pub tempo_alternatives: Vec<TempoCandidate>,
    /// Mean share of each pitch class, C first, sum 1.
    pub chroma: Option<[f64; 12]>,
    /// Estimated key.
    pub key: Option<KeyEstimate>,
    /// Loudness range in LU, EBU Tech 3342.
    pub loudness_range_lu: Option<f64>,
    /// Largest absolute sample of any channel pair in dBFS.
    pub sample_peak_dbfs: Option<f64>,
    /// 5th percentile of the blocks' L/R correlation.
    pub lowest_correlation: Option<f64>,
}

/// Result of one analysis.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// The 25 values.
    pub fingerprint: Fingerprint,
    /// All further results.
    pub details: AnalysisDetails,
}
