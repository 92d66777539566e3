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

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(name: &str, container: Container, start: u64, bytes: &[u8]) -> Option<Vec<Range<u64>>> {
        let path = std::env::temp_dir().join(format!("fp-decode-audio-parts-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let sniffed = Sniffed { container, start, frames: None };
        let parts = audio_parts(&mut File::open(&path).unwrap(), &sniffed, None).unwrap();
        std::fs::remove_file(&path).unwrap();
        parts
    }

    const fn foreign(demuxer: &'static str) -> Container {
        Container::Foreign { name: demuxer, demuxer }
    }

    #[test]
    fn of_dsf_the_format_and_the_samples_count() {
        let format = [b"fmt \x34\0\0\0\0\0\0\0".as_slice(), &[1; 40]].concat();
        let data = b"data\x14\0\0\0\0\0\0\0samples!";
        let file = [&[b"DSD ".as_slice(), &[7; 24]].concat(), &format, data.as_slice(), b"ID3tag"].concat();
        assert_eq!(parts("dsf", foreign("dsf"), 0, &file), Some(vec![28..80, 80..100]));
        assert_eq!(parts("cut.dsf", foreign("dsf"), 0, &file[..95]), Some(vec![28..80, 80..95]));
        assert_eq!(parts("bad.dsf", foreign("dsf"), 0, &file[..85]), None);
    }

    #[test]
    fn of_dsdiff_the_properties_and_the_samples_count() {
        let chunk = |name: &str, body: &[u8]| {
            let padding = if body.len() % 2 == 1 { b"\0".as_slice() } else { b"" };
            [name.as_bytes(), &(body.len() as u64).to_be_bytes(), body, padding].concat()
        };
        let head = b"FRM8\0\0\0\0\0\0\0\x60DSD ".to_vec();
        let chunks = [chunk("FVER", &[1; 4]), chunk("PROP", b"SND "), chunk("DIIN", b"odd"), chunk("DSD ", &[9; 8])];
        let file = [head, chunks.concat()].concat();
        assert_eq!(parts("dff", foreign("iff"), 0, &file), Some(vec![32..48, 64..84]));
        assert_eq!(parts("none.dff", foreign("iff"), 0, &file[..60]), None);
    }

    #[test]
    fn of_formats_with_text_among_the_audio_nothing_counts() {
        let tagged = [b"12345".as_slice(), b"frames", b"TAG", &[0; 125]].concat();
        assert_eq!(parts("wv", foreign("wv"), 5, &tagged), Some(std::iter::once(5..11).collect()));
        for demuxer in ["asf", "voc", "ogg", "rm", "avi", "mpegts"] {
            assert_eq!(parts(demuxer, foreign(demuxer), 5, &tagged), None, "{demuxer}");
        }
        assert_eq!(parts("flac", Container::Flac, 5, &tagged), None);
    }
}
