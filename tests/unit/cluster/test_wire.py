"""What travels between a scan and its machines."""

import os

import msgspec
import pytest
from support.made_records import EVERY_TAG, make_record
from support.scripted_link import READY

from auralis_cli.cluster.wire import (
    Answers,
    BadAnswerError,
    Pulse,
    WireTrack,
    decode_answer,
    decode_result,
    encode,
    encode_ends,
)
from auralis_cli.model.record import AnalyzerName, Record, Track, TrackError
from auralis_cli.model.tags import NO_TAGS, Tags
from auralis_cli.workers.engine import Finished, Hashed, Job, Probed
from auralis_cli.workers.protocol import MAX_LINE_BYTES, Failed, Work
from auralis_cli.workers.result_check import end_of

KEY = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "path", ["/music/a.flac", "/music/ä \U0001f3b5\n.flac", os.fsdecode(b"/music/\xff.flac")]
)
def test_a_job_arrives_as_it_was_sent(path: str) -> None:
    job = Job(Track(path, 5, 1_700_000_000_123_456_789), Work.PROBE, file_key=KEY)
    sent = msgspec.json.decode(encode(WireTrack.of(7, job)), type=WireTrack)
    arrived = sent.job()
    assert (sent.id, arrived.track, arrived.work, arrived.file_key) == (7, job.track, Work.PROBE, KEY)


@pytest.mark.parametrize("tags", [None, NO_TAGS, EVERY_TAG])
def test_a_record_arrives_as_it_was_sent(tags: Tags | None) -> None:
    assert arrived(make_record(tempo_bpm=None, tags=tags, audio_key=KEY)) == make_record(
        tempo_bpm=None, tags=tags, audio_key=KEY
    )


@pytest.mark.parametrize(
    ("outcome", "work", "final"),
    [
        (TrackError("unsupported_codec", "needs ffmpeg", depends_on_ffmpeg=True), Work.ANALYZE, True),
        (TrackError("read_error", "the disk"), Work.ANALYZE, False),
        (TrackError("worker_crashed", "twice"), Work.ANALYZE, True),
        (Probed(KEY, EVERY_TAG), Work.PROBE, True),
        (Probed(None), Work.PROBE, True),
        (Hashed(KEY, b"\x01\x02\x03\xff"), Work.HASH, True),
    ],
)
def test_other_ends_arrive_as_they_were_sent(
    outcome: TrackError | Probed | Hashed, work: Work, final: bool
) -> None:
    assert arrived(outcome, work, final=final) == outcome


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "text",
        b"",
        b"[" * 10_000,
        b'{"type":"answers"}',
        b'{"type":"hello","host":"h"}',
        b'{"type":"pickle","data":"gASV"}',
        b"\x80\x05\x95",
    ],
)
def test_what_is_no_answer_is_refused(answer: object) -> None:
    with pytest.raises(BadAnswerError):
        decode_answer(answer)


@pytest.mark.parametrize(
    "result",
    [
        b"1",
        b'{"type":"ready"}',
        b'{"type":"started","id":1}',
        b'{"type":"done","id":1}',
        b'{"type":"failed","id":1,"error":{"code":"no_such_code","message":"m","action":"skip","depends_on_ffmpeg":false}}',
        b'{"type":"failed","error":{"code":"read_error","message":"m","action":"skip","depends_on_ffmpeg":false}}',
        b'"' + b"x" * MAX_LINE_BYTES + b'"',
    ],
)
def test_what_is_no_result_is_refused(result: bytes) -> None:
    with pytest.raises(BadAnswerError):
        decode_result(msgspec.Raw(result))


def arrived(
    outcome: Record | Probed | Hashed | TrackError, work: Work = Work.ANALYZE, *, final: bool = True
) -> object:
    job = Job(Track("/a", 1, 1), work)
    answer = decode_answer(encode_ends([(3, Finished(job, outcome, final))]))
    assert isinstance(answer, Answers)
    (raw,) = answer.results
    said = decode_result(raw)
    assert said.id == 3
    end = end_of(job, said, READY, AnalyzerName.WORKER)
    assert end.final is final
    return end.outcome


def test_an_error_about_a_name_that_is_not_utf_8_arrives() -> None:
    job = Job(Track(os.fsdecode(b"/m/\xff.flac"), 1, 1))
    end = Finished(job, TrackError("not_found", f"{job.track.path} does not exist"), final=False)
    answer = decode_answer(encode_ends([(1, end)]))
    assert isinstance(answer, Answers)
    said = decode_result(answer.results[0])
    assert isinstance(said, Failed)
    assert said.error.message == r"/m/\udcff.flac does not exist"


@pytest.mark.parametrize(
    "tracks", [[[1, float("nan"), 1.0]], [[1, 0.5, float("inf")]], [[1, -1.0, 1.0]], [[1, 0.5, float("nan")]]]
)
def test_a_pulse_with_numbers_beyond_meaning_is_refused(tracks: list[list[float]]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"scan": "s", "machine": "m", "batches": [1], "tracks": tracks}, Pulse, strict=False)
