//! One ffmpeg: started in its domain, waited for, and ended with all that it left.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    os::{
        fd::OwnedFd,
        unix::process::{CommandExt, ExitStatusExt},
    },
    path::Path,
    process::{Child, Command},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{
        Pid, PidfdFlags, Signal, WaitOptions, getpid, getppid, kill_process, pidfd_open,
        set_parent_process_death_signal, setpgid, wait,
    },
};

use super::program_files::files_of;
use crate::sandbox::{FfmpegDomain, LauncherDomain};

/// What ffmpeg is told of the environment of the worker, which may hold secrets: where libraries and programs are.
const KEPT_VARIABLES: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "LD_PRELOAD"];
/// How often a child's end is looked for where the kernel cannot wake us (before Linux 5.3).
const LOOK_AGAIN: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// An ffmpeg that runs.
pub(super) struct Run {
    child: Child,
}

impl Run {
    /// Starts `program` in its domain and in the worker's process group, with the track, the pipe of the samples and the
    /// pipe of the log as its streams.
    ///
    /// # Errors
    /// The reason, for a person.
    #[allow(unsafe_code, reason = "pre_exec")]
    pub(super) fn start(
        program: &Path,
        arguments: &[String],
        [track, samples, log]: [OwnedFd; 3],
        (group, in_force): (Pid, LauncherDomain),
    ) -> Result<Self, String> {
        let track = File::from(track);
        // A rule for a folder would open all that is below it.
        if !track.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Err("the track is not a file".to_owned());
        }
        let paths = files_of(program).map_err(|error| error.to_string())?;
        let mut domain = Some(FfmpegDomain::new(in_force, &track, &paths)?);
        let kept = KEPT_VARIABLES.iter().filter_map(|&name| Some((OsString::from(name), std::env::var_os(name)?)));
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(kept)
            // Colours would end up in the messages.
            .env("AV_LOG_FORCE_NOCOLOR", "1")
            .stdin(track)
            .stdout(samples)
            .stderr(log);
        let launcher = getpid();
        // SAFETY: this process has one thread, so no lock is held by another and memory can be allocated after the fork.
        unsafe {
            command.pre_exec(move || {
                set_parent_process_death_signal(Some(Signal::KILL))?;
                if getppid() != Some(launcher) {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                // The group is gone if the worker has ended: the launcher is about to notice.
                setpgid(None, Some(group))?;
                domain.take().map_or(Ok(()), FfmpegDomain::enter)
            });
        }
        Ok(Self { child: command.spawn().map_err(|error| error.to_string())? })
    }

    /// The status with which ffmpeg has ended by itself; `None` when the worker has gone meanwhile. Nothing of it is left.
    pub(super) fn wait(&mut self, worker: &OwnedFd) -> Option<i32> {
        let process = pidfd_open(Pid::from_child(&self.child), PidfdFlags::empty()).ok();
        loop {
            match self.child.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) => {
                    end_all();
                    return Some(status.into_raw());
                }
                Err(_) => return None,
            }
            let mut watched = vec![PollFd::new(worker, PollFlags::IN)];
            watched.extend(process.as_ref().map(|process| PollFd::new(process, PollFlags::IN)));
            let timeout = process.is_none().then_some(&LOOK_AGAIN);
            // Nothing is sent while the worker waits: what can be read is the end.
            if poll(&mut watched, timeout).is_ok() && !watched[0].revents().is_empty() {
                return None;
            }
        }
    }

    /// Ends ffmpeg and what it left; its status.
    pub(super) fn kill(&mut self) -> i32 {
        // Both fail only if the child has already been waited for, which happens here alone.
        let _ = self.child.kill();
        let status = self.child.wait().map_or(Signal::KILL.as_raw(), ExitStatusExt::into_raw);
        end_all();
        status
    }
}

/// Ends all that was started from here and is still there: descendants whose parents are gone are children of this
/// process, since it adopts them.
pub(super) fn end_all() {
    loop {
        // As long as one is left, a further one may come from it.
        for child in children() {
            let _ = kill_process(child, Signal::KILL);
        }
        match wait(WaitOptions::empty()) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => {}
            // There is none.
            Err(_) => return,
        }
    }
}

/// The children of this process, which has one thread.
fn children() -> Vec<Pid> {
    let listed = fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    listed.split_whitespace().filter_map(|id| Pid::from_raw(id.parse().ok()?)).collect()
}
