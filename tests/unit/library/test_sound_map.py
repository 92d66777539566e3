"""Maps of tracks: what lies along a line stays so, and the same tracks give the same map."""

import numpy as np
import pytest

from auralis_cli.library.layout_names import Layout
from auralis_cli.library.sound_map import lay_out
from auralis_cli.library.sound_space import share_kept
from auralis_cli.similarity.matrix import Floats


def clouds(count: int = 60) -> Floats:
    """Three clouds in 25 dimensions, far from each other."""
    generator = np.random.default_rng(3)
    middles = generator.normal(scale=8, size=(3, 25))
    return (middles[np.arange(count) % 3] + generator.normal(size=(count, 25))).astype(np.float32)


def test_pca_keeps_a_line_in_order_and_two_axes_exactly() -> None:
    steps = np.linspace(-1, 1, 50, dtype=np.float32)
    across = np.tile([0.1, -0.1], 25).astype(np.float32)
    direction = np.zeros(25, dtype=np.float32)
    direction[4], direction[9] = 3, 4
    other = np.zeros(25, dtype=np.float32)
    other[11] = 1
    points = np.outer(steps, direction) + np.outer(across, other)
    places, layout = lay_out(points, Layout.PCA)
    assert layout is Layout.PCA
    along = places[:, 0] if places[-1, 0] > 0 else -places[:, 0]
    assert (np.diff(along) > 0).all()
    apart = np.linalg.norm(places[:, None] - places, axis=-1)
    true = np.linalg.norm(points[:, None] - points, axis=-1)
    np.testing.assert_allclose(apart / apart.max(), true / true.max(), rtol=0, atol=1e-5)


def test_a_map_fills_its_frame_and_is_widest_from_left_to_right() -> None:
    places, _ = lay_out(clouds(), Layout.PCA)
    assert np.percentile(np.abs(places), 98) == pytest.approx(1, abs=1e-5)
    assert places[:, 0].std() >= places[:, 1].std()


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_few_tracks_have_a_map_too(count: int) -> None:
    places, layout = lay_out(clouds(60)[:count], Layout.UMAP)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert layout is Layout.PCA


def test_equal_tracks_lie_in_one_place() -> None:
    places, _ = lay_out(np.ones((40, 25), dtype=np.float32), Layout.PCA)
    assert (places == places[0]).all()


@pytest.mark.slow
def test_umap_is_the_same_each_time_and_keeps_more_than_pca() -> None:
    points = clouds(90)
    places, layout = lay_out(points, Layout.UMAP)
    assert layout is Layout.UMAP
    np.testing.assert_array_equal(places, lay_out(points, Layout.UMAP)[0])
    kept, kept_by_pca = share_kept(points, places), share_kept(points, lay_out(points, Layout.PCA)[0])
    assert kept is not None
    assert kept_by_pca is not None
    assert kept > kept_by_pca
