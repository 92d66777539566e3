"""`auralis duplicates`: which tracks are the same recording, and which copy to keep."""

from typing import TYPE_CHECKING, Annotated

import typer

from auralis_cli.commands.options import (
    AnalyzedBy,
    AsJson,
    CacheFile,
    Jobs,
    MaxMemory,
    Nice,
    QueryTerms,
    Timeout,
    Where,
    print_warning,
)

if TYPE_CHECKING:
    from auralis_cli.library.duplicates.search import Search
    from auralis_cli.model.errors import ExitCode
    from auralis_cli.settings.values import Settings


def duplicates(
    query: QueryTerms = None,
    *,
    exact: Annotated[bool, typer.Option("--exact", help="Only equal audio; nothing is listened to.")] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="Only whole recordings: no parts and edits, which is quicker.")
    ] = False,
    takes: Annotated[
        bool, typer.Option("--takes", help="Also list what is alike and not the same recording.")
    ] = False,
    no_confirm: Annotated[
        bool,
        typer.Option("--no-confirm", help="Read no file: judge what was not listened to by its numbers."),
    ] = False,
    script: Annotated[
        bool, typer.Option("--script", help="Print a shell script that removes needless copies.")
    ] = False,
    as_json: AsJson = False,
    where: Where = None,
    jobs: Jobs = None,
    nice: Nice = None,
    timeout: Timeout = None,
    max_memory: MaxMemory = None,
    cache: CacheFile = None,
    analyzer: AnalyzedBy = None,
) -> None:
    """List tracks that are the same recording, the best copy first. Nothing is deleted.

    Tracks with equal audio are found at once. Of all others, pairs with like numbers are listened to: a
    worker makes an acoustic hash of each, once (two thirds of the work of its analysis), and both are laid
    over each other. So other encodings, levels and masters, parts and edits are told apart, and named; other
    takes are not the same recording. A query limits it to what it finds.

    The best copy is whole, lossless, has more channels, bandwidth, sample rate and real bits, and no
    clipping. --script prints a script that removes other copies, but no other master, part or edit: it only
    tells what it would do until you run it with --delete, and checks each file before.

    \b
    Examples:
      auralis duplicates
      auralis duplicates --exact
      auralis duplicates ~/Music/new , ~/Music/inbox --whole
      auralis duplicates --script > remove-copies.sh
      auralis duplicates --json | jq -r '.groups[].others[].file.path'

    Exit codes: 0 listed, even if there are none; 1 some files could not be listened to; 2 usage, query,
    configuration, cache or worker; 130 interrupted, what was listened to is kept
    """
    from auralis_cli.library.duplicates.find import find_duplicates
    from auralis_cli.library.duplicates.search import search
    from auralis_cli.library.fields import QueryError
    from auralis_cli.library.selection import selection_of
    from auralis_cli.model.errors import ExitCode
    from auralis_cli.render.count_progress import CountProgress
    from auralis_cli.render.duplicates_report import summary_lines
    from auralis_cli.settings.resolve import resolve_settings

    if as_json and script:
        raise QueryError("--json and --script exclude one another: choose one")
    settings = resolve_settings(
        {
            "jobs": jobs,
            "nice": nice,
            "timeout": timeout,
            "max_memory": max_memory,
            "cache": cache,
            "analyzer": analyzer,
        }
    )
    selection = selection_of(settings.analyzer, query, where)
    found = search(settings.cache, selection, near=not exact, whole=whole, namesakes=takes)
    code = ExitCode.OK if no_confirm else _listen(found, settings)
    if code is ExitCode.INTERRUPTED:
        raise typer.Exit(int(code))
    with CountProgress(f"of {len(found.pairs):,} pairs compared") as progress:
        result = find_duplicates(settings.cache, found, takes=takes, progress=progress.show)
    if script:
        from auralis_cli.render.duplicates_script import duplicates_script
        from auralis_cli.render.output import write_bytes

        write_bytes(duplicates_script(result))
    elif as_json:
        from auralis_cli.render.duplicates_json import duplicates_json
        from auralis_cli.render.output import write_json

        write_json(duplicates_json(result))
    else:
        from auralis_cli.render.duplicates_report import duplicate_lines
        from auralis_cli.render.output import stdout_columns, stdout_is_unicode, write_report
        from auralis_cli.render.standard_streams import reader_may_leave

        with reader_may_leave():
            write_report(duplicate_lines(result, stdout_columns(), unicode=stdout_is_unicode()))
    for line in summary_lines(result):
        typer.echo(line, err=True)
    raise typer.Exit(int(code))


def _listen(found: "Search", settings: "Settings") -> "ExitCode":
    """Has the hashes made that are not known yet."""
    from auralis_cli.library.duplicates.find import hashes_wanted
    from auralis_cli.model.errors import ExitCode
    from auralis_cli.model.record import Track
    from auralis_cli.store.cache_file import may_only_read

    wanted = hashes_wanted(settings.cache, found)
    if not wanted:
        return ExitCode.OK
    from auralis_cli.commands.run_hashing import make_hashes
    from auralis_cli.scan.hashing import ToHash

    if may_only_read(settings.cache):
        print_warning(f"you may only read the cache {settings.cache}: nothing new is listened to")
        return ExitCode.OK
    files = [
        ToHash(
            each.key,
            tuple(Track(file.path, file.size, file.mtime_ns, version=file.version) for file in each.tracks),
        )
        for each in wanted
    ]
    hashing = make_hashes(files, settings)
    if hashing.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.SOME_FAILED if hashing.failures else ExitCode.OK
