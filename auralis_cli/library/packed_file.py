"""The packed file: a NumPy archive beside the cache, believed only if it is whole and fits the cache.

It holds numbers alone; what is wrong with it makes it worthless, never an error.
"""

import contextlib
import io
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName
from auralis_cli.similarity.learned import KNOTS, VERSION, LearnedMetric
from auralis_cli.system.atomic_file import file_to_replace
from auralis_cli.system.safe_open import open_to_read

if TYPE_CHECKING:
    from auralis_cli.library.fingerprints import Fingerprints

SUFFIX: Final = ".packed.npz"
FORMAT: Final = f"auralis fingerprints 4, metric {VERSION}"

_WIDTH: Final = len(keys())
_TYPES: Final = {
    "rows": (np.int64, ()),
    "folders": (np.int64, ()),
    "albums": (np.int64, ()),
    "artists": (np.int64, ()),
    "durations_s": (np.float32, ()),
    "keys": (np.int8, ()),
    "coordinates": (np.float32, (_WIDTH,)),
}
_UNREADABLE: Final = (
    *(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error),
    TypeError,  # it is a single array
    *(NotImplementedError, RuntimeError),  # it is packed or locked in a way that Python does not know
    MemoryError,  # its header is nested too deeply
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
            zipfile.ZipFile(file) as archive,
        ):
            parts = _Parts(archive)
            if parts["head"].tolist() != [FORMAT, str(analyzer), state]:
                return None
            return _checked(parts)
    except _UNREADABLE:
        return None


class _Parts:
    """The arrays of an archive, as they lie in it: `np.load` takes three times as long to copy them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = frozenset(archive.namelist())

    def __contains__(self, name: str) -> bool:
        return f"{name}.npy" in self._names

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The array, which cannot be written to. Raises one of _UNREADABLE."""
        member = self._archive.getinfo(f"{name}.npy")
        if member.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{name} is compressed, and may be of any size")
        content = self._archive.read(member)  # it compares the checksum
        stream = io.BytesIO(content)
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError(f"{name} has another header than the short one")
        shape, by_columns, kind = np.lib.format.read_array_header_1_0(stream)
        flat = np.frombuffer(content, kind, offset=stream.tell())
        return flat.reshape(shape, order="F" if by_columns else "C")


def _checked(parts: _Parts) -> tuple[Any, ...] | None:
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
    head = np.array([FORMAT, str(analyzer), state])
    # A read-only folder, a full disk: it is made again the next time.
    with (
        contextlib.suppress(OSError),
        file_to_replace(str(packed_path(cache))) as path,
        open(path, "wb") as file,
    ):
        np.savez(file, head=head, **arrays)
