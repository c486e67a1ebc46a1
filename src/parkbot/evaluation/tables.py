"""Scores as tables, for the terminal and for the report alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from parkbot.evaluation.runs import Score, Topic

_ACROSS = frozenset((Topic.RETRIEVAL, Topic.BY_KIND, Topic.LATENCY))
"""Topics whose metrics share their n, so that they stand side by side; those of others stand in lines."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and its interval as they are read; both empty where there is no such score."""

    value: str = ""
    interval: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What a line is about (one word for each of the table's `labels`), its n, and a cell for each metric."""

    labels: tuple[str, ...]
    n: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Groups down, metrics across."""

    topic: Topic
    labels: tuple[str, ...]
    metrics: tuple[str, ...]
    rows: tuple[Row, ...]


def tables(scores: Sequence[Score]) -> tuple[Table, ...]:
    """A table for each topic that has scores."""
    by_topic = ((topic, [score for score in scores if score.topic is topic]) for topic in Topic)
    return tuple(_table(topic, found) for topic, found in by_topic if found)


def _table(topic: Topic, scores: Sequence[Score]) -> Table:
    labels = ("suite", "language", "stage" if topic is Topic.LATENCY else "kind")
    if topic not in _ACROSS:
        lines = tuple(
            Row((score.suite, score.language, score.kind, score.metric), score.n, (cell(score),))
            for score in scores
        )
        return Table(topic, (*labels, "metric"), ("value",), lines)
    metrics = tuple(dict.fromkeys(score.metric for score in scores))
    groups: dict[tuple[str, str, str], dict[str, Score]] = {}
    for score in scores:
        groups.setdefault((score.suite, score.language, score.kind), {})[score.metric] = score
    return Table(topic, labels, metrics, tuple(_row(group, held, metrics) for group, held in groups.items()))


def _row(group: tuple[str, ...], held: dict[str, Score], metrics: Sequence[str]) -> Row:
    cells = tuple(cell(held[metric]) if metric in held else Cell() for metric in metrics)
    return Row(group, max(score.n for score in held.values()), cells)


def cell(score: Score) -> Cell:
    """A score in words: shares as .668 and .61–.72, milliseconds with one decimal."""
    write = _milliseconds if score.topic is Topic.LATENCY else _share
    coarse = _milliseconds if score.topic is Topic.LATENCY else _short_share
    if score.low is None or score.high is None:
        return Cell(write(score.value))
    return Cell(write(score.value), f"{coarse(score.low)}–{coarse(score.high)}")


def signed(value: float) -> str:
    """A difference of shares, with its sign: +.031."""
    return f"{value:+.3f}".replace("+0.", "+.").replace("-0.", "-.")


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def _short_share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def _milliseconds(value: float) -> str:
    return f"{value:.1f}"
