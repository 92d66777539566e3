"""The engine of a cluster, on machines in memory: every track has one end, whatever the machines do."""

import asyncio
import time

import msgspec
import pytest
from support.made_records import ANALYZER, NEEDS_FFMPEG, make_record
from support.scripted_link import (
    READY,
    ScriptedLink,
    ScriptedMachine,
    analysed,
    pool_on,
    run_on,
    tracks,
    unseen,
)

from auralis_cli import __version__
from auralis_cli.cluster import machines, roster
from auralis_cli.cluster.answers import objection
from auralis_cli.cluster.dask_pool import DaskPool
from auralis_cli.cluster.link import Ears, open_warning
from auralis_cli.cluster.wire import MAX_THREADS, WIRE_VERSION, Hello, Pulse, Request, Terms, encode_ends
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import Record, TrackError
from auralis_cli.workers.engine import Finished, Job


def is_all_analysed(ends: dict[str, Finished], number: int) -> bool:
    return len(ends) == number and all(isinstance(end.outcome, Record) for end in ends.values())


def test_two_machines_share_the_tracks() -> None:
    one, other = ScriptedMachine("one", takes_s=0.01), ScriptedMachine("other", threads=2, takes_s=0.01)
    ends, pool = run_on(ScriptedLink(one, other), tracks(400))
    assert is_all_analysed(ends, 400)
    assert sum(map(len, one.batches)) + sum(map(len, other.batches)) == 400
    assert all(map(len, (one.batches, other.batches)))
    assert pool.roster.warnings == []
    assert sorted(pool.roster.news) == ["one joined with 1 worker", "other joined with 2 workers"]


def test_a_machine_that_sees_nothing_is_named_and_left_out() -> None:
    blind = ScriptedMachine("wrong-mount", unseen)
    ends, pool = run_on(ScriptedLink(blind, ScriptedMachine("good", takes_s=0.02)), tracks(200))
    assert is_all_analysed(ends, 200)
    assert len(blind.batches) == 1, "it got more than its first batch"
    (warning,) = pool.roster.warnings
    assert "machine wrong-mount was left out: it sees none of the files" in warning


def test_what_one_machine_does_not_see_another_analyses() -> None:
    def half(job: Job) -> Finished:
        return unseen(job) if int(job.track.path[7:11]) % 2 else analysed(job)

    partly = ScriptedMachine("partly", half)
    ends, pool = run_on(ScriptedLink(partly, ScriptedMachine("good", takes_s=0.05)), tracks(100))
    assert is_all_analysed(ends, 100)
    (warning,) = pool.roster.warnings
    assert "machine partly did not see" in warning


def test_a_track_that_no_machine_sees_fails_for_now() -> None:
    def all_but_one(job: Job) -> Finished:
        return unseen(job) if "0003" in job.track.path else analysed(job)

    link = ScriptedLink(ScriptedMachine("one", all_but_one), ScriptedMachine("other", all_but_one))
    ends, pool = run_on(link, tracks(50))
    end = ends.pop("/music/0003.flac")
    assert is_all_analysed(ends, 49)
    assert isinstance(end.outcome, TrackError)
    assert (end.outcome.code, end.final) == ("not_seen_here", False)
    assert not any("others" in warning for warning in pool.roster.warnings)
    assert "none of 2 machines sees this file" in end.outcome.message
    assert "--path-map" in end.outcome.message


def test_no_machine_that_sees_anything_ends_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "USELESS_S", 0.2)
    link = ScriptedLink(ScriptedMachine("one", unseen), ScriptedMachine("other", unseen))
    with pytest.raises(WorkerUnavailableError, match=r"one: it sees none .*other: it sees none"):
        run_on(link, tracks(500))


def test_what_a_lost_machine_had_is_analysed_elsewhere() -> None:
    lost, good = ScriptedMachine("lost"), ScriptedMachine("good", takes_s=0.01)
    link = ScriptedLink(lost, good)
    lost.poison = frozenset(track.path for track in tracks(300))
    ends, pool = run_on(link, tracks(300))
    assert is_all_analysed(ends, 300)
    assert link.deaths == 1
    assert pool.roster.warnings == ["1 machine was lost with tracks in work, which were given to others"]


def test_nothing_is_left_on_a_machine_whose_end_was_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look at who is there may find that it is gone before the event comes."""
    monkeypatch.setattr(roster, "LOOK_S", 0.05)
    link = ScriptedLink(ScriptedMachine("gone", takes_s=60), ScriptedMachine("good", takes_s=0.01))

    async def run() -> int:
        pool = pool_on(link)
        for track in tracks(20):
            await pool.submit(Job(track))
        pool.close()
        asyncio.get_running_loop().call_later(0.2, link.machines.pop, "tcp://10.0.0.1:1")
        ends = {end.job.track.path: end async for end in pool.results()}
        left = link.open_tasks
        await pool.stop(0)
        assert is_all_analysed(ends, 20)
        return left

    assert asyncio.run(run()) == 0


def test_a_file_that_ends_machines_is_found_and_no_other_is_charged() -> None:
    poison = frozenset({"/music/0042.flac"})
    link = ScriptedLink(ScriptedMachine("one"), ScriptedMachine("other"), revives=True)
    for machine in link.machines.values():
        machine.poison = poison
    ends, _ = run_on(link, tracks(120))
    end = ends.pop("/music/0042.flac")
    assert is_all_analysed(ends, 119)
    assert isinstance(end.outcome, TrackError)
    assert (end.outcome.code, end.final) == ("worker_crashed", True)
    assert link.deaths == 3, "once in a batch, twice alone"


def test_a_machine_that_says_goodbye_casts_no_suspicion() -> None:
    leaving = ScriptedMachine("leaving", takes_s=30)
    link = ScriptedLink(leaving, ScriptedMachine("good", takes_s=0.02))
    good = next(reversed(link.machines.values()))

    def leave_once(job: Job) -> Finished:
        if "tcp://10.0.0.1:1" in link.machines:
            link.kill("tcp://10.0.0.1:1", expected=True)
        return analysed(job)

    good.end = leave_once
    ends, pool = run_on(link, tracks(100))
    assert is_all_analysed(ends, 100)
    assert pool.roster.warnings == []


def test_a_cluster_without_machines_is_asked_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """An adaptive cluster starts machines for tasks that wait, and only then."""
    monkeypatch.setattr(roster, "LOOK_S", 0.05)
    link = ScriptedLink()

    def add_machine() -> None:
        assert link.knocks == 1
        link.machines["tcp://10.0.0.1:1"] = ScriptedMachine("late")

    async def come_late(ears: Ears) -> ScriptedLink:
        asyncio.get_running_loop().call_later(0.3, add_machine)
        return await ScriptedLink.open(link, ears)

    link.open = come_late  # type: ignore[method-assign]
    ends, _ = run_on(link, tracks(10))
    assert is_all_analysed(ends, 10)
    assert link.knocks == 1


def test_a_machine_that_hangs_costs_time_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "SILENT_S", 0.3)
    hanging = ScriptedMachine("hanging", takes_s=60)
    ends, pool = run_on(ScriptedLink(hanging, ScriptedMachine("good")), tracks(60))
    assert is_all_analysed(ends, 60)
    assert len(hanging.batches) == 1
    assert "hanging is silent; others take its tracks" in pool.roster.news


def test_the_second_result_of_a_track_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "SILENT_S", 0.1)
    slow, good = ScriptedMachine("slow", takes_s=1.2), ScriptedMachine("good", takes_s=0.4)
    ends, _ = run_on(ScriptedLink(slow, good), tracks(40, size=30_000_000))
    assert is_all_analysed(ends, 40)
    assert sum(map(len, slow.batches)) + sum(map(len, good.batches)) > 40


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


def test_a_scheduler_that_is_gone_ends_the_scan_after_what_was_finished() -> None:
    link = ScriptedLink(ScriptedMachine("one", takes_s=0.02))

    async def run() -> int:
        pool, finished = pool_on(link), 0
        for track in tracks(5):
            await pool.submit(Job(track))

        async def collect() -> None:
            nonlocal finished
            async for _ in pool.results():
                finished += 1
                link.connected = False

        began = time.monotonic()
        with pytest.raises(WorkerUnavailableError, match="the Dask scheduler is gone"):
            await collect()
        await pool.stop(0)
        assert time.monotonic() - began < 8
        return finished

    assert asyncio.run(run()) >= 1


def test_a_scheduler_that_hangs_is_as_good_as_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GONE_S", "ANSWER_S", "LOOK_S"):
        monkeypatch.setattr(roster, name, getattr(roster, name) / 20)
    link = ScriptedLink(ScriptedMachine("one", takes_s=60))

    async def run() -> None:
        pool = pool_on(link)
        await pool.submit(Job(tracks(1)[0]))
        asyncio.get_running_loop().call_later(0.2, setattr, link, "hangs", True)
        began = time.monotonic()
        with pytest.raises(WorkerUnavailableError, match="does not answer"):
            await anext(pool.results())
        await pool.stop(0)
        assert time.monotonic() - began < 2, "nobody can be told that the scan leaves"

    asyncio.run(run())
    assert roster.GONE_S * 20 + roster.ANSWER_S * 20 + roster.LOOK_S * 20 < 10


def test_a_stop_takes_no_more_tracks_and_leaves_every_machine() -> None:
    link = ScriptedLink(ScriptedMachine("one", takes_s=30), ScriptedMachine("other", takes_s=30))

    async def run() -> None:
        pool = pool_on(link)
        for track in tracks(10):
            await pool.submit(Job(track))

        async def collect() -> int:
            return len([end async for end in pool.results()])

        collecting = asyncio.create_task(collect())
        await asyncio.sleep(0.3)
        assert link.open_tasks
        await pool.stop(0.1)
        assert await asyncio.wait_for(collecting, 3) == 0
        await asyncio.wait_for(pool.submit(Job(tracks(1)[0])), 1)  # dropped

    asyncio.run(run())
    assert link.open_tasks == 0
    assert sorted(link.left) == sorted(link.machines)
    assert link.closed


def test_a_stop_stores_what_ends_in_its_grace() -> None:
    link = ScriptedLink(ScriptedMachine("one", takes_s=0.3), ScriptedMachine("stuck", takes_s=30))

    async def run() -> None:
        pool = pool_on(link)
        for track in tracks(16):
            await pool.submit(Job(track))

        async def collect() -> int:
            return len([end async for end in pool.results()])

        collecting = asyncio.create_task(collect())
        await asyncio.sleep(0.15)
        began = time.monotonic()
        await pool.stop(0.6)
        assert time.monotonic() - began < 1.5
        assert await asyncio.wait_for(collecting, 1) == 8, "the first batch of the machine that answers"

    asyncio.run(run())
    assert link.open_tasks == 0


def test_a_stop_does_not_wait_for_a_connection() -> None:
    async def connect(_: Ears) -> ScriptedLink:
        await asyncio.sleep(60)
        return ScriptedLink()

    async def run() -> None:
        pool = DaskPool(connect, Terms("test"), ANALYZER)
        collecting = asyncio.create_task(anext(pool.results(), None))
        await asyncio.sleep(0.05)
        await asyncio.wait_for(pool.stop(0), 1)
        assert await asyncio.wait_for(collecting, 1) is None

    asyncio.run(run())


def test_a_failure_that_another_ffmpeg_may_change_is_not_remembered_as_one_of_this_machine_s() -> None:
    async def run(ffmpeg: str | None) -> Finished:
        machine = ScriptedMachine("one", lambda job: Finished(job, NEEDS_FFMPEG))
        pool = pool_on(ScriptedLink(machine), ffmpeg)
        await pool.submit(Job(tracks(1)[0]))
        pool.close()
        (end,) = [end async for end in pool.results()]
        await pool.stop(0)
        return end

    assert asyncio.run(run(None)).final
    assert not asyncio.run(run("7.1")).final


def test_what_fails_for_want_of_ffmpeg_goes_to_a_machine_that_has_it() -> None:
    without = ScriptedMachine("without", lambda job: Finished(job, NEEDS_FFMPEG), takes_s=0.01)
    having = ScriptedMachine("with", takes_s=0.05)
    having.ffmpeg = "7.1"
    ends, pool = run_on(ScriptedLink(without, having), tracks(40), ffmpeg="7.1")
    assert without.batches
    assert is_all_analysed(ends, 40)
    assert pool.roster.warnings == []
    having.end = unseen
    ends, _ = run_on(ScriptedLink(without, having), tracks(4), ffmpeg="7.1")
    assert {(end.outcome, end.final) for end in ends.values()} == {(NEEDS_FFMPEG, False)}


def test_a_greeting_that_goes_wrong_here_ends_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(roster.Roster, "_take_in", broken)
    with pytest.raises(ZeroDivisionError):
        run_on(ScriptedLink(ScriptedMachine("one")), tracks(1))


def test_a_machine_that_waits_for_bytes_has_still_in_work_what_it_has_said() -> None:
    link = ScriptedLink(ScriptedMachine("one", takes_s=60))
    machine = next(iter(link.machines))

    async def run() -> list[float | None]:
        pool = pool_on(link)
        await pool.submit(Job(tracks(1)[0]))
        collecting = asyncio.create_task(anext(pool.results(), None))
        await asyncio.sleep(0.1)
        working = Pulse("test", machine, (1,), ((1, 0.5, 10.0),))
        for pulse in (working, Pulse("test", machine, ())):  # the second is that of `--ship`
            pool.heard_pulse(msgspec.to_builtins(pulse))
        busy = [activity.fraction for activity in pool.activities() if activity is not None]
        await pool.stop(0)
        assert await collecting is None
        return busy

    assert asyncio.run(run()) == [0.5]


def test_threads_that_no_machine_has_cost_no_memory() -> None:
    _, pool = run_on(ScriptedLink(ScriptedMachine("huge", threads=10**18), ScriptedMachine("one")), tracks(5))
    assert len(pool.activities()) <= MAX_THREADS + 1
