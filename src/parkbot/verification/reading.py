"""A claim laid beside its source: what every check looks at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from parkbot.domain import Language
from parkbot.verification.clauses import Clause, Place, clauses, place
from parkbot.verification.modality import Mode, modes

_CONDITION = re.compile(
    r"的$|[时后下]$|^(?:经|未经|因|如|若|凡|对|除)|^(?:if|unless|where|whoever|when|for)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Source:
    """What is cited: the measures' texts, their clauses, and the same with titles and locators in front."""

    text: str
    headed: str
    titles: tuple[str, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause of the claim, where it stands in the source, and how each of the two binds."""

    at: int
    clause: Clause
    place: Place | None
    claimed: frozenset[Mode]
    stated: frozenset[Mode]


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim beside its source."""

    claim: str
    language: Language
    clauses: tuple[Clause, ...]
    source: Source
    pairs: tuple[Pair, ...]


@lru_cache(maxsize=512)
def source(premises: tuple[tuple[str, str, str], ...]) -> Source:
    """The source that normalised premises (title, locator, text) make up."""
    text = "\n".join(text for _, _, text in premises)
    headed = "\n".join(f"{title}\n{locator}\n{text}" for title, locator, text in premises)
    return Source(text, headed, tuple(title for title, _, _ in premises), clauses(text))


def read(claim: str, language: Language, source: Source) -> Reading:
    """Lay a normalised claim beside its source."""
    own = clauses(claim)
    pairs = []
    for at, clause in enumerate(own):
        found = place(clause, source.clauses)
        stated = binding(source.clauses, found.at) if found else frozenset()
        pairs.append(Pair(at, clause, found, binding(own, at), stated))
    return Reading(claim, language, own, source, tuple(pairs))


def is_condition(clause: Clause) -> bool:
    """Whether a clause only says when a rule applies."""
    return bool(_CONDITION.search(clause.text))


def before(clauses: Sequence[Clause], at: int) -> list[Clause]:
    """The clauses before this one in its sentence, the nearest first."""
    sentence = clauses[at].sentence
    return [clause for clause in reversed(clauses[:at]) if clause.sentence == sentence]


def binding(clauses: Sequence[Clause], at: int) -> frozenset[Mode]:
    """How a clause binds: by its own words, else by those of the clauses before it in its sentence."""
    own = modes(clauses[at].text, clauses[at].language)
    if own or is_condition(clauses[at]):
        return own
    for clause in before(clauses, at):
        if not is_condition(clause) and (found := modes(clause.text, clause.language)):
            return found
    return frozenset()
