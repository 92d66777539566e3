//! Which bytes of a file are its audio, in formats whose tags lie only around it.

use std::{fs::File, io, ops::Range};

use crate::headers::{bounded_read::read_at, container::Container, sniff::Sniffed, trailing_tags::audio_end};

/// DSF: the `DSD ` chunk, which says where the tag is, and the `fmt ` chunk, always of this length. DSF file format
/// specification 1.01.
const DSF_HEAD_BYTES: u64 = 28;
const DSF_FORMAT_BYTES: u64 = 52;
/// Header of a chunk of DSF (its length counts it) and of DSDIFF (it does not).
const CHUNK_HEADER_BYTES: u64 = 12;
/// DSDIFF: the form's header, and the type behind it. DSDIFF 1.5, section 3.1.
const DSDIFF_HEAD_BYTES: u64 = 16;
/// Most chunks that are looked at.
const MAX_CHUNKS: usize = 1000;

/// The parts of `file` that are audio or decide how it decodes, in order; `None` where text may lie among them. `end`: where
/// a container around the stream says that it ends.
pub(crate) fn audio_parts(file: &mut File, sniffed: &Sniffed, end: Option<u64>) -> io::Result<Option<Vec<Range<u64>>>> {
    let Container::Foreign { demuxer, .. } = sniffed.container else { return Ok(None) };
    let start = sniffed.start;
    match demuxer {
        "dsf" => dsf_parts(file, start),
        "iff" => dsdiff_parts(file, start),
        // Its text blocks lie among those of samples.
        "voc" => Ok(None),
        _ if sniffed.container.holds_only_audio() || sniffed.container.is_bare_stream() => {
            let end = end.map_or_else(|| audio_end(file), Ok)?;
            Ok((end > start).then(|| std::iter::once(start..end).collect()))
        }
        _ => Ok(None),
    }
}

/// The `fmt ` chunk, and the `data` chunk as far as the file has it.
fn dsf_parts(file: &mut File, start: u64) -> io::Result<Option<Vec<Range<u64>>>> {
    let file_bytes = file.metadata()?.len();
    let format = start + DSF_HEAD_BYTES;
    let data = format + DSF_FORMAT_BYTES;
    let is_format = read_at(file, format, 4)? == b"fmt ";
    let header = read_at(file, data, CHUNK_HEADER_BYTES)?;
    let Some(bytes) = header.strip_prefix(b"data").and_then(|size| size.first_chunk()).filter(|_| is_format) else {
        return Ok(None);
    };
    let end = data.saturating_add(u64::from_le_bytes(*bytes)).min(file_bytes);
    Ok((end > data).then(|| vec![format..data, data..end]))
}

/// The properties and the samples: chunks `PROP`, and `DSD ` or `DST `.
fn dsdiff_parts(file: &mut File, start: u64) -> io::Result<Option<Vec<Range<u64>>>> {
    let file_bytes = file.metadata()?.len();
    let (mut parts, mut has_samples) = (Vec::new(), false);
    let mut at = start + DSDIFF_HEAD_BYTES;
    for _ in 0..MAX_CHUNKS {
        let header = read_at(file, at, CHUNK_HEADER_BYTES)?;
        let Some((name, size)) = header.split_first_chunk::<4>() else { break };
        let Some(size) = size.first_chunk() else { break };
        let end = at.saturating_add(CHUNK_HEADER_BYTES).saturating_add(u64::from_be_bytes(*size));
        let is_samples = name == b"DSD " || name == b"DST ";
        if is_samples || name == b"PROP" {
            parts.push(at..end.min(file_bytes));
            has_samples |= is_samples;
        }
        // A chunk of odd length is padded.
        at = end.saturating_add(end & 1);
        if at >= file_bytes {
            break;
        }
    }
    Ok(has_samples.then_some(parts))
}
