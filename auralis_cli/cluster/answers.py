"""What a machine says of itself and of tracks, believed only after the checks that a local worker passes."""

from auralis_cli import __version__
from auralis_cli.cluster.machines import Batch, Machine, Ticket
from auralis_cli.cluster.open_here import NOT_SEEN
from auralis_cli.cluster.plan import Plan
from auralis_cli.cluster.wire import WIRE_VERSION, Answers, BadAnswerError, Hello, decode_result, printable
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, TrackError
from auralis_cli.workers.engine import Finished
from auralis_cli.workers.process import WorkerLostError
from auralis_cli.workers.protocol import PROTOCOL_VERSION, Failed
from auralis_cli.workers.result_check import end_of

CANNOT_RUN = (
    f"auralis does not run there; install auralis {__version__} with the extra 'dask' for its Dask worker"
)


def objection(hello: Hello, analyzer: AnalyzerVersion) -> str | None:
    """Why the results of this machine cannot be used, and what to install; None if they can."""
    ready, install = hello.ready, f"install auralis {__version__} there"
    if hello.wire_version != WIRE_VERSION:
        return f"it speaks version {hello.wire_version} of the messages, not {WIRE_VERSION}; {install}"
    if ready.protocol != PROTOCOL_VERSION:
        return f"its fp-worker speaks protocol {ready.protocol}, not {PROTOCOL_VERSION}; {install}"
    if ready.analysis_version != analyzer.analysis_version:
        return (
            f"its analysis version is {ready.analysis_version}, not {analyzer.analysis_version}: the values "
            f"could not be compared; {install}"
        )
    if ready.build_profile != "release":
        return f"its fp-worker is a {ready.build_profile} build; install a release build there"
    if not ready.descriptors:
        return f"its fp-worker takes no open files, so it could not prove which file it reads; {install}"
    return None


def take_answers(
    plan: Plan, machine: Machine, batch: Batch, answers: Answers, ffmpeg: str | None
) -> list[Finished]:
    """The ends of a batch that count: the first of each track.

    What has none is tried elsewhere, and so is what fails for want of an ffmpeg that another machine has.

    `ffmpeg`: the version of the scan's machine. Raises BadAnswerError for what no machine of this version
    says; nothing of the batch is believed then.
    """
    tickets = {ticket.id: ticket for ticket in batch.tickets}
    ends: list[tuple[Ticket, Finished]] = []
    unseen: list[tuple[Ticket, str]] = []
    same = machine.ffmpeg == ffmpeg
    for raw in answers.results:
        said = decode_result(raw)
        ticket = tickets.pop(said.id or 0, None)
        if ticket is None:
            raise BadAnswerError("it returned a track that it did not get, or one twice")
        if isinstance(said, Failed) and said.error.code == NOT_SEEN:
            unseen.append((ticket, printable(said.error.message)))
            continue
        assert machine.ready is not None, "it got no batch before it said who it is"
        try:
            end = _with_ffmpeg(end_of(ticket.job, said, machine.ready, AnalyzerName.WORKER), same=same)
        except WorkerLostError as error:
            raise BadAnswerError(f"it {error}") from error
        ends.append((ticket, end))
    for ticket, why in unseen:
        machine.why_unseen = ticket.why_unseen = why
        ticket.unseen_by.add(machine.address)
    machine.unseen += len(unseen)
    machine.seen += len(ends)
    if not same:
        for ticket, end in ends:
            if _needs_ffmpeg(end) and _others_have(plan, ticket, ffmpeg):
                ticket.failure = end
                ticket.unseen_by.add(machine.address)
    return [end for ticket, end in ends if ticket.failure is not end and plan.end(ticket)]


def _with_ffmpeg(end: Finished, *, same: bool) -> Finished:
    """A failure that another ffmpeg could change is not remembered as one of the ffmpeg of this machine."""
    return end if same or not _needs_ffmpeg(end) else Finished(end.job, end.outcome, final=False)


def _needs_ffmpeg(end: Finished) -> bool:
    return isinstance(end.outcome, TrackError) and end.outcome.depends_on_ffmpeg


def _others_have(plan: Plan, ticket: Ticket, ffmpeg: str | None) -> bool:
    """Whether a machine that has not had the track has this ffmpeg."""
    return ffmpeg is not None and any(
        other.ffmpeg == ffmpeg and other.address not in ticket.unseen_by for other in plan.ready()
    )


def not_seen(ticket: Ticket, machines: int) -> Finished:
    """The failure of a track that no machine sees; the next scan tries it again."""
    if ticket.failure is not None:
        return ticket.failure
    if ticket.job.track.version is not None:
        who = "the only machine cannot" if machines == 1 else f"none of {machines} machines can"
        return Finished(ticket.job, TrackError(NOT_SEEN, f"{who} fetch it: {ticket.why_unseen}"), final=False)
    who = "the only machine does not see" if machines == 1 else f"none of {machines} machines sees"
    why = (
        f"{who} this file: {ticket.why_unseen}; mount the same storage there, name its place with --path-map "
        "FROM=TO, and scan again"
    )
    return Finished(ticket.job, TrackError(NOT_SEEN, why), final=False)


def guilty(ticket: Ticket) -> Finished:
    """The failure of a track on which several machines were lost."""
    why = (
        f"skipped from now on: {ticket.lost_alone} Dask workers ended while they analysed it alone; "
        "'auralis failures retry' tries it again"
    )
    return Finished(ticket.job, TrackError("worker_crashed", why), final=True)
