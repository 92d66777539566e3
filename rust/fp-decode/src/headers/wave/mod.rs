//! The WAVE family: RIFF, RIFX (big-endian), RF64, BW64 and Sony Wave64. Chunks may stand in any order, lack their
//! padding or state no true size; what the samples are is decided from the format chunk and, where it contradicts
//! itself, from the data.

mod chunks;
mod format;
mod slots;

use std::{fs::File, io};

use crate::headers::{
    bit_stream::{MAX_LOOK_BYTES, find_bit_stream},
    bounded_read::read_at,
    container::Container,
    pcm_layout::PcmLayout,
    sniff::Sniffed,
    wave::{chunks::find_chunks, format::WaveFormat},
};

/// What the data chunk holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WaveContent {
    /// Samples.
    Pcm(PcmLayout),
    /// Another stream, of another kind than its header says: Ogg pages, DTS or AC-3 frames.
    Inner {
        /// What it is, and where it starts.
        sniffed: Sniffed,
        /// The byte after its last.
        end: u64,
    },
    /// A bit stream of this name, which nothing here can read.
    Unreadable(&'static str),
    /// Another codec, or a damaged header: for the decoders that know them.
    Other,
}

/// Reads the chunks of the WAVE file that starts at `start`.
pub(crate) fn read_wave(file: &mut File, start: u64, container: Container) -> io::Result<WaveContent> {
    let chunks = find_chunks(file, start, container)?;
    let (Some(format), Some(data)) = (chunks.format.as_deref(), chunks.data) else { return Ok(WaveContent::Other) };
    let Some(format) = WaveFormat::parse(format, chunks.big_endian) else { return Ok(WaveContent::Other) };
    let mut look = read_at(file, data.start, data.available.min(MAX_LOOK_BYTES))?;
    let end = data.start + data.available;
    if format.is_vorbis() {
        let ogg = look.starts_with(b"OggS");
        let sniffed = Sniffed { container: Container::Ogg, start: data.start, frames: None };
        return Ok(if ogg { WaveContent::Inner { sniffed, end } } else { WaveContent::Other });
    }
    if let Some(found) = format.may_be_bit_stream().then(|| find_bit_stream(&look)).flatten() {
        return Ok(found
            .sniffed(data.start)
            .map_or(WaveContent::Unreadable(found.name), |sniffed| WaveContent::Inner { sniffed, end }));
    }
    if look.iter().all(|&byte| byte == 0) {
        // A silent start tells nothing; the middle may.
        let middle = data.available / 2 - data.available / 2 % format.block_bytes();
        look = read_at(file, data.start + middle, MAX_LOOK_BYTES.min(data.available - middle))?;
    }
    Ok(format.pcm_layout(&look, data, chunks.big_endian).map_or(WaveContent::Other, WaveContent::Pcm))
}
