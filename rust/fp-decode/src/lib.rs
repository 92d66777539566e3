//! Any audio file to planar f32 blocks, full scale ±1.0. All hostile input stops here.
//!
//! [`open`] tells the type by content, decodes in-process what Symphonia and `opus-pure` can ([`DECODERS`]), and
//! hands everything else to the ffmpeg program. [`AudioStream::next_block`] pulls blocks of any length;
//! [`AudioStream::finish`] says how much was delivered and what was lost. Encoder delay and padding are trimmed
//! where the file states them; channels come in WAVE order; memory does not depend on the length.

mod aac_config;
mod bounded_read;
mod container;
mod demuxer;
mod error;
mod ffmpeg_child;
mod ffmpeg_log;
mod ffmpeg_program;
mod file_source;
#[cfg(fuzzing)]
pub mod fuzzing;
mod gapless;
mod mp4_edit_list;
mod mpeg_frame;
mod open;
mod opus_decoder;
mod opus_head;
mod parent_bond;
mod registry;
mod remix;
mod report;
mod sniff;
mod source;
mod stream;
mod stream_format;
mod symphonia_stream;
mod track_decoder;
mod wav_pipe;
mod wave_order;

pub use error::{DecodeError, ErrorKind};
pub use ffmpeg_program::{FFMPEG_VARIABLE, find_ffmpeg};
pub use open::{DecodeOptions, open};
pub use registry::DECODERS;
pub use report::{DecodeReport, DecodeWarning};
pub use stream::{AudioStream, Block};
pub use stream_format::{HIGHEST_RATE_HZ, LOWEST_RATE_HZ, MOST_CHANNELS, StreamFormat};
