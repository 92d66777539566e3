//! What was wrong with a file that could be analysed all the same.

use serde::{Deserialize, Serialize};

/// Stable code of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WarningCode {
    /// The file has less audio than it states.
    Truncated,
    /// Packets were lost.
    Damaged,
    /// The sample rate or the channels change within the file.
    FormatChange,
    /// Samples that are no numbers, or infinite, count as 0.
    NonFiniteSamples,
    /// Left and right cancel each other: one channel is inverted.
    Polarity,
}

/// Something wrong with a file that was analysed all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Warning {
    /// Stable code.
    pub code: WarningCode,
    /// For a person.
    pub message: String,
    /// How many: missing samples, lost packets, replaced samples.
    pub count: u64,
}
