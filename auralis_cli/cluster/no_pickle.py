"""What comes from the cluster cannot run code here.

Dask reads messages before this program sees them, and unpickles exceptions and more. So this process
unpickles nothing at all from the moment that it talks to a cluster: Python asks audit hooks before a pickle
may use a class or a function, and without these it is only data.
"""

import sys
from typing import Any, Final

_HARMLESS: Final = frozenset({("builtins", "bytes")})
"""Dask names the type of raw bytes by a pickle."""
_EVENT: Final = "pickle.find_class"


class PickleRefusedError(TypeError):
    """A pickle wanted something of Python. Dask takes a TypeError for one that cannot be read."""


_refusing: list[bool] = []


def refuse_pickles() -> None:
    """From now on no pickle can be read in this process that is more than data. It cannot be undone."""
    if not _refusing:
        _refusing.append(True)
        sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event == _EVENT and tuple(args[:2]) not in _HARMLESS:
        raise PickleRefusedError(f"a pickle from the cluster wanted {args[0]}.{args[1]}: refused")
