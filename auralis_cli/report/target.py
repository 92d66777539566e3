"""What a page needs before it is made, and the file that it becomes."""

import importlib.util
import os
from typing import Final

from auralis_cli.library.layout_names import Layout
from auralis_cli.model.errors import ConfigError
from auralis_cli.system.atomic_file import file_to_replace

MADE_BY: Final = b'<meta name="generator" content="auralis '
"""What each page begins with; only such a file is replaced."""
_HEAD_BYTES: Final = 4096


def check_page_maker(instead: str) -> None:
    """Raises ConfigError where Bokeh is missing; `instead` is what to do without it."""
    if importlib.util.find_spec("bokeh") is None:
        raise ConfigError(
            "cannot make a page: Bokeh is not installed; run pip install '.[report]' in the checkout, or "
            f"{instead}"
        )


def check_layout(layout: Layout | None) -> Layout:
    """The layout of the map: the asked one, or the best that is installed. ConfigError if it is missing."""
    if layout is None:
        return Layout.UMAP if Layout.UMAP.is_installed else Layout.PCA
    if not layout.is_installed:
        raise ConfigError(
            f"cannot lay out the map by {layout.label}: it is not installed; run pip install '.[map]' in the "
            "checkout, or use --map pca"
        )
    return layout


def check_target(path: str) -> None:
    """Raises ConfigError where no page should be written, such as over a file that is none."""
    if not path.lower().endswith((".html", ".htm")):
        raise ConfigError(f"cannot write the page to {path}: its name has to end with .html")
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise ConfigError(
            f"cannot write the page to {path}: there is no folder {folder}; make it, or name another file"
        )
    if os.path.lexists(path) and not os.path.isfile(path):
        raise ConfigError(f"cannot write the page to {path}: it is not a file; name another one")
    if os.path.exists(path) and not _is_report(path):
        raise ConfigError(
            f"cannot write the page to {path}: it exists and is no page of auralis; name another file"
        )


def _is_report(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return MADE_BY in file.read(_HEAD_BYTES)
    except OSError as error:
        raise ConfigError(
            f"cannot write the page to {path}: {error.strerror or error}; name another file"
        ) from error


def write_file(path: str, html: str) -> None:
    """Writes the file whole or not at all. ConfigError where that cannot be."""
    try:
        with file_to_replace(path) as temporary, open(temporary, "w", encoding="utf-8", newline="\n") as file:
            file.write(html)
    except OSError as error:
        raise ConfigError(
            f"cannot write the page to {path}: {error.strerror or error}; name another file, or free space"
        ) from error
