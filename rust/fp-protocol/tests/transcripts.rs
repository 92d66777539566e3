//! The transcripts that both languages read: every line must come back byte for byte.

use std::{fmt::Debug, fs, path::PathBuf};

use fp_protocol::{Request, Response};
use serde::{Serialize, de::DeserializeOwned};

fn assert_round_trip<T: Serialize + DeserializeOwned + Debug>(name: &str, min_lines: usize) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/protocol").join(name);
    let text = fs::read_to_string(path).expect("a committed transcript");
    assert!(text.lines().count() >= min_lines, "the transcript is not empty");
    for line in text.lines() {
        let message: T = serde_json::from_str(line).expect("a message");
        assert_eq!(serde_json::to_string(&message).expect("plain data"), line);
    }
}

#[test]
fn requests_round_trip() {
    assert_round_trip::<Request>("requests.jsonl", 5);
}

#[test]
fn responses_round_trip() {
    assert_round_trip::<Response>("responses.jsonl", 12);
}
