"""Which tracks go to which machine, and how many at once."""

import pytest
from support.scripted_link import tracks

from auralis_cli.cluster import batches
from auralis_cli.cluster.batches import Speed, batch_work
from auralis_cli.cluster.machines import Machine
from auralis_cli.cluster.plan import Plan
from auralis_cli.model.record import Track
from auralis_cli.workers.engine import Job
from auralis_cli.workers.track_cost import work_of

MIB = 1 << 20


def plan_of(*sizes: int, machines: int = 1, jobs: int = 1, seen: int = 1) -> tuple[Plan, list[Machine]]:
    """Tracks of these sizes, and machines that can work."""
    plan = Plan()
    for number, size in enumerate(sizes):
        plan.add(Job(Track(f"/music/{number}.flac", size, 1)))
    found = [Machine(f"tcp://m{number}:1", jobs, "ready", f"m{number}") for number in range(machines)]
    for machine in found:
        machine.seen = seen
        plan.machines[machine.address] = machine
    return plan, found


def sizes_of_next(plan: Plan, machine: Machine, now: float = 0.0) -> list[int]:
    batch = plan.next_batch(machine, now)
    return [] if batch is None else [ticket.job.track.size for ticket in batch.tickets]


def test_a_long_track_goes_alone_and_the_longest_first() -> None:
    plan, (machine,) = plan_of(MIB, 40 * MIB, 60 * MIB)
    assert sizes_of_next(plan, machine) == [60 * MIB]
    assert sizes_of_next(plan, machine) == [40 * MIB]


def test_tiny_tracks_go_together() -> None:
    plan, (machine,) = plan_of(*[5_000] * 2_000)
    assert 32 <= len(sizes_of_next(plan, machine)) <= batches.MAX_TRACKS


def test_the_first_batch_of_a_machine_is_small_and_the_only_one() -> None:
    plan, (machine,) = plan_of(*[5_000] * 100, seen=0)
    assert len(sizes_of_next(plan, machine)) == batches.MAX_PROBATION_TRACKS
    assert sizes_of_next(plan, machine) == []


@pytest.mark.parametrize("times", [0.1, 1.0, 10.0])
def test_a_batch_takes_as_long_on_a_slow_machine_as_on_a_quick_one(times: float) -> None:
    """The measured speed sets the work: 1.5 s of it for one thread of two."""
    speed, now, per_s = Speed(), 0.0, 20e6 * times
    for _ in range(20):
        speed.busy(now)
        work = batch_work(speed, 2)
        now += work / per_s
        speed.done(work, now, idle=False)
    assert batch_work(speed, 2) == pytest.approx(batches.AIM_S * per_s / 2, rel=0.2)


def test_a_pause_does_not_count_as_slowness() -> None:
    speed = Speed()
    speed.busy(0.0)
    speed.done(20e6, 1.0, idle=True)
    speed.busy(1000.0)
    speed.done(20e6, 1001.0, idle=True)
    assert speed.per_s(1) == pytest.approx(20e6)


def test_there_is_room_for_what_keeps_all_machines_busy_and_not_for_a_library() -> None:
    plan, _ = plan_of(machines=3, jobs=8)
    number = 0
    while plan.has_room():
        plan.add(Job(Track(f"/music/{number}.flac", 30 * MIB, 1)))
        number += 1
    assert 3 * batches.window(8) <= number < 200


def test_an_idle_machine_helps_with_what_is_overdue_and_only_once() -> None:
    plan, (slow, idle) = plan_of(20 * MIB, 10 * MIB, machines=2)
    slow.speed, idle.speed = Speed(1e6, 1.0), Speed(100e6, 1.0)
    assert sizes_of_next(plan, slow) == [20 * MIB]
    assert sizes_of_next(plan, idle) == [10 * MIB]
    plan.answered(next(iter(idle.batches.values())), 0.1)
    assert sizes_of_next(plan, idle, now=0.1) == [], "it has just begun"
    assert sizes_of_next(plan, idle, now=5.0) == [20 * MIB]
    plan.answered(next(iter(idle.batches.values())), 5.1)
    assert sizes_of_next(plan, idle, now=5.1) == []


def test_machines_of_like_speed_do_not_do_work_twice() -> None:
    plan, (one, idle) = plan_of(20 * MIB, machines=2)
    one.speed = idle.speed = Speed(10e6, 1.0)
    assert sizes_of_next(plan, one) == [20 * MIB]
    one.batches[1].begun = True
    assert sizes_of_next(plan, idle, now=2.5) == []


def test_a_suspect_goes_alone_to_a_machine_that_has_nothing_else() -> None:
    plan, (lost, other) = plan_of(*[5_000] * 4, machines=2)
    assert len(sizes_of_next(plan, lost)) == 4
    assert plan.lost(lost, 1.0, expected=False) == []
    for job in tracks(50):
        plan.add(Job(job))
    trial = plan.next_batch(other, 2.0)
    assert trial is not None
    assert trial.alone
    assert len(trial.tickets) == 1
    assert plan.next_batch(other, 2.0) is None
    assert [ticket.lost_alone for ticket in trial.tickets] == [0]
    plan.lost(other, 3.0, expected=False)
    assert [ticket.lost_alone for ticket in trial.tickets] == [1]


def test_work_counts_bytes_by_their_kind() -> None:
    assert work_of("/a.opus", MIB) > 2 * work_of("/a.mp3", MIB) > 4 * work_of("/a.flac", MIB)


def test_a_track_that_nobody_else_sees_waits_for_a_machine_only_so_long() -> None:
    plan, (able, absent) = plan_of(5_000, machines=2)
    batch = plan.next_batch(able, 0.0)
    assert batch is not None
    batch.tickets[0].unseen_by.add(able.address)
    plan.answered(batch, 1.0)
    plan.try_elsewhere(batch.tickets)
    absent.state, absent.heard = "silent", 1.0
    assert plan.unseen_by_all(20.0) == []
    assert plan.unseen_by_all(120.0) == batch.tickets
    absent.state, absent.asked = "asked", 115.0
    assert plan.unseen_by_all(120.0) == []


def test_a_suspect_that_nobody_else_sees_ends_too() -> None:
    plan, (lost, able) = plan_of(5_000, machines=2)
    assert plan.next_batch(lost, 0.0) is not None
    assert plan.lost(lost, 1.0, expected=False) == []
    trial = plan.next_batch(able, 2.0)
    assert trial is not None
    assert plan.unseen_by_all(3.0) == []
    trial.tickets[0].unseen_by.add(able.address)
    plan.answered(trial, 4.0)
    plan.try_elsewhere(trial.tickets)
    assert plan.next_batch(able, 5.0) is None
    assert plan.unseen_by_all(5.0) == trial.tickets


def test_a_suspect_that_has_its_end_is_tried_no_more() -> None:
    plan, (lost, able) = plan_of(5_000, 5_000, machines=2)
    batch = plan.next_batch(lost, 0.0)
    assert batch is not None
    assert plan.lost(lost, 1.0, expected=False) == []
    unseen, done = batch.tickets
    unseen.unseen_by.add(able.address)
    assert plan.end(done)
    assert plan.next_batch(able, 2.0) is None
