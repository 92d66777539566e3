"""Group temporal: tempo, its steadiness, onsets and silence. All but silence come from one mel onset flux."""

import warnings
from dataclasses import dataclass

import librosa
import numpy as np

from auralis_cli.reference.pulse_clarity import rhythm_stability
from auralis_cli.reference.signal import Audio
from auralis_cli.reference.stft import Spectrogram
from auralis_cli.reference.tempo import Tempo, estimate_tempo, tempo_envelope
from auralis_cli.reference.value import Flags, Floats, Undefined, Value

MEL_BANDS = 40
MEL_RANGE_HZ = (30.0, 11_025.0)
LEVEL_REACH_S = 1.0
MEAN_REACH_S = 0.25
MEAN_MARGIN = 0.025
NEIGHBOUR_FRAMES = 3


@dataclass(frozen=True)
class OnsetFlux:
    """Per short frame: the rise of the compressed mel bands since the frame before, and their sum."""

    flux: Floats
    level: Floats
    frame_rate_hz: float


def temporal_dimensions(
    audio: Audio, short: Spectrogram, active: Flags
) -> tuple[dict[str, Value], Tempo | None]:
    """The four dimensions of a track whose mid channel is not silent, and the tempo with its levels."""
    onset = onset_flux(short)
    envelope = tempo_envelope(onset.flux, onset.frame_rate_hz)
    tempo = estimate_tempo(envelope, onset.frame_rate_hz, audio.duration_s)
    dimensions: dict[str, Value] = {
        "transient_density": count_onsets(onset, active) / audio.duration_s,
        "silence_ratio": silence_ratio(active),
    }
    if isinstance(tempo, Undefined):
        return dimensions | {"tempo_bpm": tempo, "rhythm_stability": tempo}, None
    stability = rhythm_stability(envelope, onset.frame_rate_hz, tempo.beat_frames)
    return dimensions | {"tempo_bpm": tempo.bpm, "rhythm_stability": stability}, tempo


def silence_ratio(active: Flags) -> float:
    """Share of short frames that are not active."""
    return float(1 - active.mean())


def onset_flux(short: Spectrogram) -> OnsetFlux:
    """c = ∛(40 HTK mel sums of the magnitude); flux = Σ max(0, c_t - c_{t-1}), level = Σ c_t.

    Before the first frame there is silence, so flux_0 = level_0.
    """
    low_hz, high_hz = MEL_RANGE_HZ
    with warnings.catch_warnings():
        # Below a rate of 22.05 kHz the highest triangles lie above the Nyquist frequency and stay empty.
        warnings.filterwarnings("ignore", message="Empty filters")
        triangles = librosa.filters.mel(
            sr=short.rate_hz,
            n_fft=short.size_samples,
            n_mels=MEL_BANDS,
            fmin=low_hz,
            fmax=high_hz,
            htk=True,
            norm=None,
            dtype=np.float64,
        )
    compressed = np.cbrt(triangles[:, : short.frequency_hz.size] @ short.magnitude)
    rise = np.diff(compressed, axis=1, prepend=0.0)
    return OnsetFlux(np.maximum(rise, 0).sum(axis=0), compressed.sum(axis=0), short.frame_rate_hz)


def count_onsets(onset: OnsetFlux, active: Flags) -> int:
    """Peaks of r = flux / the largest level within ±1 s.

    An onset is an active frame whose r is above each of the 3 before and not below any of the 3 after, and at
    least 0.025 above the mean of r over ±0.25 s. This mean is over the frames of the track centred in
    that range, which are equally many at every usual sample rate.
    """
    frames = onset.flux.size
    level_reach = int(LEVEL_REACH_S * onset.frame_rate_hz)
    mean_reach = int(MEAN_REACH_S * onset.frame_rate_hz)
    loudest = np.array(
        [onset.level[max(0, t - level_reach) : t + level_reach + 1].max() for t in range(frames)]
    )
    relative = np.divide(onset.flux, loudest, out=np.zeros(frames), where=loudest > 0)
    return sum(
        bool(active[t])
        and _is_peak(relative, t)
        and relative[t] >= _mean_around(relative, t, mean_reach) + MEAN_MARGIN
        for t in range(frames)
    )


def _is_peak(relative: Floats, t: int) -> bool:
    before = relative[max(0, t - NEIGHBOUR_FRAMES) : t]
    after = relative[t + 1 : t + 1 + NEIGHBOUR_FRAMES]
    return bool((relative[t] > before).all() and (relative[t] >= after).all())


def _mean_around(relative: Floats, t: int, reach: int) -> float:
    return float(relative[max(0, t - reach) : t + reach + 1].mean())
