//! Pitch classes of the long STFT and the key that they point to.
//!
//! May import `kernel::lane_sum` and what lies outside `kernel`.

pub mod constant_q;
pub mod key;
pub mod meter;
