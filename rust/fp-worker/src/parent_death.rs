//! The death of the parent is noticed at once, whatever the worker is doing: decoding, waiting for a disk, or
//! waiting for an ffmpeg that hangs.
//!
//! A thread sleeps in `poll` on standard output, which the kernel wakes when nobody can read it any more.
//! Progress lines alone would not do: none is written while a read blocks. `PR_SET_PDEATHSIG` would not do either:
//! it speaks of the parent's *thread*, and Linux alone has it. The end of standard input means something else: no
//! more requests, finish the last one.

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
        // Without asking for any event, errors and hang-ups are reported.
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

/// auralis starts each worker in a session of its own: then its group holds it and its ffmpeg, and nobody else.
fn end_now() -> ! {
    if getsid(None).is_ok_and(|session| session == getpid()) && getpgrp() == getpid() {
        let _ = kill_current_process_group(Signal::KILL);
    }
    process::abort()
}
