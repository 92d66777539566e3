from pathlib import Path

import msgspec

from auralis_cli.model.record import AnalyzerName
from auralis_cli.settings.values import Settings
from auralis_cli.workers.limits import TrackLimits, track_limits

SETTINGS = Settings(cache=Path("cache.db"), jobs=1)


def test_deadlines_grow_with_size_between_floor_and_ceiling() -> None:
    limits = TrackLimits()
    assert limits.deadline_s(0) == 120
    assert limits.deadline_s(30_000_000) == 600
    assert limits.deadline_s(10**12) == 3600


def test_a_timeout_that_is_set_holds_for_every_size_and_analyzer() -> None:
    settings = msgspec.structs.replace(SETTINGS, timeout=7)
    for analyzer in AnalyzerName:
        limits = track_limits(settings, analyzer)
        assert {limits.deadline_s(size) for size in (0, 30_000_000, 10**12)} == {7}


def test_the_slow_analyzer_gets_more_time_may_be_silent_and_holds_whole_tracks() -> None:
    limits = track_limits(SETTINGS, AnalyzerName.REFERENCE)
    assert limits.deadline_s(30_000_000) == 6000
    assert limits.silence_s is None
    assert limits.memory_bytes is None


def test_memory_is_limited_for_the_worker_and_for_the_reference_where_it_is_set() -> None:
    assert track_limits(SETTINGS, AnalyzerName.WORKER).memory_bytes == 1 << 30
    settings = msgspec.structs.replace(SETTINGS, max_memory=100)
    for analyzer in AnalyzerName:
        assert track_limits(settings, analyzer).memory_bytes == 100 << 20
