"""Which rules apply to the tracks of a folder, with which limits, and what fails the check."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from auralis_cli.check.finding import FailOn, Level
from auralis_cli.check.limits import Limits
from auralis_cli.check.policy_file import POLICY_FILE, PolicyTable, PolicyValue, read_policy_file
from auralis_cli.check.rule import AlbumRule, Rule, TrackRule
from auralis_cli.check.rules.table import DEFAULT, selected
from auralis_cli.check.targets import TARGETS
from auralis_cli.files.presence import is_within
from auralis_cli.files.urls import is_url


class Policy(msgspec.Struct, frozen=True, dict=True):
    """What holds for the tracks of one folder.

    `sources`: where each value comes from, by its key: a file with its line, or a flag; none for a default.
    """

    select: tuple[str, ...] = (DEFAULT,)
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = FailOn.ERROR
    limits: Limits = Limits()
    baseline: str | None = None
    """Absolute path of a baseline that a file names."""
    sources: Mapping[str, str] = {}

    @cached_property
    def rules(self) -> Sequence[Rule]:
        """All rules that apply."""
        return selected(self.select, self.ignore)

    @cached_property
    def track_rules(self) -> Sequence[tuple[TrackRule, Rule]]:
        """The rules about single tracks that apply, each behind its function."""
        return [(rule.of_track, rule) for rule in self.rules if rule.of_track]

    @cached_property
    def album_rules(self) -> Sequence[tuple[AlbumRule, Rule]]:
        """The rules about albums that apply, each behind its function."""
        return [(rule.of_album, rule) for rule in self.rules if rule.of_album]

    @cached_property
    def failing(self) -> frozenset[Level]:
        """The levels of findings that fail the check."""
        if self.fail_on is FailOn.NEVER:
            return frozenset()
        return frozenset(level for level in Level if level.is_at_least(Level(self.fail_on)))


class Policies:
    """The policy of each folder: defaults, then what `auralis.toml` says from the root down, then the flags.

    For each key by itself the last of these that has it counts, as a whole: lists are not joined. Files lie
    in the folder and those above it, up to the scanned or named folder (`roots`) that it is in; of two files
    the nearer one wins. Within a file, a table of folders that fits wins over what is above it, and of
    several the last one. `target` stands for the two limits that it sets.
    """

    def __init__(
        self, roots: Sequence[str], flags: Mapping[str, Any] | None = None, *, isolated: bool = False
    ) -> None:
        self._roots = sorted(set(roots), key=len)
        self._flags = [
            PolicyValue(key, value, f"--{key.replace('_', '-')}") for key, value in (flags or {}).items()
        ]
        self._isolated = isolated
        self._files: dict[str, Sequence[PolicyTable]] = {}
        self._policies: dict[str, Policy] = {}
        self._made: dict[tuple[PolicyValue, ...], Policy] = {}

    def of(self, folder: str) -> Policy:
        """What holds in this absolute folder. Raises ConfigError for a file that is wrong."""
        policy = self._policies.get(folder)
        if policy is None:
            values = (*self._values(folder), *self._flags)
            policy = self._made.get(values)
            if policy is None:
                policy = self._made[values] = _policy(values)
            self._policies[folder] = policy
        return policy

    def files(self, folder: str) -> list[str]:
        """The files that are about this folder, the nearest last."""
        return [f"{place}/{POLICY_FILE}" for place in self._places(folder) if self._tables(place)]

    def _values(self, folder: str) -> list[PolicyValue]:
        return [
            value
            for place in self._places(folder)
            for table in self._tables(place)
            if table.fits(folder[len(place) :].strip("/"))
            for value in table.values
        ]

    def _places(self, folder: str) -> list[str]:
        """The folders whose files are about this one, the outermost first; of a URL none."""
        if self._isolated or is_url(folder):
            return []
        root = next((root for root in self._roots if folder == root or is_within(folder, root)), folder)
        places = [folder]
        while places[-1] != root:
            places.append(places[-1].rpartition("/")[0] or "/")
        return places[::-1]

    def _tables(self, place: str) -> Sequence[PolicyTable]:
        if place not in self._files:
            self._files[place] = read_policy_file(place)
        return self._files[place]


def _policy(values: Sequence[PolicyValue]) -> Policy:
    """The policy of values, of which a later one wins over an earlier one of the same key."""
    last: dict[str, PolicyValue] = {}
    for each in values:
        last.pop(each.key, None)
        last[each.key] = each  # and its place is the last, too
    fields: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for key, value, source in last.values():
        sources[key] = source
        if key == "target":
            target = TARGETS.get(value) if isinstance(value, str) else None
            sets = {"target_lufs": float(value)} if target is None else target.limits
            limits |= sets
            sources |= {f"limits.{name}": source for name in sets}
        elif key.startswith("limits."):
            limits[key.removeprefix("limits.")] = value
        else:
            fields[key] = value
    return Policy(**fields, limits=Limits(**limits), sources=sources)
