//! The result of an analysis: 25 values, the reasons of the undefined ones, and details.

use crate::{
    dimension::{COUNT, DIMENSIONS, Key},
    trace::Trace,
};

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
    /// Largest loudness of 400 ms in LUFS, EBU Tech 3341.
    pub max_momentary_lufs: Option<f64>,
    /// Largest loudness of 3 s in LUFS, EBU Tech 3341.
    pub max_short_term_lufs: Option<f64>,
    /// The gating blocks of 400 ms above −70 LUFS, one entry per whole LU: the loudness of their mean power, and how many.
    pub loudness_blocks: Vec<(f64, u64)>,
    /// Level of L less that of R in dB; `None` for one channel, and where one of the two is silent.
    pub level_difference_db: Option<f64>,
    /// What L and R have to do with each other; `None` for a silent track.
    pub channel_relation: Option<ChannelRelation>,
    /// How far the spectrum reaches.
    pub spectrum_end: Option<SpectrumEnd>,
    /// Measurements of the channels as they were decoded.
    pub decoded: DecodedDetails,
}

/// The end of a spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectrumEnd {
    /// The end of the last band before the edge; without an edge, of all that was looked at.
    pub bandwidth_hz: f64,
    /// Largest fall within 500 Hz.
    pub edge_db: f64,
}

/// What L and R have to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelRelation {
    /// There is one channel.
    Mono,
    /// L − R has less than 10⁻⁷ of the power of L + R.
    Identical,
    /// They cancel in the mid.
    Inverted,
    /// L is silent, or 60 dB under R.
    LeftDead,
    /// R is silent, or 60 dB under L.
    RightDead,
    /// None of these.
    Different,
}

impl ChannelRelation {
    /// Stable `snake_case` name, as in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mono => "mono",
            Self::Identical => "identical",
            Self::Inverted => "inverted",
            Self::LeftDead => "left_dead",
            Self::RightDead => "right_dead",
            Self::Different => "different",
        }
    }
}

/// Measurements of the channels as they were decoded: at their own rate, offset included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DecodedDetails {
    /// Largest true peak of the channels in dBTP, ITU-R BS.1770-5 annex 2.
    pub true_peak_dbtp: Option<f64>,
    /// Where that lies, in seconds, to a block of 32 samples.
    pub true_peak_at_s: Option<f64>,
    /// Runs of three or more equal samples at the ceiling; `None` if there are none.
    pub clipping: Option<Clipping>,
    /// Mean of each channel, full scale ±1.
    pub dc_offset: Vec<f64>,
    /// RMS of each channel about its mean; `None` for a silent one.
    pub channel_levels_dbfs: Vec<Option<f64>>,
    /// Bits in use of a lossless track; `None` for others, and where that cannot be said.
    pub effective_bits: Option<u32>,
    /// Silence at the start in seconds.
    pub leading_silence_s: f64,
    /// Silence at the end in seconds.
    pub trailing_silence_s: f64,
    /// The longest silence between two sounds.
    pub longest_silence: Option<LongestSilence>,
    /// Level of the first 50 ms in dB relative to the track's RMS; `None` if they are silent.
    pub start_level_db: Option<f64>,
    /// Level of the last 50 ms, likewise.
    pub end_level_db: Option<f64>,
}

/// Runs of three or more equal samples at the ceiling of a track; those of several channels that overlap are one.
#[derive(Clone, Debug, PartialEq)]
pub struct Clipping {
    /// How many.
    pub runs: u64,
    /// Samples in them.
    pub samples: u64,
    /// Length of the longest.
    pub longest_samples: u64,
    /// The ceiling.
    pub ceiling_dbfs: f64,
    /// Where the first twenty begin, in seconds.
    pub times_s: Vec<f64>,
}

/// A silence between two sounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LongestSilence {
    /// Where it begins, in seconds.
    pub at_s: f64,
    /// Its length in seconds.
    pub length_s: f64,
}

/// Result of one analysis.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// The 25 values.
    pub fingerprint: Fingerprint,
    /// All further results.
    pub details: AnalysisDetails,
    /// Where one was asked for.
    pub trace: Option<Trace>,
}
