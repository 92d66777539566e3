//! Attempts to start processes and programs, and on other processes.

use std::{ffi::CString, fs::File, io, path::Path, thread};

use rustix::process::getpgrp;

use super::{Attempt, LANDLOCK, Right, SECCOMP, attempt, bare, call};

const CLONE_NEWUSER: i64 = 0x1000_0000;
/// What fork gives to clone.
const SIGCHLD: i64 = 17;
const PTRACE_SEIZE: i64 = 0x4206;
const PR_SET_PDEATHSIG: i64 = 1;

/// Another process of the same user: the leader of this one's group, which is the worker where this is its ffmpeg.
pub(super) fn other() -> i64 {
    getpgrp().as_raw_nonzero().get().into()
}

pub(super) fn starting(folder: &Path) -> Vec<Attempt> {
    // Executable, but no program: where it may be run, the answer is that it cannot.
    let program = CString::new(folder.join("program").to_str().unwrap()).unwrap();
    vec![
        attempt("start a thread", Right::Everybody, || {
            thread::Builder::new().spawn(|| ())?.join().map_err(|_| io::Error::other("panicked"))
        }),
        attempt("fork", SECCOMP, || start(libc::SYS_clone, [SIGCHLD, 0, 0, 0, 0])),
        #[cfg(target_arch = "x86_64")]
        attempt("fork by its own number", SECCOMP, || start(libc::SYS_fork, [0; 5])),
        attempt("clone3", SECCOMP, bare(libc::SYS_clone3, [0, 0])),
        attempt("a new user namespace (clone)", SECCOMP, || {
            start(libc::SYS_clone, [CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0])
        }),
        attempt("a new user namespace (unshare)", SECCOMP, bare(libc::SYS_unshare, [CLONE_NEWUSER])),
        attempt("run another program", LANDLOCK, move || {
            call(libc::SYS_execve, [program.as_ptr() as i64, 0, 0, 0, 0]).map(drop)
        }),
        attempt("choose a group (setpgid)", SECCOMP, bare(libc::SYS_setpgid, [0, other()])),
        attempt("a new session (setsid)", SECCOMP, bare(libc::SYS_setsid, [])),
        attempt("outlive the parent (prctl)", SECCOMP, bare(libc::SYS_prctl, [PR_SET_PDEATHSIG, 0])),
    ]
}

/// A call that returns in a child too, which ends at once.
#[allow(unsafe_code, reason = "the child must not run what the test's process has registered for its end")]
fn start(number: i64, arguments: [i64; 5]) -> io::Result<()> {
    let child = call(number, arguments)?;
    if child == 0 {
        // SAFETY: ends this process at once.
        unsafe { libc::_exit(0) };
    }
    Ok(())
}

pub(super) fn of_others() -> Vec<Attempt> {
    let other = other();
    let of_proc = |name, file: &'static str, write: bool| {
        attempt(name, LANDLOCK, move || {
            let path = format!("/proc/{other}/{file}");
            File::options().read(!write).write(write).open(path).map(drop)
        })
    };
    vec![
        of_proc("open the worker's input", "fd/0", false),
        of_proc("open the worker's output", "fd/1", true),
        of_proc("open the worker's memory", "mem", false),
        of_proc("read the worker's environment", "environ", false),
        attempt("signal the worker (kill)", SECCOMP, bare(libc::SYS_kill, [other, 0])),
        attempt("signal the worker (tkill)", SECCOMP, bare(libc::SYS_tkill, [other, 0])),
        attempt("signal the worker (tgkill)", SECCOMP, bare(libc::SYS_tgkill, [other, other, 0])),
        attempt("signal the worker (sigqueue)", SECCOMP, bare(libc::SYS_rt_sigqueueinfo, [other, 0, 0])),
        attempt("signal everybody", SECCOMP, bare(libc::SYS_kill, [-1, 0])),
        attempt("hold the worker (pidfd_open)", SECCOMP, bare(libc::SYS_pidfd_open, [other, 0])),
        attempt("trace the worker (ptrace)", SECCOMP, bare(libc::SYS_ptrace, [PTRACE_SEIZE, other, 0, 0])),
        attempt("read the worker's memory (process_vm_readv)", SECCOMP, bare(libc::SYS_process_vm_readv, [other])),
        attempt("advise the worker's memory", SECCOMP, bare(libc::SYS_process_madvise, [-1])),
        attempt("priority of the worker", SECCOMP, bare(libc::SYS_setpriority, [0, other, 19])),
        attempt("priority at the disk", SECCOMP, bare(libc::SYS_ioprio_set, [1, other, 3 << 13])),
        attempt("processors of the worker", SECCOMP, bare(libc::SYS_sched_setaffinity, [other, 0, 0])),
        attempt("scheduling of the worker", SECCOMP, bare(libc::SYS_sched_setscheduler, [other, 0, 0])),
        attempt("scheduling of the worker (attributes)", SECCOMP, bare(libc::SYS_sched_setattr, [other, 0, 0])),
    ]
}
