"""The tags of a file: what people say about its music. Hostile text until it is shown safely."""

from typing import Annotated, Final

import msgspec

MAX_TAG_CHARACTERS: Final = 1_000
"""Of one text; a worker cuts longer ones."""

MAX_TAG_NUMBER: Final = 65_535
NAME_DASH: Final = "–"
"""Between artist and title."""

_UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_END: Final = "$(?!\n)"
"""In Python a `$` alone lets a line feed follow."""
_NO_CONTROLS: Final = f"^[^\x00-\x1f\x7f-\x9f]+{_END}"

TagText = Annotated[str, msgspec.Meta(max_length=MAX_TAG_CHARACTERS, pattern=_NO_CONTROLS)]
"""Not empty, without control characters."""
TagNumber = Annotated[int, msgspec.Meta(ge=0, le=MAX_TAG_NUMBER)]
MusicBrainzId = Annotated[
    str, msgspec.Meta(max_length=MAX_TAG_CHARACTERS, pattern=f"^{_UUID}(; {_UUID})*{_END}")
]
"""A UUID in lower case, or several: a track may have two artists."""


class Tags(msgspec.Struct, frozen=True):
    """What a file says about its music; None for what it does not say. Several values are joined by "; "."""

    title: TagText | None = None
    artist: TagText | None = None
    album_artist: TagText | None = None
    album: TagText | None = None
    genre: TagText | None = None
    date: TagText | None = None
    """As it is written: "1959", "1959-08-17"."""
    track: TagNumber | None = None
    track_total: TagNumber | None = None
    disc: TagNumber | None = None
    disc_total: TagNumber | None = None
    compilation: bool | None = None
    isrc: TagText | None = None
    musicbrainz_recording_id: MusicBrainzId | None = None
    musicbrainz_track_id: MusicBrainzId | None = None
    musicbrainz_album_id: MusicBrainzId | None = None
    musicbrainz_artist_id: MusicBrainzId | None = None
    musicbrainz_album_artist_id: MusicBrainzId | None = None
    musicbrainz_release_group_id: MusicBrainzId | None = None

    @property
    def name(self) -> str | None:
        """`Artist – Title`; None where one of the two is not known."""
        artist = self.artist or self.album_artist
        return None if artist is None or self.title is None else f"{artist} {NAME_DASH} {self.title}"


class SparseTags(Tags, frozen=True, omit_defaults=True):
    """The same as workers and sidecars write it: without what there is none of."""

    @classmethod
    def of(cls, tags: Tags | None) -> "SparseTags | None":
        """These tags; None for those that were never read."""
        return None if tags is None else cls(*msgspec.structs.astuple(tags))


def whole_tags(tags: SparseTags | None) -> Tags | None:
    """The tags that were written; None where there are none."""
    return None if tags is None else Tags(*msgspec.structs.astuple(tags))


TAG_NAMES: Final = Tags.__struct_fields__
"""In the order in which they are stored and shown."""
NO_TAGS: Final = Tags()
"""Of a file that has none."""
