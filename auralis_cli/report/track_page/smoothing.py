"""Series with fewer or calmer values: what a figure over a whole track can show."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from auralis_cli.model.trace import Series
from auralis_cli.plots.figure import Gappy


def slower(series: Series, step_s: float) -> Series:
    """The largest value of each step of at least so many seconds; None where there is none."""
    several = max(1, round(step_s / series.step_s))
    parts = [series.values[at : at + several] for at in range(0, len(series.values), several)]
    largest = tuple(max((value for value in part if value is not None), default=None) for part in parts)
    return msgspec.structs.replace(series, step_s=several * series.step_s, values=largest)


def smoothed(series: Series, window_s: float, decimals: int = 3) -> Gappy:
    """The mean of what is known within so many seconds round each value; None stays None."""
    known = np.array([value is not None for value in series.values])
    values = np.array([0.0 if value is None else value for value in series.values])
    means = running_mean(values, known, max(1, round(window_s / series.step_s)))
    return [round(float(mean), decimals) if one else None for mean, one in zip(means, known, strict=True)]


def running_mean(values: NDArray[np.float64], known: NDArray[np.bool_], window: int) -> NDArray[np.float64]:
    """Of the known ones among `window` values round each; 0 where none is. Unknown values are to be 0."""
    sums, counts = (np.concatenate([[0.0], np.cumsum(each)]) for each in (values, known))
    at = np.arange(len(values))
    first, last = np.maximum(at - window // 2, 0), np.minimum(at + window // 2 + 1, len(values))
    means: NDArray[np.float64] = (sums[last] - sums[first]) / np.maximum(counts[last] - counts[first], 1)
    return means
