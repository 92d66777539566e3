"""A shell script that removes needless copies: to be read first, and dry unless it is told otherwise."""

import os
import shlex
from typing import Final

from auralis_cli.files.urls import is_url
from auralis_cli.library.duplicates.best_copy import shortcoming
from auralis_cli.library.duplicates.find import Duplicates
from auralis_cli.library.duplicates.track import DuplicateTrack
from auralis_cli.render.duplicate_words import format_words, relation_words
from auralis_cli.render.safe_text import safe_text

_HEAD: Final = """\
#!/bin/sh
# Copies that another file makes needless, as 'auralis duplicates --script' found them.
# Read it, and take out the lines of what you want to keep. Then
#     sh THIS-FILE             tells what it would remove, and removes nothing
#     sh THIS-FILE --delete    removes
# A copy is removed only while the file to keep is there, is another file, and both
# have the size that they had when they were compared.

case "${1-}" in
    --delete) delete=yes ;;
    '') delete=no ;;
    *) echo "usage: sh $0 [--delete]" >&2; exit 2 ;;
esac
removed=0 kept=0

leave() { echo "left alone: $2 ($1)" >&2; kept=$((kept + 1)); }

# needless KEEP ITS-SIZE COPY ITS-SIZE
needless() {
    if [ ! -f "$1" ] || [ -L "$1" ]; then leave "the file to keep is not there" "$3"
    elif [ ! -f "$3" ] || [ -L "$3" ]; then leave "it is no file any more" "$3"
    elif [ "$1" -ef "$3" ]; then leave "it is the file to keep itself" "$3"
    elif [ "$(wc -c < "$1")" -ne "$2" ]; then leave "the file to keep has changed" "$3"
    elif [ "$(wc -c < "$3")" -ne "$4" ]; then leave "it has changed" "$3"
    elif [ "$delete" = no ]; then echo "would remove $3"; removed=$((removed + 1))
    elif rm -- "$3"; then echo "removed $3"; removed=$((removed + 1))
    else leave "it cannot be removed" "$3"
    fi
}
"""
_FOOT: Final = """
if [ "$delete" = yes ]; then echo "$removed removed, $kept left alone"
else echo "$removed would be removed, $kept left alone; nothing was removed: add --delete"
fi
"""


def duplicates_script(found: Duplicates) -> bytes:
    """The script. What is not told apart by the audio itself, and other versions, are comments in it."""
    lines = [_HEAD]
    for number, group in enumerate(found.groups, 1):
        lines += ["", f"# group {number}: keep {_told(group.best)}"]
        for member in group.members:
            words = relation_words(group.best, member.track, member.relation)
            worse = shortcoming(group.best, member.track)
            if member.is_duplicate:
                lines += [f"# {words}{f'; {worse}' if worse else ''}: {format_words(member.track)}"]
                lines += [_call(group.best, member.track)]
            else:
                lines += [f"# stays, {words}: {_told(member.track)}"]
    return os.fsencode("\n".join([*lines, _FOOT]))


def _call(best: DuplicateTrack, copy: DuplicateTrack) -> str:
    """A line that a shell reads as these very paths, whatever is in them. A script removes no URLs."""
    if is_url(best.path) or is_url(copy.path):
        return (
            f"# not a file of this machine: {safe_text(copy.path)}, of which {safe_text(best.path)} is kept"
        )
    keep, needless = shlex.quote(best.path), shlex.quote(copy.path)
    return f"needless {keep} {best.size} {needless} {copy.size}"


def _told(track: DuplicateTrack) -> str:
    return f"{safe_text(track.path)} ({format_words(track)})"
