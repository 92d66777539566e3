"""When does what `stat` says of a file agree with what it said before?"""

import pytest

from auralis_cli.model.record import Track
from auralis_cli.model.stamps import PRECISIONS_NS, only_ctime_differs, same_stamp, same_time

MTIME_NS = 1_700_000_001_123_456_789
CTIME_NS = 1_700_000_555_987_654_321
LATER_NS = 1_800_000_000_111_222_333
BEFORE = Track("/a.flac", 1000, MTIME_NS, CTIME_NS, 7)


def cut(time_ns: int, step: int) -> int:
    return time_ns // step * step


@pytest.mark.parametrize("step", PRECISIONS_NS)
@pytest.mark.parametrize("time_ns", [MTIME_NS, -MTIME_NS])
def test_a_time_is_the_same_when_it_is_cut_or_rounded(time_ns: int, step: int) -> None:
    for coarse in (cut(time_ns, step), cut(time_ns, step) + step, cut(time_ns + step // 2, step)):
        assert same_time(time_ns, coarse)
        assert same_time(coarse, time_ns)


@pytest.mark.parametrize("step", PRECISIONS_NS)
def test_a_time_further_away_than_its_precision_is_another(step: int) -> None:
    times = (cut(MTIME_NS, step) - step, cut(MTIME_NS, step) + 2 * step)
    coarse = [time for time in times if all(time % other for other in PRECISIONS_NS if other > step)]
    assert coarse
    assert not any(same_time(MTIME_NS, time) for time in coarse)


@pytest.mark.parametrize("apart", [1, 99, 101, 1_000_003, 1_000_000_007])
def test_two_times_that_are_close_but_both_precise_are_not_the_same(apart: int) -> None:
    assert not same_time(MTIME_NS, MTIME_NS + apart)


def now(mtime_ns: int = MTIME_NS, ctime_ns: int | None = CTIME_NS, inode: int = 7) -> Track:
    return Track("/a.flac", 1000, mtime_ns, ctime_ns, inode)


@pytest.mark.parametrize(
    ("seen", "same"),
    [
        (now(), True),
        (now(inode=8), True),
        (now(mtime_ns=MTIME_NS + 1), False),
        (now(ctime_ns=LATER_NS), False),
        (now(cut(MTIME_NS, 10**9), LATER_NS), False),  # mp3gain -p sets the time back to the second
        (now(cut(MTIME_NS, 2 * 10**9), cut(CTIME_NS, 2 * 10**9)), True),  # the same file, seen through FAT
        (now(cut(MTIME_NS, 100), cut(CTIME_NS, 100)), True),  # through SMB
        (now(ctime_ns=MTIME_NS), True),  # a file system without a time of change
        (now(cut(MTIME_NS, 10**7), cut(MTIME_NS, 10**7)), True),  # the same, and coarse: exFAT
        (now(LATER_NS, LATER_NS), False),  # written to
        (now(ctime_ns=None), True),
        (now(cut(MTIME_NS, 10**9), None), False),
    ],
)
def test_size_and_both_times_say_whether_a_file_is_as_before(seen: Track, same: bool) -> None:
    assert same_stamp(BEFORE, seen) is same


def test_a_row_without_a_ctime_goes_by_the_exact_modification_time() -> None:
    before = Track("/a.flac", 1000, MTIME_NS)
    assert same_stamp(before, BEFORE)
    assert not same_stamp(before, now(cut(MTIME_NS, 10**9)))


def test_a_file_written_within_the_second_of_its_former_time_is_another() -> None:
    before = Track("/a.flac", 1000, cut(MTIME_NS, 10**9), CTIME_NS)
    assert not same_stamp(before, now(MTIME_NS, MTIME_NS))


def test_where_only_the_ctime_differs_the_file_may_have_been_edited_in_place() -> None:
    assert only_ctime_differs(BEFORE, now(ctime_ns=LATER_NS))
    assert only_ctime_differs(BEFORE, now(cut(MTIME_NS, 10**9), LATER_NS))
    assert not only_ctime_differs(BEFORE, now())
    assert not only_ctime_differs(BEFORE, now(MTIME_NS + 1, LATER_NS))
