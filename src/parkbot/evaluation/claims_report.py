"""A run of labelled claims as a page of its own, in one file that loads nothing."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from parkbot.evaluation.claims import ClaimsRun, Judged, Point, overall
from parkbot.evaluation.plots import canvas, svg
from parkbot.evaluation.tables import tables

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def html(run: ClaimsRun) -> str:
    """The report of a run: the figures, the curve, and what went wrong, claim by claim."""
    return _template().render(
        run=run,
        overall=overall(run.judged),
        tables=tables(run.scores),
        # Drawn by us from numbers.
        curve=Markup(svg(_curve(run.curve, run.judged))) if run.curve else None,
        wrong=[each for each in run.judged if each.passed != each.is_supported],
    )


def _curve(points: Sequence[Point], judged: Sequence[Judged]) -> "Figure":
    drawn = canvas(6.4, 4.6)
    axis = drawn.subplots()
    caught, passed = [point.caught for point in points], [point.passed for point in points]
    axis.step(passed, caught, where="post", color="#0b6e99")
    bad = [not each.passed for each in judged if not each.is_supported]
    good = [each.passed for each in judged if each.is_supported]
    axis.plot(sum(good) / len(good), sum(bad) / len(bad), "o", color="#c4570c")
    axis.plot(0.8, 0.97, "+", color="#4a545e", markersize=12)
    axis.set(
        xlabel="supported claims passed", ylabel="unsupported claims caught", xlim=(0, 1.02), ylim=(0.5, 1.02)
    )
    axis.grid(alpha=0.3)
    return drawn


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("parkbot.evaluation", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("claims.html")
