"""The JSON of a trace is the trace, and as its schema says."""

import json
import os

import jsonschema
import msgspec
from support.seen_tracks import silent, traced

from auralis_cli.render.json_schema import output_schemas
from auralis_cli.render.trace_json import trace_line


def test_a_line_has_all_of_a_trace_and_keeps_its_schema() -> None:
    schema = jsonschema.Draft202012Validator(output_schemas()["trace"])
    for trace in (traced(), silent().trace):
        line = json.loads(msgspec.json.encode(trace_line(os.fsdecode(b"/m/\xff.flac"), trace)))
        schema.validate(line)
        assert (line.pop("event"), line.pop("path"), line.pop("path_b64")) == (
            "trace",
            "/m/\N{REPLACEMENT CHARACTER}.flac",
            "L20v/y5mbGFj",
        )
        assert line == json.loads(msgspec.json.encode(trace))
