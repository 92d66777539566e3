//! What the parent may request, and how a request line is read.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};

use crate::{LINE_LIMIT, track_path::TrackPath};

/// A line from the parent. Unknown fields are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// Analyse one file.
    Analyze {
        /// Chosen by the parent; comes back in every answer.
        id: u64,
        /// The file.
        #[serde(flatten)]
        path: TrackPath,
    },
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
    Malformed(#[from] serde_json::Error),
}

/// Reads the next request; `None` at the end of input. Empty lines are skipped.
///
/// # Errors
/// [`RequestError`]; after `TooLong` and `Malformed` the next line can be read.
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
            return Ok(Some(serde_json::from_slice(&line)?));
        }
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

    #[test]
    fn requests_are_read_line_by_line_and_unknown_fields_ignored() {
        let mut input: &[u8] = b"\n{\"type\":\"analyze\",\"id\":7,\"path\":\"/a b.flac\",\"later\":true}\n";
        let request = read_request(&mut input).unwrap().unwrap();
        assert_eq!(request, Request::Analyze { id: 7, path: TrackPath::from_bytes(b"/a b.flac") });
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
        assert!(matches!(read_request(&mut input), Ok(Some(Request::Analyze { id: 1, .. }))));
    }
}
