"""What `bench` prints on stdout: text, Markdown or JSON."""

from collections.abc import Iterable, Sequence

from auralis_cli.bench.figures import Throughput
from auralis_cli.bench.parity import Parity
from auralis_cli.bench.report.as_json import parity_json, throughput_json
from auralis_cli.bench.report.parity_tables import machine_lines, parity_findings, parity_tables
from auralis_cli.bench.report.table import BenchTable, as_markdown, as_text
from auralis_cli.bench.report.throughput_tables import throughput_tables
from auralis_cli.render.output import write_json, write_text


def print_parity(parity: Parity, *, as_json: bool, markdown: bool) -> None:
    """The comparison of worker and reference."""
    if as_json:
        write_json(parity_json(parity))
        return
    _print(machine_lines(parity.machine), parity_tables(parity), parity_findings(parity), markdown=markdown)


def print_throughput(throughput: Throughput, *, as_json: bool, markdown: bool) -> None:
    """The measured times of a scan and of its stages."""
    if as_json:
        write_json(throughput_json(throughput))
        return
    _print(machine_lines(throughput.machine), throughput_tables(throughput), [], markdown=markdown)


def _print(
    heading: Sequence[str], tables: Iterable[BenchTable], findings: Sequence[str], *, markdown: bool
) -> None:
    lines = ["  \n".join(heading)] if markdown else list(heading)
    for table in tables:
        lines += ["", *(as_markdown(table) if markdown else as_text(table))]
    if findings:
        lines += ["", *(f"- {line}" if markdown else line for line in findings)]
    write_text("\n".join(lines))
