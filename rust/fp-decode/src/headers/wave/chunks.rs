//! Finds the format chunk and the data chunk of a WAVE file.
//!
//! Sources: Multimedia Programming Interface and Data Specifications 1.0 (RIFF), EBU Tech 3306 (RF64), ITU-R BS.2088
//! (BW64), Sony Wave64 as published in 2004.

use std::{fs::File, io};

use crate::headers::{
    bounded_read::read_at,
    container::Container,
    pcm_layout::{DataRange, stated_size},
};

/// Maximum number of chunks that are visited.
const MAX_CHUNKS: usize = 10_000;
/// A format chunk has 16 to 40 bytes, and the configuration of a codec.
const MAX_FORMAT_BYTES: u64 = 4096;
/// Wave64 identifies chunks by a GUID that begins with the four letters and goes on like this.
const WAVE64_GUID_TAIL: [u8; 12] = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];
/// Chunks that may stand where an earlier one's padding byte was forgotten.
const KNOWN: [&[u8; 4]; 15] = [
    b"fmt ", b"data", b"fact", b"LIST", b"bext", b"JUNK", b"junk", b"PAD ", b"cue ", b"smpl", b"inst", b"PEAK",
    b"iXML", b"id3 ", b"ID3 ",
];

/// The two chunks that matter.
#[derive(Debug, Default)]
pub(crate) struct WaveChunks {
    /// Content of the first format chunk.
    pub(crate) format: Option<Vec<u8>>,
    /// The first data chunk that is not empty.
    pub(crate) data: Option<DataRange>,
    /// RIFX: all numbers are big-endian.
    pub(crate) big_endian: bool,
}

/// One chunk's header.
struct ChunkHeader {
    id: [u8; 4],
    /// First byte of the content.
    start: u64,
    /// Stated size of the content; `None` if unknown.
    size: Option<u64>,
}

/// Visits the chunks of the file whose container starts at `start`.
pub(crate) fn find_chunks(file: &mut File, start: u64, container: Container) -> io::Result<WaveChunks> {
    let file_bytes = file.metadata()?.len();
    let wave64 = container == Container::Wave64;
    let mut chunks = WaveChunks { big_endian: container == Container::Rifx, ..WaveChunks::default() };
    let mut data_size_64 = None;
    // RIFF, size, WAVE; in Wave64 two GUIDs around eight bytes of size.
    let mut position = start + if wave64 { 40 } else { 12 };
    for _ in 0..MAX_CHUNKS {
        let header = if wave64 {
            wave64_header(file, position, file_bytes)?
        } else {
            riff_header(file, position, file_bytes, chunks.big_endian)?
        };
        let Some(mut chunk) = header else { break };
        match &chunk.id {
            // RF64: the true sizes are here; 0 and all ones mean "not known yet".
            b"ds64" => {
                let sizes = read_at(file, chunk.start, 16)?;
                let size = sizes.get(8..).and_then(|size| size.first_chunk()).map(|size| u64::from_le_bytes(*size));
                data_size_64 = size.filter(|&size| size != 0 && size < u64::MAX >> 1);
            }
            b"fmt " if chunks.format.is_none() => {
                let bytes = chunk.size.unwrap_or(0).min(MAX_FORMAT_BYTES);
                chunks.format = Some(read_at(file, chunk.start, bytes)?);
            }
            b"data" if chunks.data.is_none() => {
                if container == Container::Rf64 && chunk.size.is_none_or(|size| size == u64::from(u32::MAX)) {
                    chunk.size = data_size_64;
                }
                let range = data_range(file, &chunk, file_bytes, wave64)?;
                chunk.size = range.stated;
                chunks.data = (range.available > 0).then_some(range);
            }
            _ => {}
        }
        let Some(size) = chunk.size.filter(|_| chunks.format.is_none() || chunks.data.is_none()) else { break };
        let Some(end) = chunk.start.checked_add(size) else { break };
        position = next_chunk(file, end, start, wave64)?;
    }
    Ok(chunks)
}

fn riff_header(file: &mut File, position: u64, file_bytes: u64, big_endian: bool) -> io::Result<Option<ChunkHeader>> {
    let head = read_at(file, position, 8)?;
    let (Some(&id), Some(&size)) = (head.first_chunk::<4>(), head.last_chunk::<4>()) else { return Ok(None) };
    if head.len() < 8 {
        return Ok(None);
    }
    let size = if big_endian { u32::from_be_bytes(size) } else { u32::from_le_bytes(size) };
    let start = position + 8;
    Ok(Some(ChunkHeader { id, start, size: stated_size(size, file_bytes.saturating_sub(start)) }))
}

fn wave64_header(file: &mut File, position: u64, file_bytes: u64) -> io::Result<Option<ChunkHeader>> {
    let head = read_at(file, position, 24)?;
    let (Some(&id), Some(&size)) = (head.first_chunk::<4>(), head.last_chunk::<8>()) else { return Ok(None) };
    if head.len() < 24 || head[4..16] != WAVE64_GUID_TAIL {
        return Ok(None);
    }
    // The size counts the header's 24 bytes. Of a pipe: 0, all ones, or the header alone.
    let size = u64::from_le_bytes(size).checked_sub(24).filter(|&size| size < u64::MAX >> 1);
    let start = position + 24;
    let rest = file_bytes.saturating_sub(start);
    Ok(Some(ChunkHeader { id, start, size: size.filter(|&size| size != u64::from(u32::MAX) || size <= rest) }))
}

/// Where the samples are. A size of 0 counts only when another chunk or the end of the file follows.
fn data_range(file: &mut File, chunk: &ChunkHeader, file_bytes: u64, wave64: bool) -> io::Result<DataRange> {
    let rest = file_bytes.saturating_sub(chunk.start);
    let mut stated = chunk.size;
    if stated == Some(0) {
        let next = read_at(file, chunk.start, 4)?;
        if !KNOWN.iter().any(|known| next == known[..]) {
            stated = None;
        }
    }
    // A 32-bit size that ran over, beyond 4 GiB. What follows the data is never that long.
    if let Some(size) = stated.filter(|_| !wave64)
        && let Some(wraps) = rest.checked_sub(size).map(|excess| excess >> 32).filter(|&wraps| wraps > 0)
    {
        stated = Some(size + (wraps << 32));
    }
    Ok(DataRange::new(chunk.start, stated, file_bytes))
}

/// The position after a chunk that ends at `end`: padded to two bytes (Wave64: eight), unless the writer forgot it.
fn next_chunk(file: &mut File, end: u64, start: u64, wave64: bool) -> io::Result<u64> {
    if wave64 {
        return Ok(end + (end - start).wrapping_neg() % 8);
    }
    if (end - start).is_multiple_of(2) {
        return Ok(end);
    }
    let around = read_at(file, end, 5)?;
    let known = |id: &[u8]| KNOWN.iter().any(|known| id == &known[..]);
    let forgotten = around.get(..4).is_some_and(known) && !around.get(1..5).is_some_and(known);
    Ok(if forgotten { end } else { end + 1 })
}
