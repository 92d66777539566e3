"""`auralis playlist` from the shell."""

import json
import os
import random
from pathlib import Path

import jsonschema
import pytest
from support.program import run_auralis
from support.random_fingerprints import draw_record, fill_with
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.files.playlist import read_playlist
from auralis_cli.library.playlist.make import MAX_TRACKS
from auralis_cli.render.json_schema import output_schemas

KEYS = ("A minor", "C major", "E minor")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    generator = random.Random(11)
    records = [(f"{tmp_path}/music/{n % 6}/track {n}.flac", draw_record(generator, n)) for n in range(120)]
    for _, record in records:
        record.details["key"] = generator.choice(KEYS)
    fill_with(tmp_path / "cache.db", records)
    for name in ("seed.flac", "goal.flac"):
        write_track(tmp_path, name)
    write_track(tmp_path, "bad.flac", "fail skip")
    return tmp_path


def worker(home: Path) -> dict[str, str]:
    return {"AURALIS_WORKER": str(FakeWorker(home).program), "AURALIS_SIDECARS": "none"}


@pytest.mark.parametrize(
    ("kind", "arguments", "first"),
    [
        ("like", ["seed.flac"], "seed.flac"),
        ("like", ["--like", "seed.flac", "--among", "track"], "seed.flac"),
        ("arc", ["--arc", "energy", "hill"], None),
        ("mix", ["--mix", "--among", "key:Am", "--among", ",", "--among", "key:C"], None),
        ("diverse", ["--diverse", "--where", "tempo_bpm > 90"], None),
    ],
)
def test_the_json_is_as_its_schema_says(
    home: Path, kind: str, arguments: list[str], first: str | None
) -> None:
    run = run_auralis("playlist", *arguments, "--json", "-n", "5", "--seed", "4", home=home, **worker(home))
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    jsonschema.Draft202012Validator(output_schemas()["playlist"]).validate(found)
    assert (found["kind"], found["metric"], found["seed"]) == (kind, "learned", 4)
    assert found["preset"] == ("mix" if kind == "mix" else "sound")
    assert len(found["tracks"]) == 5
    assert found["duration_s"] == pytest.approx(sum(track["duration_s"] for track in found["tracks"]))
    assert (found["tracks"][0]["level"] is None) == (kind != "arc")
    if first is not None:
        assert found["tracks"][0]["path"] == str(home / first)


def test_the_table_fits_80_columns_and_the_summary_is_no_data(home: Path) -> None:
    run = run_auralis("playlist", "--arc", "tempo", "up", "-n", "7", home=home, COLUMNS="80", **worker(home))
    assert run.returncode == 0, run.stderr
    head, *lines = run.stdout.splitlines()
    assert head.split() == ["length", "BPM", "key", "closer", "than", "tempo", "track"]
    assert len(lines) == 7
    assert max(map(len, lines)) <= 80
    tempi = [int(line.split()[2]) for line in lines]
    assert tempi == sorted(tempi)
    assert run.stderr.startswith("7 tracks, ")
    assert "the mean step is closer than " in run.stderr


def test_what_does_not_fit_in_a_mix_is_below_its_track_and_counted(home: Path) -> None:
    run = run_auralis("playlist", "--mix", "seed.flac", "-n", "4", home=home, **worker(home))
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert "key does not fit: " in lines[3]  # the seed has no key
    assert sum("does not fit" in line for line in lines) == 1
    assert "1 step does not fit, as no track that fits was left" in run.stderr


def test_the_file_that_is_written_lists_the_tracks_of_the_table(home: Path) -> None:
    (home / "lists").mkdir()
    run = run_auralis("playlist", "seed.flac", "--json", "-o", "lists/x.m3u8", home=home, **worker(home))
    assert run.returncode == 0, run.stderr
    paths = [track["path"] for track in json.loads(run.stdout)["tracks"]]
    entries = [line for line in (home / "lists/x.m3u8").read_text().splitlines() if line[0] != "#"]
    assert run.stderr == "written to lists/x.m3u8\n"
    assert entries[0] == "../seed.flac"
    assert entries[1].startswith("../music/")
    listed, _ = read_playlist(str(home / "lists/x.m3u8"))
    assert [os.path.normpath(path) for path in listed] == paths
    printed = run_auralis("playlist", "seed.flac", "--m3u8", home=home, **worker(home))
    assert [line for line in printed.stdout.splitlines() if line[0] != "#"] == paths


def test_a_file_that_is_no_playlist_stays(home: Path) -> None:
    (home / "x.m3u8").write_text("diary")
    run = run_auralis("playlist", "--diverse", "-o", "x.m3u8", home=home, **worker(home))
    assert (run.returncode, run.stdout) == (2, "")
    assert "x.m3u8 is no playlist: name another file, or give --force to replace it" in run.stderr
    assert (home / "x.m3u8").read_text() == "diary"
    run = run_auralis("playlist", "--diverse", "-o", "x.m3u8", "--force", home=home, **worker(home))
    assert run.returncode == 0
    assert (home / "x.m3u8").read_text().startswith("#EXTM3U\n")


def test_from_one_track_to_another(home: Path) -> None:
    other = {"spectral_centroid": 8000.0, "harmonic_ratio": 0.9, "stereo_width": 0.9, "crest_db": 22.0}
    write_track(home, "other.flac", f"value {json.dumps(other)}")
    ends = ["--from", "seed.flac", "--to", "other.flac"]
    run = run_auralis("playlist", *ends, "-n", "6", "--json", home=home, **worker(home))
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    names = [Path(track["path"]).name for track in found["tracks"]]
    assert (found["kind"], len(set(names)), names[0], names[-1]) == ("from-to", 6, "seed.flac", "other.flac")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (
            [],
            "what is it to be like? Name a file, a query, --among, --from and --to",
        ),
        (["--mix", "--diverse"], "exclude one another"),
        (["--from", "seed.flac"], "--from and --to belong together"),
        (
            ["--from", "seed.flac", "--to", "goal.flac", "bad.flac"],
            "need no other tracks: leave out bad.flac",
        ),
        (["--from", "seed.flac", "--to", "goal.flac"], "are the same recording"),
        (["--arc", "loudness", "up"], "write energy, tempo or brightness, and then up, down or hill"),
        (["--arc", "energy"], "requires 2 arguments"),
        (["--diverse", "--json", "--m3u8"], "exclude one another"),
        (["--diverse", "-o", "x.txt"], "a playlist is named .m3u8 or .m3u"),
        (["--diverse", "--among", "lusf:1"], "there is no field 'lusf'"),
        (["--diverse", "--among", "lufs:1"], "no track can be in this playlist"),
        (["--diverse", "lufs:1"], "for a query of what may be in it write --among lufs:1"),
        (["--from", "seed.flac", "--to", "goal.flac", "path:x"], "write --among path:x"),
        (["lufs:1"], "the query finds no analysed track"),
        (["--diverse", "--weight", "tempo=2"], "see 'auralis playlist --help'"),
        (["--diverse", "-n", str(MAX_TRACKS + 1)], "is not in the range"),
        (["none.flac"], "none.flac"),
    ],
)
def test_wrong_usage_is_2_and_says_why(home: Path, arguments: list[str], why: str) -> None:
    run = run_auralis("playlist", *arguments, home=home, **worker(home))
    assert run.returncode == 2
    assert why in run.stderr
    assert run.stdout == ""


def test_a_query_says_what_it_is_to_be_like_and_among_what_may_be_in_it(home: Path) -> None:
    """The words of `similar`: the nearest to the tracks of the query are those that `similar` finds too."""

    def folders(*arguments: str) -> list[str]:
        run = run_auralis("playlist", *arguments, "--json", "-n", "8", home=home, **worker(home))
        assert run.returncode == 0, run.stderr
        return [Path(track["path"]).parent.name for track in json.loads(run.stdout)["tracks"]]

    music = str(home / "music")
    assert len(set(folders(f"{music}/2"))) > 1
    assert set(folders(f"{music}/2", "--among", f"{music}/3")) == {"3"}
    assert set(folders("--among", f"{music}/3")) == {"3"}
    near = run_auralis(
        "similar", f"{music}/2", "--among", f"{music}/3", "-n", "8", "--json", home=home, **worker(home)
    )
    made = run_auralis(
        "playlist", f"{music}/2", "--among", f"{music}/3", "-n", "8", "--json", home=home, **worker(home)
    )
    paths = [{track["path"] for track in json.loads(run.stdout)["tracks"]} for run in (near, made)]
    assert paths[0] == paths[1]


def test_a_known_track_whose_disk_is_away_is_taken_from_the_cache(home: Path) -> None:
    path = f"{home}/music/3/track 33.flac"
    run = run_auralis("playlist", path, "--m3u8", "-n", "4", home=home, **worker(home))
    assert run.returncode == 0, run.stderr
    assert "its values in the cache are used" in run.stderr
    assert next(line for line in run.stdout.splitlines() if line[0] != "#") == path


def test_a_track_that_cannot_be_analysed_is_1(home: Path) -> None:
    assert run_auralis("playlist", "bad.flac", home=home, **worker(home)).returncode == 1
