//! The description of the protocol that Python reads: written from the Rust types, compared by an ordinary test.
//!
//! `AURALIS_WRITE_SCHEMA=1 cargo test -p fp-protocol` rewrites it.

use std::{fs, path::PathBuf};

use serde_json::json;

use crate::{Request, Response};

#[test]
fn protocol_json_describes_requests_and_responses() {
    let schema = json!({
        "request": schemars::schema_for!(Request),
        "response": schemars::schema_for!(Response),
    });
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../auralis_cli/schema/protocol.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("AURALIS_WRITE_SCHEMA").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "{} is stale: run AURALIS_WRITE_SCHEMA=1 cargo test -p fp-protocol", path.display());
}
