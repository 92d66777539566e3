"""Audio formats by the names that people use."""

from collections.abc import Mapping
from typing import Final

from auralis_cli.render.safe_text import safe_text

CONTAINERS: Final[Mapping[str, str]] = {
    "flac": "FLAC",
    "wav": "WAV",
    "rifx": "WAV",
    "rf64": "WAV",
    "w64": "Wave64",
    "aiff": "AIFF",
    "caf": "CAF",
    "mp4": "MP4",
    "ogg": "Ogg",
    "matroska": "Matroska",
    "mpeg_audio": "MP3",
    "adts": "AAC",
    "wavpack": "WavPack",
    "ape": "Monkey's Audio",
    "asf": "WMA",
    "dsf": "DSD",
    "dsdiff": "DSD",
    "musepack7": "Musepack",
    "musepack8": "Musepack",
    "tta": "TTA",
    "tak": "TAK",
    "shorten": "Shorten",
    "speex": "Speex",
    "amr": "AMR",
    "realmedia": "RealMedia",
    "ac3": "AC-3",
    "eac3": "E-AC-3",
    "truehd": "TrueHD",
    "mlp": "MLP",
    "dts": "DTS",
    "au": "AU",
    "voc": "VOC",
    "avi": "AVI",
    "flv": "FLV",
}
"""The worker's names of containers; those of bare streams are codecs too."""
_CODECS: Final[Mapping[str, str]] = {
    **CONTAINERS,
    "mp1": "MP1",
    "mp2": "MP2",
    "mp3": "MP3",
    "aac": "AAC",
    "alac": "ALAC",
    "vorbis": "Vorbis",
    "opus": "Opus",
}
_GROUPS: Final = (("wma", "WMA"), ("dsd", "DSD"), ("amr", "AMR"), ("adpcm", "ADPCM"))
"""Codecs that have names of ffmpeg's for each variant."""
_AT_HOME: Final[Mapping[str, tuple[str, ...]]] = {
    "MP4": ("AAC", "ALAC"),
    "Ogg": ("Vorbis", "Opus", "Speex"),
    "MP3": ("MP3", "MP2", "MP1"),
}
"""What a container holds as a rule, so that it need not be told."""


def format_name(codec: str, container: str) -> str:
    """`MP3`, `WAV`, `FLAC in Ogg`: the codec, and the container where it is not the usual one."""
    outside = CONTAINERS.get(container, safe_text(container))
    if codec.startswith("pcm_"):
        kinds = {"f": "floating point", "alaw": "A-law", "mulaw": "µ-law"}
        kind = kinds.get(codec[4:]) or kinds.get(codec[4:5])
        return f"{outside}, {kind}" if kind else outside
    group = next((name for start, name in _GROUPS if codec.startswith(start)), None)
    name = group or _CODECS.get(codec, safe_text(codec))
    return name if name == outside or name in _AT_HOME.get(outside, ()) else f"{name} in {outside}"
