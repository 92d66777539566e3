"""The JSON of `playlist`."""

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from auralis_cli.library.musical_key import key_named
from auralis_cli.render.json_types import PathBase64, PathText, Printed, Seconds, TagsOrNull
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text

if TYPE_CHECKING:  # it needs NumPy, which the schema does not
    from auralis_cli.library.playlist.make import Entry, Playlist

Step = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]


class PlaylistTrack(Printed, frozen=True):
    """A track of a playlist, and the step to it from the track before it; the first one has none."""

    path: PathText
    path_b64: PathBase64
    tags: TagsOrNull
    duration_s: Seconds
    tempo_bpm: float | None
    key: str | None
    camelot: Annotated[str | None, Meta(description="key on the Camelot wheel: 8A is A minor.")]
    distance: Annotated[
        Step | None, Meta(description="The step. No unit; only comparable within one metric.")
    ]
    closer_than: Annotated[
        Share | None, Meta(description="Share of the library's pairs that are farther apart.")
    ]
    misfits: Annotated[
        tuple[Literal["tempo", "key"], ...],
        Meta(description="With --mix: what does not fit the track before, as no track that fits was left."),
    ]
    level: Annotated[
        Share | None, Meta(description="With --arc: the share of the library that has less of it.")
    ]


class PlaylistObject(Printed, frozen=True):
    """Output of `playlist --json`."""

    kind: Literal["like", "from-to", "arc", "mix", "diverse"]
    metric: str
    preset: str
    seed: int | None
    duration_s: Seconds
    tracks: tuple[PlaylistTrack, ...]


def playlist_json(playlist: "Playlist", *, metric: str, preset: str) -> bytes:
    """The JSON of a playlist."""
    return msgspec.json.encode(
        PlaylistObject(
            kind=playlist.wish.kind.value,
            metric=metric,
            preset=preset,
            seed=playlist.wish.seed,
            duration_s=playlist.seconds,
            tracks=tuple(map(_track, playlist.entries)),
        )
    )


def _track(entry: "Entry") -> PlaylistTrack:
    key = key_named(entry.record.details.get("key"))
    return PlaylistTrack(
        path=utf8_text(entry.path),
        path_b64=base64_unless_utf8(entry.path),
        tags=entry.record.tags,
        duration_s=float(entry.record.details["duration_s"]),
        tempo_bpm=entry.record.fingerprint["tempo_bpm"],
        key=None if key is None else key.name,
        camelot=None if key is None else key.camelot,
        distance=entry.distance,
        closer_than=entry.share_farther,
        misfits=entry.broken,
        level=entry.level,
    )
