"""The value of a dimension: a finite number, or the reason why the audio does not define it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Undefined:
    """A dimension that this audio does not define.

    `reason` is one of `silent`, `mid_silent`, `too_short`, `below_gate`, `no_pulse`, `no_active_frame` and
    `constant_channel`.
    """

    reason: str


Value = float | Undefined
