//! The worker's side of the launcher.

use std::{
    fs::File,
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::process::ExitStatusExt,
    },
    process::{self, ExitStatus},
    sync::Arc,
};

use fp_decode::{Launch, Launched, Running};

use super::message::{Message, receive, send};

/// Exit status of a worker that cannot go on.
const BROKEN: i32 = 2;

/// A launcher that runs.
#[derive(Debug)]
pub(super) struct Launcher {
    socket: Arc<OwnedFd>,
}

impl Launcher {
    pub(super) fn new(socket: OwnedFd) -> Self {
        Self { socket: Arc::new(socket) }
    }
}

impl Launch for Launcher {
    fn launch(&self, arguments: &[&str], track: File) -> io::Result<Launched> {
        let (samples, samples_in) = io::pipe()?;
        let (log, log_in) = io::pipe()?;
        let message = Message::Run(arguments.iter().map(|&argument| argument.to_owned()).collect());
        match ask(&self.socket, &message, &[track.as_fd(), samples_in.as_fd(), log_in.as_fd()]) {
            Message::Running => {
                let process = Box::new(Run { socket: Arc::clone(&self.socket), ended: None });
                Ok(Launched { samples, log, process })
            }
            Message::Refused(reason) => Err(io::Error::other(reason)),
            other => give_up(&format!("answered {other:?}")),
        }
    }
}

/// The ffmpeg that the launcher runs.
#[derive(Debug)]
struct Run {
    socket: Arc<OwnedFd>,
    ended: Option<ExitStatus>,
}

impl Run {
    fn end(&mut self, how: &Message) -> ExitStatus {
        *self.ended.get_or_insert_with(|| match ask(&self.socket, how, &[]) {
            Message::Ended(status) => ExitStatus::from_raw(status),
            other => give_up(&format!("answered {other:?}")),
        })
    }
}

impl Running for Run {
    fn wait(&mut self) -> io::Result<ExitStatus> {
        Ok(self.end(&Message::Wait))
    }

    fn kill(&mut self) {
        self.end(&Message::Kill);
    }
}

fn ask(socket: &OwnedFd, message: &Message, streams: &[std::os::fd::BorrowedFd<'_>]) -> Message {
    match send(socket, message, streams).and_then(|()| receive(socket)) {
        Ok(Some((answer, _))) => answer,
        Ok(None) => give_up("ended"),
        Err(error) => give_up(&format!("cannot be reached: {error}")),
    }
}

/// Ends the worker: without its launcher it would fail track after track. The parent charges this one and starts another
/// worker.
fn give_up(what: &str) -> ! {
    log::error!("the process that starts ffmpeg {what}; this worker cannot go on without it");
    process::exit(BROKEN)
}
