"""Tempo against clips of known tempo: skipped unless AURALIS_TEMPO_TRUTH is the path of a truth.csv.

`AURALIS_TEMPO_TRUTH=…/truth.csv pytest -s tests/reference/test_tempo_truth.py` prints a table and checks the
aims. The file has the columns `path` (relative to it) and `bpm`, and may have `group`; every column
`est_<name>` is a peer's estimate to show beside ours. Both analyzers are scored.
"""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support.program import scan
from support.tempo_table import AIMS, Estimate, accuracy, render_table

TRUTH = os.environ.get("AURALIS_TEMPO_TRUTH")
pytestmark = pytest.mark.skipif(not TRUTH, reason="AURALIS_TEMPO_TRUTH names no truth.csv")


def worker_estimates(paths: list[Path], cache: Path) -> dict[str, Estimate]:
    """By file name, what the installed worker reads."""
    found = {}
    for event in scan(paths[0].parent, cache):
        if event["event"] == "track" and event["fingerprint"]["tempo_bpm"] is not None:
            details = event["details"]
            others = [other["bpm"] for other in details["tempo_alternatives"]]
            found[Path(event["path"]).name] = Estimate(
                event["fingerprint"]["tempo_bpm"], details["tempo_confidence"], others
            )
    return found


def reference_estimates(paths: list[Path], _cache: Path) -> dict[str, Estimate]:
    """By file name, what the tempo part of the Python reference reads."""
    pytest.importorskip("librosa")
    from auralis_cli.reference.decoding import load
    from auralis_cli.reference.stft import short_stft
    from auralis_cli.reference.tempo import Tempo, estimate_tempo, tempo_envelope
    from auralis_cli.reference.temporal import onset_flux

    found = {}
    for path in paths:
        audio = load(str(path))
        onset = onset_flux(short_stft(audio))
        envelope = tempo_envelope(onset.flux, onset.frame_rate_hz)
        tempo = estimate_tempo(envelope, onset.frame_rate_hz, audio.duration_s)
        if isinstance(tempo, Tempo):
            others = [level.bpm for level in tempo.alternatives]
            found[path.name] = Estimate(tempo.bpm, tempo.probability, others)
    return found


@pytest.mark.parametrize("estimates", [worker_estimates, reference_estimates])
def test_tempo_reaches_its_aims_on_clips_of_known_tempo(
    estimates: Callable[[list[Path], Path], dict[str, Estimate]], tmp_path: Path
) -> None:
    assert TRUTH is not None
    with Path(TRUTH).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    paths = [Path(TRUTH).parent / row["path"] for row in rows]
    assert len({path.parent for path in paths}) == 1, "one folder of clips"
    found = estimates(paths, tmp_path / "cache.db")
    print("\n" + render_table(estimates.__name__.split("_")[0], rows, found))
    for aim in AIMS:
        reached = accuracy(rows, found, aim)
        assert reached >= aim.least, f"{aim.name}: {reached:.3f}, aim {aim.least}"
