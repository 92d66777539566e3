"""What a scan for a person looks at before it begins: where to scan, and what an upgrade has outdated."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from auralis_cli.files.urls import place_of
from auralis_cli.model.errors import CacheError, ConfigError
from auralis_cli.model.record import AnalyzerVersion
from auralis_cli.render.outdated_text import outdated_text
from auralis_cli.render.output import write_text
from auralis_cli.settings.values import Settings


def known_folders_or_error(cache: Path) -> list[str]:
    """The folders that were scanned before. Raises ConfigError where there are none."""
    from auralis_cli.upkeep.known_folders import known_folders

    if folders := known_folders(cache):
        return folders
    raise ConfigError(
        "nothing to scan: name a folder or a file, such as 'auralis scan ~/Music'; without a path "
        "the folders that were scanned before are scanned again, and there are none yet"
    )


def tell_of_outdated(paths: Sequence[str], settings: Settings, analyzer: AnalyzerVersion) -> None:
    """Says before the scan which tracks an older analysis version has analysed, and what becomes of them."""
    from auralis_cli.upkeep.renewal import outdated_tracks

    with contextlib.suppress(CacheError):  # the scan says what is wrong with the cache
        outdated = outdated_tracks(settings.cache, [place_of(path) for path in paths], analyzer)
        if outdated is not None:
            write_text(outdated_text(outdated, renew=settings.renew), err=True)
