//! The seven groups: each listens to the pass and gives its dimensions at the end.

pub mod dynamics;
pub mod frequency;
pub mod harmonic;
pub mod spectral;
pub mod stereo;
pub mod temporal;
pub mod variation;
