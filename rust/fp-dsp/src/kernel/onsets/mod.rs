//! Onsets: how much the mel bands of the short STFT rise, and which rises are events.
//!
//! Imports no other room; only what lies outside `kernel`.

pub mod flux;
pub mod mel_bands;
pub mod picking;
