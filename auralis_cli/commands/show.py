"""`auralis show`: the fingerprint of one track."""

from typing import Annotated

import typer

from auralis_cli.commands.options import (
    AnalyzedBy,
    AsJson,
    CacheFile,
    SidecarDir,
    Sidecars,
    Store,
    absolute_path,
    print_warning,
)


def show(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="The tracks.")],
    *,
    store: Store = False,
    as_json: AsJson = False,
    cache: CacheFile = None,
    sidecars: Sidecars = None,
    sidecar_dir: SidecarDir = None,
    analyzer: AnalyzedBy = None,
) -> None:
    """Show the fingerprint of each track: its values with their units, on the range that music usually has.

    The numbers come from the cache or the track's sidecar. Without either the track is analysed. Nothing is
    written unless you give --store.

    \b
    Examples:
      auralis show song.flac
      auralis show new.flac --store
      auralis show song.flac --json | jq .fingerprint.lufs

    Exit codes: 0 shown; 1 a track cannot be analysed; 2 usage, configuration, worker or an unknown path;
    130 interrupted
    """
    import msgspec

    from auralis_cli.model.errors import AuralisError, WrongPathError
    from auralis_cli.render.json_lines import track_line
    from auralis_cli.render.output import write_json, write_text
    from auralis_cli.scan.single_track import analyse_one, error_without_record
    from auralis_cli.settings.resolve import resolve_settings

    flags = {"cache": cache, "sidecars": sidecars, "sidecar_dir": sidecar_dir, "analyzer": analyzer}
    settings = resolve_settings(flags)
    failed: list[AuralisError] = []
    for file in files:
        try:
            result = analyse_one(absolute_path(file), settings, print_warning, store=store)
        except WrongPathError as error:
            failed.append(error)
            continue
        if as_json:
            write_json(msgspec.json.encode(track_line(result)))
        if result.record is None:
            failed.append(error_without_record(result))
        elif not as_json:
            from auralis_cli.render.console import draws_unicode, open_console
            from auralis_cli.render.track_panel import render_track

            console = open_console()
            panel = render_track(result, result.record, console.width, draws_unicode(console), stored=store)
            console.print(panel)
    failed.sort(key=lambda error: int(error.exit_code))  # the last one decides the exit code
    for other in failed[:-1]:
        write_text(f"auralis: {other}", err=True)
    if failed:
        raise failed[-1]
