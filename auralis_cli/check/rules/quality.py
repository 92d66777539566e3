"""Q1xx: what a file claims to be, and what is in it."""

import math
from typing import Final

from auralis_cli.check.finding import Found, Level
from auralis_cli.check.limits import Limits
from auralis_cli.check.rule import Mender, Rule
from auralis_cli.check.track import Track

CD_RATES_HZ = (44_100, 48_000)
HIGH_RATE_HZ = 64_000
"""Above it a file claims more than the rates of CD and film have."""
SHORT_S = 3.0
"""The mean of a shorter sound may lie off zero by nature."""


def band_limited(track: Track, limits: Limits) -> Found | None:
    """Lossless by its codec, but cut off as encoders do it."""
    facts = track.facts
    width, edge = facts.bandwidth_hz, facts.bandwidth_edge_db
    if not track.is_lossless or width is None or not isinstance(edge, float):
        return None
    if facts.sample_rate_hz not in CD_RATES_HZ or edge < limits.band_edge_db:
        return None
    if not limits.bandwidth_low_hz <= width < limits.bandwidth_hz:
        return None
    return _cut(width, edge, limits.bandwidth_hz, "as an encoder cuts it")


def upsampled(track: Track, limits: Limits) -> Found | None:
    """A high sample rate around the spectrum of a lower one."""
    facts = track.facts
    width, edge = facts.bandwidth_hz, facts.bandwidth_edge_db
    if not track.is_lossless or width is None or not isinstance(edge, float) or edge < limits.band_edge_db:
        return None
    if facts.sample_rate_hz < HIGH_RATE_HZ or width > limits.upsampled_hz:
        return None
    return _cut(width, edge, limits.upsampled_hz, f"in a file of {facts.sample_rate_hz / 1000:g} kHz")


def _cut(width: float, edge: float, limit: float, why: str) -> Found:
    return Found(
        f"nothing above {width / 1000:.1f} kHz, cut by {edge:.0f} dB within 500 Hz, {why}",
        width,
        limit,
        "Hz",
        limit_text=f"limit {limit / 1000:.1f} kHz",
    )


def empty_bits(track: Track, limits: Limits) -> Found | None:
    """Fewer bits in use than the file has."""
    used, depth = track.facts.effective_bits, track.facts.bit_depth
    if not used or depth is None or not track.is_lossless or depth - used < limits.empty_bits:
        return None
    if depth == 32 and used >= 24:
        return None  # no converter has more, and 32 bits are only how it was stored
    return Found(
        f"{used} of {depth} bits are used",
        float(depth - used),
        limits.empty_bits,
        "bits",
        limit_text=f"limit {limits.empty_bits:g} empty",
    )


def dc_offset(track: Track, limits: Limits) -> Found | None:
    """The waveform does not lie around zero."""
    offsets = track.facts.dc_offset
    if not offsets or track.facts.duration_s < SHORT_S:
        return None
    largest = max(offsets, key=abs)
    if abs(largest) * 100 <= limits.dc_offset_pct:
        return None
    where = "" if len(offsets) == 1 else f" in channel {offsets.index(largest) + 1}"
    return Found(
        f"DC offset {largest * 100:+.2f} % of full scale{where}",
        largest * 100,
        limits.dc_offset_pct,
        "%",
        limit_text=f"limit {limits.dc_offset_pct:g}",
    )


def noise_as_side(track: Track, limits: Limits) -> Found | None:
    """Mono, but for a side signal so weak that it can only be noise."""
    width = track.stereo_width
    if not width or width < 0 or track.facts.channel_relation != "different":
        return None
    share = 10 * math.log10(width)
    if share >= limits.side_share_db:
        return None
    return Found(
        f"the side signal has {share:.0f} dB of the power: mono with noise",
        share,
        limits.side_share_db,
        "dB",
        limit_text=f"limit {limits.side_share_db:g}",
    )


def non_finite(track: Track, _: Limits) -> Found | None:
    """Samples that are no numbers."""
    warning = track.warning("non_finite_samples")
    if warning is None:
        return None
    return Found(
        f"{warning.count:,} samples are infinite or no numbers", float(warning.count), 0.0, "samples"
    )


RULES: Final = (
    Rule(
        code="Q101",
        name="band-limited",
        level=Level.WARNING,
        what="a lossless file that is cut off as encoders cut",
        why="MP3, AAC and others leave out the top of the spectrum, the more the fewer bits they have. A "
        "lossless file with such a cut was made from a lossy one.",
        judge="Look at a spectrogram: a straight edge over the whole length. Music that is simply dark "
        "fades out instead. A broadcast at 32 kHz, and some samplers, end like this too.",
        mender=Mender.SUPPLIER,
        limits=("band_edge_db", "bandwidth_low_hz", "bandwidth_hz"),
        source="D'Alessandro and Shi, MP3 bit rate quality detection through frequency spectrum analysis, "
        "ACM MM&Sec 2009; the steepness of the edge is ours",
        of_track=band_limited,
    ),
    Rule(
        code="Q102",
        name="upsampled",
        level=Level.WARNING,
        what="a high sample rate around the spectrum of a lower one",
        why="The file is larger than its source and no better: the spectrum ends with an edge where that of "
        "a CD, or of an older recorder, ends.",
        judge="Look at a spectrogram. Tape and microphones fade out; only a resampler or a converter cuts "
        "like this.",
        mender=Mender.SUPPLIER,
        limits=("band_edge_db", "upsampled_hz"),
        source="The sampling theorem: half of the first rate, and the images of short filters above it; the "
        "steepness of the edge is ours",
        of_track=upsampled,
    ),
    Rule(
        code="Q103",
        name="empty-bits",
        level=Level.WARNING,
        what="low bits that are never used",
        why="A file of 24 bits whose lowest 8 are always zero is one of 16 bits in a larger box.",
        judge="The bits are counted, so the figure is certain. Ask for the file that the box was made for.",
        mender=Mender.SUPPLIER,
        limits=("empty_bits",),
        source="RFC 9639 (FLAC), wasted bits per sample; counted over the whole track",
        of_track=empty_bits,
    ),
    Rule(
        code="Q104",
        name="dc-offset",
        level=Level.WARNING,
        what="the waveform is not centred on zero",
        why="It takes headroom, and clicks at every cut and at the start and end.",
        judge="A high-pass filter at a few hertz removes it. Sounds of less than 3 s are left out: they may "
        "have a mean by nature.",
        mender=Mender.MASTERING,
        limits=("dc_offset_pct",),
        source="Practice of mastering and archives; the limit is ours",
        of_track=dc_offset,
    ),
    Rule(
        code="Q105",
        name="noise-as-side",
        level=Level.INFO,
        is_on=False,
        what="mono with a side signal that is only noise",
        why="A mono record, taken with a stereo cartridge or coded as joint stereo, has noise where its "
        "stereo would be.",
        judge="Listen to the difference of the channels: nothing of the music should be in it. Mixing to "
        "mono removes half of the noise.",
        mender=Mender.MASTERING,
        limits=("side_share_db",),
        source="Practice of archives; share of the side in the power, see `stereo_width`",
        of_track=noise_as_side,
    ),
    Rule(
        code="Q106",
        name="non-finite",
        level=Level.ERROR,
        what="samples that are infinite or no numbers",
        why="A program divided by zero or overflowed. A player may mute, crash or play full noise there.",
        judge="The samples are counted. Export the file again, from a program that does not overflow.",
        mender=Mender.EXPORT,
        source="IEEE 754-2019, clause 3.4: infinities and NaN",
        of_track=non_finite,
    ),
)
"""The rules of this module."""
