//! Harmonic–percussive separation of the short STFT by running medians.
//!
//! Imports nothing from the rest of the crate.

pub mod median_filter;
pub mod separator;
