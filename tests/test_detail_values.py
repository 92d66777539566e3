"""Chroma and key in `details` against two programs that share nothing with the worker."""

from pathlib import Path
from typing import Any

import pytest
from support.program import scan

librosa = pytest.importorskip("librosa")
import numpy as np  # noqa: E402
import soundfile  # noqa: E402

from auralis_cli.reference.fingerprint import analyze  # noqa: E402

TONAL = ("groove.flac", "groove-22k-mono.wav", "sine-440.flac")
"""Fixtures with pitch that the reference's and the worker's decoders read to the bit."""
SHARE_TOLERANCE = 0.002
"""Of a pitch class's share, 0-1: what the contract grants dimensions of that range."""


@pytest.fixture(scope="module")
def details(tmp_path_factory: pytest.TempPathFactory, fixture_audio: Path) -> dict[str, Any]:
    """The worker's details by file name."""
    events = scan(fixture_audio, tmp_path_factory.mktemp("cache") / "cache.db")
    return {Path(event["path"]).name: event["details"] for event in events if event["event"] == "track"}


@pytest.mark.parametrize("name", TONAL)
def test_chroma_is_the_references(name: str, details: dict[str, Any], fixture_audio: Path) -> None:
    """All 12 shares, C first, and what else both report."""
    expected = analyze(str(fixture_audio / name))["details"]
    assert details[name]["chroma"] == pytest.approx(expected["chroma"], abs=SHARE_TOLERANCE, rel=0)
    assert sum(details[name]["chroma"]) == pytest.approx(1, abs=1e-9, rel=0)
    lowest = expected["lowest_correlation"]
    assert details[name]["lowest_correlation"] == pytest.approx(lowest, abs=SHARE_TOLERANCE, rel=0)


@pytest.mark.parametrize("name", TONAL)
def test_chroma_has_the_strongest_class_of_librosas_constant_q(
    name: str, details: dict[str, Any], fixture_audio: Path
) -> None:
    """librosa's own chroma (another window, hop and normalisation) puts the same class first."""
    samples, rate_hz = soundfile.read(fixture_audio / name, always_2d=True)
    lowest_hz = librosa.note_to_hz("C3")
    theirs = librosa.feature.chroma_cqt(
        y=samples.mean(axis=1), sr=rate_hz, fmin=lowest_hz, n_octaves=5, norm=1
    ).mean(axis=1)
    ours = np.array(details[name]["chroma"])
    assert int(ours.argmax()) == int(theirs.argmax())
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9


def test_the_groove_is_in_a_key_of_its_chords(details: dict[str, Any]) -> None:
    """A minor, F, C, G of `fixtures/make_fixtures.py` belong to two keys; a 440 Hz tone alone is an A."""
    for name in ("groove.flac", "groove.mp3", "groove.m4a", "groove.ogg", "groove.opus"):
        assert details[name]["key"] in ("A minor", "C major")
        assert details[name]["key_strength"] > 0.7
    assert details["sine-440.flac"]["key"].startswith("A ")
    assert details["silence.flac"]["key"] is None
