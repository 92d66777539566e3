"""`auralis album` from the shell."""

import csv
import io
import json
import shutil
from pathlib import Path

import jsonschema
import msgspec
import pytest
from support.audio_files import run_tool
from support.checked_tracks import CLEAN
from support.made_records import ANALYZER, make_record, see
from support.scripted_tracks import FakeWorker, write_track
from typer.testing import CliRunner, Result

from auralis_cli.app import app
from auralis_cli.model.tags import Tags
from auralis_cli.render.json_schema import output_schemas
from auralis_cli.store.cache import Cache


@pytest.fixture
def folder(tmp_path: Path, fixture_audio: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An album of three tracks, of which the cache has the measurements."""
    monkeypatch.setenv("AURALIS_CACHE", str(tmp_path / "cache.db"))
    monkeypatch.setenv("AURALIS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("AURALIS_SIDECARS", "none")
    album = tmp_path / "Album"
    album.mkdir()
    for name in ("groove.flac", "sine-440.flac", "silence.flac"):
        shutil.copy(fixture_audio / name, album)
    with Cache(tmp_path / "cache.db") as cache:
        for path, lufs in zip(sorted(album.iterdir()), (-12.0, None, -20.0), strict=True):
            put(cache, path, lufs)
    return album


def put(cache: Cache, path: Path, lufs: float | None, tags: Tags | None = None) -> None:
    made = make_record(content_key=path.name[:3], lufs=lufs, tags=tags)
    blocks = [] if lufs is None else [[lufs, 500]]
    details = made.details | CLEAN | {"loudness_blocks": blocks}
    cache.note_result(see(path), "", msgspec.structs.replace(made, details=details), ANALYZER, None)


def run(*arguments: str | Path, code: int = 0) -> Result:
    done = CliRunner().invoke(app, ["album", *map(str, arguments)])
    assert done.exit_code == code, f"{done.output}\n{done.exception!r}"
    return done


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_has_a_line_for_each_track_and_the_whole(
    folder: Path, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = run(folder).stdout.splitlines()
    assert lines[0] == str(folder)
    assert [line.split()[-1] for line in lines[3:6]] == ["groove.flac", "silence.flac", "sine-440.flac"]
    assert lines[4].split()[0] == "-"  # silence has no loudness
    assert "LUFS, gated over all tracks" in lines[6]
    assert "ReplayGain" in lines[7]
    assert "R128_ALBUM_GAIN" in lines[8]
    assert max(map(len, lines[1:])) <= columns


def test_tracks_have_their_titles_and_artists_where_the_album_has_several(folder: Path) -> None:
    def shown(*artists: str, flags: tuple[str, ...] = ()) -> list[str]:
        with Cache(folder.parent / "cache.db") as cache:
            for path, artist in zip(sorted(folder.iterdir()), artists, strict=True):
                put(cache, path, -14.0, Tags(title=f"Song {path.name[0]}", artist=artist))
        return [line.rpartition("  ")[2] for line in run(folder, *flags).stdout.splitlines()[3:6]]

    assert shown("Ada", "Ada", "Ada") == ["Song g", "Song s", "Song s"]
    assert shown("Ada", "Ada", "Bob") == ["Ada – Song g", "Ada – Song s", "Bob – Song s"]
    assert shown("Ada", "Ada", "Bob", flags=("--paths",)) == ["groove.flac", "silence.flac", "sine-440.flac"]
    (album,) = json.loads(run(folder, "--json").stdout)["albums"]
    assert (album["tracks"][2]["artist"], album["tracks"][2]["title"]) == ("Bob", "Song s")
    *_, last = csv.DictReader(io.StringIO(run(folder, "--csv").stdout))
    assert (last["artist"], last["title"]) == ("Bob", "Song s")


def test_json_and_csv_have_all_gains(folder: Path) -> None:
    told = json.loads(run(folder, "--json").stdout)
    jsonschema.Draft202012Validator(output_schemas()["album"]).validate(told)
    (album,) = told["albums"]
    rows = list(csv.DictReader(io.StringIO(run(folder, "--csv").stdout)))
    assert [row["path"] for row in rows] == [track["path"] for track in album["tracks"]]
    for row, track in zip(rows, album["tracks"], strict=True):
        gain = track["gains"]["replaygain_db"]
        assert row["replaygain_track_gain_db"] == ("" if gain is None else str(gain))
        assert (gain is None) == (track["lufs"] is None)
        assert row["r128_album_gain"] == str(album["gains"]["r128_q7_8"])
    run(folder, "--json", "--csv", code=2)


@pytest.mark.needs("ffmpeg")
def test_album_loudness_is_that_of_the_tracks_played_in_a_row(folder: Path) -> None:
    """BS.1770 over a file of all tracks, but for the blocks that lie across two of them."""
    parts = [folder / "1.wav", folder / "2.wav", folder / "3.wav"]
    for path, level, seconds in zip(parts, (-20, -26, -45), (20, 40, 30), strict=True):
        tone = f"sine=f=997:d={seconds}:r=48000,volume={level}dB,aformat=channel_layouts=stereo"
        run_tool("ffmpeg", "-f", "lavfi", "-i", tone, "-c:a", "pcm_s24le", path)
    whole = folder.parent / "whole.wav"
    joined = "[0:a][1:a][2:a]concat=n=3:v=0:a=1"
    inputs = [each for path in parts for each in ("-i", path)]
    run_tool("ffmpeg", *inputs, "-filter_complex", joined, "-c:a", "pcm_s24le", whole)
    for name in ("groove.flac", "sine-440.flac", "silence.flac"):
        (folder / name).unlink()
    (album,) = json.loads(run(folder, "--json").stdout)["albums"]
    shown = CliRunner().invoke(app, ["show", str(whole), "--json"])
    assert album["lufs"] == pytest.approx(json.loads(shown.stdout)["fingerprint"]["lufs"], abs=0.05)


def test_a_file_that_fails_is_told_and_the_others_are_shown(folder: Path) -> None:
    (folder / "broken.flac").write_bytes(b"no audio at all")
    done = run(folder, code=1)
    assert "groove.flac" in done.stdout
    assert f"auralis: cannot analyse {folder}/broken.flac: " in done.stderr
    run(folder / "no such folder", code=2)


def test_a_name_with_a_line_break_is_told_on_one_line(folder: Path) -> None:
    (folder / "a\nauralis: all is well.flac").write_bytes(b"no audio at all")
    done = run(folder, "-q", code=1)
    assert "a\\nauralis: all is well.flac: " in done.stderr
    assert done.stderr.count("\n") == 1


def test_several_albums_are_shown_one_after_another(folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "More" / "Album")
    assert len(json.loads(run(folder.parent, "--json").stdout)["albums"]) == 2
    assert run(folder.parent).stdout.count("loudness  range") == 2


def test_a_worker_without_measurements_leaves_gaps(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AURALIS_WORKER", str(FakeWorker(tmp_path).program))
    write_track(folder.parent / "fake", "a.flac")
    lines = run(folder.parent / "fake").stdout.splitlines()
    assert lines[-1].strip() == "album    nothing of it is loud enough to be measured"
