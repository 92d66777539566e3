//! Reads a few bytes at a known position of a file.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// Up to `count` bytes at `position`; none where no file can reach, as damaged headers state.
pub(crate) fn read_at(file: &mut File, position: u64, count: u64) -> io::Result<Vec<u8>> {
    match file.seek(SeekFrom::Start(position)) {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Ok(Vec::new()),
        result => result?,
    };
    let mut bytes = Vec::new();
    file.by_ref().take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing: an ASF object states its length in 64 bits, and the system refuses to seek that far.
    #[test]
    fn where_no_file_can_reach_there_are_no_bytes() {
        let path = std::env::temp_dir().join(format!("fp-decode-bounded-read-{}", std::process::id()));
        std::fs::write(&path, b"abc").unwrap();
        let mut file = File::open(&path).unwrap();
        assert_eq!(read_at(&mut file, 1, 9).unwrap(), b"bc");
        for position in [3, 4, u64::MAX >> 1, 1 << 63, u64::MAX] {
            assert!(read_at(&mut file, position, 9).unwrap().is_empty(), "{position}");
        }
        std::fs::remove_file(&path).unwrap();
    }
}
