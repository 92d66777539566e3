//! What the parent may ask for, and how a request line is read.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};

use crate::{LINE_LIMIT, track_path::TrackPath};

/// A line from the parent. Unknown fields are ignored; a line of unknown `type` is answered by `failed` with the code
/// `unknown_request`, and costs nothing else. `ready` says which types a worker knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// Decode the file and measure it. `done` has the fields of an outcome.
    Analyze(TrackRequest),
    /// Read the encoded audio without decoding it. `probed` has its key.
    Probe(TrackRequest),
    /// Decode the file for the hash of how it sounds. `hashed` has it.
    Hash(TrackRequest),
    /// Decode the file and measure it, for what pictures need of it. `traced` has the series and spectra.
    Trace(TrackRequest),
}

/// The names of the requests, as `ready` tells them.
pub const REQUEST_TYPES: [&str; 4] = ["analyze", "probe", "hash", "trace"];

/// The envelope that all requests share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrackRequest {
    /// Chosen by the parent; comes back in every answer.
    pub id: u64,
    /// The file's path. With a descriptor it is a name for messages only, and never opened.
    #[serde(flatten)]
    pub path: TrackPath,
    /// Which of the descriptors that came over the socket is the open file, counted from 0 in the order of sending. It is
    /// sent with the line or before it. Absent: the worker opens the path itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descriptor: Option<u64>,
}

impl Request {
    /// The envelope.
    #[must_use]
    pub const fn track(&self) -> &TrackRequest {
        match self {
            Self::Analyze(track) | Self::Probe(track) | Self::Hash(track) | Self::Trace(track) => track,
        }
    }
}

/// Why a line is not a request.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// Reading from the parent failed.
    #[error("cannot read the request: {0}")]
    Io(#[from] io::Error),
    /// The line is longer than [`LINE_LIMIT`]; it was skipped to its end.
    #[error("the request is longer than {LINE_LIMIT} bytes")]
    TooLong,
    /// The line is not a request.
    #[error("the request is not understood: {0}")]
    Malformed(serde_json::Error),
    /// A request of a type that came after this version.
    #[error(
        "this worker does not know requests of the type '{kind}'; reinstall auralis so that all of it is of one version"
    )]
    UnknownType {
        /// Its id.
        id: u64,
        /// Its type, cut to a few characters.
        kind: String,
    },
}

/// Most characters of an unknown type that are repeated.
const MAX_KIND_CHARACTERS: usize = 40;

/// What every request has, of whatever version.
#[derive(Deserialize)]
struct AnyRequest {
    #[serde(rename = "type")]
    kind: String,
    id: u64,
}

/// Reads the next request; `None` at the end of input. Empty lines are skipped.
///
/// # Errors
/// [`RequestError`]; after all but `Io` the next line can be read.
pub fn read_request(input: &mut impl BufRead) -> Result<Option<Request>, RequestError> {
    loop {
        let mut line = Vec::new();
        let read = io::Read::take(&mut *input, LINE_LIMIT as u64 + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        if line.len() > LINE_LIMIT && line.last() != Some(&b'\n') {
            skip_line(input)?;
            return Err(RequestError::TooLong);
        }
        if !line.trim_ascii().is_empty() {
            return serde_json::from_slice(&line).map(Some).map_err(|error| refusal(&line, error));
        }
    }
}

fn refusal(line: &[u8], error: serde_json::Error) -> RequestError {
    match serde_json::from_slice(line) {
        Ok(AnyRequest { kind, id }) if !REQUEST_TYPES.contains(&kind.as_str()) => {
            RequestError::UnknownType { id, kind: kind.chars().take(MAX_KIND_CHARACTERS).collect() }
        }
        _ => RequestError::Malformed(error),
    }
}

/// Reads and drops the rest of a line without keeping it.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (length, found) = match buffer.iter().position(|&byte| byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(length);
        if found {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analyze(id: u64, path: &[u8], descriptor: Option<u64>) -> Request {
        Request::Analyze(TrackRequest { id, path: TrackPath::from_bytes(path), descriptor })
    }

    #[test]
    fn requests_are_read_line_by_line_and_unknown_fields_ignored() {
        let mut input: &[u8] =
            b"\n{\"type\":\"analyze\",\"id\":7,\"path\":\"/a b.flac\",\"later\":true}\n{\"type\":\"analyze\",\"id\":8,\"descriptor\":3,\"path_b64\":\"L/8=\"}\n";
        assert_eq!(read_request(&mut input).unwrap().unwrap(), analyze(7, b"/a b.flac", None));
        assert_eq!(read_request(&mut input).unwrap().unwrap(), analyze(8, b"/\xff", Some(3)));
        assert!(read_request(&mut input).unwrap().is_none());
    }

    #[test]
    fn a_bad_or_endless_line_does_not_disturb_the_next() {
        let mut lines = b"{oops\n".to_vec();
        lines.extend(vec![b'x'; 3 * LINE_LIMIT]);
        lines.extend(b"\n{\"type\":\"analyze\",\"id\":1,\"path\":\"/a\"}\n");
        let mut input = lines.as_slice();
        assert!(matches!(read_request(&mut input), Err(RequestError::Malformed(_))));
        assert!(matches!(read_request(&mut input), Err(RequestError::TooLong)));
        assert_eq!(read_request(&mut input).unwrap(), Some(analyze(1, b"/a", None)));
    }

    #[test]
    fn only_a_type_that_is_not_known_is_a_request_of_a_later_version() {
        let refused = |line: &str| read_request(&mut line.as_bytes()).unwrap_err();
        for (line, is_later) in [
            (r#"{"type":"listen","id":5,"path":"/a","points":2000}"#, true),
            (r#"{"type":"später","id":5}"#, true),
            (r#"{"type":"analyze","id":5}"#, false),
            (r#"{"type":"probe","id":5}"#, false),
            (r#"{"type":"hash","id":5}"#, false),
            (r#"{"type":"trace","id":5}"#, false),
            (r#"{"type":"listen"}"#, false),
            (r#"{"id":5,"path":"/a"}"#, false),
        ] {
            let error = refused(line);
            assert_eq!(matches!(error, RequestError::UnknownType { id: 5, .. }), is_later, "{line}: {error}");
            assert_eq!(matches!(error, RequestError::Malformed(_)), !is_later, "{line}: {error}");
        }
    }
}
