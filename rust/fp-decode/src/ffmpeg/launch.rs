//! How the ffmpeg program is started: as a child of this process, or by another process that confines it more tightly
//! than this one is.

use std::{
    fmt,
    fs::File,
    io::{self, PipeReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus},
    sync::Arc,
};

use crate::ffmpeg::parent_death::die_with_parent;

/// Starts ffmpeg.
pub trait Launch: fmt::Debug + Send + Sync {
    /// Starts the program with these arguments; `track` becomes its standard input.
    ///
    /// # Errors
    /// When the program cannot be started, with the reason.
    fn launch(&self, arguments: &[&str], track: File) -> io::Result<Launched>;
}

/// An ffmpeg that runs.
#[derive(Debug)]
pub struct Launched {
    /// What it decodes.
    pub samples: PipeReader,
    /// What it says.
    pub log: PipeReader,
    /// The process.
    pub process: Box<dyn Running>,
}

/// A started process.
pub trait Running: fmt::Debug + Send {
    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// When its end cannot be learnt.
    fn wait(&mut self) -> io::Result<ExitStatus>;

    /// Ends it, and all that it has started, if it has not ended yet.
    fn kill(&mut self);
}

/// An ffmpeg program, and how it is started.
#[derive(Clone, Debug)]
pub struct Ffmpeg {
    program: PathBuf,
    launch: Arc<dyn Launch>,
}

impl Ffmpeg {
    /// A program that `launch` starts.
    pub fn new(program: PathBuf, launch: Arc<dyn Launch>) -> Self {
        Self { program, launch }
    }

    /// The program's path.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    pub(crate) fn launch(&self, arguments: &[&str], track: File) -> io::Result<Launched> {
        self.launch.launch(arguments, track)
    }
}

/// A program that is started as a child of this process, with the same rights.
impl From<PathBuf> for Ffmpeg {
    fn from(program: PathBuf) -> Self {
        Self { launch: Arc::new(AsChild(program.clone())), program }
    }
}

/// Starts this program as a child of this process.
#[derive(Debug)]
struct AsChild(PathBuf);

impl Launch for AsChild {
    fn launch(&self, arguments: &[&str], track: File) -> io::Result<Launched> {
        let (samples, samples_in) = io::pipe()?;
        let (log, log_in) = io::pipe()?;
        let mut command = Command::new(&self.0);
        command
            .args(arguments)
            // FFREPORT would make ffmpeg write a file; colours would end up in the messages.
            .env_remove("FFREPORT")
            .env("AV_LOG_FORCE_NOCOLOR", "1")
            .stdin(track)
            .stdout(samples_in)
            .stderr(log_in);
        die_with_parent(&mut command);
        let child = command.spawn()?;
        Ok(Launched { samples, log, process: Box::new(child) })
    }
}

impl Running for Child {
    fn wait(&mut self) -> io::Result<ExitStatus> {
        Self::wait(self)
    }

    fn kill(&mut self) {
        // Both fail only if the child has already ended and been waited for.
        let _ = Self::kill(self);
        let _ = Self::wait(self);
    }
}
