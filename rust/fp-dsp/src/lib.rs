//! The 25-dimension audio fingerprint, computed in one streaming pass over planar samples.
//!
//! [`Analyzer`] takes decoded blocks of any length and returns an [`Analysis`]: the 25 values of
//! [`dimension::DIMENSIONS`], each a finite number or a [`NullReason`], and the details beside them.
//! This crate does no I/O and knows nothing of files, codecs or JSON.

pub mod dimension;
pub mod fingerprint;
mod frames;
pub mod group;
pub mod kernel;
pub mod layout;
pub mod level_gate;
pub mod params;
pub mod pass;
pub mod spectrum_frame;
mod staging;

pub use dimension::{DIMENSIONS, Dimension, Group};
pub use fingerprint::{Analysis, AnalysisDetails, Fingerprint, NullReason, Value};
pub use layout::ChannelLayout;
pub use params::{FormatError, Params};
pub use pass::Analyzer;

/// Version of the numbers: rises whenever any dimension can move by more than its tolerance.
///
/// It is part of every cache key and sidecar, and CHANGELOG.md names what each rise moved.
pub const ANALYSIS_VERSION: u32 = 2;
