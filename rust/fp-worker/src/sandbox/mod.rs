//! Before it reads the first byte of a file, the worker drops the right to write files, use the network or see other
//! processes, and limits its memory. A decoder that a hostile file takes over can then only read and compute.
//!
//! The ffmpeg child inherits all of it. A protection that the system lacks is reported as inactive: see [`Sandbox`].

use std::env;

use fp_protocol::{Protection, Sandbox};

#[cfg(target_os = "linux")]
mod landlock;
mod resource_limits;
#[cfg(target_os = "linux")]
mod seccomp;

/// Environment variable; `off` runs the worker unconfined, for profilers that write files and for an ffmpeg that does
/// not work under the rules.
pub const SANDBOX_VARIABLE: &str = "AURALIS_WORKER_SANDBOX";

/// Address space of a worker, and of its ffmpeg child, in bytes. Measured needs: 32 MiB for 384 kHz × 8
/// channels in the process, 64 MiB for each further thread (glibc's arena), 280 MiB for ffmpeg with all its libraries.
pub const DEFAULT_MEMORY_LIMIT: u64 = 2 << 30;

/// Confines the calling thread and all threads and processes that it starts later, so it must be called first.
/// `memory_limit` is in bytes of address space.
pub fn confine(memory_limit: u64) -> Sandbox {
    if env::var_os(SANDBOX_VARIABLE).is_some_and(|value| value == "off") {
        return unconfined(&format!("switched off by {SANDBOX_VARIABLE}"));
    }
    let limits = report(resource_limits::lower(memory_limit));
    Sandbox { limits, ..confine_by_kernel() }
}

#[cfg(target_os = "linux")]
fn confine_by_kernel() -> Sandbox {
    let no_new_privs = rustix::thread::set_no_new_privs(true)
        .map(|()| "programs it starts gain no rights".to_owned())
        .map_err(|error| error.to_string());
    // seccomp comes last, because it refuses calls that the others may need.
    Sandbox {
        no_new_privs: report(no_new_privs),
        landlock: report(landlock::restrict().map_err(|error| error.to_string())),
        seccomp: report(seccomp::install()),
        ..unconfined("")
    }
}

#[cfg(not(target_os = "linux"))]
fn confine_by_kernel() -> Sandbox {
    unconfined("not available on this system")
}

fn unconfined(reason: &str) -> Sandbox {
    let without = || Protection { active: false, detail: reason.to_owned() };
    Sandbox { no_new_privs: without(), landlock: without(), seccomp: without(), limits: without() }
}

fn report(result: Result<String, String>) -> Protection {
    match result {
        Ok(detail) => Protection { active: true, detail },
        Err(reason) => Protection { active: false, detail: format!("unavailable: {reason}") },
    }
}
