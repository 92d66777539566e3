"""The reference as a worker: the protocol, its failures, and what ends it."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

pytest.importorskip("librosa")
from auralis_cli.model.record import ANALYSIS_VERSION
from auralis_cli.reference.answer import analyse_file
from auralis_cli.reference.identity import ready
from auralis_cli.reference.serve import AnalyseFile, serve
from auralis_cli.reference.undecodable import UndecodableError
from auralis_cli.settings.resolve import resolve_settings
from auralis_cli.workers.program import WorkerCommand, find_worker, identify_worker
from auralis_cli.workers.protocol import Done, Failed, Ready, Started, decode_response, encode_request

REFERENCE = [sys.executable, "-m", "auralis_cli.reference"]
Responses = list[Ready | Started | Done | Failed]


def without_progress(output: bytes) -> Responses:
    responses = map(decode_response, output.splitlines())
    return [answer for answer in responses if isinstance(answer, Ready | Started | Done | Failed)]


def session(analyse: AnalyseFile, *lines: bytes) -> Responses:
    """What the reference answers, in this process: importing librosa in another takes seconds."""
    output = io.BytesIO()
    serve(io.BytesIO(b"".join(lines)), output, Ready(1, 1, "0.1.0", "release", ()), analyse)
    return without_progress(output.getvalue())


def answers_of_reference(*paths: str, ffmpeg: str | None = None) -> list[Done | Failed]:
    lines = (encode_request(index, path) for index, path in enumerate(paths))
    return final(session(partial(analyse_file, ffmpeg=ffmpeg), *lines), len(paths))


def answers_of_worker(*paths: str) -> list[Done | Failed]:
    requests = b"".join(encode_request(index, path) for index, path in enumerate(paths))
    run = subprocess.run(worker().arguments("serve"), input=requests, capture_output=True, check=True)
    return final(without_progress(run.stdout), len(paths))


def final(responses: Responses, requests: int) -> list[Done | Failed]:
    """The last response to each request; each was started first and answered once, in order."""
    assert isinstance(responses[0], Ready)
    started = [answer.id for answer in responses[1::2] if isinstance(answer, Started)]
    ended = [answer for answer in responses[2::2] if isinstance(answer, Done | Failed)]
    assert started == [answer.id for answer in ended] == list(range(requests))
    return ended


def worker() -> WorkerCommand:
    return WorkerCommand(find_worker(resolve_settings({})))


def test_reference_and_worker_follow_one_version_of_the_definitions() -> None:
    assert identify_worker(worker()).analysis_version == ANALYSIS_VERSION


def test_the_version_names_the_packages_that_the_numbers_come_from() -> None:
    version = ready(None).worker_version
    assert len(version) < 100
    for package in ("numpy", "scipy", "librosa", "pyloudnorm", "soundfile"):
        assert package in version.partition("+")[2]


def test_broken_files_fail_with_the_worker_s_codes_and_none_ends_the_session(
    tmp_path: Path, fixture_audio: Path
) -> None:
    (tmp_path / "empty.flac").touch()
    (tmp_path / "folder.flac").mkdir()
    os.mkfifo(tmp_path / "pipe.flac")
    odd = tmp_path / os.fsdecode(b"not-utf-8-\xff.flac")
    odd.write_bytes((fixture_audio / "anti-phase.flac").read_bytes())
    names = ("absent.flac", "empty.flac", "folder.flac", "pipe.flac", odd.name)
    paths = [str(tmp_path / name) for name in names]
    of_both = [
        [answer.error.code if isinstance(answer, Failed) else "done" for answer in answers]
        for answers in (answers_of_reference(*paths), answers_of_worker(*paths))
    ]
    assert of_both[0] == ["not_found", "empty_file", "not_a_file", "not_a_file", "done"]
    assert of_both[0] == of_both[1]


@pytest.mark.parametrize("name", ["anti-phase.flac", "groove-22k-mono.wav", "surround.flac"])
def test_content_key_and_facts_are_the_worker_s(name: str, fixture_audio: Path) -> None:
    path = str(fixture_audio / name)
    (ours,), (theirs,) = answers_of_reference(path), answers_of_worker(path)
    assert isinstance(ours, Done)
    assert isinstance(theirs, Done)
    assert ours.content_key == theirs.content_key
    for fact in ("duration_s", "samples", "sample_rate_hz", "channels", "container", "bit_depth", "key"):
        assert ours.details[fact] == theirs.details[fact], fact
    assert ours.details.keys() == theirs.details.keys()


def test_a_truncated_file_is_analysed_as_far_as_it_goes_with_a_warning(
    tmp_path: Path, fixture_audio: Path
) -> None:
    whole = (fixture_audio / "groove.flac").read_bytes()
    path = tmp_path / "cut.flac"
    path.write_bytes(whole[: len(whole) // 2])
    (answer,) = answers_of_reference(str(path))
    assert isinstance(answer, Done)
    (warning,) = answer.warnings
    assert warning.code == "truncated"
    assert answer.details["samples"] + warning.count == 441_000


def test_without_ffmpeg_only_what_needs_it_fails(fixture_audio: Path) -> None:
    paths = [str(fixture_audio / name) for name in ("groove.m4a", "silence.flac")]
    failed, done = answers_of_reference(*paths, ffmpeg="none")
    assert isinstance(failed, Failed)
    assert (failed.error.code, failed.error.depends_on_ffmpeg) == ("unsupported_codec", True)
    assert "install ffmpeg" in failed.error.message
    assert isinstance(done, Done)


@pytest.mark.needs("ffmpeg")
def test_a_script_under_an_audio_name_opens_no_other_file(tmp_path: Path, fixture_audio: Path) -> None:
    concat = tmp_path / "list.ape"
    concat.write_text(f"ffconcat version 1.0\nfile {fixture_audio / 'groove.mp3'}\n")
    playlist = tmp_path / "list.wma"
    playlist.write_text(f"#EXTM3U\n#EXTINF:10,\n{fixture_audio / 'groove.mp3'}\n#EXT-X-ENDLIST\n")
    for answer in answers_of_reference(str(concat), str(playlist)):
        assert isinstance(answer, Failed)
        assert answer.error.code == "ffmpeg_failed"


def test_a_parent_that_has_gone_ends_it_within_a_second(fixture_audio: Path) -> None:
    reference = subprocess.Popen([*REFERENCE, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert reference.stdin is not None
    assert reference.stdout is not None
    reference.stdin.write(encode_request(1, str(fixture_audio / "groove.flac")))
    reference.stdin.flush()
    assert [json.loads(reference.stdout.readline())["type"] for _ in range(3)] == [
        "ready",
        "started",
        "progress",
    ]
    reference.stdout.close()
    began = time.monotonic()
    assert reference.wait(timeout=20) == 1
    assert time.monotonic() - began < 10  # a second on a machine that is not busy
    reference.stdin.close()


@pytest.mark.parametrize(
    ("error", "code", "action"),
    [
        (UndecodableError("read_error", "the disk"), "read_error", "retry"),
        (UndecodableError("ffmpeg_failed", "damaged"), "ffmpeg_failed", "skip"),
        (ImportError("numba"), "internal_error", "stop"),
        (MemoryError(), "out_of_memory", "retry"),
        (ZeroDivisionError("a defect"), "internal_error", "skip"),
    ],
)
def test_whatever_goes_wrong_costs_one_track(error: Exception, code: str, action: str) -> None:
    def analyse(path: str) -> Mapping[str, Any]:
        if path == "/bad":
            raise error
        return {"fingerprint": {}, "nulls": {}, "details": {}, "warnings": (), "content_key": ""}

    _, _, failed, _, done = session(analyse, encode_request(1, "/bad"), encode_request(2, "/good"))
    assert isinstance(failed, Failed)
    assert (failed.id, failed.error.code, failed.error.action) == (1, code, action)
    assert isinstance(done, Done)


@pytest.mark.parametrize("line", [b"hello\n", b'{"type":"analyze","id":3,"path_b64":"?"}\n', b"[" * 5000])
def test_a_line_that_is_no_request_is_refused_and_the_next_is_served(line: bytes) -> None:
    def analyse(path: str) -> Mapping[str, Any]:
        raise UndecodableError("not_found", path)

    _, refused, *rest = session(analyse, line.rstrip(b"\n") + b"\n", encode_request(4, "/a"))
    assert isinstance(refused, Failed)
    assert (refused.id, refused.error.code) == (None, "bad_request")
    assert len(rest) == 2


def test_its_lines_are_those_of_the_schema(checkout: Path, fixture_audio: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((checkout / "auralis_cli/schema/protocol.json").read_bytes())["response"]
    request = encode_request(1, str(fixture_audio / "silence.flac")) + encode_request(2, "/absent")
    run = subprocess.run([*REFERENCE, "serve"], input=request, capture_output=True, check=True, timeout=120)
    for line in run.stdout.splitlines():
        jsonschema.validate(msgspec.json.decode(line), schema)
