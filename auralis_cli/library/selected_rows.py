"""The tracks that a query finds, for those who work on the packed fingerprints."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.selection import Selection, open_selection
from auralis_cli.store.cache_file import cache_errors, open_for_reading

_AT_ONCE: Final = 500


def selected_rows(cache: Path, selection: Selection) -> NDArray[np.int64]:
    """The `rowid` of each track that the selection finds. Raises CacheError, QueryError.

    A query may read nothing but the view, and a view has no `rowid`: so its paths are looked up.
    """
    with open_selection(cache, selection) as tracks:
        paths = [path for (path,) in tracks.rows(("path_bytes",))]
    rows: list[int] = []
    with open_for_reading(cache) as connection, cache_errors(cache, "read"):
        for start in range(0, len(paths), _AT_ONCE):
            batch = paths[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(batch))
            query = f"SELECT rowid FROM main.tracks WHERE analyzer = ? AND path IN ({marks})"
            rows += (row for (row,) in connection.execute(query, (str(selection.analyzer), *batch)))
    return np.array(rows, dtype=np.int64)
