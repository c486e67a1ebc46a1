"""`parkbot eval`: suites of questions put to the assistant, and what came of them as a person sees it."""

import shlex
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from parkbot.cli.opening import here
from parkbot.cli.progress import shown
from parkbot.cli.rendering import print_json
from parkbot.domain import Language
from parkbot.errors import BadInput
from parkbot.evaluation import provenance, report, runs, suites, tables
from parkbot.evaluation.comparing import Comparison, compare
from parkbot.evaluation.holdings import Holdings, holdings
from parkbot.evaluation.metrics import scores
from parkbot.evaluation.running import check_loaded, put
from parkbot.evaluation.runs import Asked, Run, Topic
from parkbot.evaluation.suites import Half, Suite
from parkbot.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from parkbot.assistant import PolicyAssistant

_NEEDED = ("matplotlib", "numba", "ranx", "scipy")
_NARROW = {Topic.RETRIEVAL: ("R@100", "hit@1", "hit@10", "MRR@10", "nDCG@10")}
"""Which metrics the terminal shows, where it has no room for all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run, and where its files go."""

    suites: tuple[Suite, ...]
    half: Half
    name: str
    output: Path
    before: Run | None

    @property
    def files(self) -> tuple[Path, Path]:
        """The run as JSON, and its report."""
        return self.output / f"{self.name}.json", self.output / f"{self.name}.html"


def planned(
    names: Sequence[str],
    half: Half,
    languages: Sequence[Language],
    name: str | None,
    output: Path | None,
    before: Path | None,
) -> Plan:
    """All that can be checked before the library is opened.

    Raises:
        BadInput: what evaluation needs is not installed; or a suite, a name or an earlier run is unusable.
    """
    if missing := [package for package in _NEEDED if find_spec(package) is None]:
        raise BadInput(f"parkbot eval needs {', '.join(missing)}; run: pip install 'parkbot[eval]'")
    checkout = provenance.checkout()
    home = checkout or Path.cwd()
    folder = home / "eval" / "suites"
    chosen = [suites.read(path) for path in suites.find(names, folder if folder.is_dir() else None)]
    asked = [suite.chosen(half, languages) for suite in chosen]
    empty = [suite.name for suite in asked if not suite.questions]
    if len(empty) == len(asked) or (names and empty):
        raise BadInput(f"{', '.join(empty)}: no question of the half {half} in the language asked for")
    name = name or f"{half}-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    if Path(name).name != name or name.startswith("."):
        raise BadInput(f"{name!r} cannot be the name of a run's files; choose another --name")
    results = home / "eval" / "results"
    plan = Plan(
        suites=tuple(suite for suite in asked if suite.questions),
        half=half,
        name=name,
        output=output or (results if results.is_dir() else Path.cwd()),
        before=runs.load(before) if before else None,
    )
    if taken := [str(file) for file in plan.files if file.exists()]:
        raise BadInput(f"{taken[0]} exists, and results are kept; choose another --name")
    return plan


def evaluate(plan: Plan, settings: Settings, command: Sequence[str], *, json: bool) -> None:
    """Run a plan, write its files, and print what came of it."""
    assistant = here(settings, "eval")
    try:
        held = holdings(assistant)
        check_loaded(plan.suites, held)
        run = _run(plan, assistant, held, command)
    finally:
        assistant.close()
    comparison = compare(plan.before, run) if plan.before else None
    data, page = plan.files
    runs.save(run, data)
    runs.write(page, report.html(run, comparison))
    if json:
        print_json(_summary(run, comparison, plan.files))
    else:
        _print(run, comparison, plan.files)


def _run(plan: Plan, assistant: "PolicyAssistant", held: Holdings, command: Sequence[str]) -> Run:
    started, clock = datetime.now(UTC), time.perf_counter()
    questions = [question for suite in plan.suites for question in suite.questions]
    with shown("Evaluating", "questions") as progress:
        outcomes = put(assistant, questions, held, progress)
    seconds = time.perf_counter() - clock
    health = assistant.health()
    return Run(
        name=plan.name,
        started=started.isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
        command=shlex.join(("parkbot", *command)),
        version=health.version,
        commit=provenance.commit(provenance.checkout()),
        machine=provenance.machine(),
        embedder=health.embedder,
        documents=health.documents,
        measures=health.measures,
        half=plan.half,
        suites=tuple(Asked(suite.name, suite.sha256, len(suite.questions)) for suite in plan.suites),
        scores=scores(outcomes),
        outcomes=outcomes,
    )


def _summary(run: Run, comparison: Comparison | None, files: Iterable[Path]) -> dict[str, object]:
    return {
        "name": run.name,
        "half": run.half,
        "suites": run.suites,
        "not_loaded": Counter(outcome.suite for outcome in run.not_loaded),
        "scores": run.scores,
        "comparison": comparison,
        "files": [str(file) for file in files],
    }


def _print(run: Run, comparison: Comparison | None, files: Iterable[Path]) -> None:
    from rich.console import Console

    # A pipe has no width of its own; as narrow as a terminal may be, the tables would lose their columns.
    console = Console(width=None if sys.stdout.isatty() else 110, highlight=False)
    for table in tables.tables(run.scores):
        print_table(console, table)
    for suite, count in Counter(outcome.suite for outcome in run.not_loaded).items():
        console.print(f"{suite}: {count} questions not loaded (the library lacks their measures): not asked")
    if comparison:
        _print_comparison(console, comparison)
    for file in files:
        console.print(str(file), soft_wrap=True, markup=False)


def print_table(console: "Console", table: tables.Table) -> None:
    """A table of scores, as wide as the terminal is."""
    from rich.table import Table

    kept = _NARROW.get(table.topic, table.metrics)
    columns = [place for place, metric in enumerate(table.metrics) if metric in kept]
    shown = Table(title=f"{table.topic.capitalize()}, value over its 95 % interval", title_justify="left")
    shown.add_column(", ".join(table.labels))
    shown.add_column("n", justify="right")
    for place in columns:
        shown.add_column(table.metrics[place], justify="right")
    for row in table.rows:
        cells = [row.cells[place] for place in columns]
        texts = (f"{cell.value}\n{cell.interval}".strip() for cell in cells)
        shown.add_row(", ".join(row.labels), str(row.n), *texts)
    console.print(shown)


def _print_comparison(console: "Console", comparison: Comparison) -> None:
    from rich.table import Table

    shown = Table(title=f"Compared with {comparison.before}", title_justify="left")
    shown.add_column("language, metric")
    for heading in ("before", "after", "change", "95 % interval", "n"):
        shown.add_column(heading, justify="right")
    for row in comparison.differences:
        low, high = row.change.low, row.change.high
        interval = "" if low is None or high is None else f"{tables.signed(low)} … {tables.signed(high)}"
        shown.add_row(
            f"{row.language}, {row.metric}",
            f"{row.before:.3f}",
            f"{row.after:.3f}",
            tables.signed(row.change.value),
            interval,
            str(row.change.n),
        )
    console.print(shown)
    console.print(
        f"{comparison.matched} questions in both runs: {comparison.better} better, {comparison.worse} worse"
        + (f"; {comparison.unmatched} in one run only" if comparison.unmatched else "")
    )
