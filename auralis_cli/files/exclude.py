"""`--exclude GLOB`: which paths the user leaves out."""

import fnmatch
import os
import re
from collections.abc import Iterable, Sequence


class ExcludePatterns:
    """Shell patterns (`*`, `?`, `[…]`; `*` crosses `/`), case-sensitive as the paths are.

    A pattern without `/` is compared with the name of each file and folder (`*.wma`, `Podcasts`), one with
    `/` with the whole absolute path and with the path below the scanned folder (`Live/*`). A folder that
    matches is left out with all that is in it.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._unmatched = dict.fromkeys(patterns)
        stripped = [pattern.rstrip("/") for pattern in patterns]
        self._names = _any_of(pattern for pattern in stripped if "/" not in pattern)
        self._paths = _any_of(pattern for pattern in stripped if "/" in pattern)

    def match(self, path: str, root: str) -> bool:
        """Whether `path`, found under `root` (both absolute), is left out."""
        name = os.path.basename(path)
        below = path[len(root) :].lstrip("/") if self._paths and path.startswith(root) else ""
        matched = self._names is not None and self._names.match(name) is not None
        if self._paths is not None and not matched:
            matched = self._paths.match(path) is not None or bool(below and self._paths.match(below))
        if matched and self._unmatched:
            self._unmatched = {
                pattern: None for pattern in self._unmatched if not _matches(pattern, name, path, below)
            }
        return matched

    def unmatched(self) -> list[str]:
        """The patterns that have matched nothing so far."""
        return list(self._unmatched)


def _matches(pattern: str, name: str, path: str, below: str) -> bool:
    stripped = pattern.rstrip("/")
    texts = (path, below) if "/" in stripped else (name,)
    return any(fnmatch.fnmatchcase(text, stripped) for text in texts)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    """One expression for all patterns; None for none."""
    wanted = [pattern for pattern in patterns if pattern]
    return re.compile("|".join(map(fnmatch.translate, wanted))) if wanted else None
