//! The attempts: what a decoder needs and may do, and what must be refused. Each is made in a confined worker and as
//! the program that the worker runs as its ffmpeg.

mod files;
mod kernel;
mod limits;
mod processes;

use std::{fs::File, io, path::Path};

use fp_protocol::Sandbox;

pub(crate) use limits::MEMORY_LIMIT;

/// Who makes the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Worker,
    Ffmpeg,
}

/// A protection that forbids an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Landlock,
    Seccomp,
    Limits,
}

impl By {
    pub(crate) fn is_in_force(self, sandbox: &Sandbox) -> bool {
        match self {
            Self::Landlock => sandbox.landlock.active,
            Self::Seccomp => sandbox.seccomp.active,
            Self::Limits => sandbox.limits.active,
        }
    }
}

/// What may come of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// A need.
    Everybody,
    /// A need of ffmpeg, which this refuses to the worker.
    FfmpegOnly(By),
    /// Each of these refuses it.
    Nobody(&'static [By]),
}

impl Right {
    /// What refuses it to this process; `None` if it is allowed.
    pub(crate) fn refusal(self, role: Role) -> Option<Vec<By>> {
        match (self, role) {
            (Self::Everybody, _) | (Self::FfmpegOnly(_), Role::Ffmpeg) => None,
            (Self::FfmpegOnly(by), Role::Worker) => Some(vec![by]),
            (Self::Nobody(by), _) => Some(by.to_vec()),
        }
    }
}

pub(crate) const SECCOMP: Right = Right::Nobody(&[By::Seccomp]);
pub(crate) const LANDLOCK: Right = Right::Nobody(&[By::Landlock]);
pub(crate) const BOTH: Right = Right::Nobody(&[By::Landlock, By::Seccomp]);

/// One attempt; `Err` is a refusal.
pub(crate) struct Attempt {
    pub(crate) name: &'static str,
    pub(crate) right: Right,
    pub(crate) run: Box<dyn Fn() -> io::Result<()>>,
}

pub(crate) fn attempt(name: &'static str, right: Right, run: impl Fn() -> io::Result<()> + 'static) -> Attempt {
    Attempt { name, right, run: Box::new(run) }
}

/// All attempts. `folder` holds files of this user: `music`, and others beside it; `track` is open to read.
pub(crate) fn attempts(folder: &Path, track: &File) -> Vec<Attempt> {
    let mut all = files::reading(folder, track);
    all.extend(files::writing(folder));
    all.extend(files::descriptors(track));
    all.extend(processes::starting(folder));
    all.extend(processes::of_others());
    all.extend(kernel::memory());
    all.extend(kernel::network());
    all.extend(kernel::others());
    all.extend(limits::limits());
    all
}

/// A bare call. One that is refused fails with EPERM, EACCES or, if its arguments cannot be judged, ENOSYS; with any
/// other error it got past the guards.
#[allow(unsafe_code, reason = "calls that no safe wrapper offers")]
pub(crate) fn call(number: i64, arguments: [i64; 5]) -> io::Result<i64> {
    let [a, b, c, d, e] = arguments;
    // SAFETY: null pointers, texts that live as long as the program, and harmless numbers.
    let result = unsafe { libc::syscall(number, a, b, c, d, e) };
    if result != -1 {
        return Ok(result);
    }
    match io::Error::last_os_error() {
        error if matches!(error.raw_os_error(), Some(libc::EPERM | libc::EACCES | libc::ENOSYS)) => Err(error),
        _ => Ok(-1),
    }
}

/// A call with these first arguments, for its outcome alone.
pub(crate) fn bare<const N: usize>(number: i64, first: [i64; N]) -> impl Fn() -> io::Result<()> {
    let mut arguments = [0; 5];
    arguments[..N].copy_from_slice(&first);
    move || call(number, arguments).map(drop)
}
