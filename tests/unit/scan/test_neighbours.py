"""What a scan knows of other processes on its cache, and what they may not take from it meanwhile."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.made_records import make_record, write_file
from support.scripted_engine import Music, ScriptedEngine

from auralis_cli.model.record import Record, Track
from auralis_cli.model.result import Status
from auralis_cli.scan.scan import ScanOptions
from auralis_cli.workers.engine import Job

STORE = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[1].split(":")
from support.made_records import ANALYZER, make_record, see
from auralis_cli.files.file_key import file_key
from auralis_cli.store.cache import Cache
track = see(Path(sys.argv[3]))
with Cache(Path(sys.argv[2])) as cache:
    cache.note_result(track, file_key(track.path, track.size), make_record(lufs=-3.0), ANALYZER, None)
"""
LOCK = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[1].split(":")
from auralis_cli.files.file_key import file_key
from auralis_cli.model.record import AnalyzerName
from auralis_cli.store.content_locks import ContentLocks
path = Path(sys.argv[3])
print(ContentLocks(Path(sys.argv[2]), AnalyzerName.WORKER).lock(file_key(str(path), path.stat().st_size)))
"""


def in_another_process(code: str, music: Music, name: str) -> str:
    """What it prints; it has ended then."""
    arguments = [":".join(filter(None, sys.path)), str(music.settings.cache), str(music.root / name)]
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def music(tmp_path: Path) -> Music:
    return Music(tmp_path)


def test_what_another_process_stored_and_left_is_not_analysed_again(music: Music) -> None:
    """As `show` does beside a long scan: it begins after the look-up and has ended before the analysis."""
    write_file(music.root / "large.flac", b"x" * 500)
    write_file(music.root / "small.flac", b"y" * 100)

    def analyse(track: Track) -> Record:
        if track.path.endswith("large.flac"):
            in_another_process(STORE, music, "small.flac")
        return make_record()

    engine = ScriptedEngine(analyse)
    results = music.scan(engine, ScanOptions(with_records=True))
    assert [Path(track.path).name for track in engine.seen] == ["large.flac"]
    assert results["small.flac"].status is Status.CACHED
    assert results["small.flac"].record == make_record(lufs=-3.0)


def test_a_touched_file_keeps_the_lock_on_its_content_until_its_second_analysis_has_ended(
    music: Music, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis_cli.scan.pipeline.COMMIT_INTERVAL_S", 0.05)
    path = music.root / "a.flac"
    write_file(path)
    free: list[str] = []

    class Engine(ScriptedEngine):
        async def submit(self, job: Job) -> None:
            if self.seen:
                await asyncio.sleep(0.5)  # the first analysis is committed meanwhile
                free.append(in_another_process(LOCK, music, "a.flac"))
            await super().submit(job)

    def analyse(_: Track) -> Record:
        if len(engine.seen) == 1:
            os.utime(path, (0, 0))
        return make_record()

    engine = Engine(analyse)
    assert music.scan(engine)["a.flac"].status is Status.ANALYSED
    assert len(engine.seen) == 2
    assert free == ["False\n"]
    assert in_another_process(LOCK, music, "a.flac") == "True\n"
