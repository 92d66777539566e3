"""`auralis bench`: how fast, and how right."""

from pathlib import Path
from typing import Annotated

import typer

from auralis_cli.commands.options import AsJson
from auralis_cli.files.path_list import read_path_list
from auralis_cli.model.errors import ConfigError, ExitCode
from auralis_cli.settings.resolve import resolve_settings


def bench(
    paths: Annotated[list[str] | None, typer.Argument(metavar="PATH…", help="Folders and files.")] = None,
    *,
    python_vs_rust: Annotated[
        bool, typer.Option("--python-vs-rust", help="Compare the worker with the Python reference.")
    ] = False,
    files_from: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Read more paths from a file, one per line; - is standard input."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Take so many tracks, evenly spread over all.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(metavar="N", help="Worker processes. [default: one per usable core]")
    ] = None,
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown tables.")] = False,
) -> None:
    """Measure the speed of a scan and its stages, or prove the numbers.

    Without --python-vs-rust: a cold and a warm scan, and what each stage takes. With it: all tracks through
    the worker and through the Python reference, each in processes of its own; speed, agreement of the 25
    dimensions on the same samples, and whether the worker repeats itself. The reference needs the extra
    'auralis-cli[bench]', 0.1 s of CPU per second of audio and 0.3 GB of memory per minute.

    Without PATH it takes the fixtures of a checkout, or else makes three tracks of its own. Your cache and
    sidecars are neither read nor written.

    \b
    Examples:
      auralis bench
      auralis bench --python-vs-rust
      auralis bench --python-vs-rust ~/Music --limit 60 --markdown > bench.md

    \b
    Exit codes: 0 measured, and all in tolerance; 1 a dimension is not; 2 usage, configuration or worker
    """
    if as_json and markdown:
        raise ConfigError("--json and --markdown exclude each other: leave one out")
    paths = (paths or []) + ([] if files_from is None else read_path_list(files_from, null_separated=False))
    settings = resolve_settings({"jobs": jobs})
    from auralis_cli.bench.report.progress import BenchProgress
    from auralis_cli.bench.sample import sampled_tracks

    with sampled_tracks([str(Path.cwd() / path) for path in paths], settings.exclude, limit) as tracks:
        if not python_vs_rust:
            from auralis_cli.bench.report.report import print_throughput
            from auralis_cli.bench.throughput import measure_throughput
            from auralis_cli.workers.program import choose_analyzer

            command, _ = choose_analyzer(settings)
            throughput = measure_throughput(settings, command, tracks, BenchProgress())
            print_throughput(throughput, as_json=as_json, markdown=markdown)
            return
        from auralis_cli.bench.parity import compare_python_and_rust, find_analyzers
        from auralis_cli.bench.report.report import print_parity

        parity = compare_python_and_rust(find_analyzers(settings), tracks, settings.jobs, BenchProgress())
        print_parity(parity, as_json=as_json, markdown=markdown)
        if not parity.agrees:
            raise typer.Exit(int(ExitCode.SOME_FAILED))
