import json
from importlib.resources import files

from auralis_cli.render.failure_list import ADVICE, OTHERWISE, advice_about
from auralis_cli.workers.worker_loss import WorkerLostError, judge_loss

PROTOCOL = json.loads(files("auralis_cli").joinpath("schema/protocol.json").read_text("utf-8"))
PASSING = {"not_found", "permission_denied", "read_error", "bad_request"}
"""What the worker says about a file that is then not remembered."""


def final_codes() -> set[str]:
    """The codes with which a file can be remembered: the worker's and those of lost workers."""
    kinds = PROTOCOL["response"]["$defs"]["ErrorCode"]["oneOf"]
    losses = ("worker_crashed", "timed_out", "out_of_memory", "read_stalled")
    verdicts = [judge_loss(WorkerLostError("was lost", code)) for code in losses]
    return ({kind["const"] for kind in kinds} - PASSING) | {v.error.code for v in verdicts if v.final}


def test_there_is_advice_about_every_failure_that_is_remembered_and_no_other() -> None:
    assert set(ADVICE) == final_codes()


def test_a_code_of_another_version_gets_advice_too() -> None:
    assert advice_about("melted") == OTHERWISE
