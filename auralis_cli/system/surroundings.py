"""What a process finds where it is started, and may not: a locale, a working folder, room for processes."""

import errno
import locale
import os
import sys


def read_names_as_utf8() -> None:
    """Starts Python anew where a locale of another encoding would read names of files in that.

    Names are bytes. In UTF-8 those that are UTF-8, as nearly all are, mean what they say, and the others stay
    as they are; under ISO-8859-1 every byte means something, and `\xc3\xa9` would become two letters for the
    worker and in JSON.
    """
    if os.name != "posix" or sys.flags.utf8_mode or sys.getfilesystemencoding() == "utf-8":
        return
    os.environ["PYTHONUTF8"] = "1"  # for the Python that analyses, too
    os.environ.setdefault("PYTHONIOENCODING", locale.getencoding())  # what is shown stays in the user's
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def missing_resource(error: Exception) -> str | None:
    """What the system has denied, where that is why an error came, and what to do; else None."""
    if isinstance(error, FileNotFoundError) and not _has_working_folder():
        return "the current folder has been deleted; change to another one and try again"
    no_thread = isinstance(error, RuntimeError) and "start new thread" in str(error)
    if no_thread or (isinstance(error, BlockingIOError) and error.errno == errno.EAGAIN):
        return (
            "the system allows no more processes or threads (ulimit -u, or the limit of the container); end "
            "some, raise the limit, or use fewer --jobs"
        )
    return None


def _has_working_folder() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True
