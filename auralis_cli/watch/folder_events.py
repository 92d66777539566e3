"""What the system reports of changes below folders, through the library `watchfiles`."""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping

from watchfiles import Change, awatch

from auralis_cli.files.ignore_file import IGNORE_FILE
from auralis_cli.files.names import has_audio_extension
from auralis_cli.watch.schedule import Changes

DEBOUNCE_MS, STEP_MS = 1000, 100
"""A burst of events is handed over after a pause of one step, or after this time when it does not pause."""


class FolderEvents:
    """Listens for changes below places and hands them over; `on_failure` gets the reason when it cannot.

    Places are real folders, each with the path under which the walk finds it: a linked folder is watched
    where it really is. Reasons to fail are the system's limits, and folders on which it reports nothing.
    """

    def __init__(self, on_changes: Callable[[Changes], None], on_failure: Callable[[str], None]) -> None:
        self._on_changes = on_changes
        self._on_failure = on_failure
        self._places: dict[str, str] = {}
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def listen(self, places: Mapping[str, str], *, anew: bool = False) -> None:
        """Listens at these places instead of the former ones. `anew`: even if they have the same names."""
        if dict(places) == self._places and not anew:
            return
        self.close()
        self._places = dict(places)
        self._stop = asyncio.Event()
        if places:
            self._task = asyncio.create_task(self._listen(self._places, self._stop))

    def close(self) -> None:
        """Listens no more."""
        self._stop.set()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _listen(self, places: Mapping[str, str], stop: asyncio.Event) -> None:
        try:
            try:
                await self._hand_over(places, stop, past_unreadable=False)
            except FileNotFoundError:
                there = await asyncio.to_thread(_still_there, places)
                if not there or there == places:
                    raise
                await self._listen(there, stop)
            except PermissionError:
                # With this, the library passes over the system's limits too, so it is not the first choice.
                await self._hand_over(places, stop, past_unreadable=True)
        except Exception as error:  # noqa: BLE001 - the library raises many kinds; the reason is reported
            self._on_failure(str(error))

    async def _hand_over(
        self, places: Mapping[str, str], stop: asyncio.Event, *, past_unreadable: bool
    ) -> None:
        async for events in awatch(
            *places,
            watch_filter=None,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=stop,
            ignore_permission_denied=past_unreadable,
        ):
            if changes := await asyncio.to_thread(changed_folders, events, places):
                self._on_changes(changes)


def _still_there(places: Mapping[str, str]) -> dict[str, str]:
    """Where a link led, there may be nothing any more."""
    return {place: path for place, path in places.items() if os.path.isdir(place)}


def changed_folders(events: Iterable[tuple[Change, str]], places: Mapping[str, str]) -> Changes:
    """Where to look. Changes of files without an audio name, such as sidecars and covers, mean nothing."""
    found = Changes()
    for event, real_path in events:
        path = _as_walked(real_path, places)
        if os.path.basename(path) == IGNORE_FILE:
            found.whole.add(os.path.dirname(path))
        elif event is Change.added and os.path.isdir(path):
            found.whole.add(path)
        elif event is not Change.deleted and has_audio_extension(path):
            found.alone.add(os.path.dirname(path))
    return found


def _as_walked(path: str, places: Mapping[str, str]) -> str:
    """The path under which the walk finds what the system names by its real place."""
    folder = path
    while folder not in places:
        above = os.path.dirname(folder)
        if above == folder:
            return path
        folder = above
    return places[folder] + path[len(folder) :]
