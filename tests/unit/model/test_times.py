"""Times of files: what cannot be stored becomes the nearest time that can."""

import pytest

from auralis_cli.model.stamps import MAX_TIME_NS, storable_time_ns


@pytest.mark.parametrize(
    ("time_ns", "stored_ns"),
    [
        (0, 0),
        (-1, -1),
        (1_700_000_000_123_456_789, 1_700_000_000_123_456_789),
        (10_413_792_000 * 10**9, MAX_TIME_NS),  # the year 2300
        (-11_644_473_600 * 10**9, -MAX_TIME_NS),  # 1601, where Windows counts from
    ],
)
def test_a_time_is_stored_as_it_is_or_as_the_nearest(time_ns: int, stored_ns: int) -> None:
    assert storable_time_ns(time_ns) == stored_ns
    assert stored_ns.to_bytes(8, "little", signed=True)  # as SQLite holds it
