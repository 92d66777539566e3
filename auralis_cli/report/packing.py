"""Columns of a page as text: packed by zlib, written in base64, so that none of it can be read as HTML."""

import base64
import zlib
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

_LEVEL: Final = 6
_TYPES: Final = {"float32": "f32", "int16": "i16", "uint8": "u8"}


def packed_json(value: Any) -> dict[str, str]:
    """Anything that JSON can hold."""
    return {"type": "json", "data": _packed(msgspec.json.encode(value))}


def packed_array(array: NDArray[Any]) -> dict[str, str]:
    """An array of float32, int16 or uint8, row after row, little-endian."""
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return {"type": _TYPES[array.dtype.name], "data": _packed(little.tobytes())}


def rounded(numbers: NDArray[np.float32], decimals: int) -> NDArray[np.float32]:
    """With one decimal more than is shown: they pack into a third, and no picture shows the difference."""
    return np.round(numbers.astype(np.float64), decimals + 1).astype(np.float32)


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, _LEVEL)).decode("ascii")
