"""Any bytes from a worker are a response or a violation of the protocol, nothing else."""

import json
from typing import Any

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st
from support.fuzz_settings import fuzz
from support.made_records import make_record

from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import Record
from auralis_cli.model.record_rules import broken_rule
from auralis_cli.workers.protocol import ProtocolViolationError, Response, decode_response

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
RESPONSES: dict[str, dict[str, Any]] = {
    "ready": {
        "protocol": 1,
        "analysis_version": 1,
        "worker_version": "0.1.0",
        "build_profile": "release",
        "decoders": ["flac"],
        "ffmpeg": None,
        "sandbox": {
            name: {"active": True, "detail": "on"}
            for name in ("no_new_privs", "landlock", "seccomp", "limits")
        },
    },
    "started": {"id": 1},
    "progress": {"id": 1, "audio_seconds": 1.5, "fraction": 0.5},
    "done": {
        "id": 1,
        "fingerprint": dict.fromkeys(keys(), 0.5),
        "nulls": {},
        "details": {"duration_s": 1.0},
        "warnings": [{"code": "damaged", "message": "some", "count": 3}],
        "content_key": "0" * 32,
    },
    "failed": {
        "id": None,
        "error": {"code": "not_found", "message": "y", "action": "skip", "depends_on_ffmpeg": False},
    },
}


@st.composite
def changed_responses(draw: st.DrawFn) -> bytes:
    """A good response with some fields replaced by anything, dropped or added, perhaps cut short."""
    kind = draw(st.sampled_from(sorted(RESPONSES)))
    message = {"type": kind, **RESPONSES[kind]}
    for field in draw(st.lists(st.sampled_from(sorted(message)), max_size=3)):
        message[field] = draw(JSON)
    for field in draw(st.lists(st.sampled_from(sorted(message)), max_size=1)):
        message.pop(field)
    message.update(draw(st.dictionaries(st.text(max_size=8), JSON, max_size=2)))
    line = json.dumps(message).encode()
    return line[: draw(st.integers(0, len(line)))] if draw(st.booleans()) else line


def read(line: bytes) -> Response | None:
    """The response, or None for a violation that says what was wrong in a short line."""
    try:
        return decode_response(line)
    except ProtocolViolationError as error:
        message = str(error)
    assert "not a response" in message
    assert len(message) < 2000
    return None


@fuzz
@given(st.binary(max_size=300))
@example(b"")
@example(b'{"type":"done","details":' + b"[" * 100_000)
@example(b'{"type":"started","id":' + b"9" * 5000 + b"}")
@example(b'{"type":"started","id":1e400}')
@example(b'{"type":"progress","id":1,"audio_seconds":1e999}')
@example(b'{"type":"ready","worker_version":"\\ud800"}')
def test_any_bytes_are_a_response_or_a_violation(line: bytes) -> None:
    read(line)


@fuzz
@given(changed_responses())
def test_a_changed_response_is_read_with_its_types_or_refused(line: bytes) -> None:
    response = read(line)
    if response is not None:
        assert msgspec.json.decode(msgspec.json.encode(response), type=type(response)) == response


@fuzz
@given(st.text(max_size=20), JSON)
def test_a_detail_of_any_kind_is_judged_without_an_exception(name: str, value: Any) -> None:
    good = make_record()
    record = msgspec.structs.replace(good, details={**good.details, name: value})
    assert broken_rule(record) is None or isinstance(broken_rule(record), str)


@fuzz
@given(
    st.dictionaries(st.sampled_from(keys()) | st.text(max_size=8), st.none() | st.floats(), max_size=30),
    st.dictionaries(st.sampled_from(keys()) | st.text(max_size=8), st.text(max_size=50), max_size=30),
    st.text(max_size=80),
)
def test_any_record_is_judged_and_an_accepted_one_survives_storage(
    fingerprint: dict[str, float | None], nulls: dict[str, str], content_key: str
) -> None:
    good = make_record()
    record = msgspec.structs.replace(
        good, fingerprint={**good.fingerprint, **fingerprint}, nulls=nulls, content_key=content_key
    )
    if broken_rule(record) is None:
        stored = msgspec.json.encode(record)
        assert msgspec.json.decode(stored, type=Record) == record
