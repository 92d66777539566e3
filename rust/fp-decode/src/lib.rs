//! Any audio file to planar f32 blocks, full scale ±1.0. All hostile input stops here.
//!
//! [`open_file`] recognises the type by content, decodes in-process what Symphonia and `opus-pure` can ([`DECODERS`]), and
//! gives everything else to the ffmpeg program. [`AudioStream::next_block`] returns blocks of any length;
//! [`AudioStream::finish`] says how much was delivered and what was lost. Encoder delay and padding are trimmed
//! where the file states them; channels come in WAVE order; memory use does not depend on the length.
//!
//! [`probe_file`] reads the packets without a decoder, for the key that [`AudioStream::audio_key`] has too. Both have the tags of
//! the file, as the protocol sends them.
//!
//! Imports go one way: `probe` → `open` → `stream` → `encoded_file` → `recognise` → `inside`, `tags`, `in_process`,
//! `ffmpeg` → `headers`, `source`, `audio_key`, `report`, `error`.

mod audio_key;
mod block;
mod encoded_bytes;
mod encoded_file;
mod error;
mod ffmpeg;
mod first_format;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod headers;
mod hidden_stream;
mod in_process;
mod inside;
mod open;
mod probe;
mod rate_converter;
mod recognise;
mod remix;
mod report;
mod source;
mod stream;
mod stream_format;
mod tags;

pub use audio_key::AudioKey;
pub use block::Block;
pub use error::{DecodeError, ErrorKind};
pub use ffmpeg::{
    launch::{Ffmpeg, Launch, Launched, Running},
    program::{FFMPEG_VARIABLE, find_ffmpeg, find_program},
};
pub use in_process::registry::DECODERS;
pub use open::{DecodeOptions, open, open_file};
pub use probe::{Probe, probe, probe_file};
pub use remix::stereo_gains;
pub use report::{DecodeReport, DecodeWarning, LossKind};
pub use stream::AudioStream;
pub use stream_format::{MAX_CHANNELS, MAX_RATE_HZ, MIN_RATE_HZ, StreamFormat};
