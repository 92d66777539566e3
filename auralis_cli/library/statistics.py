"""What the tracks of a selection are like together: counts, hours, spreads; also group by group."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from auralis_cli.library.functions import BpmRange
from auralis_cli.library.musical_key import key_named
from auralis_cli.library.spread import Spread, median
from auralis_cli.model.record import TrackWarning

TEMPO_BINS: Final = (60.0, 5.0, 28)
LOUDNESS_BINS: Final = (-36.0, 2.0, 16)
"""Start, width and number of bins between the two open ends."""
FOLDED_BINS: Final = 16

COLUMNS: Final = (
    *("path_bytes", "status", "size", "tempo_bpm", "lufs", "analysis_version"),
    *("error_code", "CAST(nulls AS BLOB)", "CAST(warnings AS BLOB)", "CAST(details AS BLOB)"),
)
"""What `gather` takes; a column to group by may follow. Blobs need not become texts before they are read."""


class Portion(msgspec.Struct):
    """So many tracks, and their length and size."""

    tracks: int = 0
    seconds: float = 0.0
    size: int = 0

    def add(self, seconds: float, size: int) -> None:
        """One more track."""
        self.tracks += 1
        self.seconds += seconds
        self.size += size

    def join(self, other: "Portion") -> None:
        """The tracks of another one too."""
        self.tracks += other.tracks
        self.seconds += other.seconds
        self.size += other.size


class GroupOfTracks(msgspec.Struct, frozen=True):
    """Tracks that have a value in common; the medians of their tempi (BPM) and loudness (LUFS)."""

    name: str | int | None
    portion: Portion
    failed: int
    tempo: float | None
    loudness: float | None


class Statistics(msgspec.Struct, frozen=True):
    """Of a selection. The counters are by value; a value that a track does not have is not counted."""

    analysed: Portion
    outdated: int
    missing: int
    broken: int
    """Rows that are no records; `cache verify` tells more."""
    failures: Counter[str]
    warnings: Counter[str]
    nulls: Mapping[str, Counter[str]]
    """Reasons by dimension."""
    formats: Mapping[tuple[str, str], Portion]
    """By codec and container."""
    sample_rates: Counter[int]
    bit_depths: Counter[int]
    channels: Counter[int]
    keys: Counter[str]
    """By the name that fp-worker gives the key."""
    tempo: Spread
    loudness: Spread
    groups: tuple[GroupOfTracks, ...]
    """Longest first; empty unless grouped."""


class Details(msgspec.Struct):
    """Details of a row; one that is crafted may have any types."""

    duration_s: Any = None
    codec: Any = None
    container: Any = None
    sample_rate_hz: Any = None
    bit_depth: Any = None
    channels: Any = None
    key: Any = None


NO_DETAILS: Final = Details()
"""Of a row without a record."""

GroupOf = Callable[[tuple[Any, ...], Details], str | int | None]


class _Group:
    def __init__(self) -> None:
        self.portion = Portion()
        self.failed = 0
        self.tempi: list[float] = []
        self.loudness: list[float] = []

    def add(self, seconds: float, size: int, tempo: object, loudness: object) -> None:
        """One more track; a tempo or a loudness that is no number is none."""
        self.portion.add(seconds, size)
        if isinstance(tempo, float):
            self.tempi.append(tempo)
        if isinstance(loudness, float):
            self.loudness.append(loudness)

    @classmethod
    def joined(cls, groups: Iterable["_Group"]) -> "_Group":
        """All their tracks."""
        whole = cls()
        for group in groups:
            whole.portion.join(group.portion)
            whole.tempi += group.tempi
            whole.loudness += group.loudness
        return whole

    def as_told(self, name: str | int | None) -> GroupOfTracks:
        return GroupOfTracks(name, self.portion, self.failed, median(self.tempi), median(self.loudness))


class _Count:
    """Statistics in the making."""

    def __init__(self, newest: int) -> None:
        self._newest = newest
        self._details = msgspec.json.Decoder(Details).decode
        self._nulls = msgspec.json.Decoder(dict[str, str]).decode
        self._warnings = msgspec.json.Decoder(tuple[TrackWarning, ...]).decode
        self.outdated = self.missing = self.broken = 0
        self.failures: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.nulls: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._kinds: defaultdict[tuple[Any, ...], Portion] = defaultdict(Portion)
        """By the details that few tracks have alone: counted one by one they take twice as long."""

    def add(self, row: tuple[Any, ...], grouped: Mapping[str | int | None, _Group], by: GroupOf) -> None:
        """A row of COLUMNS, which belongs to one of these groups."""
        _, status, size, tempo, loudness, version, code, nulls, warnings, details, *_ = row
        if status == "missing":
            self.missing += 1
            return
        if status == "failed":
            self.failures[str(code)] += 1
            grouped[by(row, NO_DETAILS)].failed += 1
            return
        try:
            found = self._details(details)
            reasons = self._nulls(nulls) if nulls != b"{}" else {}
            warned = self._warnings(warnings) if warnings != b"[]" else ()
        except (msgspec.MsgspecError, TypeError):
            self.broken += 1
            return
        seconds = _seconds(found.duration_s)
        size = size if isinstance(size, int) else 0
        grouped[by(row, found)].add(seconds, size, tempo, loudness)
        kind = msgspec.structs.astuple(found)[1:]  # all but the duration
        try:
            self._kinds[kind].add(seconds, size)
        except TypeError:  # a crafted row has lists
            self._kinds[tuple(map(str, kind))].add(seconds, size)
        self.outdated += isinstance(version, int) and version < self._newest
        for name, reason in reasons.items():
            self.nulls[name][reason] += 1
        if warned:
            self.warnings.update({warning.code for warning in warned})

    def formats(self) -> dict[tuple[str, str], Portion]:
        """By codec and container."""
        found: defaultdict[tuple[str, str], Portion] = defaultdict(Portion)
        for (codec, container, *_), portion in self._kinds.items():
            found[str(codec), str(container)].join(portion)
        return dict(found)

    def numbers(self) -> tuple[Counter[int], Counter[int], Counter[int]]:
        """How many tracks have each sample rate, bit depth and number of channels."""
        found: tuple[Counter[int], Counter[int], Counter[int]] = (Counter(), Counter(), Counter())
        for (_, _, *values, _), portion in self._kinds.items():
            for counter, value in zip(found, values, strict=True):
                if isinstance(value, int):
                    counter[value] += portion.tracks
        return found

    def keys(self) -> Counter[str]:
        """How many tracks have each key."""
        found: Counter[str] = Counter()
        for (*_, name), portion in self._kinds.items():
            if (key := key_named(name)) is not None:
                found[key.name] += portion.tracks
        return found


def gather(
    rows: Iterable[tuple[Any, ...]],
    *,
    newest: int,
    by: GroupOf | None = None,
    bpm_range: BpmRange | None = None,
) -> Statistics:
    """The statistics of rows of COLUMNS. `by`: the group of a row; below `newest` an analysis is old."""
    count = _Count(newest)
    grouped: defaultdict[str | int | None, _Group] = defaultdict(_Group)
    group_of = by or _everything
    for row in rows:
        count.add(row, grouped, group_of)
    whole = _Group.joined(grouped.values())
    analysed = whole.portion
    sample_rates, bit_depths, channels = count.numbers()
    groups = [] if by is None else [group.as_told(name) for name, group in grouped.items()]
    groups.sort(key=lambda group: (-group.portion.seconds, -group.portion.tracks, str(group.name)))
    return Statistics(
        analysed=analysed,
        outdated=count.outdated,
        missing=count.missing,
        broken=count.broken,
        failures=count.failures,
        warnings=count.warnings,
        nulls=dict(count.nulls),
        formats=count.formats(),
        sample_rates=sample_rates,
        bit_depths=bit_depths,
        channels=channels,
        keys=count.keys(),
        tempo=Spread.of(whole.tempi, analysed.tracks - len(whole.tempi), _tempo_bins(bpm_range)),
        loudness=Spread.of(whole.loudness, analysed.tracks - len(whole.loudness), LOUDNESS_BINS),
        groups=tuple(groups),
    )


def _everything(_row: tuple[Any, ...], _details: Details) -> None:
    """One group of all rows."""


def _seconds(duration: object) -> float:
    """A duration of the details; 0 for what is none."""
    if isinstance(duration, float):
        return duration
    return float(duration) if isinstance(duration, int) else 0.0


def _tempo_bins(bpm_range: BpmRange | None) -> tuple[float, float, int]:
    if bpm_range is None:
        return TEMPO_BINS
    return bpm_range.low, (bpm_range.high - bpm_range.low) / FOLDED_BINS, FOLDED_BINS
