//! The result of one track as it is sent: 25 values, reasons, details, warnings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{measurements::Measurements, tags::Tags, warning::Warning};

/// A finished analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Outcome {
    /// All 25 keys, each a finite number or null.
    pub fingerprint: BTreeMap<String, Option<f64>>,
    /// Reason of each null.
    pub nulls: BTreeMap<String, String>,
    /// What is worth knowing beside the 25.
    pub details: Details,
    /// What was wrong with the file though it could be analysed.
    pub warnings: Vec<Warning>,
    /// Hash of the decoded audio, 32 hexadecimal digits: equal for equal samples, whatever the container or tags.
    pub content_key: String,
    /// Hash of the encoded audio and all that decides how it decodes, 32 hexadecimal digits: new tags do not change it. Null
    /// where the format has none.
    #[serde(default)]
    pub audio_key: Option<String>,
    /// What the file says about itself; empty where it says nothing. Absent from workers that read no tags.
    #[serde(default)]
    pub tags: Tags,
}

/// Facts about the file and the audio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Details {
    /// Duration in seconds, from the decoded samples.
    pub duration_s: f64,
    /// Decoded samples per channel.
    pub samples: u64,
    /// Sample rate in Hz.
    pub sample_rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Bits per sample where the codec has such a thing.
    pub bit_depth: Option<u32>,
    /// Container, such as `flac`, `ogg`, `mp4`.
    pub container: String,
    /// Codec, such as `flac`, `mp3`, `aac`.
    pub codec: String,
    /// What decoded it: `symphonia`, `opus-pure` or `ffmpeg`.
    pub decoder: String,
    /// Probability that listeners tap the reported tempo and no other metrical level of it.
    pub tempo_confidence: Option<f64>,
    /// Other tempo levels, best first.
    pub tempo_alternatives: Vec<TempoAlternative>,
    /// Mean share of each pitch class, C first, sum 1.
    pub chroma: Option<[f64; 12]>,
    /// Estimated key, such as `C major` or `F# minor`.
    pub key: Option<String>,
    /// Correlation of the chroma with that key's profile, −1 to 1.
    pub key_strength: Option<f64>,
    /// Loudness range in LU (EBU Tech 3342).
    pub loudness_range_lu: Option<f64>,
    /// Largest sample in dBFS.
    pub sample_peak_dbfs: Option<f64>,
    /// 5th percentile of the 0.5 s blocks' L/R correlation.
    pub lowest_correlation: Option<f64>,
    /// Peaks, clipping, levels, silences, losses.
    #[serde(flatten)]
    pub measurements: Measurements,
}

/// Another tempo that a listener may tap.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TempoAlternative {
    /// Tempo in BPM.
    pub bpm: f64,
    /// Probability that this level is the one tapped.
    pub score: f64,
}
