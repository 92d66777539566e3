"""A1xx: tracks that differ from the rest of their album in what an album has in common."""

from collections import Counter
from collections.abc import Callable, Iterator
from statistics import median
from typing import Final, TypeAlias

from auralis_cli.check.finding import Found, Level
from auralis_cli.check.limits import Limits
from auralis_cli.check.outliers import FEWEST_FOR_STATISTICS, robust_scores
from auralis_cli.check.rule import Mender, Rule
from auralis_cli.check.track import Album, Track
from auralis_cli.library.musical_key import key_named
from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.similarity.coordinates import coordinates

FEWEST: Final = 3
"""Of fewer tracks none is odd."""
SMALLEST_SPREAD: Final = 0.02
"""Of a dimension, as a share of what music has: where all tracks agree more closely, none stands out for
it."""
FAR_ON_THE_WHEEL: Final = 4
"""Steps on the circle of fifths."""
SURE_OF_KEY: Final = 0.6

Findings: TypeAlias = Iterator[tuple[Track | None, Found]]


def odd_rate(album: Album, _: Limits) -> Findings:
    """Another sample rate than most."""
    return _odd(album, lambda track: track.facts.sample_rate_hz or None, lambda rate: f"{rate / 1000:g} kHz")


def odd_depth(album: Album, _: Limits) -> Findings:
    """Another bit depth than most."""
    return _odd(album, lambda track: track.facts.bit_depth, lambda depth: f"{depth} bits")


def odd_codec(album: Album, _: Limits) -> Findings:
    """Another codec than most."""
    return _odd(album, lambda track: track.facts.codec or None, str)


def _odd(album: Album, value_of: Callable[[Track], int | str | None], shown: Callable[..., str]) -> Findings:
    """The tracks whose value most others do not have; the album, where no value is that of most."""
    values = [(track, value) for track in album.tracks if (value := value_of(track)) is not None]
    counts = Counter(value for _, value in values)
    if len(counts) < 2 or len(values) < FEWEST or not album.is_one:
        return
    (usual, count), *rest = counts.most_common()
    if 2 * count <= len(values):
        each = ", ".join(f"{number} of {shown(value)}" for value, number in [(usual, count), *rest])
        yield None, Found(f"its tracks are {each}", mark=each)
        return
    for track, value in values:
        if value != usual:
            yield track, Found(f"{shown(value)}, but its album {shown(usual)}")


def odd_key(album: Album, _: Limits) -> Findings:
    """A musical key far from those of all other tracks on the circle of fifths."""
    found = [
        (track, key)
        for track in album.tracks
        if (track.facts.key_strength or 0) >= SURE_OF_KEY and (key := key_named(track.facts.key))
    ]
    if len(found) < FEWEST_FOR_STATISTICS or not album.is_one:
        return
    for track, key in found:
        hour = int(key.camelot[:-1])
        steps = min(
            min((hour - other) % 12, (other - hour) % 12)
            for each, others_key in found
            if each is not track and (other := int(others_key.camelot[:-1]))
        )
        if steps >= FAR_ON_THE_WHEEL:
            yield (
                track,
                Found(
                    f"{key.name}, {steps} fifths from the nearest key of its album",
                    float(steps),
                    float(FAR_ON_THE_WHEEL - 1),
                    limit_text=f"limit {FAR_ON_THE_WHEEL - 1}",
                ),
            )


def outlier(album: Album, limits: Limits) -> Findings:
    """Far from the median of its album in a dimension, measured by how the other tracks are spread."""
    if len(album.tracks) < FEWEST_FOR_STATISTICS or not album.is_one:
        return
    placed = [coordinates(dict(zip(keys(), track.values, strict=True))) for track in album.tracks]
    for column, dimension in enumerate(dimensions()):
        known = [
            (track, value, coordinate)
            for track, place in zip(album.tracks, placed, strict=True)
            if (value := track.values[column]) is not None and (coordinate := place[column]) is not None
        ]
        if len(known) < FEWEST_FOR_STATISTICS:
            continue
        scores = robust_scores([coordinate for *_, coordinate in known], SMALLEST_SPREAD)
        usual = f"{median(value for _, value, _ in known):,.{dimension.decimals}f}"
        unit = f" {dimension.unit}" if dimension.unit else ""
        for (track, value, _), score in zip(known, scores, strict=True):
            if score <= limits.outlier_z:
                continue
            figure = f"{value:,.{dimension.decimals}f}{unit}"
            yield (
                track,
                Found(
                    f"{dimension.label} {figure}, its album {usual} (robust z {score:.1f})",
                    score,
                    limits.outlier_z,
                    limit_text=f"limit {limits.outlier_z:g}",
                    mark=dimension.key,
                ),
            )


_SEEN: Final = "Compare with the file that the album was made from."

RULES: Final = (
    Rule(
        code="A101",
        name="odd-rate",
        level=Level.WARNING,
        what="another sample rate than the rest of the album",
        why="It comes from another source, and a player that plays without gaps stumbles between the two.",
        judge=_SEEN,
        mender=Mender.EXPORT,
        source="Red Book practice (IEC 60908): one rate for a whole disc",
        of_album=odd_rate,
    ),
    Rule(
        code="A102",
        name="odd-depth",
        level=Level.WARNING,
        what="another bit depth than the rest of the album",
        why="It comes from another source or another export.",
        judge=_SEEN,
        mender=Mender.EXPORT,
        source="Red Book practice (IEC 60908): one depth for a whole disc",
        of_album=odd_depth,
    ),
    Rule(
        code="A103",
        name="odd-codec",
        level=Level.WARNING,
        what="another codec than the rest of the album",
        why="One track was got from elsewhere, or encoded at another time; a lossy one among lossless ones "
        "is less.",
        judge=_SEEN,
        mender=Mender.OWNER,
        source="Practice of libraries",
        of_album=odd_codec,
    ),
    Rule(
        code="A104",
        name="odd-key",
        level=Level.INFO,
        is_on=False,
        what="a key far from those of the rest of the album",
        why="A track of another album, or one that was copied at a wrong speed, stands in a far key.",
        judge="Look whether title and length are right, and compare the pitch with another release.",
        mender=Mender.OWNER,
        source="Steps on the circle of fifths between the estimated keys; the limit is ours",
        of_album=odd_key,
    ),
    Rule(
        code="A105",
        name="outlier",
        level=Level.INFO,
        is_on=False,
        what="far from the rest of the album in one of the 25 dimensions",
        why="What sounds quite unlike its album may be another master, a wrong file, or a fault of the "
        "transfer.",
        judge="Play it between its neighbours. Most outliers are meant: a ballad, an interlude.",
        mender=Mender.MASTERING,
        limits=("outlier_z",),
        source="Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993): the modified z-score, there "
        "with 3.5",
        of_album=outlier,
    ),
)
"""The rules of this module."""
