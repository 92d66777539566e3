//! Our own parsers of file headers: type, length, encoder delay, codec configuration. No decoder.
//!
//! Imports nothing from the rest of the crate.

pub(crate) mod aac_config;
pub(crate) mod ac3_frame;
pub(crate) mod aiff;
pub(crate) mod alac_cookie;
pub(crate) mod asf;
pub(crate) mod au;
pub(crate) mod audio_parts;
pub(crate) mod bit_stream;
pub(crate) mod bounded_read;
pub(crate) mod container;
pub(crate) mod file_window;
pub(crate) mod flac;
pub(crate) mod frame_run;
pub(crate) mod frame_survey;
pub(crate) mod free_format;
pub(crate) mod length_tag;
pub(crate) mod matroska_end;
pub(crate) mod mp3_side_info;
pub(crate) mod mp4;
pub(crate) mod mpeg_frame;
pub(crate) mod mpeg_systems;
pub(crate) mod ogg_page;
pub(crate) mod opus_head;
pub(crate) mod pcm_layout;
pub(crate) mod sniff;
pub(crate) mod stated_length;
pub(crate) mod tags;
pub(crate) mod trailing_tags;
pub(crate) mod vorbis_blocks;
pub(crate) mod wave;
