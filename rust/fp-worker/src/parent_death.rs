//! Ends the worker as soon as its parent dies, even while it waits for a disk or for an ffmpeg that hangs.
//!
//! A thread sleeps in `poll` on standard output; the kernel wakes it when nobody can read that pipe any more. Progress
//! lines are not enough, because none is written while a read blocks. `PR_SET_PDEATHSIG` is not enough either: it
//! reports the end of the parent's *thread*, and exists on Linux only. The end of standard input means something else:
//! finish the last request.

use std::{
    io::{self, Stdout},
    process, thread,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    process::{Signal, getpgrp, getpid, getsid, kill_current_process_group},
};

/// Ends this process, and all that it started, as soon as nobody reads its output.
///
/// # Errors
/// When no thread can be started.
pub(crate) fn die_with_parent(output: Stdout) -> io::Result<()> {
    thread::Builder::new().name("parent-death".to_owned()).stack_size(64 << 10).spawn(move || {
        wait_until_unread(&output);
        end_now()
    })?;
    Ok(())
}

/// Returns when the last reader of the pipe has gone; never where standard output is a file or a terminal.
fn wait_until_unread(output: &Stdout) {
    loop {
        // Errors and hang-ups are reported even when no event is asked for.
        let mut watched = [PollFd::new(output, PollFlags::empty())];
        match poll(&mut watched, None) {
            Ok(_) if watched[0].revents().intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL) => return,
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => {
                log::warn!("cannot watch for the end of the parent: {error}");
                thread::park();
            }
        }
    }
}

/// Kills the process group if it is the worker's own: auralis starts each worker in a new session, so that the group
/// is the worker and its ffmpeg.
fn end_now() -> ! {
    if getsid(None).is_ok_and(|session| session == getpid()) && getpgrp() == getpid() {
        let _ = kill_current_process_group(Signal::KILL);
    }
    process::abort()
}
