"""After an upgrade that moves numbers: old values count until they are renewed, and a scan says so."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from support.program import run_auralis

NAMES = ("groove-22k-mono.wav", "silence.flac")


class Upgraded:
    """Two tracks whose rows are of the analysis version before this one's."""

    def __init__(self, home: Path, fixture_audio: Path) -> None:
        self._home = home
        (home / "music").mkdir()
        for name in NAMES:
            shutil.copy(fixture_audio / name, home / "music")
        events, _ = self.scan()
        self.version = int(events[0]["analysis_version"])
        with sqlite3.connect(home / "cache.db") as connection:
            connection.execute("UPDATE tracks SET analysis_version = analysis_version - 1")
            connection.execute("UPDATE tracks SET lufs = -33.0 WHERE lufs IS NOT NULL")

    def scan(self, *flags: str, **variables: str) -> tuple[list[dict[str, Any]], str]:
        arguments = ("scan", "music", "--sidecars", "none", "--json", *flags)
        run = run_auralis(*arguments, home=self._home, **variables)
        assert run.returncode == 0, run.stderr
        return [json.loads(line) for line in run.stdout.splitlines()], run.stderr


@pytest.fixture
def upgraded(tmp_path: Path, fixture_audio: Path) -> Upgraded:
    return Upgraded(tmp_path, fixture_audio)


def test_a_scan_says_how_many_tracks_it_renews_and_renews_them(upgraded: Upgraded) -> None:
    events, report = upgraded.scan()
    expected = (
        f"2 tracks are of analysis {upgraded.version - 1}; renewing begins; until then the old values stay"
    )
    assert report.startswith(expected)
    assert {(event["status"], event["analysis_version"]) for event in events[1:-1]} == {
        ("analysed", upgraded.version)
    }
    _, report = upgraded.scan()
    assert "of analysis" not in report.splitlines()[0]


@pytest.mark.parametrize("asked", [("--no-renew", ""), ("", "no")], ids=["flag", "setting"])
def test_old_values_serve_where_the_user_waits(upgraded: Upgraded, asked: tuple[str, str]) -> None:
    flag, setting = asked
    events, report = upgraded.scan(*filter(None, [flag]), AURALIS_RENEW=setting)
    assert "the old values stay" in report.splitlines()[0]
    for event in events[1:-1]:
        assert (event["status"], event["analysis_version"]) == ("cached", upgraded.version - 1)
        assert event["fingerprint"]["lufs"] == (-33.0 if "groove" in event["path"] else None)
    events, _ = upgraded.scan("--renew")
    assert [event["status"] for event in events[1:-1]] == ["analysed"] * 2
