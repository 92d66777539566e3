"""The tags of a file as columns of its row."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from auralis_cli.model.tags import TAG_NAMES, Tags

TAG_COLUMNS: Final = ("tags_read", *TAG_NAMES)
"""`tags_read` is NULL where the tags were never read, else 1."""


def tag_columns(tags: Tags | None) -> tuple[Any, ...]:
    """The values of TAG_COLUMNS; None for tags that were never read."""
    if tags is None:
        return (None,) * len(TAG_COLUMNS)
    return (1, *msgspec.structs.astuple(tags))


def tags_from_columns(columns: Sequence[Any]) -> Tags | None:
    """The tags in these values of TAG_COLUMNS. msgspec.ValidationError for what a worker never says."""
    if columns[0] is None:
        return None
    said = {name: value for name, value in zip(TAG_NAMES, columns[1:], strict=True) if value is not None}
    if said.get("compilation") in (0, 1):  # SQLite has no booleans
        said["compilation"] = bool(said["compilation"])
    return msgspec.convert(said, Tags)
