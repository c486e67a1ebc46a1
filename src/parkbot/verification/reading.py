"""A claim laid beside its source: what every check looks at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from parkbot.domain import Language
from parkbot.questions import language_of
from parkbot.verification.actors import subject
from parkbot.verification.clauses import Clause, Place, clauses, likely, place
from parkbot.verification.modality import Mode, modes
from parkbot.verification.words import plain

_CONDITION = re.compile(
    r"^(?!.*(?:下列|以下|负责|之一))(?:.*(?:的|[时后下])$|(?:经|未经|因|如|若|凡|除|对(?!.*(?:选择|利用|[核检审]查))).*)"
    r"|^(?:if|unless|where|whoever|when|for)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(r"([^。；\n]*?)(?:：|:\s|[（(]一[)）])")


_ENUMERATED = re.compile("[（(]一[)）]|：")


@dataclass(frozen=True, slots=True)
class Source:
    """What is cited: the measures' texts in one wording, and their clauses.

    `located` are the texts as written, after their locators; `headed` in one wording with titles too.
    """

    text: str
    located: str
    headed: str
    titles: tuple[str, ...]
    clauses: tuple[Clause, ...]

    @property
    def lead(self) -> frozenset[Mode]:
        """How the words before a list bind all that is listed; empty where there is no list."""
        return frozenset[Mode]().union(
            *(modes(match[1], language_of(match[1])) for match in _LEAD.finditer(self.text))
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause of the claim, where it stands in the source, and how each of the two binds."""

    at: int
    clause: Clause
    place: Place | None
    claimed: frozenset[Mode]
    stated: frozenset[Mode]

    @property
    def share(self) -> float:
        """The share of the clause that stands there; 0 where it stands nowhere."""
        return self.place.share if self.place else 0.0

    @property
    def there(self) -> Clause:
        """The clause of the source; only to be asked for where there is one."""
        assert self.place is not None
        return self.place.clause


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim beside its source; `claim` is as written, `text` in one wording."""

    claim: str
    text: str
    language: Language
    clauses: tuple[Clause, ...]
    source: Source
    pairs: tuple[Pair, ...]


@lru_cache(maxsize=512)
def source(premises: tuple[tuple[str, str, str], ...]) -> Source:
    """The source that normalised premises (title, locator, text) make up."""
    joined = "\n".join(text for _, _, text in premises)
    located = "\n".join(f"{locator}\n{text}" for _, locator, text in premises)
    headed = "\n".join(f"{title}\n{locator}\n{text}" for title, locator, text in premises)
    titles = tuple(title for title, _, _ in premises)
    return Source(plain(joined), located, plain(headed), titles, clauses(joined))


def read(claim: str, language: Language, source: Source) -> Reading:
    """Lay a normalised claim beside its source."""
    own = clauses(claim)
    pairs = []
    for at, clause in enumerate(own):
        found = place(clause, source.clauses, likely(clause, own, source.clauses))
        stated = _stated(source, found, language) if found else frozenset()
        pairs.append(Pair(at, clause, found, binding(own, at), stated))
    return Reading(claim, plain(claim), language, own, source, tuple(pairs))


def _stated(source: Source, found: Place, language: Language) -> frozenset[Mode]:
    """How the source binds there; a translation may join what the source says in several clauses."""
    if found.clause.language == language:
        return binding(source.clauses, found.at) or source.lead or _carried(source.clauses, found.at)
    sentence = [clause for clause in source.clauses if clause.sentence == found.clause.sentence]
    return frozenset[Mode]().union(*(modes(clause.text, clause.language) for clause in sentence))


def _carried(clauses: Sequence[Clause], at: int) -> frozenset[Mode]:
    """How the sentence before binds, where nobody new acts: 应当制定计划；对台账进行核对."""
    sentence = [each for each in clauses if each.sentence == clauses[at].sentence]
    first = clauses.index(sentence[0])
    if not first or any(subject(each.text) for each in sentence):
        return frozenset()
    return binding(clauses, first - 1)


def is_condition(clause: Clause) -> bool:
    """Whether a clause only says when a rule applies."""
    return bool(_CONDITION.search(clause.text))


def before(clauses: Sequence[Clause], at: int) -> list[Clause]:
    """The clauses before this one in its sentence, the nearest first."""
    sentence = clauses[at].sentence
    return [clause for clause in reversed(clauses[:at]) if clause.sentence == sentence]


def around(source: Source, clause: Clause) -> tuple[Clause, ...]:
    """The clauses of a clause's sentence; of a list, whose first words hold for all of it, all clauses."""
    if _ENUMERATED.search(source.located):
        return source.clauses
    return tuple(each for each in source.clauses if each.sentence == clause.sentence)


def binding(clauses: Sequence[Clause], at: int) -> frozenset[Mode]:
    """How a clause binds: by its own words, else by those before it or after it in its sentence."""
    sentence = clauses[at].sentence
    after = [clause for clause in clauses[at + 1 :] if clause.sentence == sentence]
    for clause in (clauses[at], *before(clauses, at), *after):
        if found := modes(clause.text, clause.language):
            return found
    return frozenset()
