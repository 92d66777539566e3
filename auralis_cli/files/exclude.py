"""`--exclude GLOB`: which paths the user leaves out."""

import fnmatch
import os
import re
from collections.abc import Sequence


class ExcludePatterns:
    """Shell patterns (`*`, `?`, `[…]`; `*` crosses `/`), case-sensitive as the paths are.

    A pattern without `/` is compared with the name of each file and folder (`*.wma`, `Podcasts`), one with
    `/` with the whole absolute path and with the path below the scanned folder (`Live/*`). A folder that
    matches is left out with all that is in it.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        stripped = [pattern.rstrip("/") for pattern in patterns]
        self._names = _any_of([pattern for pattern in stripped if "/" not in pattern])
        self._paths = _any_of([pattern for pattern in stripped if "/" in pattern])

    def match(self, path: str, root: str) -> bool:
        """Whether `path`, found under `root` (both absolute), is left out."""
        if self._names and self._names.match(os.path.basename(path)):
            return True
        if not self._paths:
            return False
        below = path[len(root) :].lstrip("/") if path.startswith(root) else ""
        return self._paths.match(path) is not None or (below != "" and self._paths.match(below) is not None)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """One expression for all patterns; None for none."""
    patterns = [pattern for pattern in patterns if pattern]
    return re.compile("|".join(map(fnmatch.translate, patterns))) if patterns else None
