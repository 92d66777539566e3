"""How workers are started."""

from pathlib import Path

from support.scripted_tracks import FakeWorker

from auralis_cli.settings.values import Settings
from auralis_cli.workers.program import worker_command


def test_more_memory_for_a_worker_is_more_address_space_too(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path).program
    settings = Settings(cache=tmp_path / "cache.db", jobs=1, worker=worker, max_memory=4096)
    arguments = worker_command(settings).arguments("serve")
    assert int(arguments[arguments.index("--memory-limit") + 1]) > 4096 << 20


def test_without_a_setting_the_worker_has_its_own_limit(tmp_path: Path) -> None:
    settings = Settings(cache=tmp_path / "cache.db", jobs=1, worker=FakeWorker(tmp_path).program)
    assert worker_command(settings).arguments("serve")[1:-1] == ["serve", "--ffmpeg"]
