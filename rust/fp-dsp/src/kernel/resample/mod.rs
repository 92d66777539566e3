//! Linear-phase low-passes, with and without decimation.
//!
//! Imports nothing of `kernel`.

pub mod decimate;
mod fir;
mod kaiser;
pub mod low_pass;
