"""Folders that systems, not people, put into a music library: indexes, bins and snapshots."""

from typing import Final

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
