"""The Python side of the protocol against the schema that the Rust side generates."""

import json
import os
from importlib.resources import files
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis_cli.model.dimensions import keys
from auralis_cli.model.tags import Tags, whole_tags
from auralis_cli.workers import protocol


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        files("auralis_cli").joinpath("schema/protocol.json").read_text("utf-8")
    )
    return loaded


def response_variants(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {variant["properties"]["type"]["const"]: variant for variant in schema["response"]["oneOf"]}


def test_every_response_type_has_the_fields_of_the_schema(schema: dict[str, Any]) -> None:
    types = {struct.__struct_config__.tag: struct for struct in protocol.Response.__args__}
    variants = response_variants(schema)
    assert types.keys() == variants.keys()
    for name, variant in variants.items():
        fields = {field.name: field.required for field in msgspec.structs.fields(types[name])}
        declared = {field: field in variant["required"] for field in variant["properties"] if field != "type"}
        assert fields == declared, name


def test_failures_have_the_fields_and_actions_of_the_schema(schema: dict[str, Any]) -> None:
    definitions = schema["response"]["$defs"]
    assert {f.name for f in msgspec.structs.fields(protocol.Failure)} == set(
        definitions["Failure"]["properties"]
    )
    actions = {choice["const"] for choice in definitions["Action"]["oneOf"]}
    assert actions == {"skip", "retry", "stop"}


@given(st.binary(min_size=1, max_size=200).filter(lambda path: b"\0" not in path))
def test_any_path_travels_as_the_schema_says_and_comes_back(path: bytes) -> None:
    line = protocol.encode_request(7, os.fsdecode(path))
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    request = json.loads(line)
    schema = json.loads(files("auralis_cli").joinpath("schema/protocol.json").read_text("utf-8"))
    jsonschema.validate(request, schema["request"])
    decoded = msgspec.json.decode(line, type=protocol.Analyze)
    text = decoded.path
    if isinstance(text, str):
        assert text.encode() == path
    else:
        assert msgspec.json.decode(b'"' + str(decoded.path_b64).encode() + b'"', type=bytes) == path


def done_line(**changes: Any) -> bytes:
    message: dict[str, Any] = {
        "type": "done",
        "id": 3,
        "fingerprint": dict.fromkeys(sorted(keys()), 0.5) | {"lufs": None},
        "nulls": {"lufs": "below_gate"},
        "details": {"duration_s": 1.0},
        "warnings": [{"code": "damaged", "message": "3 packets were lost", "count": 3}],
        "content_key": "0" * 32,
    }
    return json.dumps(message | changes).encode()


def test_a_result_is_read_and_unknown_fields_are_ignored() -> None:
    done = protocol.decode_response(done_line(unknown=1))
    assert isinstance(done, protocol.Done)
    assert done.fingerprint["lufs"] is None
    assert done.warnings[0].count == 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"thread 'main' panicked", "not a response"),
        (b"[]", "not a response"),
        (b'{"type":"later","id":1}', "not a response"),
        (b'{"type":"started"}', "not a response"),
        (b'{"type":"started","id":1', "not a response"),
        (b'\xff\xfe{"type":"started","id":1}', "not a response"),
        (done_line().replace(b"0.5", b"NaN", 1), "not a response"),
        (done_line().replace(b"0.5", b"1e999", 1), "not a response"),
    ],
)
def test_a_line_that_is_not_a_response_is_a_violation(line: bytes, reason: str) -> None:
    with pytest.raises(protocol.ProtocolViolationError, match=reason):
        protocol.decode_response(line)


@pytest.mark.parametrize(
    "tags",
    [
        {"title": ""},
        {"title": "\x1b[2J"},
        {"artist": "x" * 1001},
        {"track": 65536},
        {"track": "1"},
        {"compilation": 1},
        {"musicbrainz_album_id": "A5B6EE0A-FD8E-42A5-A6BA-D4FD4CA3A0F6"},
        {"musicbrainz_artist_id": "a5b6ee0a-fd8e-42a5-a6ba-d4fd4ca3a0f6; "},
        [],
    ],
)
def test_tags_that_a_worker_never_sends_are_a_violation(tags: Any) -> None:
    line = json.dumps({"type": "probed", "id": 1, "audio_key": None, "tags": tags}).encode()
    with pytest.raises(protocol.ProtocolViolationError, match=r"tags"):
        protocol.decode_response(line)


def test_tags_are_those_of_the_file_and_unknown_ones_are_ignored() -> None:
    ids = "a5b6ee0a-fd8e-42a5-a6ba-d4fd4ca3a0f6; 8b882575-08a5-4452-a7a7-cbb8a1531f9e"
    said = {
        "title": "\u05e9\u05dc\u05d5\u05dd \U0001f3b7",
        "track": 0,
        "mood": "calm",
        "musicbrainz_artist_id": ids,
    }
    line = json.dumps({"type": "probed", "id": 1, "tags": said}).encode()
    probed = protocol.decode_response(line)
    assert isinstance(probed, protocol.Probed)
    assert whole_tags(probed.tags) == Tags(
        title="\u05e9\u05dc\u05d5\u05dd \U0001f3b7", track=0, musicbrainz_artist_id=ids
    )
