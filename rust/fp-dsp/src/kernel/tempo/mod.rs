//! Tempo and pulse clarity of the onset flux.
//!
//! Imports no other room; only what lies outside `kernel`.

pub mod autocorrelation;
pub mod envelope;
pub mod estimator;
pub mod evidence;
pub mod metrical_level;
pub mod pulse_clarity;
pub mod tempogram;
