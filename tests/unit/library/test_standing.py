"""How values stand among those of other tracks."""

import numpy as np

from auralis_cli.library.standing import most_telling, standing
from auralis_cli.model.dimensions import dimensions, keys

LUFS, TEMPO = keys().index("lufs"), keys().index("tempo_bpm")


def usual(tracks: int) -> np.ndarray:
    middles = [(d.usual_low + d.usual_high) / 2 for d in dimensions()]
    return np.tile(np.array(middles, dtype=np.float32), (tracks, 1))


def test_deviations_are_counted_from_the_median() -> None:
    values = usual(101)
    values[:, LUFS] = np.linspace(-30, -10, 101)
    found = standing(values)[:, LUFS]
    assert found[50] == 0
    np.testing.assert_allclose(found[84] - found[16], 2, rtol=0, atol=1e-5)


def test_what_all_have_in_common_tells_nothing() -> None:
    assert (standing(usual(10)) == 0).all()


def test_the_farthest_value_tells_most_and_null_nothing() -> None:
    values = usual(50)
    values[7, LUFS] = -2
    values[7, TEMPO] = np.nan
    stands = standing(values)
    assert np.isnan(stands[7, TEMPO])
    told = most_telling(stands)
    assert told.shape == (50, 5)
    assert told[7, 0] == LUFS
    assert TEMPO not in told[7]
