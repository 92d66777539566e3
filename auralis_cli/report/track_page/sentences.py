"""What a reader should see at once, in plain sentences with the figures: of one track, or of what differs."""

from collections.abc import Iterator, Sequence
from typing import Final

from auralis_cli.library.musical_key import key_named
from auralis_cli.render.comparison import relation_words
from auralis_cli.render.formats import format_number
from auralis_cli.report.track_page.portrait import BALANCE_DB, level, portrait, runs, stereo_field
from auralis_cli.report.track_page.seen import SeenTrack
from auralis_cli.report.track_page.spectral_sentences import spectral_differences
from auralis_cli.similarity.coordinates import TEMPO
from auralis_cli.similarity.recording import relate

HEARD_LU: Final = 0.2
"""A smaller difference in loudness is not told; levels in dB likewise."""
_RANGE_LU: Final = 0.5
_CREST_DB: Final = 0.5
_WIDTH: Final = 0.02
_TEMPO_SHARE: Final = 0.01
_LENGTH_S: Final = 0.1


def differences(a: SeenTrack, b: SeenTrack) -> list[str]:
    """What b is to a, and how it differs: none about what does not, but for the loudness."""
    relation = relate(a.record, b.record)
    found = [*_loudness(a, b), *_peaks(a, b), *_clipping(a, b), *spectral_differences(a, b)]
    found += [*_stereo(a, b), *_time(a, b), *_music(a, b)]
    words = relation_words(relation._replace(gain_db=0.0))
    what = [f"{b.letter} is {words[0]}"] if words else []
    return [f"{each[0].upper()}{each[1:]}." for each in (*what, *found)]


def _loudness(a: SeenTrack, b: SeenTrack) -> Iterator[str]:
    if a.lufs is None or b.lufs is None:
        silent = [track.letter for track in (a, b) if track.lufs is None]
        has = "have" if len(silent) > 1 else "has"
        yield f"{' and '.join(silent)} {has} no loudness: too quiet or too short"
        return
    more = b.lufs - a.lufs
    one, other = level(a.lufs), level(b.lufs)
    pair = f"{other} LUFS" if one == other else f"{other} against {one} LUFS"
    text = (
        f"{b.letter} is {format_number(abs(more), 1)} LU {'louder' if more > 0 else 'quieter'} ({pair})"
        if abs(more) >= HEARD_LU
        else f"{b.letter} is as loud as {a.letter} ({pair})"
    )
    narrow, wide = a.details.loudness_range_lu, b.details.loudness_range_lu
    if narrow is not None and wide is not None and abs(wide - narrow) >= _RANGE_LU:
        by = f"{format_number(abs(wide - narrow), 1)} LU {'wider' if wide > narrow else 'narrower'}"
        text += f", with a loudness range {by}"
    yield text


def _peaks(a: SeenTrack, b: SeenTrack) -> Iterator[str]:
    name, unit = "true_peak_dbtp", "dBTP"
    if a.details.true_peak_dbtp is None or b.details.true_peak_dbtp is None:
        name, unit = "sample_peak_dbfs", "dBFS"
    one, other = getattr(a.details, name), getattr(b.details, name)
    if one is None or other is None:
        return
    more = other - one
    parts = []
    if abs(more) >= HEARD_LU:
        pair = f"{level(other)} against {level(one)} {unit}"
        parts.append(
            f"the peaks of {b.letter} are {format_number(abs(more), 1)} dB {_nearer(one, other)} ({pair})"
        )
    if a.lufs is not None and b.lufs is not None:
        lower = (one - a.lufs) - (other - b.lufs)
        if abs(lower) >= _CREST_DB:
            subject = "they stand" if parts else f"the peaks of {b.letter} stand"
            less = "less" if lower > 0 else "more"
            parts.append(f"{subject} {format_number(abs(lower), 1)} dB {less} above its loudness")
    if parts:
        yield ", and ".join(parts)


def _nearer(one: float, other: float) -> str:
    if max(one, other) > 0:
        return "higher" if other > one else "lower"
    return "closer to full scale" if other > one else "farther from full scale"


def _clipping(a: SeenTrack, b: SeenTrack) -> Iterator[str]:
    one, other = (0 if track.details.clipping is None else track.details.clipping.runs for track in (a, b))
    if one != other:
        yield f"{b.letter} has {runs(other)}, {a.letter} {format_number(one, 0) if one else 'none'}"


def _stereo(a: SeenTrack, b: SeenTrack) -> Iterator[str]:
    mono = [track.letter for track in (a, b) if track.details.channels == 1]
    if len(mono) == 1:
        yield f"{mono[0]} has one channel, {b.letter if mono[0] == a.letter else a.letter} has more"
    one, other = stereo_field(a), stereo_field(b)
    if one is None or other is None:
        return
    parts = []
    if abs(other[0] - one[0]) >= _WIDTH:
        wider = "wider" if other[0] > one[0] else "narrower"
        parts.append(f"is {wider} (median width {other[0]:.2f} against {one[0]:.2f})")
    if abs(other[1] - one[1]) >= BALANCE_DB:
        side = "left" if other[1] > one[1] else "right"
        parts.append(f"leans {format_number(abs(other[1] - one[1]), 1)} dB more to the {side}")
    if parts:
        yield f"{b.letter} {' and '.join(parts)}"


def _time(a: SeenTrack, b: SeenTrack) -> Iterator[str]:
    if b.lag_s != a.lag_s:
        later = b.lag_s - a.lag_s
        when, shift = ("later", "earlier") if later > 0 else ("earlier", "later")
        amount = f"{format_number(abs(later), 1)} s"
        yield f"the music of {b.letter} comes about {amount} {when}; its curves are drawn that much {shift}"
    longer = b.trace.duration_s - a.trace.duration_s
    if abs(longer) >= _LENGTH_S:
        amount = f"{format_number(abs(longer), 1)} s"
        yield f"{b.letter} is {amount} {'longer' if longer > 0 else 'shorter'}" + _silence(a, b)


def _silence(a: SeenTrack, b: SeenTrack) -> str:
    lead = b.details.leading_silence_s - a.details.leading_silence_s
    tail = b.details.trailing_silence_s - a.details.trailing_silence_s
    told = [
        f"{format_number(abs(more), 1)} s {'more' if more > 0 else 'less'} silence at its {where}"
        for more, where in ((lead, "start"), (tail, "end"))
        if abs(more) >= _LENGTH_S
    ]
    return f", with {' and '.join(told)}" if told else ""


def _music(a: SeenTrack, b: SeenTrack) -> Iterator[str]:
    one, other = a.record.fingerprint[TEMPO], b.record.fingerprint[TEMPO]
    if one is not None and other is not None and abs(other / one - 1) >= _TEMPO_SHARE:
        yield f"{b.letter} has {format_number(other, 1)} BPM, {a.letter} {format_number(one, 1)}"
    keys = [key_named(track.details.key) for track in (a, b)]
    if keys[0] is not None and keys[1] is not None and keys[0] != keys[1]:
        yield f"the key of {b.letter} is estimated as {keys[1].name}, that of {a.letter} as {keys[0].name}"


def sentences_of(tracks: Sequence[SeenTrack]) -> list[tuple[str, list[str]]]:
    """By letters: of each track but the first how it differs from that; of a single one what it is like."""
    if len(tracks) == 1:
        return [(tracks[0].letter, portrait(tracks[0]))]
    return [(track.letter, differences(tracks[0], track)) for track in tracks[1:]]
