//! The signal-processing kernels behind the groups, each usable and tested by itself.

pub mod loudness;
pub mod pitch;
pub mod power_spectrum;
