//! What pictures of one track need, as it is sent.

use serde::{Deserialize, Serialize};

/// The series and spectra of one track. FINGERPRINTING_ARCHITECTURE.md, "Traces", defines each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Trace {
    /// The same as in `done`: what was traced is the audio that was analysed.
    pub content_key: String,
    /// Duration in seconds, from the decoded samples.
    pub duration_s: f64,
    /// The series over time: `short_term_lufs`, `momentary_lufs`, `peak_dbfs`, `correlation`, `width`, `balance_db`,
    /// `onset_strength`, `onset_excerpt`, `centroid_hz`.
    pub series: Vec<Series>,
    /// The long-term spectrum of (L + R)/2 in the bands of IEC 61260-1, lowest first.
    pub third_octave: Vec<Band>,
    /// Mean share of each pitch class, C first, sum 1.
    pub chroma: Option<[f64; 12]>,
    /// The strongest grid of the tempo; null for a track without tempo.
    pub beats: Option<BeatGrid>,
}

/// A series over time. Value i is of the time from `start_s + i·step_s` to `step_s` later; series have steps of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Series {
    /// Stable name.
    pub name: String,
    /// Unit of the values; empty for ratios.
    pub unit: String,
    /// Start of the first step in seconds; up to half a hop before 0.
    pub start_s: f64,
    /// Length of a step in seconds.
    pub step_s: f64,
    /// At most 2,000, for a track of any length; null where undefined.
    pub values: Vec<Option<f64>>,
}

/// A third of an octave.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Band {
    /// Nominal mid-frequency in Hz.
    pub centre_hz: f64,
    /// RMS level over the track; null above half the rate, and where there is nothing.
    pub level_dbfs: Option<f64>,
}

/// Beats at `phase_s + k·period_s`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BeatGrid {
    /// Time between two beats in seconds.
    pub period_s: f64,
    /// The first beat in seconds: 0 up to the period.
    pub phase_s: f64,
    /// Share of the tempo envelope within a tenth of a period around the beats: 1 for a click track, 0.2 by chance.
    pub share: f64,
}
