"""The tags of a file as columns of its row."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from auralis_cli.model.tags import MAX_TAG_CHARACTERS, TAG_NAMES, TagNumber, Tags

TAG_COLUMNS: Final = ("tags_read", *TAG_NAMES)
"""`tags_read` is NULL where the tags were never read, else 1."""

_COMPILATION: Final = TAG_NAMES.index("compilation")
_IDS: Final = slice(next(at for at, name in enumerate(TAG_NAMES) if name.startswith("musicbrainz")), None)
_BOOLEANS: Final = {0: False, 1: True}
_ID: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_Text = Annotated[str, Meta(min_length=1, max_length=MAX_TAG_CHARACTERS)] | None


def _kind(name: str) -> Any:
    if name == "compilation":
        return bool | None
    return TagNumber | None if name in ("track", "track_total", "disc", "disc_total") else _Text


_Columns: Final = msgspec.defstruct(
    "_Columns", [(name, _kind(name)) for name in TAG_NAMES], array_like=True, frozen=True
)
"""The rules of `Tags` but for what texts look like, which takes ten times as long as all others."""


def tag_columns(tags: Tags | None) -> tuple[Any, ...]:
    """The values of TAG_COLUMNS; None for tags that were never read."""
    if tags is None:
        return (None,) * len(TAG_COLUMNS)
    return (1, *msgspec.structs.astuple(tags))


def tags_from_columns(columns: Sequence[Any]) -> Tags | None:
    """The tags in these values of TAG_COLUMNS. msgspec.ValidationError for what a worker never says."""
    read, *values = columns
    if read is None:
        return None
    said = values[_COMPILATION]  # SQLite has no booleans
    if isinstance(said, int):
        values[_COMPILATION] = _BOOLEANS.get(said, said)
    msgspec.convert(values, _Columns)
    texts = "".join([value for value in values[: _IDS.start] if value.__class__ is str])
    ids = [value for value in values[_IDS] if value is not None]
    # What is printable has no control characters, and nearly all texts are; an id may be that of two artists.
    if not texts.isprintable() or not all(map(_ID.fullmatch, ids)):
        return msgspec.convert(dict(zip(TAG_NAMES, values, strict=True)), Tags)
    return Tags(*values)
