import json
from importlib.resources import files

from auralis_cli.model.record import Track, TrackError
from auralis_cli.render.failure_list import ADVICE, DEFAULT_ADVICE, advice_about
from auralis_cli.workers.engine import Job
from auralis_cli.workers.health import failure_from_loss
from auralis_cli.workers.process import WorkerLostError

PROTOCOL = json.loads(files("auralis_cli").joinpath("schema/protocol.json").read_text("utf-8"))
PASSING = {"not_found", "permission_denied", "read_error", "bad_request", "unknown_request"}
"""What the worker says about a file that is then not remembered."""


def final_codes() -> set[str]:
    """The codes with which a file can be remembered: the worker's and those of lost workers."""
    kinds = PROTOCOL["response"]["$defs"]["ErrorCode"]["oneOf"]
    losses = ("worker_crashed", "invalid_result", "timed_out", "out_of_memory", "read_stalled")
    job = Job(Track("/a.flac", 1, 2))
    ends = [
        failure_from_loss(job, WorkerLostError("was lost", code), workers_are_sound=True) for code in losses
    ]
    lost = {end.outcome.code for end in ends if end.final and isinstance(end.outcome, TrackError)}
    return ({kind["const"] for kind in kinds} - PASSING) | lost


def test_there_is_advice_about_every_failure_that_is_remembered_and_no_other() -> None:
    assert set(ADVICE) == final_codes()


def test_a_code_of_another_version_gets_advice_too() -> None:
    assert advice_about("melted") == DEFAULT_ADVICE
