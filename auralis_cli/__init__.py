"""auralis: what each track of a music library sounds like, in 25 numbers.

Public: `Library` and `analyse`, their types, and `__version__`. They are loaded when they are first used, so
that `import auralis_cli` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auralis_cli.api import AuralisError, Library, Record, analyse

__all__ = ["AuralisError", "Library", "Record", "__version__", "analyse"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("auralis_cli.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
