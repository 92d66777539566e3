"""The worker's values of the fixtures against the independent Python reference's (fixtures/expected.json)."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.program import scan

from auralis_cli.model.dimensions import Dimension, dimensions

EXPECTED: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "fixtures" / "expected.json").read_text(encoding="utf-8")
)["files"]
assert len(EXPECTED) >= 12, "the expected values are there"

SHARE_OF_SPREAD = 0.01
"""The contract: worker and reference agree within 1 % of a dimension's spread over real music,"""
MIN_RATIO_TOLERANCE = 0.002
"""but never closer than this for 0-1 dimensions;"""
TEMPO_TOLERANCE = 0.005
"""and tempo within 0.5 %."""


def allowed(dimension: Dimension, expected: float) -> float:
    """The largest difference that the contract allows."""
    if dimension.unit == "BPM":
        return TEMPO_TOLERANCE * expected
    within_one = dimension.unit == "" and dimension.maximum == 1
    return max(SHARE_OF_SPREAD * dimension.spread, MIN_RATIO_TOLERANCE if within_one else 0.0)


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory, fixture_audio: Path) -> dict[str, Any]:
    """Track events of a scan of the fixtures by file name."""
    cache = tmp_path_factory.mktemp("cache") / "cache.db"
    events = scan(fixture_audio, cache)
    return {Path(event["path"]).name: event for event in events if event["event"] == "track"}


def test_every_fixture_has_expected_values(tracks: dict[str, Any]) -> None:
    """A new audio file needs its oracle."""
    assert set(tracks) == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_worker_agrees_with_the_reference(name: str, tracks: dict[str, Any]) -> None:
    """Every dimension and every reason of a null, within the contract's tolerance."""
    expected, actual = EXPECTED[name], tracks[name]
    assert actual["nulls"] == expected["nulls"]
    for dimension in dimensions():
        want, got = expected["fingerprint"][dimension.key], actual["fingerprint"][dimension.key]
        if want is None:
            assert got is None, dimension.key
            continue
        limit = allowed(dimension, want)
        assert abs(got - want) <= limit, (
            f"{dimension.key}: {got} {dimension.unit}, expected {want}, allowed ±{limit:.4g}"
        )
