"""A run as a page of its own: tables, plots and a comparison, in one file that loads nothing."""

from collections import Counter
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from parkbot.evaluation.comparing import Comparison
from parkbot.evaluation.plots import plots
from parkbot.evaluation.runs import Run
from parkbot.evaluation.tables import signed, tables


def html(run: Run, comparison: Comparison | None = None) -> str:
    """The report of a run, and of what changed from an earlier one if there is a comparison."""
    return _template().render(
        run=run,
        tables=tables(run.scores),
        # Drawn by us from numbers and from the names of kinds and stages.
        plots=[(plot.title, plot.caption, Markup(plot.svg)) for plot in plots(run)],
        not_loaded=Counter(outcome.suite for outcome in run.not_loaded),
        partly_loaded=sum(bool(outcome.gold and outcome.gold_absent) for outcome in run.outcomes),
        comparison=comparison,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("parkbot.evaluation", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["signed"] = signed
    return environment.get_template("report.html")
