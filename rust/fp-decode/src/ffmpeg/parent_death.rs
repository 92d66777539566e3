//! Makes a child process end when its parent dies.

use std::process::Command;

/// Makes the kernel kill the child of `command` when the thread that starts it ends, for whatever reason. Linux only:
/// elsewhere the child ends at its next write into the pipe, which then has no reader.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "pre_exec runs in the forked child, where few calls are allowed")]
pub(crate) fn die_with_parent(command: &mut Command) {
    use std::{io, os::unix::process::CommandExt};

    use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};

    let parent = getpid();
    // SAFETY: only async-signal-safe system calls (prctl, getppid); nothing is allocated, no lock is taken.
    unsafe {
        command.pre_exec(move || {
            set_parent_process_death_signal(Some(Signal::KILL))?;
            // The parent may have died before the call.
            if getppid() == Some(parent) { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
        });
    }
}

/// Not available here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn die_with_parent(_command: &mut Command) {}
