"""What went wrong with sidecars, in as few lines as there are kinds of trouble."""

import errno
from typing import Final

import msgspec

MAX_IGNORED: Final = 5
"""Sidecars that are ignored are named up to this many."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_NO_RIGHTS: Final = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)


class _Kind(msgspec.Struct):
    """Sidecars of one kind: how many, and the first."""

    count: int
    example: str
    reason: str = ""

    def named(self) -> str:
        return (
            f"the sidecar {self.example}"
            if self.count == 1
            else f"{self.count:,} sidecars, such as {self.example}"
        )


class SidecarWarnings:
    """Notes each trouble, and tells those of one kind together: a read-only library is one line."""

    def __init__(self) -> None:
        self.ignored: dict[str, str] = {}
        """Why a sidecar is not believed, by its path."""
        self._newer: dict[str, None] = {}
        self._unwritten: dict[int | None, _Kind] = {}
        self._lacking: dict[int | None, _Kind] = {}

    def note_ignored(self, path: str, reason: str) -> None:
        """The sidecar at this path is not believed."""
        self.ignored.setdefault(path, reason)

    def note_newer(self, path: str) -> None:
        """A newer auralis has written the sidecar at this path; it stays."""
        self.ignored.pop(path, None)  # a newer one may well break a rule of this version
        self._newer[path] = None

    def note_unwritten(self, path: str, error: OSError) -> None:
        """The sidecar at this path cannot be written."""
        _count(self._unwritten, path, error)

    def note_lacking(self, path: str, error: OSError) -> None:
        """A known track has no sidecar, and cannot have one."""
        _count(self._lacking, path, error)

    def lacking_lines(self) -> list[str]:
        """One line for each reason why known tracks have no sidecar. No news: every scan would say so."""
        return _unwritten_lines(self._lacking)

    def lines(self, max_ignored: int | None = MAX_IGNORED) -> list[str]:
        """A line for each sidecar that is ignored, up to a number, and one for each other kind of trouble."""
        lines = [
            f"ignoring the sidecar {path}: {reason}; a scan replaces it"
            for path, reason in [*self.ignored.items()][:max_ignored]
        ]
        if (more := len(self.ignored) - len(lines)) > 0:
            lines.append(f"ignoring {more:,} more sidecars; 'auralis sidecars verify' lists them")
        if self._newer:
            newer = _Kind(len(self._newer), next(iter(self._newer)))
            verb = " is" if newer.count == 1 else ", are"
            lines.append(f"{newer.named()}{verb} of a newer auralis and left as found; update auralis")
        return lines + _unwritten_lines(self._unwritten)


def _count(kinds: dict[int | None, _Kind], path: str, error: OSError) -> None:
    kinds.setdefault(error.errno, _Kind(0, path, error.strerror or str(error))).count += 1


def _unwritten_lines(kinds: dict[int | None, _Kind]) -> list[str]:
    return [
        f"cannot write {kind.named()}: {kind.reason}; the results are in the cache; {_advice(code)}"
        for code, kind in kinds.items()
    ]


def _advice(code: int | None) -> str:
    if code in _FULL:
        return "free some space on the disk, then the next scan writes them"
    if code in _NO_RIGHTS:
        return "use --sidecars mirror or none"
    if code == errno.ENODEV:
        return "mount it; if no disk belongs there, 'auralis sidecars write' begins a mirror"
    return "'auralis sidecars verify' lists what is missing"
