//! Resource limits of the system: address space, open files, no core dumps.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Open files: three streams, the track, the pipes of a child, and what ffmpeg's libraries open while they load.
const OPEN_FILES: u64 = 64;

/// Lowers the limits permanently (the hard ones too); never raises a limit that is already lower.
pub(super) fn lower(memory_limit: u64) -> Result<String, String> {
    let wanted = [(Resource::Core, 0), (Resource::Nofile, OPEN_FILES), (Resource::As, memory_limit)];
    for (resource, limit) in wanted {
        let before = getrlimit(resource);
        let lower = |old: Option<u64>| Some(old.map_or(limit, |old| old.min(limit)));
        let lowered = Rlimit { current: lower(before.current), maximum: lower(before.maximum) };
        setrlimit(resource, lowered).map_err(|error| format!("{resource:?}: {error}"))?;
    }
    let memory = getrlimit(Resource::As).current.unwrap_or(u64::MAX);
    Ok(format!("{} MiB of address space, {OPEN_FILES} open files, no core dumps", memory >> 20))
}
