//! Decoding inside this process: Symphonia's demuxers and decoders, and `opus-pure` for Opus.
//!
//! May import `headers`, `audio_key`, `error`, `report`, `source` and `stream_format`; never `ffmpeg`, `open` or `stream`.

pub(crate) mod demuxer;
pub(crate) mod file_source;
pub(crate) mod flac;
pub(crate) mod gapless;
pub(crate) mod mp4_track;
pub(crate) mod ogg;
pub(crate) mod opus_decoder;
pub(crate) mod pcm;
pub(crate) mod read_ahead;
pub(crate) mod registry;
pub(crate) mod symphonia_stream;
pub(crate) mod track_decoder;
pub(crate) mod track_packets;
pub(crate) mod wave_order;
