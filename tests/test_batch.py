"""A batch of 50 tracks through all workers, and what the numbers of a library must show."""

from typing import Any

import pytest
from support.program import scan

from auralis_cli.model.dimensions import dimensions, keys

np = pytest.importorskip("numpy")
from support.synthetic_library import write_library  # noqa: E402

pytestmark = pytest.mark.slow

TRACKS = 50
COPY_CORRELATION = 0.98
"""Two dimensions above it would be one dimension twice."""
TWO_READINGS_OF_ONE_THING = {"stereo_width", "phase_correlation"}


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Fingerprints of the batch, shape (tracks, 25), NaN where null."""
    folder = tmp_path_factory.mktemp("batch")
    write_library(folder / "music", TRACKS, seed=5)
    events = scan(folder / "music", folder / "cache.db")
    assert events[-1]["analysed"] == TRACKS
    tracks = [event for event in events if event["event"] == "track"]
    return np.array([[t["fingerprint"][key] for key in keys()] for t in tracks], dtype=float)


def test_every_dimension_varies(values: Any) -> None:
    """A constant is a defect: each dimension covers at least a tenth of its usual range."""
    assert values.shape == (TRACKS, 25)
    for column, dimension in zip(values.T, dimensions(), strict=True):
        low, high = np.nanpercentile(column, [5, 95])
        assert np.isfinite(column).mean() > 0.6, dimension.key
        assert high - low > 0.1 * dimension.spread, f"{dimension.key}: {low} to {high}"


def test_no_dimension_copies_another(values: Any) -> None:
    """No two correlate above 0.98, but for the two readings of stereo."""
    for i, first in enumerate(keys()):
        for j, second in enumerate(keys()[:i]):
            both = np.isfinite(values[:, i]) & np.isfinite(values[:, j])
            correlation = np.corrcoef(values[both, i], values[both, j])[0, 1]
            if {first, second} != TWO_READINGS_OF_ONE_THING:
                assert abs(correlation) < COPY_CORRELATION, f"{first} and {second}: {correlation:.3f}"
