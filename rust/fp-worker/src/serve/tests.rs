//! Tests of the serve loop, with work that is scripted.

use super::*;

/// Panics on "/panic", fails to analyse "/bad", has a key for "/key", reports progress on every analysis.
struct Scripted {
    discarded: usize,
}

impl TrackWork for Scripted {
    fn analyze(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Outcome, Interruption> {
        progress(1.0, None).map_err(Interruption::ParentGone)?;
        match track.path.as_os_str().as_bytes() {
            b"/panic" => panic!("index out of bounds"),
            _ => Err(Interruption::Failed(Failure::new(ErrorCode::NothingDecoded, "nothing in it"))),
        }
    }

    fn probe(&mut self, track: TrackFile, _: &mut OnProgress<'_>) -> Result<Found, Interruption> {
        match track.path.as_os_str().as_bytes() {
            b"/panic" => panic!("index out of bounds"),
            b"/key" => Ok(Found {
                audio_key: Some("00112233445566778899aabbccddeeff".to_owned()),
                tags: Tags { title: Some("So What".to_owned()), track: Some(1), ..Tags::default() },
            }),
            _ => Ok(Found::default()),
        }
    }

    fn hash(&mut self, track: TrackFile, _: &mut OnProgress<'_>) -> Result<AcousticHash, Interruption> {
        match track.path.as_os_str().as_bytes() {
            b"/panic" => panic!("index out of bounds"),
            b"/short" => Ok(hash_of(None)),
            _ => Ok(hash_of(Some("AAAAAA==".to_owned()))),
        }
    }

    fn trace(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Trace, Interruption> {
        progress(1.0, None).map_err(Interruption::ParentGone)?;
        match track.path.as_os_str().as_bytes() {
            b"/panic" => panic!("index out of bounds"),
            _ => Ok(Trace { duration_s: 1.5, ..Trace::default() }),
        }
    }

    fn discard_state(&mut self) {
        self.discarded += 1;
    }
}

fn hash_of(acoustic_hash: Option<String>) -> AcousticHash {
    AcousticHash { content_key: "0123456789abcdef0123456789abcdef".to_owned(), hash_version: 1, acoustic_hash }
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
        session("{\"type\":\"listen\",\"id\":8,\"path\":\"/a\"}\n{\"type\":\"analyze\",\"id\":9,\"path\":\"/a\"}\n");
    let lines: Vec<serde_json::Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["id"], &lines[0]["error"]["code"]), (3, &8.into(), &"unknown_request".into()));
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

#[test]
fn a_probe_is_answered_with_a_key_or_none() {
    let request = |path: &str| format!("{{\"type\":\"probe\",\"id\":1,\"path\":\"{path}\"}}\n");
    let (output, scripted) = session(&[request("/key"), request("/panic"), request("/other")].concat());
    let answers: Vec<serde_json::Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<_> = answers.iter().map(|answer| answer["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["started", "probed", "started", "failed", "started", "probed"]);
    assert_eq!(answers[1]["audio_key"], "00112233445566778899aabbccddeeff");
    assert_eq!((&answers[5]["audio_key"], scripted.discarded), (&serde_json::Value::Null, 1));
}

#[test]
fn a_request_for_a_hash_is_answered_with_it_or_none() {
    let request = |path: &str| format!("{{\"type\":\"hash\",\"id\":1,\"path\":\"{path}\"}}\n");
    let (output, scripted) = session(&[request("/long"), request("/panic"), request("/short")].concat());
    let answers: Vec<serde_json::Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<_> = answers.iter().map(|answer| answer["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["started", "hashed", "started", "failed", "started", "hashed"]);
    assert_eq!(answers[1]["acoustic_hash"], "AAAAAA==");
    assert_eq!((&answers[5]["acoustic_hash"], scripted.discarded), (&serde_json::Value::Null, 1));
}

#[test]
fn a_request_for_a_trace_is_answered_with_it() {
    let request = |path: &str| format!("{{\"type\":\"trace\",\"id\":1,\"path\":\"{path}\"}}\n");
    let (output, scripted) = session(&[request("/panic"), request("/other")].concat());
    let answers: Vec<serde_json::Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<_> = answers.iter().map(|answer| answer["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["started", "failed", "started", "traced"]);
    assert_eq!((&answers[3]["duration_s"], scripted.discarded), (&1.5.into(), 1));
}
