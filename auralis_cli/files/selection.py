"""What of the entries of a folder is wanted: by their names, `--exclude`, and `.auralisignore` files."""

import os
from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Protocol

from auralis_cli.files.changed_folders import ChangedFolders
from auralis_cli.files.exclude import ExcludePatterns
from auralis_cli.files.ignore_file import IGNORE_FILE, IgnoreRules, read_ignore_file
from auralis_cli.files.skipped import Skipped, SkipReason


class Named(Protocol):
    """What stands in a folder."""

    @property
    def name(self) -> str:
        """Without its folders."""

    @property
    def path(self) -> str:
        """Absolute, or a URL."""


class Selection:
    """The rules of one walk, and what it has to say about them afterwards.

    `exclude`: patterns as in `ExcludePatterns`. `hidden`: names that start with a dot are wanted too, but no
    resource forks and no folders of the system. `within`: the walk enters these folders only. Without
    `ignore_files` no `.auralisignore` counts.
    """

    def __init__(
        self,
        exclude: Sequence[str] = (),
        *,
        hidden: bool = False,
        within: ChangedFolders | None = None,
        ignore_files: bool = True,
    ) -> None:
        self._exclude = ExcludePatterns(exclude) if exclude else None
        self._hidden = hidden
        self._within = within
        self._ignore_files = ignore_files
        self.warnings: list[str] = []
        """What is wrong in ignore files."""
        self.mounts: list[str] = []
        """Folders met on the way where another file system begins, and URLs of folders."""
        self.linked: dict[str, str] = {}
        """Folders reached through symbolic links: where each really is, and the link."""

        self.on_listing: Callable[[str, Sequence[os.DirEntry[str]]], object] = lambda *_: None
        """Gets each folder that the walk lists, and all that is in it."""

    @property
    def is_partial(self) -> bool:
        """Whether the walk enters some folders only."""
        return self._within is not None

    def enters(self, folder: str) -> bool:
        """Whether the walk goes into a folder, be it only to reach others below it."""
        return self._within is None or self._within.leads_through(folder)

    def wants_files_of(self, folder: str) -> bool:
        """Whether the files in a folder that the walk is in are wanted."""
        return self._within is None or self._within.wants_files_of(folder)

    def excludes(self, path: str, root: str) -> bool:
        """Whether a pattern of `exclude` matches."""
        return self._exclude is not None and self._exclude.match(path, root)

    def left_out(
        self, entry: Named, root: str, rules: IgnoreRules | None, *, is_folder: bool = False
    ) -> Skipped | None:
        """Why an entry is left out by its name; None if it is wanted."""
        name = entry.name
        # Two dots and more hide nothing: "...And Justice for All".
        if name[0] == "." and name[1:2] != ".":
            if name.startswith("._") and not is_folder:
                return Skipped(entry.path, SkipReason.APPLE_DOUBLE)
            if not self._hidden:
                return Skipped(entry.path, SkipReason.HIDDEN)
        if self._exclude is not None and self._exclude.match(entry.path, root):
            return Skipped(entry.path, SkipReason.EXCLUDED)
        if rules is not None and rules.leave_out(entry.path, name, is_folder):
            return Skipped(entry.path, SkipReason.IGNORED)
        return None

    def rules_in(
        self, folder: str, entries: Sequence[os.DirEntry[str]], above: IgnoreRules | None
    ) -> IgnoreRules | None:
        """The rules for the entries of a folder, sorted by name; those from above if it has no file."""
        at = bisect_left(entries, IGNORE_FILE, key=attrgetter("name"))
        if not self._ignore_files or at == len(entries) or entries[at].name != IGNORE_FILE:
            return above
        rules, warnings = read_ignore_file(folder, above)
        self.warnings += warnings
        return rules

    def unmatched(self) -> list[str]:
        """The patterns of `exclude` that have matched nothing so far."""
        return [] if self._exclude is None else self._exclude.unmatched()
