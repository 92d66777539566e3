"""How a picture looks: as wide as a column or a page of a paper, on a light or a dark ground."""

from enum import StrEnum
from typing import Final

import msgspec

from auralis_cli.plots.palette import Ground

MADE_BY: Final = "drawn by auralis"
"""Stands near the beginning of the file of each picture."""
MM_PER_INCH: Final = 25.4
PNG_DPI: Final = 300
"""What printers ask for: 85 mm are 1,004 pixels."""


class Width(StrEnum):
    """How wide a picture is."""

    COLUMN = "column"
    """85 mm: one column of a paper."""
    WIDE = "wide"
    """180 mm: the width of a page of a paper, or of a README."""


class Kind(StrEnum):
    """The file of a picture; its name ends so."""

    SVG = "svg"
    PNG = "png"


class Look(msgspec.Struct, frozen=True):
    """Width and ground of a picture."""

    width: Width = Width.COLUMN
    ground: Ground = Ground.LIGHT

    @property
    def width_in(self) -> float:
        """Inches."""
        return (85 if self.width is Width.COLUMN else 180) / MM_PER_INCH

    @property
    def font_pt(self) -> float:
        """The size of the text in points; papers ask for 7 or 8."""
        return 7 if self.width is Width.COLUMN else 8

    @property
    def pt_per_pixel(self) -> float:
        """What a pixel of a page is here: pictures are smaller than pages, and are seen from nearer."""
        return 0.45 if self.width is Width.COLUMN else 0.6
