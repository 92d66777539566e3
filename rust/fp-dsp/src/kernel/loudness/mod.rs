//! Loudness by ITU-R BS.1770 and EBU Tech 3342.
//!
//! May import `kernel::percentile` and what lies outside `kernel`.

pub mod k_weighting;
pub mod meter;
mod moving;
