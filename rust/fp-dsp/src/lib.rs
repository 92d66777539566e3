//! The 25-dimension audio fingerprint, computed in one streaming pass over planar samples.
//!
//! [`Analyzer`] takes decoded blocks of any length and returns an [`Analysis`]: the 25 values of
//! [`dimension::DIMENSIONS`], each a finite number or a [`NullReason`], and further details.
//! This crate does no I/O and knows nothing of files, codecs or JSON.
//!
//! Words for a run of samples: a *block* is what the caller adds, of any length; a *chunk* is one long hop (4N
//! samples), which the pass works on at a time; a *segment* is a part of a chunk that ends at the next cut of any group
//! (`samples_to_cut`). The 0.5 s blocks of the variation group are always called *half-second blocks*.
//!
//! Imports go one way: `pass` → `tracer` → `audible_band`, `decoded` → `group`, `frames`, `unheard` → `staging` → `kernel` →
//! `level_gate`, `layout`, `params`, `fingerprint` → `dimension`, `trace`.

mod audible_band;
mod decoded;
pub mod dimension;
pub mod fingerprint;
mod frames;
pub mod group;
pub mod kernel;
pub mod layout;
pub mod level_gate;
mod offset;
pub mod params;
pub mod pass;
pub mod spectrum_frame;
mod staging;
pub mod trace;
mod tracer;
mod unheard;

pub use dimension::{DIMENSIONS, Dimension, Group};
pub use fingerprint::{
    Analysis, AnalysisDetails, ChannelRelation, Clipping, DecodedDetails, Fingerprint, NullReason, Value,
};
pub use layout::ChannelLayout;
pub use params::{FormatError, Params};
pub use pass::Analyzer;
pub use trace::Trace;

/// Version of the numbers. It must be raised whenever any dimension can change by more than its tolerance.
///
/// It is part of every cache key and sidecar, and CHANGELOG.md says what each version changed.
pub const ANALYSIS_VERSION: u32 = 3;
