"""The statistics of a library for a terminal."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from auralis_cli.library.grouping import FOLDER
from auralis_cli.library.musical_key import musical_keys
from auralis_cli.library.spread import Spread
from auralis_cli.library.statistics import GroupOfTracks, Portion, Statistics
from auralis_cli.model.dimensions import dimensions
from auralis_cli.render.cells import columns_of, path_that_fits, text_that_fits
from auralis_cli.render.format_names import format_name
from auralis_cli.render.formats import format_number
from auralis_cli.render.histogram import axis, lying_bar, standing_bars
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.track_facts import explain_null

MAX_ROWS: Final = 8
LABEL: Final = 18
BAR: Final = 24
WIDTH: Final = 78
_NO_BREAK: Final = "\xa0"
HEIGHT: Final = 4
"""Lines of a standing histogram."""


def stats_lines(found: Statistics, *, unicode: bool) -> Iterator[str]:
    """The whole report; it fits 80 columns."""
    yield headline(found)
    if not found.analysed.tracks:
        yield from _trouble(found)
        return
    yield from _formats(found.formats, found.analysed, unicode)
    yield from _facts(found)
    yield ""
    yield from _side_by_side(
        _spread("tempo", "BPM", found.tempo, unicode, 1),
        _spread("loudness", "LUFS", found.loudness, unicode, 2),
    )
    yield from _keys(found.keys, found.analysed.tracks)
    yield from _trouble(found)


def headline(found: Statistics) -> str:
    """`1,447 tracks, 45.2 h, 3.1 GB; 3 files failed`."""
    tracks = "1 track" if found.analysed.tracks == 1 else f"{found.analysed.tracks:,} tracks"
    text = f"{tracks}, {hours(found.analysed.seconds)}, {size_text(found.analysed.size)}"
    failed = found.failures.total()
    parts = [f"{failed:,} failed"] if failed else []
    parts += [f"{found.missing:,} missing"] if found.missing else []
    parts += [f"{found.outdated:,} of an older analysis"] if found.outdated else []
    parts += [f"{found.broken:,} damaged rows"] if found.broken else []
    return "; ".join([text, *parts])


def hours(seconds: float) -> str:
    """`45.2 h`, `12 min`."""
    return f"{seconds / 3600:,.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"


def size_text(size: int) -> str:
    """`3.1 GB`, `12 MB`."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def _formats(formats: Mapping[tuple[str, str], Portion], whole: Portion, unicode: bool) -> Iterator[str]:
    named: dict[str, Portion] = {}
    for (codec, container), portion in formats.items():
        name = format_name(codec, container)
        so_far = named.setdefault(name, Portion())
        so_far.tracks += portion.tracks
        so_far.seconds += portion.seconds
        so_far.size += portion.size
    ranked = sorted(named.items(), key=lambda item: (-item[1].tracks, item[0]))
    shown, rest = ranked[:MAX_ROWS], ranked[MAX_ROWS:]
    if rest:
        others = Portion(*(sum(getattr(p, name) for _, p in rest) for name in ("tracks", "seconds", "size")))
        shown.append((f"{len(rest)} others", others))
    yield ""
    for name, portion in shown:
        bar = lying_bar(portion.tracks / whole.tracks, BAR, unicode=unicode)
        yield (
            f"{_label(name)}{portion.tracks:>9,}  {bar:<{BAR}}  {hours(portion.seconds):>9}  "
            f"{size_text(portion.size):>10}"
        )


def _facts(found: Statistics) -> Iterator[str]:
    """Rates, depths and channels, each in a line."""
    yield ""
    rates = Counter({f"{rate / 1000:g} kHz": count for rate, count in found.sample_rates.items()})
    depths = Counter({f"{bits} bit": count for bits, count in found.bit_depths.items()})
    words = {1: "mono", 2: "stereo"}
    channels = Counter({words.get(n, f"{n} channels"): count for n, count in found.channels.items()})
    for name, counter in (("sample rate", rates), ("bit depth", depths), ("channels", channels)):
        if counter:
            yield from _listed(name, counter)


def _spread(name: str, unit: str, spread: Spread, unicode: bool, cells: int) -> list[str]:
    """A standing histogram with its axis; the outermost bars are all below and all above."""
    if spread.percentiles is None:
        return [f"{name}: no track has one"]
    tenth, median, ninetieth = (format_number(value, 1) for value in spread.percentiles)
    lines = [f"{name} in {unit}: median {median}", f"80 % from {tenth} to {ninetieth}"]
    counts = [spread.below, *spread.counts, spread.above]
    lines += standing_bars(counts, height=HEIGHT, cells=cells, unicode=unicode)
    step = 4 if len(spread.counts) <= 16 else 8
    marks = [
        (cells * (1 + place), f"{spread.low + place * spread.width:g}")
        for place in range(0, len(spread.counts) + 1, step)
    ]
    return [*lines, axis(marks, cells * len(counts) + 4)]


def _side_by_side(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    width = max(map(columns_of, left)) + 4
    for line in range(max(len(left), len(right))):
        one = left[line] if line < len(left) else ""
        other = right[line] if line < len(right) else ""
        yield (one + " " * (width - columns_of(one)) + other).rstrip()


def _keys(keys: Counter[str], tracks: int) -> Iterator[str]:
    """The Camelot wheel as two lines of counts: minor keys above, their relative major keys below."""
    yield ""
    unknown = tracks - keys.total()
    without = f"; {unknown:,} without" if unknown else ""
    yield f"keys on the Camelot wheel{without}"
    yield " " * 8 + "".join(f"{number:>6}" for number in range(1, 13))
    for letter, mode in (("A", "minor"), ("B", "major")):
        row = [key for key in musical_keys() if key.camelot.endswith(letter)]
        yield f"{letter} {mode:<6}" + "".join(f"{key.chord:>6}" for key in row)
        yield " " * 8 + "".join(f"{keys[key.name]:>6}" for key in row)


def _trouble(found: Statistics) -> Iterator[str]:
    """Values that are missing, warnings, failures."""
    if found.nulls:
        yield ""
        yield "values that tracks do not have"
        labels = {dimension.key: dimension.label for dimension in dimensions()}
        alike: dict[tuple[tuple[str, int], ...], list[str]] = {}
        for key, label in labels.items():
            if key in found.nulls:
                alike.setdefault(tuple(found.nulls[key].most_common()), []).append(label)
        for reasons, names in sorted(alike.items(), key=lambda item: -sum(count for _, count in item[0])):
            why = _counts(Counter({explain_null(name): count for name, count in reasons}))
            yield from _wrapped(f"{', '.join(names)}: {why}", "  ", "    ")
    if found.warnings:
        yield ""
        yield from _listed("warnings", found.warnings)
    if found.failures:
        yield ""
        yield from _listed("failed", found.failures)


def _listed(name: str, counter: Counter[str]) -> Iterator[str]:
    """`sample rate  44.1 kHz 1,200, 48 kHz 30`, the most frequent first, on as many lines as it takes."""
    yield from _wrapped(_counts(counter), _label(name) + "  ", _label("") + "  ")


def _counts(counter: Counter[str]) -> str:
    return ", ".join(
        f"{safe_text(value)} {count:,}".replace(" ", _NO_BREAK) for value, count in counter.most_common()
    )


def _wrapped(text: str, first: str, others: str) -> Iterator[str]:
    from textwrap import wrap

    lines = wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (line.replace(_NO_BREAK, " ") for line in lines)


def _label(name: str) -> str:
    return name + " " * (LABEL - columns_of(name))


def group_lines(
    groups: Sequence[GroupOfTracks], kind: str, *, width: int | None, unicode: bool, root: str | None = None
) -> Iterator[str]:
    """A line for each group, its name last; that of a folder below `root` without the root."""
    yield f"{'tracks':>8}  {'failed':>6}  {'hours':>8}  {'size':>9}  {'BPM':>6}  {'LUFS':>6}  {kind}"
    yield f"{'':>8}  {'':>6}  {'':>8}  {'':>9}  {'median':>6}  {'median':>6}"
    for group in groups:
        head = (
            f"{group.portion.tracks:>8,}  {group.failed or '-':>6}  {group.portion.seconds / 3600:>8,.1f}  "
            f"{size_text(group.portion.size):>9}  {_median(group.tempo):>6}  {_median(group.loudness):>6}  "
        )
        name = f"(no {kind})" if group.name is None else str(group.name)
        name = safe_text(name if root is None else name.removeprefix(root.rstrip("/") + "/"))
        fitting = path_that_fits if kind.lower() == FOLDER else text_that_fits
        yield head + (name if width is None else fitting(name, max(width - len(head), 8), unicode=unicode))


def _median(value: Any) -> str:
    return "-" if value is None else format_number(value, 1)
