"""`auralis compare` from the shell: against a scripted worker, and on real audio."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import soundfile
from support.program import run_auralis
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.render.json_schema import output_schemas


def test_equal_numbers_are_100_and_a_failed_track_is_1(tmp_path: Path) -> None:
    worker = str(FakeWorker(tmp_path).program)
    write_track(tmp_path, "a.flac")
    write_track(tmp_path, "b.flac")
    bad = write_track(tmp_path, "bad.flac", "fail skip")
    same = run_auralis("compare", "a.flac", "b.flac", home=tmp_path, AURALIS_WORKER=worker)
    assert same.returncode == 0, same.stderr
    assert "similarity 100 of 100" in same.stdout
    failed = run_auralis("compare", "a.flac", "bad.flac", "--json", home=tmp_path, AURALIS_WORKER=worker)
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert failed.stderr.startswith(f"auralis: cannot analyse {bad.path}: ")


@pytest.fixture(scope="module")
def compared(fixture_audio: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Compares two of the small audio files and returns the checked JSON."""
    home = tmp_path_factory.mktemp("compare")

    def compare(a: str, b: str) -> dict[str, Any]:
        paths = [str(fixture_audio / name) for name in (a, b)]
        result = run_auralis("compare", *paths, "--json", "--sidecars", "none", home=home)
        assert result.returncode == 0, result.stderr
        line: dict[str, Any] = json.loads(result.stdout)
        jsonschema.Draft202012Validator(output_schemas()["compare"]).validate(line)
        assert (line["a_path"], line["b_path"]) == (paths[0], paths[1])
        return line

    return compare


def test_the_same_file_is_100(compared: Any) -> None:
    assert compared("groove.flac", "groove.flac")["similarity"] == 100


def test_the_mp3_of_a_track_is_nearer_to_it_than_any_other_sound(compared: Any) -> None:
    copy = compared("groove.flac", "groove.mp3")["similarity"]
    others = [compared("groove.flac", name)["similarity"] for name in ("sine-440.flac", "pink-noise.ogg")]
    # At 128 kb/s the encoder cuts the groove's hiss above 16 kHz, which its centroid and peaks are made of.
    assert copy > 70
    assert max(others) < 10


def test_a_sine_against_noise_differs_most_in_what_tells_tone_from_noise(compared: Any) -> None:
    rows = compared("sine-440.flac", "pink-noise.ogg")["dimensions"]
    by_key = {row["key"]: row for row in rows}
    assert by_key["pitch_stability"]["difference"] < -0.8
    assert by_key["spectral_flatness"]["difference"] > 0
    assert by_key["tempo_bpm"]["a"] is None
    assert by_key["tempo_bpm"]["contribution"] == 0


def test_a_copy_turned_down_is_100_once_the_gain_is_taken_out(tmp_path: Path, fixture_audio: Path) -> None:
    source = fixture_audio / "groove.flac"
    samples, rate = soundfile.read(source)
    soundfile.write(tmp_path / "quiet.wav", samples * 10 ** (-6 / 20), rate, "FLOAT")
    paths = [str(source), "quiet.wav", "--json", "--sidecars", "none"]
    plain = json.loads(run_auralis("compare", *paths, home=tmp_path).stdout)
    matched = json.loads(run_auralis("compare", *paths, "--loudness-matched", home=tmp_path).stdout)
    jsonschema.Draft202012Validator(output_schemas()["compare"]).validate(matched)
    assert plain["gain_db"] is None
    assert matched["gain_db"] == pytest.approx(6, abs=0.01)
    assert 90 < plain["similarity"] < 98
    assert plain["relation"]["kinship"] == "same_recording"
    assert plain["relation"]["gain_db"] == pytest.approx(-6, abs=0.05)
    assert matched["similarity"] > 99
    peak, peak_matched = (
        next(level for level in line["levels"] if level["key"] == "sample_peak_dbfs")
        for line in (plain, matched)
    )
    assert peak["difference"] == pytest.approx(-6, abs=0.01)
    assert peak_matched["difference"] == pytest.approx(0, abs=0.01)


def test_what_has_no_loudness_cannot_be_matched(tmp_path: Path, fixture_audio: Path) -> None:
    paths = [str(fixture_audio / name) for name in ("groove.flac", "silence.flac")]
    run = run_auralis("compare", *paths, "--loudness-matched", "--sidecars", "none", home=tmp_path)
    assert run.returncode == 1
    assert f"cannot match the loudness: {paths[1]} has none" in run.stderr


def test_no_page_says_that_silence_was_matched(tmp_path: Path, fixture_audio: Path) -> None:
    pytest.importorskip("bokeh")
    paths = [str(fixture_audio / name) for name in ("groove.flac", "silence.flac")]
    page = tmp_path / "page.html"
    run = run_auralis(
        "compare", *paths, "--loudness-matched", "--sidecars", "none", "--html", str(page), home=tmp_path
    )
    assert (run.returncode, page.exists()) == (1, False)
    assert "cannot match the loudness" in run.stderr


def test_more_tracks_are_each_compared_with_the_first(tmp_path: Path, fixture_audio: Path) -> None:
    paths = [str(fixture_audio / name) for name in ("groove.flac", "groove.mp3", "pink-noise.ogg")]
    run = run_auralis("compare", *paths, "--json", "--sidecars", "none", home=tmp_path)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(line["a_path"], line["b_path"]) for line in lines] == [(paths[0], other) for other in paths[1:]]
    assert lines[0]["similarity"] > 70
    assert lines[1]["similarity"] < 10
