"""The hostile files by name, and what must come of each: an error, or an analysis, perhaps warned."""

import struct
from collections.abc import Callable
from typing import NamedTuple

from support.hostile_media import (
    ALL_ONES,
    aiff,
    alac_entry,
    apic,
    caf,
    cover,
    ebml,
    flac,
    flac_picture,
    id3v2,
    matroska,
    mp3,
    mp4,
    nested,
    ogg_page,
    opus_comment,
    opus_pages,
    sample_tables,
    wav,
)

MEGABYTE = 1 << 20


class Hostile(NamedTuple):
    """A hostile file: how it is made, and what must come of it: an error, or an analysis, perhaps warned."""

    make: Callable[[], bytes]
    fails_with: str | None = None
    warns_of: str | None = None


UNREADABLE = "unsupported_codec"
"""The code of a file that the built-in decoders refuse, where there is no ffmpeg to try."""
IMPOSSIBLE = "unsupported_format"
NOT_THERE = "nothing_decoded"
"""The code of an MP4 whose samples are larger than its media data."""

HOSTILE: dict[str, Hostile] = {
    "flac-2e36-samples": Hostile(lambda: flac(samples=(1 << 36) - 1), warns_of="truncated"),
    "flac-16-mb-picture": Hostile(lambda: flac(samples=131_070, blocks=flac_picture(16_000_000))),
    "flac-picture-claims-4-gb": Hostile(lambda: flac(samples=131_070, blocks=flac_picture(1000, ALL_ONES))),
    "flac-rate-0": Hostile(lambda: flac(samples=131_070, rate_hz=0), fails_with=UNREADABLE),
    "flac-rate-1": Hostile(lambda: flac(samples=131_070, rate_hz=1), fails_with=IMPOSSIBLE),
    "flac-8-channels-384-khz": Hostile(lambda: flac(samples=262_140, frames=4, rate_hz=384_000, channels=8)),
    "flac-bomb-5-minutes-in-4-kb": Hostile(lambda: flac(samples=0, frames=200)),
    "wav-0-channels": Hostile(lambda: wav(channels=0), fails_with=UNREADABLE),
    "wav-255-channels": Hostile(lambda: wav(channels=255), fails_with=IMPOSSIBLE),
    "wav-65535-channels": Hostile(lambda: wav(channels=65_535), fails_with=UNREADABLE),
    "wav-rate-0": Hostile(lambda: wav(rate_hz=0), fails_with=IMPOSSIBLE),
    "wav-rate-1": Hostile(lambda: wav(rate_hz=1), fails_with=IMPOSSIBLE),
    "wav-rate-2e32": Hostile(lambda: wav(rate_hz=ALL_ONES), fails_with=IMPOSSIBLE),
    "wav-0-bits": Hostile(lambda: wav(bits=0, align=4)),
    "wav-65535-bits": Hostile(lambda: wav(bits=65_535, align=4), fails_with=UNREADABLE),
    "wav-384-khz-8-channels": Hostile(
        lambda: wav(channels=8, rate_hz=384_000, bits=32, data=bytes(8 * 4 * 384_000))
    ),
    "wav-data-of-4-gb": Hostile(lambda: wav(data_size=ALL_ONES)),
    "wav-list-of-4-gb": Hostile(lambda: wav(before=b"LIST\xff\xff\xff\xffINFO"), fails_with=UNREADABLE),
    "wav-adpcm-block-65535": Hostile(lambda: wav(tag=2, bits=4, align=65_535), fails_with=UNREADABLE),
    "wav-align-0": Hostile(lambda: wav(align=0)),
    "aiff-2e32-frames": Hostile(lambda: aiff(frames=ALL_ONES)),
    "aiff-channels-minus-1": Hostile(lambda: aiff(frames=1000, channels=-1), fails_with=IMPOSSIBLE),
    "caf-2e63-packets": Hostile(
        lambda: caf(codec=b"alac", packet_table=struct.pack(">qqii", (1 << 63) - 1, 1 << 40, 0, 0)),
        fails_with=UNREADABLE,
    ),
    "caf-packet-of-2e60-bytes": Hostile(
        lambda: caf(
            codec=b"alac",
            packet_table=struct.pack(">qqii", 1, 4096, 0, 0) + b"\x90" + b"\x80" * 7 + b"\x00",
            cookie=struct.pack(">IBBBBBBHIII", 4096, 0, 16, 40, 10, 14, 2, 255, 0, 0, 44_100),
        ),
        fails_with=UNREADABLE,
    ),
    "mp4-tables-of-2e32": Hostile(
        lambda: mp4(entry=alac_entry(), tables=sample_tables(ALL_ONES)), fails_with=UNREADABLE
    ),
    "mp4-samples-of-4-gb": Hostile(
        lambda: mp4(entry=alac_entry(), tables=sample_tables(1, size=ALL_ONES)), fails_with=NOT_THERE
    ),
    "mp4-alac-frame-of-2e32": Hostile(
        lambda: mp4(entry=alac_entry(frame_length=ALL_ONES), tables=sample_tables(1)), fails_with=UNREADABLE
    ),
    "mp4-alac-255-channels": Hostile(
        lambda: mp4(entry=alac_entry(channels=255), tables=sample_tables(1)), fails_with=UNREADABLE
    ),
    "mp4-24-mb-cover": Hostile(
        lambda: mp4(entry=alac_entry(), tables=sample_tables(1), tags=cover(24 * MEGABYTE)),
        fails_with=UNREADABLE,
    ),
    "ogg-24-mb-comment": Hostile(lambda: opus_pages(opus_comment(24 * MEGABYTE)), fails_with=UNREADABLE),
    "ogg-packet-without-end": Hostile(
        lambda: opus_pages([ogg_page(n, bytes(65_025), b"\xff" * 255, flags=1) for n in range(1, 120)]),
        fails_with=UNREADABLE,
    ),
    "ogg-empty-pages": Hostile(
        lambda: opus_pages([ogg_page(n, b"", b"") for n in range(1, 20_000)]), fails_with=UNREADABLE
    ),
    "matroska-nested-100000": Hostile(lambda: matroska(nested("1654ae6b", 100_000)), fails_with=UNREADABLE),
    "matroska-nested-tags": Hostile(lambda: matroska(nested("67c8", 100_000)), fails_with=UNREADABLE),
    "matroska-element-of-2e55": Hostile(
        lambda: matroska(ebml("1654ae6b", ebml("ae", ebml("63a2", bytes(100), 1 << 55)))),
        fails_with=UNREADABLE,
    ),
    "mp3-24-mb-picture": Hostile(lambda: id3v2(apic(24 * MEGABYTE)) + mp3()),
    "mp3-tag-claims-256-mb": Hostile(lambda: id3v2(bytes(100), (1 << 28) - 1) + mp3()),
    "mp3-xing-2e32-frames": Hostile(
        lambda: b"\xff\xfb\x90\x00" + bytes(32) + b"Xing\x00\x00\x00\x03" + b"\xff" * 8 + bytes(365) + mp3(),
        warns_of="truncated",
    ),
}
