//! The codecs that are decoded in-process.

use std::sync::LazyLock;

use symphonia::{core::codecs::registry::CodecRegistry, default::register_enabled_codecs};

use crate::in_process::opus_decoder::OpusPureDecoder;

/// Codecs decoded in-process; all others need the ffmpeg program.
pub const DECODERS: &[&str] = &["aac", "adpcm", "alac", "flac", "mp1", "mp2", "mp3", "opus", "pcm", "vorbis"];

/// Symphonia's decoders and Opus.
pub(crate) static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut registry = CodecRegistry::new();
    register_enabled_codecs(&mut registry);
    registry.register_audio_decoder::<OpusPureDecoder>();
    registry
});
