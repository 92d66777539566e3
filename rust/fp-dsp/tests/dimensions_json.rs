//! The table of dimensions that Python reads: written from `DIMENSIONS`, compared by an ordinary test.
//!
//! `AURALIS_WRITE_SCHEMA=1 cargo test -p fp-dsp --test dimensions_json` rewrites it.

use std::{fs, path::PathBuf};

use fp_dsp::DIMENSIONS;
use serde_json::{Value, json};

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
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../auralis_cli/schema/dimensions.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&Value::Array(rows)).unwrap());
    if std::env::var_os("AURALIS_WRITE_SCHEMA").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let command = "AURALIS_WRITE_SCHEMA=1 cargo test -p fp-dsp --test dimensions_json";
    assert!(committed == text, "{} is stale: run {command}", path.display());
}
