//! Power spectra of windowed frames, and the shape of one spectrum.
//!
//! May import `kernel::aligned` and `kernel::lane_sum`.

pub mod power;
pub mod shape;
