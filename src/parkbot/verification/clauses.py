"""A text as clauses in sentences, and where one text's clauses stand in another."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from parkbot.domain import Language
from parkbot.questions import language_of
from parkbot.verification.figures import figures
from parkbot.verification.words import Term, covered, english_terms, plain, terms, translations

_SENTENCE = re.compile(r"[。；;！？!?\n：]|(?<=[a-z\d)])\.(?=\s|$)|[（(][一二三四五六七八九十]+[)）]|:(?=\s)")
_CLAUSE = re.compile(
    r"，|,\s(?=(?:and|but|which|or|whoever|besides|unless|if|with|free|without)\b)|\b(?=(?:unless|if|where|but|except)\b)"
    r"|(?<=[a-z]), (?=the |it |they )",
    re.IGNORECASE,
)


_COMPANY = 0.3
"""Weight of the company that a clause keeps, beside its own words."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A run of words between commas; `sentence` numbers the sentence that it stands in.

    `text` has one wording for each thing (see `words.plain`), `raw` is as it was written.
    """

    text: str
    raw: str
    sentence: int
    language: Language

    @property
    def terms(self) -> frozenset[str]:
        """The content of the clause."""
        return terms(self.text)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause stands in a source: the nearest clause there, and the share of it found in that."""

    clause: Clause
    at: int
    share: float


@lru_cache(maxsize=2048)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a normalised text, in their order."""
    return tuple(_clauses(text))


def _clauses(text: str) -> Iterator[Clause]:
    language = language_of(text)
    for number, sentence in enumerate(part for part in _SENTENCE.split(text) if part.strip()):
        for clause in _CLAUSE.split(sentence):
            if clause.strip():
                yield Clause(plain(clause.strip()), clause.strip(), number, language)


def place(clause: Clause, source: Sequence[Clause], likely: Mapping[int, float]) -> Place | None:
    """The clause of a source that says most of what a clause says; None where none says anything of it.

    `likely` tells of each sentence of the source how much it shares with the clause's own sentence: what
    many sentences say (由有关部门责令改正) is looked for where the rest stands.
    """
    shares = [share_in(clause, other.text, other.language) for other in source]
    best = max(
        range(len(shares)),
        key=lambda at: (
            shares[at] + _COMPANY * (likely[source[at].sentence] + _same_figures(clause, source[at])),
            -len(source[at].text),
        ),
        default=None,
    )
    if best is None or not shares[best]:
        return None
    return Place(source[best], best, shares[best])


def _same_figures(clause: Clause, other: Clause) -> float:
    """Share of a clause's figures that another one holds; 0 where it has none."""
    mine, theirs = figures(clause.raw), figures(other.raw)
    return sum(any(each.agrees(there) for there in theirs) for each in mine) / len(mine) if mine else 0.0


def likely(clause: Clause, own: Sequence[Clause], source: Sequence[Clause]) -> dict[int, float]:
    """For each sentence of a source, how much of a clause's sentence it says."""
    sentence = " ".join(each.text for each in own if each.sentence == clause.sentence)
    whole = Clause(sentence, sentence, clause.sentence, clause.language)
    theirs: dict[int, list[str]] = {}
    for each in source:
        theirs.setdefault(each.sentence, []).append(each.text)
    language = source[0].language if source else clause.language
    return {number: share_in(whole, "，".join(texts), language) for number, texts in theirs.items()}


def share_in(clause: Clause, text: str, language: Language) -> float:
    """Share of a clause's content that stands in a text, across languages by the glossary."""
    if clause.language == language:
        return covered(clause.terms, terms(text))
    if clause.language == "en":
        return _held(english_terms(clause.text), text)
    return _filled(translations(text), clause.text)


def _held(english: Sequence[Term], chinese: str) -> float:
    """Share of the translated terms that a Chinese text holds."""
    known = [each for each in english if each.wordings]
    return sum(each.held_in(chinese) for each in known) / len(known) if known else 0.0


def _filled(wordings: Sequence[tuple[str, ...]], chinese: str) -> float:
    """Share of a Chinese text's characters that the translated terms account for."""
    marked = [False] * len(chinese)
    for wording in {wording for each in wordings for wording in each if len(wording) > 1}:
        for match in re.finditer(re.escape(wording), chinese):
            marked[match.start() : match.end()] = [True] * len(wording)
    return sum(marked) / max(1, len(re.findall(r"[\u4e00-\u9fff]", chinese)))
