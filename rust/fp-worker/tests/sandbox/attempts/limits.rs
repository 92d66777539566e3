//! Attempts to take more than there is for one process.

use std::{
    io,
    os::fd::{AsFd, OwnedFd},
};

use rustix::process::{Resource, getrlimit, setrlimit};

use super::{Attempt, By, Right, SECCOMP, attempt};

/// Address space of the confined process.
pub(crate) const MEMORY_LIMIT: u64 = 1 << 30;

pub(super) fn limits() -> Vec<Attempt> {
    let limits = Right::Nobody(&[By::Limits]);
    vec![
        attempt("allocate 16 MiB", Right::Everybody, || allocate(16 << 20)),
        attempt("allocate more than the limit", limits, || allocate(MEMORY_LIMIT as usize)),
        attempt("open 100 files", limits, || {
            let open = |_| io::stderr().as_fd().try_clone_to_owned();
            (0..100).map(open).collect::<io::Result<Vec<OwnedFd>>>().map(drop)
        }),
        attempt("raise a limit again", SECCOMP, || Ok(setrlimit(Resource::As, getrlimit(Resource::As))?)),
    ]
}

fn allocate(bytes: usize) -> io::Result<()> {
    Vec::<u8>::new().try_reserve_exact(bytes).map_err(io::Error::other)
}
