"""How maps of tracks can be laid out. Apart from `sound_map`, so that help needs no NumPy."""

import importlib.util
from enum import StrEnum


class Layout(StrEnum):
    """How a map is laid out."""

    PCA = "pca"
    UMAP = "umap"

    @property
    def label(self) -> str:
        """Its name in a text."""
        return self.value.upper()

    @property
    def is_installed(self) -> bool:
        """Whether what it needs beside NumPy is there."""
        return self is Layout.PCA or importlib.util.find_spec(self.value) is not None
