"""True peak of ITU-R BS.1770-5, annex 2: the whole track at four times its rate, without shortcuts."""

import numpy as np
import scipy.signal

from auralis_cli.reference.value import Floats

PHASES = (
    *(0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625),
    *(
        0.9721679687500,
        -0.1022949218750,
        0.0476074218750,
        -0.0266113281250,
        0.0148925781250,
        -0.0083007812500,
    ),
    *(
        -0.0291748046875,
        0.0292968750000,
        -0.0517578125000,
        0.0891113281250,
        -0.1665039062500,
        0.4650878906250,
    ),
    *(
        0.7797851562500,
        -0.2003173828125,
        0.1015625000000,
        -0.0582275390625,
        0.0330810546875,
        -0.0189208984375,
    ),
    *(
        -0.0189208984375,
        0.0330810546875,
        -0.0582275390625,
        0.1015625000000,
        -0.2003173828125,
        0.7797851562500,
    ),
    *(
        0.4650878906250,
        -0.1665039062500,
        0.0891113281250,
        -0.0517578125000,
        0.0292968750000,
        -0.0291748046875,
    ),
    *(
        -0.0083007812500,
        0.0148925781250,
        -0.0266113281250,
        0.0476074218750,
        -0.1022949218750,
        0.9721679687500,
    ),
    *(0.1373291015625, -0.0594482421875, 0.0332031250000, -0.0196533203125, 0.0109863281250, 0.0017089843750),
)
"""The standard's table: four phases of twelve taps."""
FACTOR = 4
FILTER = np.array(PHASES).reshape(FACTOR, -1).T.ravel()
"""The 48 taps in the order of the oversampled signal."""


def true_peak(channels: Floats) -> tuple[float, float]:
    """Largest absolute value of the samples and of the oversampled signal, with silence around the track.

    channels: shape (samples, channels). The second number is where it lies, in samples from the start.
    """
    oversampled = np.abs(scipy.signal.upfirdn(FILTER, channels, up=FACTOR, axis=0)).max(axis=1)
    samples = np.abs(channels).max(axis=1)
    if samples.max() >= oversampled.max():
        return float(samples.max()), float(samples.argmax())
    return float(oversampled.max()), float(oversampled.argmax()) / FACTOR
