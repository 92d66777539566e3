"""D1xx: the same sound twice in an album."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from auralis_cli.check.finding import Found, Level
from auralis_cli.check.limits import Limits
from auralis_cli.check.rule import Mender, Rule
from auralis_cli.check.track import Album, Track
from auralis_cli.model.dimensions import keys
from auralis_cli.similarity.distance import compare_fingerprints
from auralis_cli.similarity.recording import MAX_ENCODED, MAX_SECONDS
from auralis_cli.similarity.weights import Preset, weights_of

MOST_TRACKS = 300
"""A larger folder is no album, and its pairs are many: 'auralis duplicates' is for it."""


def same_audio(album: Album, _: Limits) -> Iterator[tuple[Track | None, Found]]:
    """Tracks whose decoded samples are equal."""
    alike: defaultdict[str, list[Track]] = defaultdict(list)
    for track in album.tracks:
        if track.content_key and track.lufs is not None:
            alike[track.content_key].append(track)
    for first, *others in alike.values():
        for other in others:
            yield other, Found(f"has the audio of {first.name}")


def same_recording(album: Album, _: Limits) -> Iterator[tuple[Track | None, Found]]:
    """Tracks that are one recording by their numbers, in other encodings or at other gains."""
    if len(album.tracks) > MOST_TRACKS:
        return
    weights = weights_of(Preset.SOUND)
    ordered = sorted((track for track in album.tracks if track.lufs is not None), key=_duration_s)
    for at, a in enumerate(ordered):
        for b in ordered[at + 1 :]:
            if _duration_s(b) - _duration_s(a) > MAX_SECONDS:
                break
            if a.content_key == b.content_key:
                continue
            distance = compare_fingerprints(_fingerprint(a), _fingerprint(b), weights).distance
            if distance is None or distance > MAX_ENCODED:
                continue
            first, other = sorted((a, b), key=lambda track: track.path)
            yield (
                other,
                Found(
                    f"is the recording of {first.name}, at a distance of {distance:.3f}",
                    distance,
                    MAX_ENCODED,
                    limit_text=f"limit {MAX_ENCODED:g}",
                    mark=first.content_key,
                ),
            )


def _duration_s(track: Track) -> float:
    return track.facts.duration_s


def _fingerprint(track: Track) -> dict[str, float | None]:
    return dict(zip(keys(), track.values, strict=True))


RULES: Final = (
    Rule(
        code="D101",
        name="same-audio",
        level=Level.WARNING,
        what="the same audio twice in an album",
        why="A file was copied under two names, or exported twice in place of another track.",
        judge="The decoded samples are equal, so nothing needs to be heard; look which title is right.",
        mender=Mender.OWNER,
        source="A hash of all decoded samples",
        of_album=same_audio,
    ),
    Rule(
        code="D102",
        name="same-recording",
        level=Level.INFO,
        is_on=False,
        what="the same recording twice in an album, by the numbers",
        why="One recording in two encodings, or at two levels.",
        judge="Play both. Two takes, or a loop with other words, may look alike to the numbers.",
        mender=Mender.OWNER,
        source="Distance without loudness up to 0.06, and equal length: auralis_cli/similarity/recording.py",
        of_album=same_recording,
    ),
)
"""The rules of this module."""
