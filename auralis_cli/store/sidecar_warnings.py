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

    def note_ignored(self, path: str, reason: str) -> None:
        """The sidecar at this path is not believed."""
        self.ignored.setdefault(path, reason)

    def note_newer(self, path: str) -> None:
        """A newer auralis has written the sidecar at this path; it stays."""
        self.ignored.pop(path, None)  # a newer one may well break a rule of this version
        self._newer[path] = None

    def note_unwritten(self, path: str, error: OSError) -> None:
        """The sidecar at this path cannot be written."""
        kind = self._unwritten.setdefault(error.errno, _Kind(0, path, error.strerror or str(error)))
        kind.count += 1

    @property
    def unwritten(self) -> int:
        """How many could not be written."""
        return sum(kind.count for kind in self._unwritten.values())

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
        lines += [
            f"cannot write {kind.named()}: {kind.reason}; the results are in the cache; {_advice(code)}"
            for code, kind in self._unwritten.items()
        ]
        return lines


def _advice(code: int | None) -> str:
    if code in _FULL:
        return "free some space on the disk, then the next scan writes them"
    if code in _NO_RIGHTS:
        return "use --sidecars mirror or none"
    return "'auralis sidecars verify' lists what is missing"
