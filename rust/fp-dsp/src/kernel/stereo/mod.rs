//! Sums over runs of stereo samples, and the half-second blocks that are made of them.
//!
//! Imports nothing from the rest of the crate.

pub mod half_second_blocks;
pub mod moments;
