//! The seven groups: each gets its data from the pass and returns its dimensions at the end. They import `kernel`, and
//! never each other.
//!
//! Four of the 25 dimensions are computed where their sums are already kept, so that no sample is summed twice:
//! - `bass_mid_ratio` (dynamics) in [`frequency`], from the power of the long STFT,
//! - `loudness_variation_std` (variation) by the loudness meter of [`dynamics`], from its 100 ms cells,
//! - `phase_correlation` (stereo) in [`variation`], from the half-second blocks,
//! - `silence_ratio` (temporal) in [`crate::pass`], from the levels of the short frames.

pub mod bandwidth;
pub mod dynamics;
pub mod frequency;
pub mod harmonic;
pub mod spectral;
pub mod stereo;
pub mod temporal;
pub mod variation;
