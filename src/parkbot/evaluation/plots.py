"""The plots of a report, as SVG that stands inside the page and asks no host for anything."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from parkbot.domain import Language
from parkbot.evaluation.intervals import share
from parkbot.evaluation.metrics import by_kind, confidences, retrieval
from parkbot.evaluation.runs import Outcome, Run, Score, Topic

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BINS = 10
"""Intervals of the confidence in the reliability diagram."""

_COLOURS: dict[Language, str] = {"zh": "#0b6e99", "en": "#c4570c"}
_MARKS: dict[Language, str] = {"zh": "o", "en": "s"}
_NAMES: dict[Language, str] = {"zh": "Chinese", "en": "English"}
_OFFSETS: dict[Language, float] = {"zh": -0.13, "en": 0.13}
_BY_KIND = ("MRR@10", "hit@10")


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing: its heading, what it shows in a sentence, and its SVG element."""

    title: str
    caption: str
    svg: str


def plots(run: Run) -> Iterator[Plot]:
    """The plots for which the run has data."""
    if any(score.topic is Topic.RETRIEVAL for score in run.scores):
        yield Plot(
            "Retrieval by kind",
            "Questions of every suite, by kind; bars are 95 % intervals.",
            svg(_kinds(run.outcomes)),
        )
    if confidences(run.outcomes):
        yield Plot(
            "Calibration of the decision to refuse",
            "Confidence that the library covers the question, in tenths, against the share of questions that "
            "it does cover: on the diagonal the confidence is what it says. Below, how many questions.",
            svg(_reliability(run.outcomes)),
        )
    if latency := [score for score in run.scores if score.topic is Topic.LATENCY]:
        yield Plot(
            "Latency by stage",
            "Milliseconds of one answer, on a scale of powers of ten: the mark is the median, the line "
            "ends at the 95th percentile.",
            svg(_latency(latency, run.outcomes)),
        )


def _kinds(outcomes: Sequence[Outcome]) -> "Figure":
    figure = canvas(8.4, 3.6)
    axes: Sequence[Axes] = figure.subplots(1, len(_BY_KIND), sharey=True)
    scores = tuple(_scores_by_kind(outcomes))
    kinds = list(dict.fromkeys(score.kind for score in scores))
    for axis, metric in zip(axes, _BY_KIND, strict=True):
        for score in scores:
            if score.metric == metric:
                _mark(axis, score, kinds.index(score.kind) + _OFFSETS[score.language])
        axis.set(title=metric, xlim=(0, 1.02), yticks=range(len(kinds)), yticklabels=kinds)
        axis.grid(axis="x", alpha=0.3)
    axes[0].invert_yaxis()
    _legend(figure, outcomes)
    return figure


def _scores_by_kind(outcomes: Sequence[Outcome]) -> Iterator[Score]:
    for language in _COLOURS:
        for group in by_kind(outcomes, language):
            if group.outcomes[0].kind.is_answerable:
                yield from retrieval(group)


def _mark(axis: "Axes", score: Score, place: float) -> None:
    low = score.value if score.low is None else score.low
    high = score.value if score.high is None else score.high
    axis.plot([low, high], [place, place], color=_COLOURS[score.language], linewidth=1.2)
    axis.plot(score.value, place, _MARKS[score.language], color=_COLOURS[score.language], markersize=5)


def _reliability(outcomes: Sequence[Outcome]) -> "Figure":
    figure = canvas(6.0, 5.2)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    above.plot([0, 1], [0, 1], color="#999999", linestyle="--", linewidth=1)
    for language, offset in _OFFSETS.items():
        shift = offset / 16  # so that the two languages' bars do not hide each other
        known = confidences(outcome for outcome in outcomes if outcome.language == language)
        if not known:
            continue
        for confidence, covered in _binned(known):
            estimate = share(covered)
            above.plot([confidence + shift] * 2, [estimate.low, estimate.high], color=_COLOURS[language])
            above.plot(confidence + shift, estimate.value, _MARKS[language], color=_COLOURS[language])
        below.hist(
            [confidence for confidence, _ in known],
            bins=list(np.linspace(0, 1, BINS + 1)),
            histtype="step",
            color=_COLOURS[language],
        )
    above.set(ylabel="share covered", xlim=(0, 1), ylim=(-0.03, 1.03))
    below.set(xlabel="confidence", ylabel="questions")
    _legend(figure, outcomes)
    return figure


def _binned(known: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, list[bool]]]:
    """(mean confidence, whether each question is covered) of every tenth that holds questions."""
    for number in range(BINS):
        inside = [pair for pair in known if min(int(pair[0] * BINS), BINS - 1) == number]
        if inside:
            yield sum(confidence for confidence, _ in inside) / len(inside), [flag for _, flag in inside]


def _latency(scores: Sequence[Score], outcomes: Sequence[Outcome]) -> "Figure":
    stages = list(dict.fromkeys(score.kind for score in scores))
    figure = canvas(8.0, 0.8 + 0.42 * len(stages))
    axis = figure.subplots()
    for language, offset in _OFFSETS.items():
        for place, stage in enumerate(stages):
            of = {s.metric: s.value for s in scores if s.kind == stage and s.language == language}
            if of:
                # A logarithm knows no zero, to which a stage of microseconds is rounded.
                ends = [max(of[metric], 0.01) for metric in ("p50 ms", "p95 ms")]
                axis.plot(ends, [place + offset] * 2, color=_COLOURS[language], linewidth=1.2)
                axis.plot(ends[0], place + offset, _MARKS[language], color=_COLOURS[language], markersize=5)
    axis.set(xscale="log", xlabel="milliseconds", yticks=range(len(stages)), yticklabels=stages)
    axis.xaxis.set_major_formatter("{x:g}")
    axis.grid(axis="x", alpha=0.3)
    axis.invert_yaxis()
    _legend(figure, outcomes)
    return figure


def _legend(figure: "Figure", outcomes: Sequence[Outcome]) -> None:
    """The languages that there are, beside the axes and so over no data."""
    from matplotlib.lines import Line2D

    present = {outcome.language for outcome in outcomes}
    handles = [
        Line2D([], [], marker=_MARKS[language], color=colour, label=_NAMES[language])
        for language, colour in _COLOURS.items()
        if language in present
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=len(handles), frameon=False, fontsize=8)


def canvas(width: float, height: float) -> "Figure":
    """An empty figure of this size in inches; no window system is ever asked."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def svg(figure: "Figure") -> str:
    """The figure as one <svg> element for a page: no prologue, metadata or names of other hosts."""
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "parkbot", "font.family": "sans-serif"}):
        figure.savefig(buffer, format="svg")
    svg = buffer.getvalue()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    return re.sub(r' xmlns(?::\w+)?="[^"]*"', "", svg).replace("xlink:href", "href")
