"""How far a long run is, on stderr: a bar on a terminal, a line every ten seconds elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import typer

_SECONDS_BETWEEN_LINES = 10.0

Report = Callable[[float, float, str], None]
"""Takes what is done, what there is in all, and the figures to show beside the bar."""


@contextmanager
def bar(label: str) -> Iterator[Report]:
    """A bar, or lines, with the share that is done and the time that is left."""
    if not sys.stderr.isatty():
        yield _Lines(label)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeRemainingColumn(),
    )
    # Transient: what stays to be read is the command's own closing line.
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None, figures="")
        yield lambda done, total, figures: progress.update(task, completed=done, total=total, figures=figures)


@contextmanager
def shown(label: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A callback (done, total) whose bar appears with its first call: most starts have nothing to do."""
    with ExitStack() as stack:
        report: Report | None = None

        def progress(done: int, total: int) -> None:
            nonlocal report
            if report is None:
                report = stack.enter_context(bar(label))
            report(done, total, f"{done} of {total} {unit}")

        yield progress


class _Lines:
    """The same for a log or a pipe."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = self._last = time.monotonic()

    def __call__(self, done: float, total: float, figures: str) -> None:
        now = time.monotonic()
        if now - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = now
        share = done / total if total else 1.0
        left = (now - self._started) * (1 - share) / share if share else None
        rest = f", about {_duration(left)} left" if left is not None else ""
        typer.echo(f"{self._label}: {share:.0%}, {figures}{rest}", err=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
