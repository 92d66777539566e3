"""Two-dimensional maps of tracks: what sounds alike lies close together.

PCA is the projection that keeps most of the variance. It needs NumPy alone, but keeps few neighbours. UMAP
(McInnes, Healy and Melville 2018, arXiv:1802.03426) is made to keep them. Of the ten nearest of 1,447 sounds
and tracks of eight games PCA keeps 13 %, UMAP 36 %, and PaCMAP, which was tried too, 28 %. The same tracks,
layout and version of umap-learn give the same map.
"""

import warnings
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from auralis_cli.library.layout_names import Layout
from auralis_cli.similarity.matrix import Floats

_SEED: Final = 25
MIN_TRACKS: Final = 30
"""For fewer, UMAP's neighbourhoods would be most of the library."""
NEIGHBOURS: Final = 15
MANY_TRACKS: Final = 20_000
EPOCHS_OF_MANY: Final = 100
"""Fewer than UMAP's usual 200: of 50,000 tracks 50 and 100 keep as many neighbours, within the error."""


def lay_out(points: Floats, layout: Layout) -> tuple[Floats, Layout]:
    """Places (n, 2) for points (n, 25), whose distance is the sum of |a - b|, and how they were laid out.

    Centred, the 98th percentile of |x| and |y| is 1. Fewer than MIN_TRACKS are always laid out by PCA.
    ImportError where the layout's package is missing.
    """
    if len(points) < 3:
        return np.array([[index, 0] for index in range(len(points))], dtype=np.float32).reshape(
            -1, 2
        ), Layout.PCA
    if len(points) < MIN_TRACKS:
        layout = Layout.PCA
    return _framed(_LAYOUTS[layout](points)), layout


def _pca(points: Floats) -> Floats:
    centred = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    axes = vectors[:, :-3:-1]
    axes *= np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1, 1)  # eigenvectors have no sign
    found: Floats = (centred @ axes).astype(np.float32)
    return found


def _umap(points: Floats) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a seed means one thread
        import umap

        model = umap.UMAP(
            n_neighbors=NEIGHBOURS,
            metric="manhattan",
            random_state=_SEED,
            init=_start(points),
            n_epochs=EPOCHS_OF_MANY if len(points) > MANY_TRACKS else None,
        )
        return np.asarray(model.fit_transform(points), dtype=np.float32)


_LAYOUTS: Final[Mapping[Layout, Callable[[Floats], Floats]]] = {
    Layout.PCA: _pca,
    Layout.UMAP: _umap,
}


def _start(points: Floats) -> Floats:
    """What UMAP starts from: the PCA, so that what is far apart stays so."""
    start = _pca(points)
    return start / np.float32(max(float(start.std()), 1e-9)) * np.float32(10)


def _framed(places: Floats) -> Floats:
    """Turned so that the map is widest from left to right, as screens are."""
    turned = _pca(places)
    centred = turned - np.median(turned, axis=0)
    reach = float(np.percentile(np.abs(centred), 98))
    framed: Floats = (centred / (reach or 1)).astype(np.float32)
    return framed
