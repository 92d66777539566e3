"""Groups of tracks that sound alike: clouds are told apart, and named by what sets them apart."""

import numpy as np

from auralis_cli.library.sound_groups import GROUPS, group_names, sound_groups
from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.similarity.matrix import Floats


def clouds(sizes: list[int]) -> tuple[Floats, list[int]]:
    """Points in clouds far from each other, and the cloud of each."""
    generator = np.random.default_rng(5)
    middles = generator.normal(scale=20, size=(len(sizes), 25))
    which = [cloud for cloud, size in enumerate(sizes) for _ in range(size)]
    return (middles[which] + generator.normal(size=(len(which), 25))).astype(np.float32), which


def test_clouds_are_groups_the_largest_first() -> None:
    points, which = clouds([10, 40, 20, 80, 30, 60, 50])
    found = sound_groups(points)
    assert {(cloud, int(group)) for cloud, group in zip(which, found, strict=True)} == {
        (3, 0), (5, 1), (6, 2), (1, 3), (4, 4), (2, 5), (0, 6),
    }  # fmt: skip
    np.testing.assert_array_equal(found, sound_groups(points))


def test_fewer_different_tracks_than_groups() -> None:
    assert len(sound_groups(np.empty((0, 25), dtype=np.float32))) == 0
    assert set(sound_groups(np.ones((30, 25), dtype=np.float32))) == {0}
    assert set(sound_groups(np.repeat(np.eye(3, 25, dtype=np.float32), 4, axis=0))) == {0, 1, 2}
    assert GROUPS > 3


def test_a_group_is_named_by_its_farthest_dimensions() -> None:
    stands = np.zeros((6, 25), dtype=np.float32)
    stands[3:, keys().index("stereo_width")] = 2
    stands[3:, keys().index("tempo_bpm")] = (-1, np.nan, -3)
    groups = np.array([0, 0, 0, 1, 1, 1], dtype=np.uint8)
    labels = {d.key: d.label for d in dimensions()}
    assert group_names(groups, stands)[1] == f"2: high {labels['stereo_width']}, low {labels['tempo_bpm']}"
