"""Finding a program by its name, once and for all processes."""

import os
import shutil


def find_program(name: str) -> str | None:
    """The absolute path of a program; None where there is none.

    A name with a folder in it is that file. Any other is looked for in the absolute folders of PATH, or of
    the system's own where PATH is not set. An empty or relative entry of PATH means the current folder, which
    may be one of downloaded music: whatever is called `ffmpeg` there is not what the user wants to run.
    """
    path = os.environ.get("PATH", os.defpath)
    folders = [folder for folder in path.split(os.pathsep) if os.path.isabs(folder)]
    found = shutil.which(name, path=os.pathsep.join(folders)) if folders or os.path.dirname(name) else None
    return None if found is None else os.path.abspath(found)
