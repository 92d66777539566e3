"""The JSON lines and the JSON Schema that is generated from their types agree."""

import base64
import json
import os
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.model.record import Record, TrackError, TrackWarning
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.render import json_lines

SCHEMA: dict[str, Any] = msgspec.json.schema(
    json_lines.StartLine | json_lines.TrackLine | json_lines.SummaryLine
)
FITS = jsonschema.Draft202012Validator(SCHEMA)
"""Made and checked once: that takes longer than what it validates."""
FITS.check_schema(SCHEMA)
RECORD = Record(
    analyzer="worker",
    analysis_version=1,
    worker_version="0.1.0",
    fingerprint={d.key: None if d.key == "lufs" else d.usual_low for d in dimensions()},
    nulls={"lufs": "too_short"},
    details={"duration_s": 0.2, "key": None},
    warnings=(TrackWarning("truncated", "the file ends early", 100),),
    content_key="0" * 32,
)


def encoded(result: TrackResult) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(msgspec.json.encode(json_lines.track_line(result)))
    return line


def test_the_schema_has_exactly_the_25_dimensions_and_requires_them() -> None:
    fingerprint = SCHEMA["$defs"]["Fingerprint"]
    assert tuple(fingerprint["properties"]) == keys()
    assert tuple(fingerprint["required"]) == keys()


def test_every_field_of_a_track_is_required_by_the_schema() -> None:
    track = SCHEMA["$defs"]["TrackLine"]
    assert set(track["required"]) == set(track["properties"])
    assert {"from", "event"} <= set(track["properties"])


@given(
    path=st.binary(min_size=1, max_size=40).filter(lambda path: b"\0" not in path),
    status=st.sampled_from(Status),
    code=st.sampled_from(["not_found", "worker_crashed"]),
)
def test_any_result_fits_the_schema(path: bytes, status: Status, code: str) -> None:
    name = os.fsdecode(b"/" + path)
    has_record = status not in (Status.FAILED, Status.SKIPPED)
    line = encoded(
        TrackResult(
            name,
            status,
            record=RECORD if has_record else None,
            error=TrackError(code, f"cannot read {name}") if status is Status.FAILED else None,
            reason="hidden" if status is Status.SKIPPED else None,
            taken_from=name if status in (Status.MOVED, Status.RETAGGED) else None,
        )
    )
    FITS.validate(line)
    assert tuple(line["fingerprint"] or keys()) == keys()
    for key in ("path", "from"):
        if line[key] is not None:
            in_base64 = line[f"{key}_b64"]
            stored = line[key].encode() if in_base64 is None else base64.b64decode(in_base64)
            assert stored == os.fsencode(name)


@pytest.mark.parametrize("missing", ["path_b64", "fingerprint", "from"])
def test_a_line_without_one_of_its_fields_does_not_fit_the_schema(missing: str) -> None:
    line = encoded(TrackResult("/a", Status.ANALYSED, record=RECORD))
    del line[missing]
    with pytest.raises(jsonschema.ValidationError, match="not valid under any"):
        FITS.validate(line)
