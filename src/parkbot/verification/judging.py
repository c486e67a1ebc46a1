"""How well a claim's content is covered, and the decision from that and from lesser flaws."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from parkbot.verification.amounts import misplacement
from parkbot.verification.clauses import share_in
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.reading import Reading
from parkbot.verification.windows import worst_window
from parkbot.verification.words import translations, untranslated


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

    `covered`: share of the claim's content, by rarity, that stands in the source; `least`: of its clause
    that is covered least; `together`: in the sentence that covers most; `window`: of the stretch that is
    covered least. `dense` and `part`: see `Nearness` (0 without an embedder). `unread`: share of an English claim's words that the glossary
    cannot carry over to a Chinese source. The others count lesser flaws of each kind.
    """

    covered: float
    least: float
    together: float
    window: float
    dense: float
    part: float
    unread: float
    misplaced: float
    figure: int
    apart: int
    denial: int
    strength: int
    actor: int
    subject: int
    condition: int
    qualifier: int
    narrowed: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Logistic regressions and the probability from which a claim passes.

    `cases` are biases and weights by signal, for claims in the language of their source or not, with an
    embedder or without; both labels count alike.
    """

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
    return Decision(made["threshold"], cases)


FEWEST_TERMS = 2
"""A clause with fewer terms says too little to be covered or not."""


def signals(reading: Reading, flaws: Sequence[Flaw], nearness: Nearness) -> Signals:
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
        window=max(
            (worst_window(reading.text, reading.language, source.headed, each) for each in languages),
            default=1.0,
        ),
        dense=nearness.whole,
        part=nearness.part,
        unread=_unread(reading),
        misplaced=misplacement(reading),
        figure=lesser.count(Kind.FIGURE_ELSEWHERE),
        apart=lesser.count(Kind.FIGURES_APART),
        denial=lesser.count(Kind.DENIAL),
        strength=lesser.count(Kind.STRENGTH),
        actor=lesser.count(Kind.ACTOR),
        subject=lesser.count(Kind.SUBJECT),
        condition=lesser.count(Kind.CONDITION),
        qualifier=lesser.count(Kind.QUALIFIER),
        narrowed=lesser.count(Kind.NARROWED),
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
    bias, weights = decision().cases[same_language, has_dense]
    score = bias + sum(weights.get(name, 0.0) * value for name, value in asdict(signals).items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))
