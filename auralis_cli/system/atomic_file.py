"""Writing a file in one step: readers find the old content or the new, also after a power cut or a kill."""

import contextlib
import os
from collections.abc import Iterator


def replace_file(path: str, content: bytes | memoryview, *, mode: int = 0o666) -> None:
    """Makes `path` a new file of this content, replacing what was there, also a link.

    Its permissions are `mode` without the bits of the umask, whatever those of the old file were.

    The new file is synced to the disk before it replaces the old one. Where the system allows it, it has no
    name until then and vanishes if the process is killed; elsewhere a kill may leave `.auralis-….tmp` in the
    folder. After an OSError the old file is as it was.
    """
    temporary = os.path.join(os.path.dirname(path), f".auralis-{os.urandom(8).hex()}.tmp")
    try:
        if not _write_unnamed(temporary, content, mode):
            _write_named(temporary, content, mode)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def file_to_replace(path: str) -> Iterator[str]:
    """The path of an empty file in the same folder, which replaces `path` when the block ends well.

    For what is too large for `replace_file`, or written by a library. It is synced to the disk before; when
    the block raises, it is removed, and `path` stays as it is.
    """
    temporary = os.path.join(os.path.dirname(path), f".auralis-{os.urandom(8).hex()}.tmp")
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    try:
        yield temporary
        descriptor = os.open(temporary, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _write_unnamed(path: str, content: bytes | memoryview, mode: int) -> bool:
    """Writes a file that gets its name when it is complete; False where the file system cannot do that."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None:
        return False
    try:
        descriptor = os.open(os.path.dirname(path), os.O_WRONLY | flag, mode)
    except OSError:
        return False  # if the folder is the problem, the fallback fails too and raises
    with open(descriptor, "wb"):
        _write_through(descriptor, content)
        try:
            # Only with a source directory, which an absolute path ignores, does Python follow the link.
            os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=descriptor, follow_symlinks=True)
        except OSError:
            return False
    return True


def _write_named(path: str, content: bytes | memoryview, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, mode)
    with open(descriptor, "wb"):
        _write_through(descriptor, content)


def _write_through(descriptor: int, content: bytes | memoryview) -> None:
    """Writes all of the content; it is on the disk when this returns."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)
