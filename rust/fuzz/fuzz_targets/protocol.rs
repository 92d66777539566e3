//! Takes the bytes for the input of a session: every line is answered once, and every answer is a line of the protocol.
#![no_main]

use std::{io, os::unix::ffi::OsStrExt};

use fp_protocol::{AcousticHash, ErrorCode, Failure, LINE_LIMIT, Outcome, Response, Trace, TrackPath, read_request};
use fp_worker::serve::{Found, Interruption, OnProgress, TrackFile, TrackWork, serve};
use libfuzzer_sys::fuzz_target;

/// Fails every track, with its path in the message.
struct Refusing;

impl TrackWork for Refusing {
    fn analyze(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Outcome, Interruption> {
        progress(1.0, Some(0.5)).map_err(Interruption::ParentGone)?;
        Err(Interruption::Failed(Failure::new(ErrorCode::NotFound, track.path.display().to_string())))
    }

    fn probe(&mut self, _: TrackFile, progress: &mut OnProgress<'_>) -> Result<Found, Interruption> {
        progress(0.0, None).map_err(Interruption::ParentGone)?;
        Ok(Found::default())
    }

    fn hash(&mut self, _: TrackFile, progress: &mut OnProgress<'_>) -> Result<AcousticHash, Interruption> {
        progress(1.0, Some(0.5)).map_err(Interruption::ParentGone)?;
        Ok(AcousticHash { content_key: String::new(), hash_version: 1, acoustic_hash: None })
    }

    fn trace(&mut self, _: TrackFile, progress: &mut OnProgress<'_>) -> Result<Trace, Interruption> {
        progress(1.0, Some(0.5)).map_err(Interruption::ParentGone)?;
        Ok(Trace::default())
    }

    fn discard_state(&mut self) {}
}

fuzz_target!(|data: &[u8]| {
    requests_survive_a_round_trip(data);
    let mut output = Vec::new();
    serve(&mut &*data, &mut output, &mut Refusing).expect("memory does not fail");
    let lines = data.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
    let mut answers = 0;
    for line in output.split_inclusive(|&byte| byte == b'\n') {
        assert!(line.ends_with(b"\n") && line.len() <= 8 * LINE_LIMIT);
        match serde_json::from_slice(line).expect("a response") {
            Response::Failed { .. } | Response::Probed { .. } | Response::Hashed { .. } | Response::Traced { .. } => {
                answers += 1
            }
            Response::Started { .. } | Response::Progress { .. } => {}
            other => panic!("nobody asked for {other:?}"),
        }
    }
    assert_eq!(answers, lines);
});

fn requests_survive_a_round_trip(data: &[u8]) {
    let mut input = data;
    loop {
        match read_request(&mut input) {
            Ok(None) => return,
            Ok(Some(request)) => {
                let mut line = serde_json::to_vec(&request).expect("a request");
                line.push(b'\n');
                assert_eq!(read_request(&mut line.as_slice()).expect("our own line"), Some(request.clone()));
                if let Ok(bytes) = request.track().path.to_bytes() {
                    let again = TrackPath::from_bytes(std::ffi::OsStr::from_bytes(&bytes).as_bytes());
                    assert_eq!(again.to_bytes().expect("our own base64"), bytes);
                }
            }
            Err(fp_protocol::RequestError::Io(error)) => assert_eq!(error.kind(), io::ErrorKind::Interrupted),
            Err(_) => {}
        }
    }
}
