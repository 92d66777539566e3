//! The serve loop: one request after the other, each answered exactly once.
//!
//! It runs on one thread: requests that arrive during an analysis wait in the pipe. It returns at the end of the input,
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
    ErrorCode, Failure, Outcome, Request, RequestError, Response, TrackRequest, read_request, write_response,
};

use crate::{
    guard,
    request_input::{OpenTracks, RequestInput},
};

/// Minimum time between progress lines: short enough for a display.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(250);

/// Called with the seconds of audio analysed so far and, if the length is known, the share of the whole.
pub type OnProgress<'a> = dyn FnMut(f64, Option<f64>) -> io::Result<()> + 'a;

/// Why an analysis has no outcome.
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

/// Analyses tracks; tests have implementations of their own.
pub trait AnalyzeTrack {
    /// Analyses the file.
    fn analyze(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Outcome, Interruption>;

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
pub fn serve(input: &mut impl Requests, output: &mut impl Write, analyzer: &mut impl AnalyzeTrack) -> io::Result<()> {
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
                    Request::Analyze(_) => answer(id, track, analyzer, &mut report)?,
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
pub fn answer(
    id: u64,
    track: TrackFile,
    analyzer: &mut impl AnalyzeTrack,
    progress: &mut OnProgress<'_>,
) -> io::Result<Response> {
    let result = guard::catch(|| analyzer.analyze(track, progress));
    match result {
        Ok(Ok(outcome)) => Ok(Response::Done { id, outcome: Box::new(outcome) }),
        Ok(Err(Interruption::Failed(error))) => Ok(Response::Failed { id: Some(id), error }),
        Ok(Err(Interruption::ParentGone(error))) => Err(error),
        Err(panic) => {
            analyzer.discard_state();
            let message = format!("the analysis hit a defect in fp-worker: {panic}; please report it with the file");
            Ok(Response::Failed { id: Some(id), error: Failure::new(ErrorCode::InternalError, message) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Panics on "/panic", fails on "/bad", reports progress on everything.
    struct Scripted {
        discarded: usize,
    }

    impl AnalyzeTrack for Scripted {
        fn analyze(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Outcome, Interruption> {
            progress(1.0, None).map_err(Interruption::ParentGone)?;
            match track.path.as_os_str().as_bytes() {
                b"/panic" => panic!("index out of bounds"),
                _ => Err(Interruption::Failed(Failure::new(ErrorCode::NothingDecoded, "nothing in it"))),
            }
        }

        fn discard_state(&mut self) {
            self.discarded += 1;
        }
    }

    fn session(lines: &str) -> (String, Scripted) {
        let mut output = Vec::new();
        let mut analyzer = Scripted { discarded: 0 };
        serve(&mut lines.as_bytes(), &mut output, &mut analyzer).unwrap();
        (String::from_utf8(output).unwrap(), analyzer)
    }

    #[test]
    fn every_request_is_started_and_answered_once_in_order() {
        let (output, _) = session(
            "{\"type\":\"analyze\",\"id\":4,\"path\":\"/bad\"}\n{\"type\":\"analyze\",\"id\":9,\"path_b64\":\"L/8=\"}\n",
        );
        let lines: Vec<serde_json::Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let kinds: Vec<_> = lines.iter().map(|l| (l["type"].as_str().unwrap(), l["id"].as_u64())).collect();
        assert_eq!(kinds, [("started", Some(4)), ("failed", Some(4)), ("started", Some(9)), ("failed", Some(9))]);
        assert_eq!(lines[1]["error"]["code"], "nothing_decoded");
    }

    #[test]
    fn a_panic_fails_one_track_and_the_next_is_served() {
        let (output, analyzer) = session(
            "{\"type\":\"analyze\",\"id\":1,\"path\":\"/panic\"}\n{\"type\":\"analyze\",\"id\":2,\"path\":\"/bad\"}\n",
        );
        assert_eq!(analyzer.discarded, 1);
        assert!(output.contains("\"internal_error\"") && output.contains("index out of bounds"), "{output}");
        assert!(output.lines().last().unwrap().contains("nothing_decoded"));
    }

    #[test]
    fn lines_that_are_no_requests_are_refused_without_ending_the_session() {
        let (output, _) = session(concat!(
            "hello\n{\"type\":\"analyze\",\"id\":3,\"path_b64\":\"?\"}\n",
            "{\"type\":\"analyze\",\"id\":4,\"path\":\"/a\",\"descriptor\":0}\n"
        ));
        let codes: Vec<_> = output.lines().map(|line| line.contains("bad_request")).collect();
        assert_eq!(codes, [true, true, true]);
    }

    #[test]
    fn a_request_of_a_later_version_is_refused_by_its_id_and_costs_nothing_else() {
        let (output, _) =
            session("{\"type\":\"trace\",\"id\":8,\"path\":\"/a\"}\n{\"type\":\"analyze\",\"id\":9,\"path\":\"/a\"}\n");
        let lines: Vec<serde_json::Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(
            (lines.len(), &lines[0]["id"], &lines[0]["error"]["code"]),
            (3, &8.into(), &"unknown_request".into())
        );
        assert_eq!(lines[0]["error"]["action"], "retry");
        assert_eq!((&lines[1]["type"], &lines[1]["id"]), (&"started".into(), &9.into()));
    }

    #[test]
    fn a_parent_that_is_gone_ends_the_session() {
        struct Broken;
        impl Write for Broken {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let request = "{\"type\":\"analyze\",\"id\":1,\"path\":\"/bad\"}\n";
        let error = serve(&mut request.as_bytes(), &mut Broken, &mut Scripted { discarded: 0 }).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
