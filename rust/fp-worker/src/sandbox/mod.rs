//! Before it reads the first byte of a file, the worker drops the right to write files, start programs, use the network
//! or see other processes, and limits its memory. A decoder that a hostile file takes over can then only read and
//! compute. ffmpeg is confined more tightly still, by the [launcher](crate::launcher) that starts it.
//!
//! A protection that the system lacks is reported as inactive: see [`Sandbox`].

use std::env;

use fp_protocol::{Protection, Sandbox};

#[cfg(target_os = "linux")]
mod capabilities;
#[cfg(target_os = "linux")]
mod ffmpeg;
#[cfg(target_os = "linux")]
mod landlock;
mod resource_limits;
#[cfg(target_os = "linux")]
mod seccomp;

#[cfg(target_os = "linux")]
pub(crate) use {ffmpeg::FfmpegDomain, landlock::Right};

/// Environment variable; `off` runs the worker unconfined, for profilers that write files. `no-landlock` and `no-seccomp`
/// run it as on a system without them, for tests and for an ffmpeg that does not work under the rules.
pub const SANDBOX_VARIABLE: &str = "AURALIS_WORKER_SANDBOX";

/// Address space of a worker, and of its ffmpeg child, in bytes. Measured needs: 32 MiB for 384 kHz × 8
/// channels in the process, 64 MiB for each further thread (glibc's arena), 280 MiB for ffmpeg with all its libraries.
pub const DEFAULT_MEMORY_LIMIT: u64 = 2 << 30;

/// Which files a confined worker can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// All that its user may read.
    AnyFile,
    /// None: it gets its tracks as open descriptors.
    NoFile,
}

/// Whether the worker is to be confined, which [`SANDBOX_VARIABLE`] can forbid.
#[must_use]
pub fn is_wanted() -> bool {
    !is_set_to("off")
}

fn is_set_to(value: &str) -> bool {
    env::var_os(SANDBOX_VARIABLE).is_some_and(|set| set == value)
}

/// What was reached by [`share_limits`].
#[derive(Debug)]
pub struct Shared {
    limits: Protection,
    no_new_privs: Protection,
}

/// Lowers the limits of this process and of all that it starts, and gives up the rights of the superuser. It comes first,
/// so that the launcher has all of it too. `memory_limit` is in bytes of address space.
#[must_use]
pub fn share_limits(memory_limit: u64) -> Shared {
    let limits = report(resource_limits::lower(memory_limit));
    Shared { limits, no_new_privs: give_up_privileges() }
}

#[cfg(target_os = "linux")]
fn give_up_privileges() -> Protection {
    use rustix::{process::DumpableBehavior, thread::set_no_new_privs};

    // Other processes of the user cannot look into this one: neither its memory nor its descriptors.
    let hidden = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let gained = set_no_new_privs(true).and(hidden).map_err(|error| error.to_string());
    report(gained.and_then(|()| capabilities::drop_all()).map(|()| "programs it starts gain no rights".to_owned()))
}

#[cfg(not(target_os = "linux"))]
fn give_up_privileges() -> Protection {
    Protection { active: false, detail: NOT_HERE.to_owned() }
}

#[cfg(not(target_os = "linux"))]
const NOT_HERE: &str = "not available on this system";

/// Confines the calling thread and all threads that it starts later, so it must be called before any is started.
#[must_use]
pub fn confine(shared: Shared, reading: Reading) -> Sandbox {
    let Shared { limits, no_new_privs } = shared;
    let limits = match resource_limits::forbid_growing_files() {
        Ok(()) => limits,
        Err(reason) => report(Err(reason)),
    };
    let (landlock, seccomp) = confine_by_kernel(reading);
    Sandbox { no_new_privs, landlock, seccomp, limits }
}

#[cfg(target_os = "linux")]
fn confine_by_kernel(reading: Reading) -> (Protection, Protection) {
    // seccomp comes last, because it refuses calls that the other may need.
    let landlock = unless("no-landlock", || landlock::restrict_worker(reading));
    (report(landlock), report(unless("no-seccomp", || seccomp::install(seccomp::Role::Worker))))
}

#[cfg(target_os = "linux")]
fn unless(value: &str, protect: impl FnOnce() -> Result<String, String>) -> Result<String, String> {
    if is_set_to(value) { Err(format!("switched off by {SANDBOX_VARIABLE}={value}")) } else { protect() }
}

#[cfg(not(target_os = "linux"))]
fn confine_by_kernel(_reading: Reading) -> (Protection, Protection) {
    let missing = || Protection { active: false, detail: NOT_HERE.to_owned() };
    (missing(), missing())
}

/// Which protections are in force for the launcher: the kernel has them for its ffmpeg too.
#[cfg(target_os = "linux")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct LauncherDomain {
    landlock: bool,
    seccomp: bool,
}

/// Confines the launcher, which needs the right to start programs: its ffmpeg loses that too. What is missing is missing
/// for the worker too, which reports it.
#[cfg(target_os = "linux")]
pub(crate) fn confine_launcher() -> LauncherDomain {
    LauncherDomain {
        landlock: unless("no-landlock", landlock::restrict_launcher).is_ok(),
        seccomp: unless("no-seccomp", || seccomp::install(seccomp::Role::Launcher)).is_ok(),
    }
}

/// The report of a worker that is not confined at all.
#[must_use]
pub fn unconfined() -> Sandbox {
    let without = || Protection { active: false, detail: format!("switched off by {SANDBOX_VARIABLE}") };
    Sandbox { no_new_privs: without(), landlock: without(), seccomp: without(), limits: without() }
}

fn report(result: Result<String, String>) -> Protection {
    match result {
        Ok(detail) => Protection { active: true, detail },
        Err(reason) => Protection { active: false, detail: format!("unavailable: {reason}") },
    }
}
