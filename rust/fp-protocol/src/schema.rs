//! The files that Python reads: written from the Rust types, compared by ordinary tests.
//!
//! `AURALIS_WRITE_SCHEMA=1 cargo test -p fp-protocol` rewrites them.

use std::{fs, path::PathBuf};

use fp_dsp::DIMENSIONS;
use serde_json::{Value, json};

use crate::{Request, Response};

fn compare_or_write(name: &str, generated: &Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../auralis_cli/schema").join(name);
    let text = format!("{}\n", serde_json::to_string_pretty(generated).unwrap());
    if std::env::var_os("AURALIS_WRITE_SCHEMA").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "{} is stale: run AURALIS_WRITE_SCHEMA=1 cargo test -p fp-protocol", path.display());
}

#[test]
fn dimensions_json_is_the_table_of_dimensions() {
    let rows: Vec<Value> = DIMENSIONS
        .iter()
        .map(|d| {
            json!({
                "key": d.key, "label": d.label, "group": d.group.name(), "unit": d.unit,
                "minimum": d.range.0, "maximum": d.range.1,
                "usual_low": d.usual.0, "usual_high": d.usual.1,
                "decimals": d.decimals, "meaning": d.meaning, "more": d.more,
            })
        })
        .collect();
    compare_or_write("dimensions.json", &Value::Array(rows));
}

#[test]
fn protocol_schema_describes_requests_and_responses() {
    let schema = json!({
        "request": schemars::schema_for!(Request),
        "response": schemars::schema_for!(Response),
    });
    compare_or_write("protocol.json", &schema);
}
