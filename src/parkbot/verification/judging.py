"""How well a claim's content is covered, and the decision from that and from lesser flaws."""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from parkbot.verification.clauses import share_in
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.reading import Reading
from parkbot.verification.words import translations, untranslated


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells how far the source bears a claim out.

    `covered`: share of the claim's content, by rarity, that stands in the source; `least`: of its clause
    that is covered least; `together`: in the sentence that covers most. `dense`: cosine of the claim with
    the nearest measure (0 without an embedder). `unread`: share of an English claim's words that the glossary
    cannot carry over to a Chinese source. The others count lesser flaws of each kind.
    """

    covered: float
    least: float
    together: float
    dense: float
    unread: float
    figure: int
    denial: int
    strength: int
    actor: int
    subject: int
    condition: int
    qualifier: int


@dataclass(frozen=True, slots=True)
class Weights:
    """Of a logistic regression: the bias, and one weight for each signal."""

    bias: float
    covered: float
    least: float
    together: float
    dense: float
    unread: float
    figure: float
    denial: float
    strength: float
    actor: float
    subject: float
    condition: float
    qualifier: float


# Made by scripts/fit_verification.py from the tuning half of eval/suites/claims.jsonl.
# (claim and source in one language, with an embedder)
WEIGHTS: dict[tuple[bool, bool], Weights] = {
    (True, False): Weights(-4.34, 1.54, 6.73, 0.87, 0.00, 0.00, 0.00, -7.26, -1.38, -5.26, -8.78, 0.00, 0.00),
    (True, True): Weights(
        -37.99, 0.00, 7.72, 0.00, 36.03, 0.00, 0.00, -4.43, -1.65, -4.83, -7.76, 0.00, 0.00
    ),
    (False, False): Weights(
        -3.15, 0.00, 5.59, 0.00, 0.00, 0.00, -1.63, 0.00, 0.00, -1.97, -0.02, -0.55, -0.65
    ),
    (False, True): Weights(
        -8.97, 0.00, 5.60, 0.00, 6.96, 0.00, -1.84, 0.00, 0.00, -1.94, -0.15, -0.56, -0.69
    ),
}
THRESHOLD = 0.65
FEWEST_TERMS = 2
"""A clause with fewer terms says too little to be covered or not."""


def signals(reading: Reading, flaws: Sequence[Flaw], dense: float) -> Signals:
    """The signals of a claim whose hard checks have passed."""
    source = reading.source
    languages = {clause.language for clause in source.clauses}
    shares = [
        max((share_in(clause, source.headed, language) for language in languages), default=0.0)
        for clause in reading.clauses
        if len(clause.terms) >= FEWEST_TERMS
    ]
    sizes = [len(clause.terms) for clause in reading.clauses if len(clause.terms) >= FEWEST_TERMS]
    lesser = [flaw.kind for flaw in flaws]
    return Signals(
        covered=sum(share * size for share, size in zip(shares, sizes, strict=True)) / max(1, sum(sizes)),
        least=min(shares, default=1.0),
        together=_together(reading),
        dense=dense,
        unread=_unread(reading),
        figure=lesser.count(Kind.FIGURE_ELSEWHERE),
        denial=lesser.count(Kind.DENIAL),
        strength=lesser.count(Kind.STRENGTH),
        actor=lesser.count(Kind.ACTOR),
        subject=lesser.count(Kind.SUBJECT),
        condition=lesser.count(Kind.CONDITION),
        qualifier=lesser.count(Kind.QUALIFIER),
    )


def _unread(reading: Reading) -> float:
    if reading.language == "zh" or all(clause.language == "en" for clause in reading.source.clauses):
        return 0.0
    read, unread = len(translations(reading.claim)), len(untranslated(reading.claim))
    return unread / max(1, read + unread)


def _together(reading: Reading) -> float:
    sentences: dict[int, list[str]] = {}
    for clause in reading.source.clauses:
        sentences.setdefault(clause.sentence, []).append(clause.text)
    joined = [("，".join(texts), reading.source.clauses[0].language) for texts in sentences.values()]
    whole = [
        sum(share_in(clause, text, language) * len(clause.terms) for clause in reading.clauses)
        for text, language in joined
    ]
    return max(whole, default=0.0) / max(1, sum(len(clause.terms) for clause in reading.clauses))


def probability(signals: Signals, *, same_language: bool, has_dense: bool) -> float:
    """Probability that the claim is supported, where half of all claims are."""
    bias, *weights = astuple(WEIGHTS[same_language, has_dense])
    score = bias + sum(w * s for w, s in zip(weights, astuple(signals), strict=True))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))
