"""Which names count: file names that say "audio", and folders that belong to a system, not to a person.

Discovery takes files by their names; the worker then goes by their content alone.
"""

from typing import Final

# fmt: off
AUDIO_EXTENSIONS: Final = frozenset(
    {
        # lossless
        "flac", "fla", "alac", "ape", "mac", "ofr", "ofs", "la", "shn", "tak", "tta", "wv",
        # PCM and its containers
        "aif", "aiff", "aifc", "afc", "au", "snd", "bwf", "caf", "rf64", "sd2", "voc", "w64", "wav", "wave",
        # DSD
        "dff", "dsd", "dsf", "wsd",
        # MPEG audio, AAC and MPEG-4
        "3g2", "3gp", "aac", "adts", "latm", "loas", "m2a", "m4a", "m4b", "m4p", "m4r", "mov", "mp1", "mp2",
        "mp3", "mp4", "mpa", "mpga",
        # Ogg, Matroska
        "mka", "mkv", "oga", "ogg", "ogx", "opus", "spx", "weba", "webm",
        # other lossy codecs
        "3ga", "aa3", "ac3", "amr", "asf", "awb", "dts", "dtshd", "eac3", "ec3", "gsm", "mlp", "mp+", "mpc",
        "mpp", "oma", "ra", "thd", "vqf", "wma", "xwma",
    }
)
# fmt: on
"""Lower-case extensions of audio files and of containers that often hold nothing but audio.

Some of them (`mkv`, `mov`, `mp4`, `webm`) are films more often than tracks. Only the content tells, which
the worker reads when a file is new: a film is skipped as `video`, unless it is named or `--video` is given.
"""


def has_audio_extension(name: str) -> bool:
    """Whether the name ends in an audio extension, in any case."""
    _, dot, extension = name.rpartition(".")
    return bool(dot) and extension.lower() in AUDIO_EXTENSIONS


_SYSTEM_FOLDERS: Final = frozenset(
    {
        # Synology, QNAP, other NAS: indexes, bins, snapshots
        "@eadir",
        "@recently-snapshot",
        "@recycle",
        "@sharebin",
        "@synoresource",
        "@tmp",
        "#recycle",
        "#snapshot",
        ".@__thumb",
        ".snapshot",
        ".snapshots",
        ".zfs",
        # Windows
        "$recycle.bin",
        "found.000",
        "recycler",
        "system volume information",
        # macOS, AFP shares and archives made there
        ".appledouble",
        ".fseventsd",
        ".spotlight-v100",
        "__macosx",
        "network trash folder",
        "temporary items",
        # Unix
        "lost+found",
    }
)


def is_system_folder(name: str) -> bool:
    """Whether a folder of this name belongs to a NAS or an operating system, in any case; `.Trash*` too."""
    lowered = name.lower()
    return lowered in _SYSTEM_FOLDERS or lowered.startswith(".trash")
