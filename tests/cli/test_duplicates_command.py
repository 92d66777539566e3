"""`auralis duplicates` from the shell, with fp-worker on made music."""

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from support.audio_files import run_tool
from support.made_music import RATE_HZ, music, write_wav
from support.program import run_auralis

from auralis_cli.render.json_schema import output_schemas

QUOTED = 'it\'s $(rm -rf x) "b"\n.wav'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four pieces, and versions of the first: quieter, a part, an edit, one pushed into a limiter."""
    home = tmp_path_factory.mktemp("duplicates")
    folder = home / "music"
    piece = music(48, 1)
    write_wav(folder / "piece.wav", piece)
    write_wav(folder / QUOTED, piece)
    write_wav(folder / "quieter.wav", piece * 10 ** (-9 / 20))
    write_wav(folder / "mono.wav", piece.mean(axis=1, keepdims=True))
    write_wav(folder / "part.wav", piece[12 * RATE_HZ : -3 * RATE_HZ])
    write_wav(folder / "edit.wav", np.concatenate([piece[: 18 * RATE_HZ], piece[28 * RATE_HZ :]]))
    write_wav(folder / "limited.wav", np.tanh(6 * piece) * 0.9)
    for seed in (2, 3, 4):
        write_wav(folder / f"other {seed}.wav", music(48, seed))
    run = run_auralis("scan", folder, home=home, AURALIS_SIDECARS="none")
    assert run.returncode == 0, run.stderr
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "home"
    shutil.copytree(made, copy, copy_function=shutil.copy2)
    old, new = os.fsencode(made / "music"), os.fsencode(copy / "music")
    with sqlite3.connect(copy / "cache.db") as cache:
        for (path,) in cache.execute("SELECT path FROM tracks").fetchall():
            cache.execute("UPDATE tracks SET path = ? WHERE path = ?", (path.replace(old, new), path))
    return copy


def run(home: Path, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = run_auralis("duplicates", *arguments, home=home, COLUMNS="80")
    assert done.returncode == expect, done.stderr
    return done


def found(home: Path, *arguments: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(run(home, "--json", *arguments).stdout)
    jsonschema.Draft202012Validator(output_schemas()["duplicates"]).validate(value)
    return value


def names(group: dict[str, Any]) -> dict[str, str]:
    return {os.path.basename(each["file"]["path"]): each["relation"]["kind"] for each in group["others"]}


def test_versions_of_one_recording_are_told_apart(home: Path) -> None:
    result = found(home)
    (group,) = result["groups"]
    best = os.path.basename(group["best"]["path"])
    assert best in ("piece.wav", QUOTED)
    kinds = names(group)
    assert kinds.pop("piece.wav" if best == QUOTED else QUOTED) == "same_audio"
    assert kinds == {
        "quieter.wav": "copy",
        "mono.wav": "copy",
        "part.wav": "part",
        "edit.wav": "edit",
        "limited.wav": "master",
    }
    words = {os.path.basename(each["file"]["path"]): each["relation"]["words"] for each in group["others"]}
    assert words["quieter.wav"] == "the same recording, 9.0 dB quieter"
    assert words["part.wav"] == "a part of it: starts 12.0 s later, ends 3.0 s earlier"
    assert words["edit.wav"].startswith("an edit, 10.0 s shorter: ")
    assert "limited harder" in words["limited.wav"]
    assert (result["tracks"], result["unconfirmed"]) == (10, 0)
    assert all(each["relation"]["confirmed"] for each in group["others"])


def test_the_second_run_reads_no_file(home: Path) -> None:
    first = found(home)
    shutil.rmtree(home / "music")
    assert found(home) == first


def test_a_table_fits_the_terminal(home: Path) -> None:
    lines = run(home).stdout.splitlines()
    assert lines[0].startswith("group 1: 3 copies to spare, ")
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith("  keep ") for line in lines) == 1


def test_exact_and_whole_limit_what_is_looked_for(home: Path) -> None:
    (group,) = found(home, "--exact")["groups"]
    assert list(names(group).values()) == ["same_audio"]
    (group,) = found(home, "--whole")["groups"]
    assert set(names(group).values()) == {"same_audio", "copy", "master"}


def test_a_query_limits_it_to_what_it_finds(home: Path) -> None:
    (group,) = found(home, "path:quieter", ",", "path:mono")["groups"]
    assert len(group["others"]) == 1
    assert found(home, "path:other")["groups"] == []


def test_files_that_are_away_are_named_and_judged_by_their_numbers(home: Path) -> None:
    shutil.rmtree(home / "music")
    done = run(home, "--json", expect=1)
    assert "not there" in done.stderr
    assert "is the disk connected?" in done.stderr
    result = json.loads(done.stdout)
    assert result["unconfirmed"] > 0
    (group,) = result["groups"]
    sure = {name: kind for name, kind in names(group).items() if kind == "same_audio"}
    assert len(sure) == 1
    assert [each["needless"] for each in group["others"]].count(True) == 1


def test_without_confirmation_no_file_is_read(home: Path) -> None:
    result = found(home, "--no-confirm")
    assert result["unconfirmed"] > 0
    with sqlite3.connect(home / "cache.db") as cache:
        assert cache.execute("SELECT count(*) FROM acoustic_hashes").fetchone() == (0,)


def test_a_file_that_has_changed_since_its_scan_is_not_taken_for_it(home: Path) -> None:
    write_wav(home / "music" / "quieter.wav", music(30, 9))
    done = run(home, "--json", expect=1)
    assert "quieter.wav" in done.stderr
    (group,) = json.loads(done.stdout)["groups"]
    (changed,) = [each for each in group["others"] if each["file"]["path"].endswith("quieter.wav")] or [None]
    assert changed is None or not changed["needless"]


def script_of(home: Path) -> Path:
    script = home / "remove.sh"
    done = run_auralis("duplicates", "--script", home=home)
    assert done.returncode == 0, done.stderr
    script.write_bytes(done.stdout.encode("utf-8", "surrogateescape"))
    return script


def shell(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", str(script), *arguments], capture_output=True, text=True, check=False)


def files(home: Path) -> set[str]:
    return {path.name for path in (home / "music").iterdir()}


def test_the_script_removes_needless_copies_alone_and_only_when_told(home: Path) -> None:
    script, before = script_of(home), files(home)
    dry = shell(script)
    assert dry.returncode == 0, dry.stderr
    assert "3 would be removed" in dry.stdout
    assert files(home) == before
    assert shell(script, "--force").returncode == 2
    done = shell(script, "--delete")
    assert done.returncode == 0, done.stderr
    gone = before - files(home)
    assert gone - {"piece.wav", QUOTED} == {"quieter.wav", "mono.wav"}
    assert len(gone & {"piece.wav", QUOTED}) == 1
    again = shell(script, "--delete")
    assert (again.returncode, files(home)) == (0, before - gone)
    assert "0 removed, 3 left alone" in again.stdout


@pytest.mark.parametrize("trouble", ["gone", "other", "link", "changed"])
def test_the_script_removes_nothing_where_the_kept_file_is_not_as_it_was(home: Path, trouble: str) -> None:
    script = script_of(home)
    line = next(line for line in script.read_text().splitlines() if line.startswith("# group 1: keep "))
    best = home / "music" / ("piece.wav" if "piece.wav (" in line else QUOTED)
    others = files(home) - {best.name}
    match trouble:
        case "gone":
            best.unlink()
        case "other":
            best.write_bytes(b"short")
        case "link":
            best.unlink()
            best.symlink_to(home / "music" / "quieter.wav")
        case "changed":
            for name in ("quieter.wav", "mono.wav", "piece.wav", QUOTED):
                if name != best.name:
                    with (home / "music" / name).open("ab") as file:
                        file.write(b"more")
    done = shell(script, "--delete")
    assert files(home) - {best.name} == others, done.stdout
    assert "0 removed, 3 left alone" in done.stdout


@pytest.mark.needs("ffmpeg")
def test_lossy_encodings_are_copies_of_the_lossless_one(tmp_path: Path) -> None:
    folder = tmp_path / "music"
    piece = write_wav(folder / "piece.wav", music(40, 5))
    write_wav(folder / "other.wav", music(40, 6))
    for name, *options in (
        ("a.mp3", "-b:a", "128k"),
        ("b.ogg", "-c:a", "libvorbis", "-q:a", "2"),
        ("c.opus", "-b:a", "64k"),
        ("d.mp3", "-ac", "1", "-ar", "22050", "-b:a", "64k"),
    ):
        run_tool("ffmpeg", "-i", piece, *options, folder / name)
    assert run_auralis("scan", folder, home=tmp_path, AURALIS_SIDECARS="none").returncode == 0
    (group,) = found(tmp_path)["groups"]
    assert group["best"]["path"].endswith("piece.wav")
    assert names(group) == dict.fromkeys(("a.mp3", "b.ogg", "c.opus", "d.mp3"), "copy")
    assert all(each["needless"] for each in group["others"])
    assert {each["worse"] for each in group["others"]} >= {"lossy"}


def test_a_mistake_is_told_and_nothing_is_done(home: Path) -> None:
    assert "exclude one another" in run(home, "--json", "--script", expect=2).stderr
    assert "there is no field" in run(home, "tempi:100", expect=2).stderr


def test_an_empty_library_has_no_duplicates(tmp_path: Path) -> None:
    assert "there is no cache" in run(tmp_path, expect=2).stderr
