"""`auralis check` from the shell: what it analyses, what it judges, and what a pipeline can trust."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from support.checked_tracks import CLEAN
from support.made_records import ANALYZER, FAILURE, make_record, see
from support.queried_cache import change
from support.scripted_tracks import FakeWorker, write_track
from typer.testing import CliRunner, Result

from auralis_cli.app import app
from auralis_cli.model.record import Record, Track
from auralis_cli.model.tags import Tags
from auralis_cli.render.json_schema import output_schemas
from auralis_cli.store.cache import Cache

SCHEMA = output_schemas()["check"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with settings and a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AURALIS_CACHE", str(tmp_path / "cache.db"))
    monkeypatch.setenv("AURALIS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("AURALIS_SIDECARS", "none")
    return tmp_path


@pytest.fixture
def delivery(home: Path, fixture_audio: Path) -> Path:
    """A folder with a good and a bad master: of the latter one channel is upside down."""
    folder = home / "delivery"
    folder.mkdir()
    shutil.copy(fixture_audio / "groove.flac", folder / "01 good.flac")
    shutil.copy(fixture_audio / "anti-phase.flac", folder / "02 bad.flac")
    return folder


def run(*arguments: str | Path, code: int = 0) -> Result:
    done = CliRunner().invoke(app, ["check", *map(str, arguments)])
    assert done.exit_code == code, f"{done.output}\n{done.exception!r}"
    return done


def as_json(*arguments: str | Path, code: int = 0) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(*arguments, "--format", "json", code=code).stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    return told


def codes(told: Mapping[str, Any], *, known: bool = False) -> list[str]:
    return [finding["code"] for finding in told["findings"] if finding["known"] is known]


def checked(name: str, /, **details: Any) -> Record:
    """A record with the measurements of a good master but for what is given."""
    record = make_record(content_key=name, lufs=-14.0)
    return msgspec.structs.replace(record, details=record.details | CLEAN | details)


@pytest.fixture
def cached(home: Path) -> Path:
    """A cache of tracks whose files are away: two albums, one failure."""
    with Cache(home / "cache.db") as cache:
        records = {
            "/m/A/1.flac": checked("a1", true_peak_dbtp=0.8, true_peak_at_s=62.4),
            "/m/A/2.flac": checked("a2", channel_relation="right_dead"),
            "/m/A/3.flac": checked("a3"),
            "/m/B/1.flac": checked("b1"),
        }
        for name, record in records.items():
            cache.note_result(Track(name, 1, 1), "", record, ANALYZER, None)
        cache.note_result(Track("/m/B/2.flac", 1, 1), "", FAILURE, ANALYZER, None)
        cache.note_roots(["/m"])
    return home


def test_a_baseline_that_cannot_be_written_is_refused_before_anything_is_analysed(delivery: Path) -> None:
    song = delivery / "01 good.flac"
    told = run(delivery, "--write-baseline", song, code=2)
    assert f"cannot read the baseline {song}: JSON is malformed" in told.stderr
    assert not (delivery.parent / "cache.db").exists()


def test_a_gate_fails_for_a_bad_master_and_passes_with_a_baseline(delivery: Path) -> None:
    bad = run(delivery, "--format", "github", code=1)
    assert bad.stdout.splitlines()[0].startswith(
        "::error file=delivery/02 bad.flac,title=S103 inverted::02 bad.flac: left and right cancel"
    )
    told = run(delivery, "--write-baseline", "known.json")
    assert told.stderr.endswith(" known in known.json\n")
    assert run(delivery, "--write-baseline", "known.json", "--quiet").stderr == ""
    assert run(delivery, "--baseline", "known.json").stdout == ""
    (delivery / "02 bad.flac").rename(delivery / "03 other name.flac")
    again = as_json(delivery, "--baseline", "known.json")
    assert (codes(again), again["fails"]) == ([], False)
    assert "S103" in codes(again, known=True)


def test_the_text_is_grouped_and_the_summary_goes_to_stderr(cached: Path) -> None:
    done = run("path:/m/", code=1)
    assert done.stdout.splitlines() == [
        "/m/A",
        "  1.flac",
        "    C102 warning true peak +0.8 dBTP (limit -1.0) at 1:02.4",
        "  2.flac",
        "    S101 error   the right channel is silent from start to end",
        "/m/B",
        "  2.flac",
        "    T101 error   cannot be analysed: nothing of the audio decodes (nothing_decoded)",
    ]
    assert done.stderr.splitlines() == [
        "5 tracks of 2 albums: 2 errors, 1 warning",
        "'auralis rule S101' says why, and how to judge it",
    ]
    assert cached.exists()


@pytest.mark.usefixtures("cached")
def test_select_ignore_and_fail_on_decide(cached: Path) -> None:
    assert codes(as_json("path:/m/", code=1)) == ["C102", "S101", "T101"]
    assert codes(as_json("path:/m/", "--select", "C", "--fail-on", "warning", code=1)) == ["C102"]
    assert codes(as_json("path:/m/", "--select", "C")) == ["C102"]
    assert codes(as_json("path:/m/", "--ignore", "s1,c102,T")) == []
    assert codes(as_json("path:/m/A", "--fail-on", "never")) == ["C102", "S101"]
    assert codes(as_json("path:/m/", "--target", "ebu-r128", "--select", "L101")) == ["L101"] * 4
    assert codes(as_json("path:/m/", "--target", "-14", "--select", "L101")) == []
    assert codes(as_json("path:1.flac", "path:/m/A", "--json")) == ["C102"]
    failed = as_json("path:/m/", "status:failed", code=1)
    assert (codes(failed), failed["tracks"]) == (["T101"], 1)
    assert cached.exists()


@pytest.mark.usefixtures("cached")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing of that name"], "there is no track to check"),
        (["/no/such/folder"], "cannot find /no/such/folder"),
        (["no-such.flac"], "no-such.flac"),
        (["lusf:1"], "there is no field 'lusf'"),
        (["path:/m", "--select", "X"], "--select X: no rule has a code that begins with 'X'"),
        (["path:/m", "--target", "loud"], "--target loud: a target is one of"),
        (["path:/m", "--baseline", "none.json"], "there is no baseline none.json"),
        (["path:/m", "--fail-on", "x"], "invalid value for '--fail-on'"),
        (["path:/m", "--format", "xml"], "invalid value for '--format'"),
    ],
)
def test_wrong_usage_is_2_and_says_what_to_do(arguments: list[str], message: str) -> None:
    assert message in run(*arguments, code=2).stderr


def test_a_file_that_fails_is_a_finding_and_the_others_are_judged(delivery: Path) -> None:
    (delivery / "03 broken.flac").write_bytes(b"no audio at all")
    whole = (delivery / "01 good.flac").read_bytes()
    (delivery / "04 cut.flac").write_bytes(whole[: len(whole) // 2])
    for _ in range(2):  # a failure that is known from before counts like a new one
        told = as_json(delivery, "--select", "T", code=1)
        found = {(Path(each["path"]).name, each["code"]) for each in told["findings"]}
        assert {("03 broken.flac", "T101"), ("04 cut.flac", "T102")} <= found
        assert told["tracks"] == 4


def test_what_is_gone_is_not_judged_and_what_is_new_is(delivery: Path, fixture_audio: Path) -> None:
    assert codes(as_json(delivery, "--select", "S", code=1)) == ["S103"]
    (delivery / "02 bad.flac").unlink()
    assert codes(as_json(delivery, "--select", "S")) == []
    shutil.copy(fixture_audio / "anti-phase.flac", delivery / "05.flac")
    assert codes(as_json(delivery / "05.flac", "--select", "S", code=1)) == ["S103"]


def test_a_policy_of_the_folder_counts_unless_isolated(delivery: Path) -> None:
    (delivery / "auralis.toml").write_text('ignore = ["S103"]\nselect = ["S"]')
    assert codes(as_json(delivery)) == []
    assert "S103" in codes(as_json(delivery, "--isolated", code=1))
    (delivery / "auralis.toml").write_text("\nignor = []")
    refused = run(delivery, code=2)
    assert f"{delivery}/auralis.toml:2: unknown key 'ignor'; did you mean 'ignore'?" in refused.stderr


def test_what_comes_with_the_music_hides_no_file_of_an_isolated_check(delivery: Path) -> None:
    (delivery / ".auralisignore").write_text("*bad*")
    assert codes(as_json(delivery, "--select", "S")) == []
    assert codes(as_json(delivery, "--select", "S", "--isolated", code=1)) == ["S103"]


def test_a_file_whose_row_is_broken_fails_the_check(delivery: Path) -> None:
    run(delivery, code=1)
    change(delivery.parent / "cache.db", "UPDATE tracks SET details = '{\"channels\": []}'")
    told = run(delivery, code=1)
    assert "2 rows of the cache are no records" in told.stderr
    assert told.stdout.count("T101 error   cannot be analysed: its row of the cache is none") == 2


def test_config_show_tells_the_policy_of_a_path(delivery: Path) -> None:
    (delivery / "auralis.toml").write_text("target = -16\n[limits]\nbalance_db = 3")
    shown = CliRunner().invoke(app, ["config", "show", str(delivery / "01 good.flac"), "--json"])
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout)
    jsonschema.Draft202012Validator(output_schemas()["policy"]).validate(told)
    limits = {limit["name"]: (limit["value"], limit["source"]) for limit in told["limits"]}
    assert limits["balance_db"] == (3.0, f"{delivery}/auralis.toml:3")
    assert limits["target_lufs"] == (-16.0, f"{delivery}/auralis.toml:1")
    assert limits["plr_lu"] == (7.0, "default")
    text = CliRunner().invoke(app, ["config", "show", str(delivery)]).stdout
    assert f"balance_db            3 dB       {delivery}/auralis.toml:3" in text
    assert CliRunner().invoke(app, ["config", "show", "no/such/folder"]).exit_code == 2


def test_tracks_whose_record_lacks_measurements_are_analysed_anew(delivery: Path) -> None:
    with Cache(delivery.parent / "cache.db") as cache:
        for path in delivery.iterdir():
            cache.note_result(see(path), "", make_record(content_key="0"), ANALYZER, None)
    done = run(delivery, "--select", "S", code=1)
    assert "S103 error" in done.stdout
    assert "no measurements" not in done.stderr
    assert "analysed" not in run(delivery, "--select", "S", code=1).stderr


def test_a_worker_that_measures_nothing_is_asked_once_and_told_of(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = FakeWorker(home)
    monkeypatch.setenv("AURALIS_WORKER", str(worker.program))
    for name in ("a.flac", "b.flac", "c.flac"):
        write_track(home / "music", name)
    told = run("music", "--select", "C").stderr
    assert "3 tracks have no measurements" in told
    assert sorted(worker.started()) == ["a.flac", "a.flac", "b.flac", "c.flac"]


def test_all_folders_that_were_scanned_are_checked_without_arguments(delivery: Path) -> None:
    run(delivery, code=1)
    assert as_json(code=1)["tracks"] == 2


@pytest.mark.parametrize("root", ["https://host/Album/", "s3://vault/Album"])
def test_an_album_that_is_a_scanned_folder_of_a_store_is_whole(home: Path, root: str) -> None:
    with Cache(home / "cache.db") as cache:
        for number in (1, 2, 4):
            record = make_record(content_key=f"{number:032x}", tags=Tags(album="Album", track=number))
            track = Track(f"{root.rstrip('/')}/{number}.flac", number, 0, version="1")
            cache.note_result(track, "", record, ANALYZER, None)
        cache.note_roots([root])
    assert codes(as_json("codec:flac", "--select", "A106")) == ["A106"]
