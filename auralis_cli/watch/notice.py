"""What a watch tells besides the results of tracks."""

from collections.abc import Callable
from enum import StrEnum

import msgspec


class NoticeKind(StrEnum):
    """What has happened to the watch itself."""

    WATCHING = "watching"
    """All that was there has been looked at; from now on changes are waited for."""
    POLLING = "polling"
    """The system does not report changes in all folders: they are looked at again and again instead."""
    FOLDER_GONE = "folder_gone"
    """A watched folder has vanished, as when its disk is unmounted. What is known of its tracks stays."""
    FOLDER_BACK = "folder_back"
    """It is there again and is looked at as a whole."""
    WORKER_CHANGED = "worker_changed"
    """The worker program was replaced; the watch goes on with the new one."""


class Notice(msgspec.Struct, frozen=True):
    """One event of the watch; `path` is the folder or program it is about."""

    kind: NoticeKind
    message: str
    path: str | None = None


Notify = Callable[[Notice], None]
