"""Which folders lie in which."""

from random import Random

import pytest

from auralis_cli.files.presence import is_within, outermost


@pytest.mark.parametrize(
    ("folders", "outer"),
    [
        (["/music/a", "/music", "/music/a/b"], ["/music"]),
        (["/music/a", "/music/a!", "/music/a b", "/music/a/b"], ["/music/a", "/music/a!", "/music/a b"]),
        (["/music/", "/music/a"], ["/music/"]),
        (["/", "/music"], ["/"]),
        (["/b", "/b", "/a/c"], ["/b", "/a/c"]),
        ([], []),
    ],
)
def test_the_outermost_folders_are_those_in_no_other_shortest_first(
    folders: list[str], outer: list[str]
) -> None:
    assert outermost(folders) == outer


def test_the_outermost_folders_are_those_that_a_comparison_of_all_pairs_finds() -> None:
    chance = Random(4)
    for _ in range(200):
        folders = [
            "/" + "/".join(chance.choices(["a", "a!", "a b", "b"], k=chance.randint(1, 4))) for _ in range(12)
        ]
        alone = {each for each in folders if not any(is_within(each, other) for other in folders)}
        assert set(outermost(folders)) == alone
