"""Machines that lie, are of another version or of no use are refused by name."""

import msgspec
import pytest
from support.made_records import ANALYZER, make_record
from support.scripted_link import (
    READY,
    ScriptedLink,
    ScriptedMachine,
    is_all_analysed,
    run_on,
    tracks,
    unseen,
)

from auralis_cli import __version__
from auralis_cli.cluster import roster
from auralis_cli.cluster.answers import objection
from auralis_cli.cluster.link import open_warning
from auralis_cli.cluster.wire import MAX_THREADS, WIRE_VERSION, Hello, Request, encode_ends
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import Record
from auralis_cli.workers.engine import Finished


def test_a_machine_that_sees_nothing_is_named_and_left_out() -> None:
    blind = ScriptedMachine("wrong-mount", unseen)
    ends, pool = run_on(ScriptedLink(blind, ScriptedMachine("good", takes_s=0.02)), tracks(200))
    assert is_all_analysed(ends, 200)
    assert len(blind.batches) == 1, "it got more than its first batch"
    (warning,) = pool.roster.warnings
    assert "machine wrong-mount was left out: it sees none of the files" in warning


def test_no_machine_that_sees_anything_ends_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "USELESS_S", 0.2)
    link = ScriptedLink(ScriptedMachine("one", unseen), ScriptedMachine("other", unseen))
    with pytest.raises(WorkerUnavailableError, match=r"one: it sees none .*other: it sees none"):
        run_on(link, tracks(500))


@pytest.mark.parametrize("lie", ["impossible", "not-asked", "garbage", "no-bytes", "twice"])
def test_a_machine_that_lies_is_refused_and_nothing_of_it_is_stored(lie: str) -> None:
    def answer(request: Request) -> bytes:
        jobs = [(track.id, track.job()) for track in request.tracks]
        record = make_record(silence_ratio=7.0) if lie == "impossible" else make_record()
        ends = [(number, Finished(job, record)) for number, job in jobs]
        match lie:
            case "not-asked":
                ends += [(999_999, ends[0][1])]
            case "twice":
                ends += ends[:1]
            case "garbage":
                return b"\x80\x05]"
            case "no-bytes":
                return None  # type: ignore[return-value]
        return encode_ends(ends)

    liar = ScriptedMachine("liar")
    liar.answer = answer
    ends, pool = run_on(ScriptedLink(liar, ScriptedMachine("good", takes_s=0.02)), tracks(80))
    assert is_all_analysed(ends, 80)
    assert all(
        end.outcome.fingerprint["silence_ratio"] != 7.0
        for end in ends.values()
        if isinstance(end.outcome, Record)
    )
    (warning,) = pool.roster.warnings
    assert warning.startswith("machine liar was left out: it ")


def test_a_machine_that_loses_every_task_is_left_out() -> None:
    losing = ScriptedMachine("losing")
    good = ScriptedMachine("good", takes_s=0.05)
    losing.loses_tasks = True
    ends, pool = run_on(ScriptedLink(losing, good), tracks(50))
    assert is_all_analysed(ends, 50)
    (warning,) = pool.roster.warnings
    assert f"auralis does not run there; install auralis {__version__} with the extra 'dask'" in warning


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"analysis_version": 99}, "its analysis version is 99, not 3"),
        ({"protocol": 9}, "its fp-worker speaks protocol 9"),
        ({"build_profile": "debug"}, "its fp-worker is a debug build; install a release build"),
        ({"descriptors": False}, "takes no open files"),
    ],
)
def test_a_machine_of_another_version_is_refused_by_name(changed: dict[str, object], why: str) -> None:
    other = ScriptedMachine("other")
    other.ready = msgspec.structs.replace(READY, **changed)
    ends, pool = run_on(ScriptedLink(other, ScriptedMachine("good")), tracks(20))
    assert is_all_analysed(ends, 20)
    assert other.batches == []
    (warning,) = pool.roster.warnings
    assert warning.startswith("machine other was left out")
    assert why in warning
    assert "install" in warning


def test_what_a_machine_says_does_nothing_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "USELESS_S", 0.2)
    hostile = ScriptedMachine("h\x1b[2Jost")
    hostile.refusal = "\x1b]0;title\x07 no"
    with pytest.raises(WorkerUnavailableError) as refusal:
        run_on(ScriptedLink(hostile), tracks(1))
    assert str(refusal.value).isprintable()
    assert "h [2Jost:  ]0;title  no" in str(refusal.value)


def test_messages_of_another_version_are_refused() -> None:
    assert "messages" in str(objection(Hello("host", 1, WIRE_VERSION + 1, READY), ANALYZER))
    assert objection(Hello("host", 1, WIRE_VERSION, READY), ANALYZER) is None


def test_only_a_network_without_tls_is_warned_of() -> None:
    for address in ("tcp://127.0.0.1:8786", "tcp://[::1]:1", "tcp://localhost:1", "tls://10.0.0.1:8786"):
        assert open_warning(address) is None
    warning = open_warning("tcp://10.0.0.1:8786")
    assert warning is not None
    assert "names, tags and fingerprints of the tracks travel readable" in warning


def test_threads_that_no_machine_has_cost_no_memory() -> None:
    _, pool = run_on(ScriptedLink(ScriptedMachine("huge", threads=10**18), ScriptedMachine("one")), tracks(5))
    assert len(pool.activities()) <= MAX_THREADS + 1
