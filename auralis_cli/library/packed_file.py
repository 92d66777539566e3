"""The packed file: a NumPy archive beside the cache, believed only if it is whole and fits the cache.

It holds numbers alone; what is wrong with it makes it worthless, never an error.
"""

import contextlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName
from auralis_cli.similarity.learned import KNOTS, VERSION, LearnedMetric
from auralis_cli.system.atomic_file import replace_file
from auralis_cli.system.safe_open import open_to_read

if TYPE_CHECKING:
    from auralis_cli.library.fingerprints import Fingerprints

SUFFIX: Final = ".packed.npz"
FORMAT: Final = f"auralis fingerprints 2, metric {VERSION}"

_WIDTH: Final = len(keys())
_TYPES: Final = {
    "rows": (np.int64, ()),
    "folders": (np.int64, ()),
    "durations_s": (np.float32, ()),
    "keys": (np.int8, ()),
    "coordinates": (np.float32, (_WIDTH,)),
}
_UNREADABLE: Final = (
    *(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error),
    TypeError,  # it is a single array
    *(NotImplementedError, RuntimeError),  # it is packed or locked in a way that Python does not know
)
"""What NumPy raises about a file that is not such an archive."""

_METRIC: Final = {"quantiles": (_WIDTH, KNOTS), "whitening": (_WIDTH, _WIDTH)}


def packed_path(cache: Path) -> Path:
    """Where the packed file of this cache is."""
    return cache.with_name(cache.name + SUFFIX)


def read_packed(cache: Path, analyzer: AnalyzerName, state: str) -> tuple[Any, ...] | None:
    """The parts of `Fingerprints` as written for this state of the cache; None if there are none."""
    try:
        with (
            open(open_to_read(str(packed_path(cache))), "rb") as file,
            np.load(file, allow_pickle=False) as parts,
        ):
            if parts["head"].tolist() != [FORMAT, str(analyzer), state]:
                return None
            return _checked(parts)
    except _UNREADABLE:
        return None


def _checked(parts: Mapping[str, Any]) -> tuple[Any, ...] | None:
    count = len(parts["rows"])
    columns = []
    for name, (kind, shape) in _TYPES.items():
        column = parts[name]
        if column.dtype != kind or column.shape != (count, *shape):
            return None
        columns.append(column)
    if "quantiles" not in parts:
        return (*columns, None, None)
    placed = parts["placed"]
    metric = {name: parts[name] for name in _METRIC}
    fits = all(
        metric[name].shape == shape and metric[name].dtype == np.float32 for name, shape in _METRIC.items()
    )
    if not fits or placed.shape != (count, _WIDTH) or placed.dtype != np.float32:
        return None
    return (*columns, LearnedMetric(**metric), placed)


def write_packed(cache: Path, analyzer: AnalyzerName, state: str, found: "Fingerprints") -> None:
    """Writes the file; does nothing where that is not possible."""
    arrays = {name: getattr(found, name) for name in _TYPES}
    if found.learned is not None and found.placed is not None:
        arrays |= {**found.learned._asdict(), "placed": found.placed}
    content = io.BytesIO()
    np.savez(content, head=np.array([FORMAT, str(analyzer), state]), **arrays)
    with contextlib.suppress(OSError):  # read-only folder, full disk: it is made again the next time
        replace_file(str(packed_path(cache)), content.getbuffer())
