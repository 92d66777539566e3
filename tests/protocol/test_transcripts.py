"""The golden transcripts of the protocol, read and written again byte for byte, as the Rust side does."""

import base64
import json
import os
from pathlib import Path

import msgspec
import pytest

from auralis_cli.workers.protocol import Work, decode_response, encode_request


def lines(checkout: Path, name: str) -> list[bytes]:
    content = (checkout / "fixtures" / "protocol" / name).read_bytes().splitlines(keepends=True)
    assert content
    return content


def test_requests_are_written_byte_for_byte(checkout: Path) -> None:
    for line in lines(checkout, "requests.jsonl"):
        request = json.loads(line)
        encoded = request.get("path_b64")
        path = request["path"] if encoded is None else os.fsdecode(base64.b64decode(encoded))
        assert (
            encode_request(request["id"], path, request.get("descriptor"), work=Work(request["type"])) == line
        )


def test_responses_are_read_and_written_byte_for_byte(checkout: Path) -> None:
    for line in lines(checkout, "responses.jsonl"):
        assert msgspec.json.encode(decode_response(line)) + b"\n" == line


@pytest.mark.parametrize(
    "kind", ["ready", "started", "progress", "done", "probed", "hashed", "traced", "failed"]
)
def test_the_transcript_shows_each_kind_of_response(checkout: Path, kind: str) -> None:
    assert any(json.loads(line)["type"] == kind for line in lines(checkout, "responses.jsonl"))
