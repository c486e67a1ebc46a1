"""What is known of a claim beside its source, as numbers for the network that decides."""

from collections.abc import Sequence

from parkbot.verification.amounts import misplacement
from parkbot.verification.clauses import Clause, share_in
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.reading import Reading, Source, is_condition
from parkbot.verification.scope import GRAVE
from parkbot.verification.windows import worst_window

FEWEST_TERMS = 2
"""A clause with fewer terms says too little to be covered or not."""

WEIGHED = tuple(kind for kind in Kind if kind not in (Kind.NOTHING_CITED, Kind.LISTED, Kind.CONTENT))
_MOST = 2
"""More flaws of one kind tell no more."""

SIGNALS = ("least", "window", "misplaced", "same language", "English") + tuple(
    f"{kind.value}, {weight}" for kind in WEIGHED for weight in ("hard", "lesser")
)
"""The names of the signals, in order.

`least`: share of the content, by rarity, of that clause of the claim of which the source holds least;
`window`: of the stretch of a few words of which it holds least; `misplaced`: see `amounts.misplacement`. The
last ones count the flaws of each kind, hard and lesser ones, two at most.
"""


def signals(reading: Reading, flaws: Sequence[Flaw]) -> tuple[float, ...]:
    """The signals of a claim, named by `SIGNALS`."""
    source = reading.source
    languages = {clause.language for clause in source.clauses}
    shares = [
        max((share_in(clause, source.headed, language) for language in languages), default=0.0)
        for clause in reading.clauses
        if len(clause.terms) >= FEWEST_TERMS and not _is_kept(clause, source)
    ]
    window = max(
        (worst_window(reading.text, reading.language, source.headed, each) for each in languages),
        default=1.0,
    )
    counts = [
        float(min(_MOST, sum(flaw.kind is kind and flaw.is_hard is is_hard for flaw in flaws)))
        for kind in WEIGHED
        for is_hard in (True, False)
    ]
    return (
        min(shares, default=1.0),
        window,
        misplacement(reading),
        float(languages <= {reading.language}),
        float(reading.language == "en"),
        *counts,
    )


def _is_kept(clause: Clause, source: Source) -> bool:
    """Whether a clause but says, in whatever words, that something was not corrected, as the source does."""
    return is_condition(clause) and any(
        limit.form.search(clause.text) and limit.form.search(source.text) for limit in GRAVE
    )
