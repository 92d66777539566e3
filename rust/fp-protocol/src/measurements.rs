//! The measurements of a track that tell whether it is well made: peaks, clipping, levels, silences, losses.

use serde::{Deserialize, Serialize};

/// What a linter for audio judges by. Undefined is null; a record of a worker that did not measure has none of the keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Measurements {
    /// Largest true peak of the decoded channels in dBTP (ITU-R BS.1770-5, annex 2).
    pub true_peak_dbtp: Option<f64>,
    /// Where that lies, in seconds.
    pub true_peak_at_s: Option<f64>,
    /// True peak less integrated loudness, in LU.
    pub plr_lu: Option<f64>,
    /// Largest loudness of 400 ms in LUFS (EBU Tech 3341).
    pub max_momentary_lufs: Option<f64>,
    /// Largest loudness of 3 s in LUFS (EBU Tech 3341).
    pub max_short_term_lufs: Option<f64>,
    /// The gating blocks of 400 ms above -70 LUFS, one entry per whole LU: the loudness of their mean power, and how many.
    /// The gated loudness of an album follows from its tracks' entries.
    pub loudness_blocks: Vec<(f64, u64)>,
    /// Runs of three or more equal samples at the ceiling of the track; null if there are none.
    pub clipping: Option<Clipping>,
    /// Mean of each decoded channel, full scale 1.
    pub dc_offset: Vec<f64>,
    /// RMS of each decoded channel about its mean; null for a silent one.
    pub channel_levels_dbfs: Vec<Option<f64>>,
    /// Level of L less that of R after the downmix, in dB; null for mono, and where one of them is silent.
    pub level_difference_db: Option<f64>,
    /// `mono`, `identical`, `inverted`, `left_dead`, `right_dead` or `different`; null for a silent track.
    pub channel_relation: Option<String>,
    /// Where the spectrum ends, in Hz; the highest frequency that was looked at if it has no edge. Null without power in the
    /// mid, and for low rates.
    pub bandwidth_hz: Option<f64>,
    /// How steep the edge is: the largest fall within 500 Hz, in dB.
    pub bandwidth_edge_db: Option<f64>,
    /// Bits that a lossless track uses; null for others, and where that cannot be said.
    pub effective_bits: Option<u32>,
    /// Silence at the start in seconds.
    pub leading_silence_s: f64,
    /// Silence at the end in seconds.
    pub trailing_silence_s: f64,
    /// The longest silence between two sounds in seconds; 0 if there is none.
    pub longest_silence_s: f64,
    /// Where that begins, in seconds.
    pub longest_silence_at_s: Option<f64>,
    /// Level of the first 50 ms less that of the track, in dB; null if they are silent.
    pub start_level_db: Option<f64>,
    /// Level of the last 50 ms less that of the track, in dB; null if they are silent.
    pub end_level_db: Option<f64>,
    /// Samples per channel that are missing at the end: 0 when it is whole; null if it is not, and it is not known how many.
    pub missing_samples: Option<u64>,
    /// Samples per channel in packets that did not decode: 0 when there are none; null if it is not known how many.
    pub damaged_samples: Option<u64>,
}

/// Clipped runs; those of several channels that overlap in time are one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Clipping {
    /// How many.
    pub runs: u64,
    /// Samples in them.
    pub samples: u64,
    /// Length of the longest.
    pub longest_samples: u64,
    /// Level of the ceiling.
    pub ceiling_dbfs: f64,
    /// Where the first begins, in seconds.
    pub first_s: f64,
    /// Where the first 20 begin, in seconds.
    pub times_s: Vec<f64>,
}
