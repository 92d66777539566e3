//! How many samples the fragments of a movie state: a damaged count lets a demuxer loop for billions of samples that take
//! no bytes.

use std::{fs::File, io};

use crate::headers::{
    bounded_read::read_at,
    mp4::boxes::{BoxReader, read_u32},
};

/// Maximum number of boxes on the top level that are visited.
const MAX_TOP_BOXES: usize = 65_536;
/// Maximum number of bytes read of one fragment's index; those of an hour in one fragment have less.
const MAX_INDEX_BYTES: u64 = 1 << 20;

/// Whether the fragments of the movie that starts at `start` state more samples than the file has bytes.
pub(crate) fn state_impossible_counts(file: &mut File, start: u64) -> io::Result<bool> {
    let length = file.metadata()?.len();
    let (mut position, mut samples) = (start, 0u64);
    for _ in 0..MAX_TOP_BOXES {
        let Some(found) = (BoxReader { file: &mut *file }).next_box(position, length)? else { break };
        position = found.body.end;
        if &found.kind == b"moof" {
            let bytes = (found.body.end - found.body.start).min(MAX_INDEX_BYTES);
            let index = read_at(file, found.body.start, bytes)?;
            for run in boxes(&index, b"traf").flat_map(|track| boxes(track, b"trun")) {
                // Version and flags, then the count. ISO 14496-12, 8.8.8.
                samples = samples.saturating_add(u64::from(read_u32(run, 4).unwrap_or(0)));
            }
        }
    }
    Ok(samples > length)
}

/// The contents of the boxes called `name` in `bytes`, cut where the bytes end.
fn boxes<'a>(bytes: &'a [u8], name: &[u8; 4]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let size = read_u32(rest, 0)? as usize;
        let kind = rest.get(4..8)?;
        let (found, tail) = rest.split_at(if size < 8 { rest.len() } else { size.min(rest.len()) });
        rest = tail;
        Some((kind, found.get(8..)?))
    })
    .filter(move |(kind, _)| kind == name)
    .map(|(_, content)| content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(8 + content.len() as u32).to_be_bytes(), kind.as_slice(), content].concat()
    }

    #[test]
    fn counts_beyond_the_bytes_of_the_file_are_impossible() {
        let path = std::env::temp_dir().join(format!("fp-decode-fragments-{}", std::process::id()));
        let impossible = |count: u32| {
            let run = |count: u32| atom(b"trun", &[[0, 0, 0, 1], count.to_be_bytes(), [0; 4]].concat());
            let track = atom(b"traf", &[atom(b"tfhd", &[0; 8]), run(5), run(count)].concat());
            let moof = atom(b"moof", &[atom(b"mfhd", &[0; 8]), track].concat());
            std::fs::write(&path, [atom(b"ftyp", b"isom"), moof, atom(b"mdat", &[0; 100])].concat()).unwrap();
            state_impossible_counts(&mut File::open(&path).unwrap(), 0).unwrap()
        };
        assert!(!impossible(100));
        assert!(impossible(0x8484_8484));
        std::fs::remove_file(&path).unwrap();
    }
}
