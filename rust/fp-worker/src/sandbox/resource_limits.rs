//! Resource limits of the system: address space, open files, no core dumps; and for what writes only into pipes, no file
//! that grows.

use std::{io, os::fd::AsFd};

use rustix::{
    fs::{FileType, fstat},
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

/// Open files: three streams, the track, the pipes of a child, and what ffmpeg's libraries open while they load.
const OPEN_FILES: u64 = 64;
/// Open files of ffmpeg: it opens its libraries one after the other, then its track.
const FFMPEG_OPEN_FILES: u64 = 32;
/// Processor time of one ffmpeg, in seconds: four times the longest deadline that a scan sets by itself. It ends an
/// ffmpeg that nobody watches.
const FFMPEG_CPU_S: u64 = 4 * 3600;

/// Lowers the limits permanently (the hard ones too); never raises a limit that is already lower.
pub(super) fn lower(memory_limit: u64) -> Result<String, String> {
    lower_all(&[(Resource::Core, 0), (Resource::Nofile, OPEN_FILES), (Resource::As, memory_limit)])?;
    let memory = getrlimit(Resource::As).current.unwrap_or(u64::MAX);
    Ok(format!("{} MiB of address space, {OPEN_FILES} open files, no core dumps", memory >> 20))
}

/// No file can grow from now on, unless standard output or error is one.
pub(super) fn forbid_growing_files() -> Result<(), String> {
    let is_file = |stream: &dyn AsFd| {
        fstat(stream.as_fd()).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile)
    };
    if is_file(&io::stdout()) || is_file(&io::stderr()) {
        return Ok(());
    }
    lower_all(&[(Resource::Fsize, 0)])
}

/// The limits of an ffmpeg, which has those of its launcher too.
pub(super) fn lower_for_ffmpeg() -> Result<(), String> {
    lower_all(&[(Resource::Fsize, 0), (Resource::Nofile, FFMPEG_OPEN_FILES), (Resource::Cpu, FFMPEG_CPU_S)])
}

fn lower_all(wanted: &[(Resource, u64)]) -> Result<(), String> {
    for &(resource, limit) in wanted {
        let before = getrlimit(resource);
        let lower = |old: Option<u64>| Some(old.map_or(limit, |old| old.min(limit)));
        let lowered = Rlimit { current: lower(before.current), maximum: lower(before.maximum) };
        setrlimit(resource, lowered).map_err(|error| format!("{resource:?}: {error}"))?;
    }
    Ok(())
}
