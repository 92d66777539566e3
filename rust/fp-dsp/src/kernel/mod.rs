//! The signal-processing kernels behind the groups, each usable and tested by itself.
//!
//! A room for each measurement; `aligned`, `lane_sum` and `percentile` are for all of them. `pitch` imports `stereo`
//! and `resample`; no other room imports another. None imports `group`, `frames`, `staging` or `pass`.

pub mod aligned;
pub mod chroma;
pub mod hpss;
pub mod lane_sum;
pub mod loudness;
pub mod onsets;
pub mod percentile;
pub mod pitch;
pub mod resample;
pub mod spectrum;
pub mod stereo;
pub mod tempo;
