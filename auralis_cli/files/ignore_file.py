"""`.auralisignore`: a file in the library that says what below its folder is left out, as `.gitignore` does.

`pathspec` translates each line's pattern. How lines and files work together is decided here, entry by entry
of the walk: its own `GitIgnoreSpec` judges whole paths of files and cannot say whether to enter a folder.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from auralis_cli.system.safe_open import read_limited

if TYPE_CHECKING:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

IGNORE_FILE: Final = ".auralisignore"
MAX_BYTES: Final = 1 << 20
_BOM: Final = "\ufeff"


class IgnoreLine:
    """One pattern. It matches an entry itself, never because of a folder above: that one is not entered."""

    def __init__(self, text: str) -> None:
        from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

        self.leaves_out = not text.startswith("!")
        body = text if self.leaves_out else text[1:]
        self._folders_only = body.endswith("/")
        body = body.rstrip("/") if self._folders_only else body
        # A slash at the start or inside ties the pattern to the folder of the file.
        self._anchored = "/" in body.removeprefix("**/") if body.startswith("**/") else "/" in body
        self._pattern: GitIgnoreSpecPattern = GitIgnoreSpecPattern(_literal_start(body))
        if self._pattern.include is None:
            raise ValueError("it can match nothing")
        parts = body.strip("/").split("/")
        # Where `**` may stand for any depth, pathspec also matches what lies below a match: the last part of
        # the pattern has to match the name as well.
        deep = self._anchored and "**" in parts[:-1] and parts[-1] != "**"
        self._name: GitIgnoreSpecPattern | None = GitIgnoreSpecPattern(parts[-1]) if deep else None
        self._depth = len(parts) if self._anchored and "**" not in parts else None

    def matches(self, below: str, name: str, is_folder: bool) -> bool:
        """Whether it matches an entry: its path below the folder of the file, and its name."""
        if self._folders_only and not is_folder:
            return False
        if not self._anchored:
            return self._pattern.match_file(name) is not None
        if self._depth is not None and below.count("/") + 1 != self._depth:
            return False
        if self._name is not None and self._name.match_file(name) is None:
            return False
        return self._pattern.match_file(below) is not None


class IgnoreRules:
    """The lines of one file, and the rules of the folders above, which it overrides."""

    def __init__(self, folder: str, lines: list[IgnoreLine], above: IgnoreRules | None) -> None:
        self._start = len(folder.rstrip("/")) + 1
        self._latest_first = lines[::-1]
        self._above = above

    def leave_out(self, path: str, name: str, is_folder: bool) -> bool:
        """Whether an entry below the folder is left out: the last line that matches decides."""
        rules: IgnoreRules | None = self
        while rules is not None:
            below = path[rules._start :]
            for line in rules._latest_first:
                if line.matches(below, name, is_folder):
                    return line.leaves_out
            rules = rules._above
        return False


def read_ignore_file(folder: str, above: IgnoreRules | None) -> tuple[IgnoreRules | None, list[str]]:
    """The rules that hold in `folder`, which has such a file, and warnings about what is wrong in it.

    A file that cannot be read changes nothing, a line that is no pattern matches nothing: both are warnings.
    A byte-order mark and Windows line ends are no part of a pattern.
    """
    path = os.path.join(folder, IGNORE_FILE)
    try:
        content = os.fsdecode(read_limited(path, MAX_BYTES))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        return above, [f"{path} cannot be read, so that it leaves out nothing: {why}"]
    lines, warnings = [], []
    for number, line in enumerate(content.removeprefix(_BOM).split("\n"), 1):
        text = _without_trailing_blanks(line.removesuffix("\r"))
        if not text.strip("/!") or text.startswith("#"):
            continue
        try:
            lines.append(IgnoreLine(text))
        except ValueError:
            warnings.append(f"{path}, line {number}: '{text}' is not a pattern and leaves out nothing")
    return (IgnoreRules(folder, lines, above) if lines else above), warnings


def _without_trailing_blanks(line: str) -> str:
    """Blanks at the end do not count, unless a backslash is before them."""
    stripped = line.rstrip(" ")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if backslashes % 2 and len(stripped) < len(line) else stripped


def _literal_start(body: str) -> str:
    """The pattern with its first character taken literally: `#` and `!` mean something only in a line."""
    return f"\\{body}" if body[:1] in ("#", "!") else body
