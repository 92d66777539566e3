//! Decoding by the ffmpeg program: where it is, how it is started, and how its samples and messages are read.
//!
//! May import `headers::container`, `headers::stated_length`, `error`, `report`, `source` and `stream_format`; never
//! `in_process`, `open` or `stream`.

pub(crate) mod child;
pub(crate) mod launch;
pub(crate) mod length;
pub(crate) mod log;
pub(crate) mod parent_death;
pub(crate) mod program;
pub(crate) mod wav_pipe;
