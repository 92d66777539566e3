from auralis_cli.deadline import deadline_s


def test_deadlines_grow_with_size_between_floor_and_ceiling() -> None:
    assert deadline_s(0) == 120
    assert deadline_s(30_000_000) == 600
    assert deadline_s(10**12) == 3600
