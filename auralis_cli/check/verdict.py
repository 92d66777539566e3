"""The outcome of a check: what was found in which album, and which of it is known from a baseline."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache

import msgspec

from auralis_cli.check.baseline import read_baseline
from auralis_cli.check.finding import Finding, Level
from auralis_cli.check.judge import judge
from auralis_cli.check.policy import Policies
from auralis_cli.check.track import Album


class AlbumVerdict(msgspec.Struct, frozen=True):
    """An album with its new findings, and those that a baseline knows."""

    album: Album
    new: Sequence[Finding]
    known: Sequence[Finding]

    @property
    def tracks(self) -> int:
        """How many tracks of it were asked about, failed ones too."""
        paths = [track.path for track in (*self.album.tracks, *self.album.failed)]
        asked = self.album.asked
        return len(paths) if asked is None else sum(path in asked for path in paths)


class Verdict(msgspec.Struct, frozen=True):
    """Of all albums, in the order of their folders."""

    albums: Sequence[AlbumVerdict]

    @property
    def tracks(self) -> int:
        """How many were judged."""
        return sum(each.tracks for each in self.albums)

    @property
    def new(self) -> list[Finding]:
        """All findings that no baseline knows."""
        return [finding for each in self.albums for finding in each.new]

    @property
    def known(self) -> list[Finding]:
        """All findings that a baseline knows."""
        return [finding for each in self.albums for finding in each.known]

    @property
    def fails(self) -> bool:
        """Whether a new finding is grave enough to fail the check."""
        return any(finding.fails for each in self.albums for finding in each.new)

    def counts(self) -> Counter[Level]:
        """New findings by level."""
        return Counter(finding.level for finding in self.new)


def verdict(
    albums: Iterable[Album],
    policies: Policies,
    baseline: Collection[str] | None = None,
    *,
    use_baselines: bool = True,
) -> Verdict:
    """Judges the albums. Raises ConfigError for a wrong `auralis.toml` or baseline.

    `baseline`: the keys that are known, in place of the baselines that policies name; with `use_baselines`
    False nothing is known.
    """

    @cache
    def known_in(path: str) -> Collection[str]:
        return read_baseline(path, follow_link=False)

    verdicts = []
    for album, findings in judge(albums, policies):
        new: list[Finding] = []
        known: list[Finding] = []
        for finding in findings:
            keys: Collection[str] = baseline or ()
            if baseline is None and use_baselines:
                named = policies.of(album.place if finding.path == album.place else finding.folder).baseline
                keys = () if named is None else known_in(named)
            (known if finding.key in keys else new).append(finding)
        verdicts.append(AlbumVerdict(album, new, known))
    return Verdict(verdicts)
