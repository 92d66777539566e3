//! The serve loop: one request after the other, each answered exactly once.
//!
//! It runs on one thread: requests that arrive while one is worked on wait in the pipe. It returns at the end of the input,
//! and with an error when a line cannot be written.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, BufReader, Read, Write},
    os::{fd::AsFd, unix::ffi::OsStrExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fp_protocol::{
    AcousticHash, ErrorCode, Failure, Outcome, Request, RequestError, Response, Tags, Trace, TrackRequest,
    read_request, write_response,
};

use crate::{
    guard,
    request_input::{OpenTracks, RequestInput},
};

/// Minimum time between progress lines: short enough for a display.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(250);

/// Called with the seconds of audio analysed so far (0 while a file is probed) and, if the length is known, the share of the
/// whole.
pub type OnProgress<'a> = dyn FnMut(f64, Option<f64>) -> io::Result<()> + 'a;

/// Why the work on a track has no result.
pub enum Interruption {
    /// The track failed.
    Failed(Failure),
    /// The parent cannot be reached.
    ParentGone(io::Error),
}

/// The file to work on.
#[derive(Debug)]
pub struct TrackFile {
    /// Its path; with an open file only a name for messages.
    pub path: PathBuf,
    /// The file, where the parent has opened it.
    pub file: Option<File>,
}

/// What a probe finds.
#[derive(Debug, Default)]
pub struct Found {
    /// The key of the encoded audio; `None` where its format has none.
    pub audio_key: Option<String>,
    /// What the file says about itself.
    pub tags: Tags,
}

/// Works on tracks; tests have implementations of their own.
pub trait TrackWork {
    /// Analyses the file.
    fn analyze(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Outcome, Interruption>;

    /// Reads the file without decoding it.
    fn probe(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Found, Interruption>;

    /// The hash of how the file sounds.
    fn hash(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<AcousticHash, Interruption>;

    /// What pictures of the file need.
    fn trace(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Trace, Interruption>;

    /// Drops all state that a panic may have left half changed.
    fn discard_state(&mut self);
}

/// Request lines, and the open files that come beside them.
pub trait Requests {
    /// The next request; see [`read_request`].
    ///
    /// # Errors
    /// As [`read_request`].
    fn next(&mut self) -> Result<Option<Request>, RequestError>;

    /// The open file of this number; see [`OpenTracks::take`].
    fn take(&mut self, number: u64) -> Option<File>;
}

impl<S: Read + AsFd> Requests for BufReader<RequestInput<S>> {
    fn next(&mut self) -> Result<Option<Request>, RequestError> {
        read_request(self)
    }

    fn take(&mut self, number: u64) -> Option<File> {
        self.get_mut().received().take(number)
    }
}

/// Lines in memory, for tests; no file comes beside them.
impl Requests for &[u8] {
    fn next(&mut self) -> Result<Option<Request>, RequestError> {
        read_request(self)
    }

    fn take(&mut self, _number: u64) -> Option<File> {
        None
    }
}

/// Answers requests until the input ends.
///
/// # Errors
/// When the parent can no longer be read from or written to.
pub fn serve(input: &mut impl Requests, output: &mut impl Write, work: &mut impl TrackWork) -> io::Result<()> {
    loop {
        let request = match input.next() {
            Ok(None) => return Ok(()),
            Ok(Some(request)) => request,
            Err(RequestError::Io(error)) => return Err(error),
            Err(error) => {
                write_response(output, &refusal(&error))?;
                continue;
            }
        };
        let id = request.track().id;
        let response = match track_file(request.track(), input) {
            Ok(track) => {
                write_response(output, &Response::Started { id })?;
                let mut last = Instant::now();
                let mut report = |audio_seconds, fraction| {
                    if last.elapsed() < PROGRESS_INTERVAL {
                        return Ok(());
                    }
                    last = Instant::now();
                    write_response(output, &Response::Progress { id, audio_seconds, fraction })
                };
                match request {
                    Request::Analyze(_) => analyze(id, track, work, &mut report)?,
                    Request::Probe(_) => probe(id, track, work, &mut report)?,
                    Request::Hash(_) => hash(id, track, work, &mut report)?,
                    Request::Trace(_) => trace(id, track, work, &mut report)?,
                }
            }
            Err(why) => Response::Failed { id: Some(id), error: Failure::new(ErrorCode::BadRequest, why) },
        };
        write_response(output, &response)?;
    }
}

/// The answer to a line that is no request of this version.
fn refusal(error: &RequestError) -> Response {
    let (id, code) = match error {
        RequestError::UnknownType { id, .. } => (Some(*id), ErrorCode::UnknownRequest),
        _ => (None, ErrorCode::BadRequest),
    };
    Response::Failed { id, error: Failure::new(code, error.to_string()) }
}

/// The file that a request is about, or why it names none.
fn track_file(request: &TrackRequest, input: &mut impl Requests) -> Result<TrackFile, String> {
    let bytes = request.path.to_bytes().map_err(|error| format!("the path is not valid base64: {error}"))?;
    let file = match request.descriptor {
        None => None,
        Some(number) => Some(input.take(number).ok_or_else(|| format!("descriptor {number} has not come"))?),
    };
    Ok(TrackFile { path: Path::new(OsStr::from_bytes(&bytes)).to_owned(), file })
}

/// Analyses one file and makes the final response; a panic fails this track only.
///
/// # Errors
/// When `progress` could not reach the parent.
pub fn analyze(
    id: u64,
    track: TrackFile,
    work: &mut impl TrackWork,
    progress: &mut OnProgress<'_>,
) -> io::Result<Response> {
    let result = guard::catch(|| work.analyze(track, progress));
    answer(id, result, work, |outcome| Response::Done { id, outcome: Box::new(outcome) })
}

/// The same for a probe.
///
/// # Errors
/// When `progress` could not reach the parent.
pub fn probe(
    id: u64,
    track: TrackFile,
    work: &mut impl TrackWork,
    progress: &mut OnProgress<'_>,
) -> io::Result<Response> {
    let result = guard::catch(|| work.probe(track, progress));
    answer(id, result, work, |Found { audio_key, tags }| Response::Probed { id, audio_key, tags: Box::new(tags) })
}

/// The same for an acoustic hash.
///
/// # Errors
/// When `progress` could not reach the parent.
pub fn hash(
    id: u64,
    track: TrackFile,
    work: &mut impl TrackWork,
    progress: &mut OnProgress<'_>,
) -> io::Result<Response> {
    let result = guard::catch(|| work.hash(track, progress));
    answer(id, result, work, |hash| Response::Hashed { id, hash })
}

/// The same for a trace.
///
/// # Errors
/// When `progress` could not reach the parent.
pub fn trace(
    id: u64,
    track: TrackFile,
    work: &mut impl TrackWork,
    progress: &mut OnProgress<'_>,
) -> io::Result<Response> {
    let result = guard::catch(|| work.trace(track, progress));
    answer(id, result, work, |trace| Response::Traced { id, trace: Box::new(trace) })
}

/// The final response, from the result of the work or the message of its panic.
fn answer<T>(
    id: u64,
    result: Result<Result<T, Interruption>, String>,
    work: &mut impl TrackWork,
    success: impl FnOnce(T) -> Response,
) -> io::Result<Response> {
    match result {
        Ok(Ok(found)) => Ok(success(found)),
        Ok(Err(Interruption::Failed(error))) => Ok(Response::Failed { id: Some(id), error }),
        Ok(Err(Interruption::ParentGone(error))) => Err(error),
        Err(panic) => {
            work.discard_state();
            let message = format!("the analysis hit a defect in fp-worker: {panic}; please report it with the file");
            Ok(Response::Failed { id: Some(id), error: Failure::new(ErrorCode::InternalError, message) })
        }
    }
}

#[cfg(test)]
mod tests;
