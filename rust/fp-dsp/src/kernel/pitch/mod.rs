//! Pitch by YIN on the decimated mid channel, and how steady it is.
//!
//! May import `kernel::stereo`, `kernel::resample`, `kernel::lane_sum` and what lies outside `kernel`.

pub mod difference;
pub mod tracker;
pub mod yin;
pub mod yin_frames;
