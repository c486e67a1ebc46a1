"""How well a claim's content is covered, and the decision from that and from lesser flaws."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from parkbot.verification.amounts import misplacement
from parkbot.verification.clauses import Clause, share_in
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.reading import Reading, Source, is_condition
from parkbot.verification.scope import GRAVE
from parkbot.verification.windows import worst_window


@dataclass(frozen=True, slots=True)
class Nearness:
    """Cosines: of a claim with what it is nearest to of its source, and the least such of its clauses."""

    whole: float
    part: float


UNKNOWN = Nearness(0.0, 0.0)
"""Without an embedder, or where it was not asked."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells how far the source bears a claim out.

    `least`: share of the content, by rarity, of that clause of the claim of which the source holds least;
    `window`: of the stretch of a few words of which it holds least. `dense` and `part`: see `Nearness` (0
    without an embedder). `english`: 1 where both are English. `misplaced`: see `amounts.misplacement`. The
    others count lesser flaws of each kind.
    """

    least: float
    window: float
    dense: float
    part: float
    english: float
    misplaced: float
    figure: int
    denial: int
    strength: int
    actor: int
    subject: int
    condition: int
    qualifier: int
    narrowed: int
    widened: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Logistic regressions, and the probability from which a claim passes.

    `cases` are biases and weights by signal, for claims in the language of their source or not, with an
    embedder or without; both labels count alike.
    """

    embedder: str
    """The embedder to whose cosines they were fitted."""
    threshold: float
    cases: Mapping[tuple[bool, bool], tuple[float, Mapping[str, float]]]


@cache
def decision() -> Decision:
    """What scripts/fit_verification.py found."""
    made = json.loads(files("parkbot.verification").joinpath("weights.json").read_text(encoding="utf-8"))
    cases = {
        (each["same_language"], each["has_embedder"]): (each["bias"], each["weights"])
        for each in made["cases"]
    }
    return Decision(made["embedder"], made["threshold"], cases)


FEWEST_TERMS = 2
"""A clause with fewer terms says too little to be covered or not."""


def signals(reading: Reading, flaws: Sequence[Flaw], nearness: Nearness) -> Signals:
    """The signals of a claim whose hard checks have passed."""
    source = reading.source
    languages = {clause.language for clause in source.clauses}
    shares = [
        max((share_in(clause, source.headed, language) for language in languages), default=0.0)
        for clause in reading.clauses
        if len(clause.terms) >= FEWEST_TERMS and not _is_kept(clause, source)
    ]
    lesser = [flaw.kind for flaw in flaws]
    return Signals(
        least=min(shares, default=1.0),
        window=max(
            (worst_window(reading.text, reading.language, source.headed, each) for each in languages),
            default=1.0,
        ),
        dense=nearness.whole,
        part=nearness.part,
        english=float(reading.language == "en" and languages == {"en"}),
        misplaced=misplacement(reading),
        figure=lesser.count(Kind.FIGURE_ELSEWHERE),
        denial=lesser.count(Kind.DENIAL),
        strength=lesser.count(Kind.STRENGTH),
        actor=lesser.count(Kind.ACTOR),
        subject=lesser.count(Kind.SUBJECT),
        condition=lesser.count(Kind.CONDITION),
        qualifier=lesser.count(Kind.QUALIFIER),
        narrowed=lesser.count(Kind.NARROWED),
        widened=lesser.count(Kind.WIDENED),
    )


def _is_kept(clause: Clause, source: Source) -> bool:
    """Whether a clause but says, in whatever words, that something was not corrected, as the source does."""
    return is_condition(clause) and any(
        limit.form.search(clause.text) and limit.form.search(source.text) for limit in GRAVE
    )


def probability(signals: Signals, *, same_language: bool, has_dense: bool) -> float:
    """Probability that the claim is supported, where half of all claims are."""
    bias, weights = decision().cases[same_language, has_dense]
    score = bias + sum(weights.get(name, 0.0) * value for name, value in asdict(signals).items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))
