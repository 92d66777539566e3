"""Which folders a watch looks at after events of the file system."""

import asyncio
from pathlib import Path

from watchfiles import Change

from auralis_cli.watch.folder_events import FolderEvents, changed_folders
from auralis_cli.watch.schedule import Changes


def test_only_what_can_change_a_track_counts(tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    root = str(tmp_path)
    events = [
        (Change.added, str(new)),
        (Change.modified, f"{root}/album/a.FLAC"),
        (Change.added, f"{root}/album2/b.mp3"),
        (Change.deleted, f"{root}/album3/c.mp3"),
        (Change.modified, f"{root}/album4/cover.jpg"),
        (Change.added, f"{root}/album5/d.flac.auralis.json"),
        (Change.modified, f"{root}/album6/.auralisignore"),
    ]
    found = changed_folders(events, {root: root})
    assert found.alone == {f"{root}/album", f"{root}/album2"}
    assert found.whole == {str(new), f"{root}/album6"}


def test_a_linked_folder_is_named_as_the_walk_finds_it() -> None:
    places = {"/music": "/music", "/mnt/disk": "/music/link"}
    events = [(Change.modified, "/mnt/disk/a/x.ogg"), (Change.modified, "/music/y.ogg")]
    assert changed_folders(events, places).alone == {"/music/link/a", "/music"}


def test_folders_that_the_system_cannot_watch_are_named_as_such(tmp_path: Path) -> None:
    """As at the system's limit of watched folders: the library raises, and the watch has to know why."""
    reasons: list[str] = []

    async def listen() -> None:
        events = FolderEvents(lambda _: None, reasons.append)
        missing = str(tmp_path / "missing")
        events.listen({missing: missing})
        while not reasons:
            await asyncio.sleep(0.01)
        events.close()

    asyncio.run(asyncio.wait_for(listen(), 10))
    assert reasons == ["No path was found."]


def test_a_folder_that_has_gone_costs_the_others_nothing(tmp_path: Path) -> None:
    """As that of a link whose disk is no longer there."""
    music = tmp_path / "music"
    music.mkdir()
    found: list[Changes] = []

    async def listen() -> None:
        reasons: list[str] = []
        events = FolderEvents(found.append, reasons.append)
        events.listen({str(music): "/music", str(tmp_path / "missing"): "/music/link"})
        for number in range(500):
            if found or reasons:
                break
            (music / f"{number}.flac").touch()
            await asyncio.sleep(0.1)
        events.close()
        assert reasons == []

    asyncio.run(asyncio.wait_for(listen(), 60))
    assert found[0].alone == {"/music"}
