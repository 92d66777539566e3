//! The launcher itself: waits for the worker's messages until the worker is gone.

use std::{
    fs::OpenOptions,
    io,
    os::fd::{AsRawFd, OwnedFd},
    panic::{self, AssertUnwindSafe},
    path::Path,
    process,
};

use rustix::{
    process::{Pid, getpgrp, getpid, set_child_subreaper, setpgid},
    stdio::{dup2_stdin, dup2_stdout},
    thread::set_name,
};

use super::{
    message::{Message, receive, send},
    run::{Run, end_all},
};
use crate::sandbox::{LauncherDomain, confine_launcher};

/// Serves until the worker is gone, then ends this process and all that it has started.
pub(super) fn serve(socket: OwnedFd, program: &Path) -> ! {
    let served = panic::catch_unwind(AssertUnwindSafe(|| {
        let workers_group = getpgrp();
        match set_up(&socket) {
            Ok(domain) => Launcher { socket, program, workers_group, domain, run: None }.serve(),
            Err(error) => log::error!("the process that starts ffmpeg cannot set itself up: {error}"),
        }
    }));
    end_all();
    process::exit(i32::from(served.is_err()))
}

/// Keeps nothing of the worker but the socket and standard error, takes over what ffmpeg leaves behind, and confines
/// itself.
fn set_up(socket: &OwnedFd) -> io::Result<LauncherDomain> {
    let nothing = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    dup2_stdin(&nothing)?;
    dup2_stdout(&nothing)?;
    drop(nothing);
    close_all_but(socket);
    // A signal to the worker's group ends ffmpeg, but not what sweeps behind it.
    setpgid(None, None)?;
    set_child_subreaper(Some(getpid()))?;
    set_name(c"fp-launcher")?;
    Ok(confine_launcher())
}

/// Closes what the worker's parent may have left open: ffmpeg would have it too.
#[allow(unsafe_code, reason = "no safe close of descriptors that nobody owns")]
fn close_all_but(socket: &OwnedFd) {
    const FIRST: i32 = 3;
    const LAST_ON_OLD_KERNELS: i32 = 1023;
    let kept = socket.as_raw_fd();
    let close = |first: i32, last: i32| {
        // SAFETY: no value of this process owns one of these: it was just forked, and its caller's never run again.
        if first <= last && unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) } == -1 {
            for descriptor in first..=last.min(LAST_ON_OLD_KERNELS) {
                // SAFETY: as above.
                unsafe { libc::close(descriptor) };
            }
        }
    };
    close(FIRST, kept - 1);
    close(kept + 1, i32::MAX);
}

struct Launcher<'a> {
    socket: OwnedFd,
    program: &'a Path,
    workers_group: Pid,
    domain: LauncherDomain,
    run: Option<Run>,
}

impl Launcher<'_> {
    /// Answers until the worker is gone or says what it may not: then the socket is closed and all ended.
    fn serve(mut self) {
        while let Ok(Some((message, streams))) = receive(&self.socket) {
            let answer = match (message, self.run.take()) {
                (Message::Run(arguments), None) => self.start(&arguments, streams),
                (Message::Wait, Some(mut run)) => match run.wait(&self.socket) {
                    Some(status) => Message::Ended(status),
                    // The worker is gone.
                    None => return,
                },
                (Message::Kill, Some(mut run)) => Message::Ended(run.kill()),
                _ => return,
            };
            if send(&self.socket, &answer, &[]).is_err() {
                return;
            }
        }
    }

    fn start(&mut self, arguments: &[String], streams: Vec<OwnedFd>) -> Message {
        let Ok(streams) = <[OwnedFd; 3]>::try_from(streams) else {
            return Message::Refused("not three descriptors".to_owned());
        };
        match Run::start(self.program, arguments, streams, (self.workers_group, self.domain)) {
            Ok(run) => {
                self.run = Some(run);
                Message::Running
            }
            Err(reason) => Message::Refused(reason),
        }
    }
}
