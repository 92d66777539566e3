"""The published JSON Schemas accept what is printed and refuse what is not."""

import json
from typing import Any

import jsonschema
import pytest
from support.made_records import make_record

from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.model.tags import TAG_NAMES
from auralis_cli.render.comparison_json import comparison_json
from auralis_cli.render.json_schema import output_schemas, table_of_dimensions
from auralis_cli.similarity.distance import compare_fingerprints
from auralis_cli.similarity.levels import levels_of
from auralis_cli.similarity.recording import relate
from auralis_cli.upkeep.doctor import Check, State

SCHEMAS = output_schemas()


def validate(kind: str, value: Any) -> None:
    jsonschema.Draft202012Validator(SCHEMAS[kind]).validate(value)


@pytest.mark.parametrize("kind", list(SCHEMAS))
def test_each_is_a_valid_schema(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])


def test_the_table_is_the_one_that_the_program_reads() -> None:
    assert [row["key"] for row in table_of_dimensions()] == list(keys())


def test_a_comparison_is_as_its_schema_says() -> None:
    a, b = make_record(tempo_bpm=None), make_record(lufs=-9.0)
    compared = compare_fingerprints(a.fingerprint, b.fingerprint)
    relation = relate(a, b)
    line = json.loads(
        comparison_json(
            compared,
            "/a.flac",
            "/b\udcff.flac",
            records=(a, b),
            relation=relation,
            levels=levels_of(a, b),
            gain_db=None,
        )
    )
    validate("compare", line)
    assert list(line) == [
        "similarity", "distance", "relation", "a_path", "a_path_b64", "a_made_by",
        "b_path", "b_path_b64", "b_made_by", "gain_db", "levels", "dimensions",
    ]  # fmt: skip
    assert [row["key"] for row in line["dimensions"]] == list(keys())
    assert line["a_path_b64"] is None
    assert line["b_path_b64"] is not None
    assert line["b_made_by"] == {
        "analyzer": "worker",
        "analysis_version": 3,
        "worker_version": "0.1.0",
        "content_key": b.content_key,
        "audio_key": b.audio_key,
    }


def track_line() -> dict[str, Any]:
    return {
        "event": "track",
        "path": "/a.flac",
        "path_b64": None,
        "status": "analysed",
        "analyzer": "worker",
        "analysis_version": 3,
        "worker_version": "0.1.0",
        "content_key": "0" * 32,
        "audio_key": None,
        "fingerprint": {d.key: d.usual_low for d in dimensions()},
        "nulls": {},
        "details": {
            "duration_s": 1.0,
            "samples": 44100,
            "sample_rate_hz": 44100,
            "channels": 2,
            "container": "flac",
            "codec": "flac",
            "decoder": "symphonia",
            "tempo_alternatives": [{"bpm": 60.0, "score": 0.5}],
        },
        "tags": dict.fromkeys(TAG_NAMES) | {"title": "So What", "track": 1, "compilation": False},
        "warnings": [{"code": "truncated", "message": "ends early", "count": 3}],
        "error": None,
        "reason": None,
        "from": None,
        "from_b64": None,
    }


def test_a_track_line_is_as_its_schema_says() -> None:
    validate("track", track_line())


@pytest.mark.parametrize(
    "change",
    [
        {"fingerprint": {}},
        {"fingerprint": {**{d.key: 0.5 for d in dimensions()}, "extra": 1}},
        {"fingerprint": {**{d.key: d.usual_low for d in dimensions()}, "harmonic_ratio": 1.5}},
        {"fingerprint": {**{d.key: d.usual_low for d in dimensions()}, "lufs": "loud"}},
        {"tags": {"title": "So What"}},
        {"tags": dict.fromkeys(TAG_NAMES) | {"title": "\x1b"}},
        {"tags": dict.fromkeys(TAG_NAMES) | {"track": 65_536}},
        {"status": "done"},
        {"analyzer": "librosa"},
        {"error": {"code": "x"}},
        {"surprise": 1},
        {"warnings": [{"code": "x"}]},
    ],
)
def test_a_track_line_that_breaks_the_contract_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError, match=r"."):
        validate("track", {**track_line(), **change})


@pytest.mark.parametrize("field", list(track_line()))
def test_every_field_of_a_track_line_is_required(field: str) -> None:
    line = track_line()
    del line[field]
    with pytest.raises(jsonschema.ValidationError, match="is a required property"):
        validate("track", line)


def test_start_summary_and_doctor_are_as_their_schemas_say() -> None:
    validate(
        "start",
        {
            "event": "start",
            "schema": 2,
            "analysis_version": 1,
            "worker_version": "0.1.0",
            "analyzer": "worker",
        },
    )
    counts = {"analysed": 1, "cached": 2, "moved": 0, "retagged": 0, "failed": 0, "skipped": 1}
    validate(
        "summary",
        {"event": "summary", **counts, "seconds": 0.5, "audio_seconds": 180.0, "interrupted": False},
    )
    check = {
        name: getattr(Check("disk", State.OK, "79 GB"), name)
        for name in ("name", "state", "finding", "advice")
    }
    validate("doctor", {"ok": True, "checks": [check]})
