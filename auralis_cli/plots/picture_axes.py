"""The axes of pictures: from where to where they go, where they have numbers, and what is written there."""

import math
from typing import Final

from matplotlib.axes import Axes
from matplotlib.axis import Axis as DrawnAxis
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    MultipleLocator,
    NullLocator,
)

from auralis_cli.plots.figure import Axis, Tone
from auralis_cli.plots.look import Look
from auralis_cli.plots.palette import hex_of
from auralis_cli.plots.picture_text import one_line

HAIR_PT: Final = 0.6
_CLOCK_STEPS_S: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000)
_MINUS: Final = "\N{MINUS SIGN}"
_LABEL_LETTERS: Final = 30
_THOUSAND: Final = 1000


def dress(axes: Axes, x: Axis, y: Axis, look: Look, most_ticks: tuple[int, int]) -> None:
    """Gives the axes their ranges, scales, numbers, grid and labels; `most_ticks` for x and y."""
    axes.set_xscale("log" if x.is_log else "linear")
    axes.set_yscale("log" if y.is_log else "linear")
    axes.set_xlim(x.low, x.high)
    axes.set_ylim(y.low, y.high)
    for side, has_axis in (("top", False), ("right", False), ("bottom", x.is_shown), ("left", y.is_shown)):
        axes.spines[side].set_visible(has_axis)
    for spine in axes.spines.values():
        spine.set(color=hex_of(Tone.MUTED, look.ground), linewidth=HAIR_PT)
    axes.set_axisbelow(True)
    for drawn, axis, most in ((axes.xaxis, x, most_ticks[0]), (axes.yaxis, y, most_ticks[1])):
        _dress_one(drawn, axis, look, most)


def _dress_one(drawn: DrawnAxis, axis: Axis, look: Look, most: int) -> None:
    drawn.set_minor_locator(NullLocator())
    if not axis.is_shown:
        drawn.set_visible(False)
        return
    drawn.set_label_text(one_line(axis.label, 80), color=hex_of(Tone.INK, look.ground))
    muted, grid = hex_of(Tone.MUTED, look.ground), hex_of(Tone.LINE, look.ground)
    drawn.set_tick_params(color=muted, labelcolor=muted, width=HAIR_PT, length=2.5)
    if axis.has_grid:
        drawn.grid(color=grid, linewidth=HAIR_PT)
    if axis.ticks is not None:
        labels = {place: one_line(label, _LABEL_LETTERS) for place, label in axis.ticks}
        drawn.set_major_locator(FixedLocator(sorted(labels)))
        drawn.set_major_formatter(FuncFormatter(lambda place, _: labels[place]))
    elif axis.is_log:
        drawn.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=2 * most))
        drawn.set_major_formatter(FuncFormatter(lambda place, _: plain_number(place)))
    elif axis.is_time:
        step = _clock_step(abs(axis.high - axis.low) / most)
        drawn.set_major_locator(MultipleLocator(step))
        drawn.set_major_formatter(FuncFormatter(lambda place, _: clock(place, step)))
    else:
        drawn.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10]))
        drawn.set_major_formatter(FuncFormatter(lambda place, _: plain_number(place)))


def _clock_step(least: float) -> float:
    longest = _CLOCK_STEPS_S[-1]
    return next((step for step in _CLOCK_STEPS_S if step >= least), math.ceil(least / longest) * longest)


def plain_number(value: float) -> str:
    """As short as it is exact to six digits; 2,000 is `2k`."""
    if abs(value) >= _THOUSAND:
        return f"{value / _THOUSAND:g}k".replace("-", _MINUS)
    return f"{round(value, 9) + 0.0:g}".replace("-", _MINUS)


def clock(seconds: float, step: float) -> str:
    """`2:05`, `1:02:05`; with tenths where the steps are shorter than a second."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest / 10:04.1f}" if step < 1 else f"{rest // 10:02d}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"
