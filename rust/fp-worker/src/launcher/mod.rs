//! Starts ffmpeg for a worker that may start nothing itself.
//!
//! Before the worker confines itself, it forks a small process, the launcher, and keeps a socket to it. For each track
//! the worker sends ffmpeg's arguments and three descriptors. The launcher forks a child that
//! confines itself and becomes ffmpeg, and ends all that is left of it when the worker says so, or when the worker is
//! gone, however that ended: the launcher has a process group of its own, so that a signal to the worker's does not reach
//! it. The launcher itself reads no byte of a track.

mod client;
mod elf;
mod message;
mod process;
mod program_files;
mod run;

use std::{io, path::Path, sync::Arc};

use fp_decode::Ffmpeg;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

use client::Launcher;

/// An ffmpeg that is started by a launcher, which is forked here: the process must have no other thread yet.
///
/// # Errors
/// When the system refuses the socket or the process.
#[allow(unsafe_code, reason = "no safe fork exists")]
pub fn fork_launcher(program: &Path) -> io::Result<Ffmpeg> {
    let program = program.to_owned();
    let (ours, its) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
    // SAFETY: there is no other thread that could hold a lock in the child; the caller promises it.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            drop(ours);
            process::serve(its, &program)
        }
        _ => Ok(Ffmpeg::new(program, Arc::new(Launcher::new(ours)))),
    }
}
