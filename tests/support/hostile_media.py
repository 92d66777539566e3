"""Files whose headers lie, whose tags are enormous, or or that are days of audio in a few bytes.

`hostile_files` makes whole files of these parts and says what must come of them.
"""

import struct
import zlib

ALL_ONES = 0xFFFFFFFF


# --- FLAC (RFC 9639) ---


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    crc, top, mask = 0, 1 << (bits - 1), (1 << bits) - 1
    for byte in data:
        crc ^= byte << (bits - 8)
        for _ in range(8):
            crc = (crc << 1 ^ polynomial if crc & top else crc << 1) & mask
    return crc


def flac_frame(number: int, channels: int) -> bytes:
    """65,535 samples of silence in a dozen bytes: a constant subframe for each channel, 16 bits a sample."""
    coded = chr(number).encode("utf-8", "surrogatepass")
    header = b"\xff\xf8\x70" + bytes([(channels - 1) << 4 | 8]) + coded + struct.pack(">H", 65_534)
    header += bytes([_crc(header, 0x07, 8)])
    frame = header + bytes(3 * channels)
    return frame + struct.pack(">H", _crc(frame, 0x8005, 16))


def flac(
    *, samples: int, frames: int = 2, rate_hz: int = 44_100, channels: int = 2, blocks: bytes = b""
) -> bytes:
    """A stream that promises `samples` and has frames of 65,535; `blocks` are further metadata blocks."""
    packed = rate_hz << 44 | (channels - 1) << 41 | 15 << 36 | samples
    info = struct.pack(">HH", 65_535, 65_535) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    body = b"".join(flac_frame(number, channels) for number in range(frames))
    padding = b"\x81\x00\x00\x00"
    return b"fLaC\x00\x00\x00\x22" + info + blocks + padding + body


def flac_picture(size: int, claimed: int | None = None) -> bytes:
    """A PICTURE block of so many bytes whose own length field may claim another number."""
    head = struct.pack(">II9sI", 3, 9, b"image/png", 0) + bytes(16)
    picture = head + struct.pack(">I", size if claimed is None else claimed) + bytes(size)
    return b"\x06" + len(picture).to_bytes(3, "big") + picture


# --- RIFF/WAVE, AIFF, CAF ---


def wav(
    *,
    channels: int = 2,
    rate_hz: int = 44_100,
    bits: int = 16,
    tag: int = 1,
    align: int | None = None,
    before: bytes = b"",
    data_size: int | None = None,
    data: bytes = bytes(40_000),
) -> bytes:
    """A WAVE file whose format chunk and sizes have the given values."""
    block = (channels * bits // 8) & 0xFFFF if align is None else align
    fmt = struct.pack("<HHIIHH", tag, channels, rate_hz, (rate_hz * block) & ALL_ONES, block, bits)
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt + before
    size = len(data) if data_size is None else data_size
    return b"RIFF\xff\xff\xff\xffWAVE" + chunks + b"data" + struct.pack("<I", size) + data


def aiff(*, frames: int, channels: int = 1) -> bytes:
    """An AIFF file that claims so many frames of 16 bits at 44.1 kHz."""
    comm = struct.pack(">hIh", channels, frames, 16) + b"\x40\x0e\xac\x44" + bytes(6)
    sound = bytes(8) + bytes(40_000)
    chunks = b"COMM" + struct.pack(">I", len(comm)) + comm + b"SSND" + struct.pack(">I", len(sound)) + sound
    return b"FORM" + struct.pack(">I", 4 + len(chunks)) + b"AIFF" + chunks


def caf(*, codec: bytes, packet_table: bytes, cookie: bytes = b"") -> bytes:
    """A CAF file of variable packets."""
    desc = struct.pack(">d4sIIIII", 44_100.0, codec, 0, 0, 4096, 2, 16)
    out = b"caff\x00\x01\x00\x00desc" + struct.pack(">q", len(desc)) + desc
    if cookie:
        out += b"kuki" + struct.pack(">q", len(cookie)) + cookie
    out += b"pakt" + struct.pack(">q", len(packet_table)) + packet_table
    return out + b"data" + struct.pack(">q", -1) + bytes(4) + bytes(20_000)


# --- MP4 ---


def atom(kind: bytes, *parts: bytes) -> bytes:
    """One atom of ISO 14496-12."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def mp4(*, tables: bytes, entry: bytes, tags: bytes = b"", duration: int = 44_100) -> bytes:
    """A movie of one audio track with the sample description and the tables that it is given."""
    mvhd = atom(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 44_100, duration), bytes(80))
    tkhd = atom(b"tkhd", struct.pack(">IIIIII", 7, 0, 0, 1, 0, duration), bytes(60))
    mdhd = atom(b"mdhd", struct.pack(">IIIIII", 0, 0, 0, 44_100, duration, 0))
    hdlr = atom(b"hdlr", bytes(8), b"soun", bytes(13))
    stsd = atom(b"stsd", struct.pack(">II", 0, 1), entry)
    dinf = atom(b"dinf", atom(b"dref", struct.pack(">II", 0, 1), atom(b"url ", struct.pack(">I", 1))))
    minf = atom(b"minf", atom(b"smhd", bytes(8)), dinf, atom(b"stbl", stsd, tables))
    trak = atom(b"trak", tkhd, atom(b"mdia", mdhd, hdlr, minf))
    ftyp = atom(b"ftyp", b"M4A \x00\x00\x00\x00M4A ")
    # The media data come first, so that the offset in `sample_tables` lies in them however long the index is.
    return ftyp + atom(b"mdat", bytes(20_000)) + atom(b"moov", mvhd, trak, tags)


def alac_entry(frame_length: int = 4096, channels: int = 2, rate_hz: int = 44_100) -> bytes:
    """A sample description of ALAC with its cookie."""
    cookie = struct.pack(">IBBBBBBHIII", frame_length, 0, 16, 40, 10, 14, channels, 255, 0, 0, rate_hz)
    head = (
        bytes(6)
        + b"\x00\x01"
        + bytes(8)
        + struct.pack(">HHHHI", channels, 16, 0, 0, (rate_hz & 0xFFFF) << 16)
    )
    return atom(b"alac", head, atom(b"alac", bytes(4), cookie))


def sample_tables(count: int, entries: int = 1, size: int = 100) -> bytes:
    """Tables whose counts say `count`, with so many entries behind them."""
    stts = atom(b"stts", struct.pack(">II", 0, count), struct.pack(">II", count, 4096) * entries)
    stsc = atom(b"stsc", struct.pack(">II", 0, count), struct.pack(">III", 1, count, 1) * entries)
    stsz = atom(b"stsz", struct.pack(">III", 0, size, count))
    stco = atom(b"stco", struct.pack(">II", 0, count), struct.pack(">I", 500) * entries)
    return stts + stsc + stsz + stco


def cover(size: int) -> bytes:
    """Tags with a picture of so many bytes."""
    data = atom(b"data", struct.pack(">II", 13, 0), bytes(size))
    handler = atom(b"hdlr", bytes(8), b"mdirappl", bytes(9))
    return atom(b"udta", atom(b"meta", bytes(4), handler, atom(b"ilst", atom(b"covr", data))))


# --- Ogg (RFC 3533) ---

_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _ogg_crc(page: bytes) -> int:
    """CRC-32 without inversions, most significant bit first: zlib's, of mirrored bytes, mirrored."""
    crc = zlib.crc32(page.translate(_MIRRORED), ALL_ONES) ^ ALL_ONES
    return int(f"{crc:032b}"[::-1], 2)


def ogg_page(sequence: int, body: bytes, lacing: bytes, *, flags: int = 0, granule: int = 0) -> bytes:
    """One page with a right checksum."""
    head = b"OggS\x00" + bytes([flags]) + struct.pack("<qII", granule, 1, sequence)
    page = head + bytes(4) + bytes([len(lacing)]) + lacing + body
    return head + struct.pack("<I", _ogg_crc(page)) + page[26:]


def opus_pages(after_head: list[bytes]) -> bytes:
    """An Opus stream: its header, then the pages."""
    head = b"OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00"
    return ogg_page(0, head, bytes([len(head)]), flags=2) + b"".join(after_head)


def opus_comment(size: int) -> list[bytes]:
    """A comment header of so many bytes over many pages, all in one comment."""
    packet = (
        b"OpusTags\x01\x00\x00\x00x" + struct.pack("<II", 1, size) + b"METADATA_BLOCK_PICTURE=" + b"A" * size
    )
    pages = []
    whole = 255 * 255
    for number, start in enumerate(range(0, len(packet), whole)):
        body = packet[start : start + whole]
        lacing = b"\xff" * (len(body) // 255)
        if len(body) < whole:
            lacing += bytes([len(body) % 255])
        pages.append(ogg_page(number + 1, body, lacing, flags=1 if start else 0))
    return pages


# --- Matroska (RFC 8794) ---


def ebml(identity: str, body: bytes, size: int | None = None) -> bytes:
    """One element; its size field, of eight bytes, may claim another number."""
    return (
        bytes.fromhex(identity) + (1 << 56 | (len(body) if size is None else size)).to_bytes(8, "big") + body
    )


def matroska(segment: bytes) -> bytes:
    """A file with that segment."""
    return ebml("1a45dfa3", ebml("4282", b"matroska")) + ebml("18538067", segment)


def nested(identity: str, depth: int) -> bytes:
    """An element in itself, again and again, each of unknown size."""
    return bytes.fromhex(identity + "01ffffffffffffff") * depth


# --- MP3 ---


def mp3(frames: int = 40) -> bytes:
    """Silent frames of 128 kbit/s."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def id3v2(body: bytes, claimed: int | None = None) -> bytes:
    """A tag of version 2.3 that may claim another size."""
    size = len(body) if claimed is None else claimed
    return b"ID3\x03\x00\x00" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + body


def apic(size: int) -> bytes:
    """An ID3 picture frame of so many bytes."""
    body = b"\x00image/png\x00\x03\x00" + bytes(size)
    return b"APIC" + struct.pack(">I", len(body)) + bytes(2) + body
