"""`auralis bench`: how fast a scan is, and whether its numbers are right."""

from pathlib import Path
from typing import Annotated

import typer

from auralis_cli.commands.options import AsJson, FilesFrom, Jobs, Paths, print_warning
from auralis_cli.files.inputs import name_inputs
from auralis_cli.files.selection import Selection
from auralis_cli.files.urls import refuse_urls
from auralis_cli.model.errors import ConfigError, ExitCode
from auralis_cli.settings.resolve import resolve_settings


def bench(
    paths: Paths = None,
    *,
    python_vs_rust: Annotated[
        bool, typer.Option("--python-vs-rust", help="Compare the worker with the Python reference.")
    ] = False,
    files_from: FilesFrom = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Use only N tracks, evenly spread over all.")
    ] = None,
    jobs: Jobs = None,
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown tables.")] = False,
) -> None:
    """Measure the speed of a scan and its stages, or prove the numbers.

    Without --python-vs-rust: measures a cold and a warm scan, and each stage. With it: analyses all tracks
    with the worker and with the Python reference, and reports the speed of both, whether the 25 dimensions
    agree on the same samples, and whether the worker repeats itself. The reference needs the extra
    'bench' (pip install '.[bench]' in the checkout), 0.15 s of CPU time per second of audio and 0.3 GB of
    memory per minute of audio.

    Without PATH it uses the fixtures of a checkout, or else makes three tracks. Your cache and sidecars are
    neither read nor written.

    \b
    Examples:
      auralis bench
      auralis bench --python-vs-rust
      auralis bench --python-vs-rust ~/Music --limit 60 --markdown > bench.md

    Exit codes: 0 measured and in tolerance; 1 out of tolerance; 2 usage, configuration or worker
    """
    if as_json and markdown:
        raise ConfigError("--json and --markdown cannot be combined: leave one out")
    named = name_inputs(paths or [], files_from)
    refuse_urls(named.all, "auralis bench")
    for warning in named.warnings:
        print_warning(warning)
    settings = resolve_settings({"jobs": jobs})
    from auralis_cli.bench.report.progress import BenchProgress
    from auralis_cli.bench.sample import sampled_tracks

    selection = Selection(settings.exclude, hidden=settings.hidden)
    with sampled_tracks([str(Path.cwd() / path) for path in named.all], selection, limit) as tracks:
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
