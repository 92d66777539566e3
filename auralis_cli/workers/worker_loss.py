"""How a worker can be lost, and what that says about the track that it was working on."""

import msgspec

from auralis_cli.model.record import TrackError

RETRY_HINT = "; it happened on two fresh workers: 'auralis failures retry' tries the file again"


class WorkerLostError(Exception):
    """This worker is of no use any more: it died, broke the protocol, or was too late.

    `code` is what its track fails with when it happens again.
    """

    def __init__(self, message: str, code: str = "worker_crashed") -> None:
        super().__init__(message)
        self.code = code


class LossVerdict(msgspec.Struct, frozen=True):
    """The error of a track that lost its workers, and whether it is to be remembered."""

    error: TrackError
    final: bool


def judge_loss(lost: WorkerLostError) -> LossVerdict:
    """The verdict on a track that lost its last worker like this.

    A file under which the disk did not answer is not to blame: it is tried again by the next scan. The others
    are quarantined: not touched again until the file or the worker changes, or `failures retry` says so.
    """
    match lost.code:
        case "read_stalled":
            why = f"the worker {lost}, waiting for the disk; check it or the network share, and scan again"
            return LossVerdict(TrackError(lost.code, why), final=False)
        case "timed_out":
            why = f"the worker {lost} and was ended{RETRY_HINT}, --timeout gives it longer"
        case "out_of_memory":
            why = f"the worker {lost}{RETRY_HINT}, --max-memory gives it more"
        case _:
            why = f"the worker {lost}{RETRY_HINT}"
    return LossVerdict(TrackError(lost.code, why), final=True)
