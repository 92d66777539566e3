//! Reads a few bytes at a known position of a file.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

/// Up to `count` bytes at `position`; none where no file can reach, as damaged headers state.
pub(crate) fn read_at(file: &mut File, position: u64, count: u64) -> io::Result<Vec<u8>> {
    if i64::try_from(position).is_err() {
        return Ok(Vec::new());
    }
    file.seek(SeekFrom::Start(position))?;
    let mut bytes = Vec::new();
    file.by_ref().take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}
