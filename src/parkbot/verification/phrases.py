"""A Chinese phrase that claim and source share, bound or denied in one and not, or otherwise, in the other.

What binds (应当, 可以, 鼓励, 不得) and what denies (不, 未, 没有) is taken out of both texts; what is left
is laid side by side around each place where something was taken out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.modality import Mode, operators
from parkbot.verification.reading import Reading

_CLAUSES = re.compile(r"[，。；：！？\n]")
_SENTENCES = re.compile(r"[。；！？\n]")
_IDLE = re.compile("依法|及时|自行|按规定|按照规定|[\\s、仍还也都均将又则就的并要而“”《》（）()]")
AROUND = 4
"""Characters of a phrase after the place; fewer before a comma are made up for by those before it."""
FEWEST = 4

_DENY = (None, Mode.MUST_NOT)
_PENALTIES = ("处", "责令", "给予", "没收", "吊销", "罚款")
_BINDS = frozenset((Mode.MUST, Mode.FORCED, Mode.MAY, Mode.ENCOURAGED, Mode.MUST_NOT, Mode.NEED_NOT))
_DUTY = frozenset((Mode.MUST, Mode.FORCED))
_WEAK = frozenset((Mode.MAY, Mode.ENCOURAGED))


@dataclass(frozen=True, slots=True)
class BoundClause:
    """A Chinese clause without what binds or denies; `marks` are where that stood (`None` denies)."""

    text: str
    marks: tuple[tuple[int, Mode | None], ...]
    sentence: int
    is_denied_next: bool = False
    """Whether the next clause begins with a denial: 应当申领许可证；没有取得的."""

    @property
    def denials(self) -> tuple[tuple[int, Mode | None], ...]:
        """The marks that deny or forbid."""
        return tuple(mark for mark in self.marks if mark[1] in _DENY)

    def places(self, words: str) -> Iterator[int]:
        """Where words stand in it."""
        start = 0
        while (found := self.text.find(words, start)) >= 0:
            yield found
            start = found + 1

    def denied(self, at: int) -> bool:
        """Whether what begins there is denied or forbidden."""
        return any(place == at and mode in _DENY for place, mode in self.marks)

    def touched(self, at: int, mode: Mode | None) -> bool:
        """Whether that is so there, or so said before in the clause: 禁止在某地新建."""
        return any(
            place == at and other in _DENY or place < at and other in (mode, None)
            for place, other in self.marks
        )

    def binding(self, at: int) -> Mode | None:
        """How what begins there binds: by the last word for that before it."""
        found = [mode for place, mode in self.marks if place <= at and mode in _BINDS]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What stands around a place: the characters before it that matter, and those after it."""

    before: str
    after: str

    def places(self, clause: BoundClause) -> Iterator[int]:
        """Where the phrase stands in a clause."""
        return (at + len(self.before) for at in clause.places(self.before + self.after))


def phrases_agree(reading: Reading) -> Iterator[Flaw]:
    """A phrase of the source is in the claim no more and no less denied, and binds no more and no less."""
    if reading.language != "zh":
        return
    claim, source = bound_clauses(reading.text), bound_clauses(reading.source.text)
    for clause in source:
        for at, mode in clause.marks:
            if phrase := _phrase(clause, at):
                yield from _compared(phrase, mode, claim, source, is_claimed=False)
    for clause in claim:
        for at, mode in clause.marks:
            if phrase := _phrase(clause, at):
                yield from _compared(phrase, mode, source, claim, is_claimed=True)


def _compared(
    phrase: _Phrase,
    mode: Mode | None,
    there: tuple[BoundClause, ...],
    here: tuple[BoundClause, ...],
    *,
    is_claimed: bool,
) -> Iterator[Flaw]:
    """A phrase marked here beside all places where the other text has it."""
    places = [(clause, at) for clause in there for at in phrase.places(clause)]
    if not places:
        return
    words = phrase.before + phrase.after
    if mode in _DENY:
        own = [(clause, at) for clause in here for at in phrase.places(clause)]
        short = _Phrase("", phrase.after[:2])
        if (
            all(clause.denied(at) for clause, at in own)
            and not any(clause.touched(at, mode) for clause, at in places)
            and not any(clause.touched(at, None) for clause in there for at in short.places(clause))
        ):
            yield Flaw(Kind.DENIAL, words)
        elif mode is Mode.MUST_NOT and not is_claimed and all(c.binding(at) in _WEAK for c, at in places):
            yield Flaw(Kind.STRENGTH, words)
        return
    if mode is Mode.NEED_NOT and all(clause.binding(at) is not mode for clause, at in places):
        yield Flaw(Kind.DENIAL, words)
    others = [_binding(clause, at, there) for clause, at in places]
    this: list[set[Mode | None]] = [{mode}]
    claimed, stated = (this, others) if is_claimed else (others, this)
    if all(_clash(mine, theirs) for mine in claimed for theirs in stated):
        is_hard = all(stated) or words.startswith(_PENALTIES)
        yield Flaw(Kind.STRENGTH, words, is_hard=is_hard)


def _clash(mine: set[Mode | None], theirs: set[Mode | None]) -> bool:
    """Whether a claim binds as its source does not; an empty set says nothing of how it binds."""
    if mine & theirs:
        return False
    if mine and mine <= _WEAK:
        return not theirs or bool(theirs & _DUTY)
    return bool(mine & _DUTY and theirs and theirs <= _WEAK)


def _binding(clause: BoundClause, at: int, text: tuple[BoundClause, ...]) -> set[Mode | None]:
    """How something binds: by its clause, else by all that binds in its sentence."""
    if found := clause.binding(at):
        return {found}
    return {
        mode for each in text if each.sentence == clause.sentence for _, mode in each.marks if mode in _BINDS
    }


def _phrase(clause: BoundClause, at: int) -> _Phrase | None:
    after = clause.text[at : at + AROUND]
    before = clause.text[max(0, at - max(0, FEWEST - len(after))) : at]
    return _Phrase(before, after) if after and len(before) + len(after) >= FEWEST else None


@lru_cache(maxsize=2048)
def bound_clauses(text: str) -> tuple[BoundClause, ...]:
    """The clauses of a Chinese text, and what binds or denies in them."""
    found: list[BoundClause] = []
    is_denied_list = False  # 没有按规定（一）…；（二）… denies each of them
    for number, sentence in enumerate(_SENTENCES.split(text)):
        for clause in _CLAUSES.split(sentence):
            rest, start = "", 0
            marks: list[tuple[int, Mode | None]] = [(0, None)] if is_denied_list else []
            for operator in operators(clause):
                rest += _IDLE.sub("", clause[start : operator.start])
                marks.append((len(rest), operator.mode))
                start = operator.end
            lead, listed, _ = clause.partition("（一）")
            is_denied_list |= bool(listed) and any(each.mode is None for each in operators(lead))
            found.append(BoundClause(rest + _IDLE.sub("", clause[start:]), tuple(marks), number))
    after = [*found[1:], None]
    return tuple(
        replace(each, is_denied_next=bool(other and (0, None) in other.marks))
        for each, other in zip(found, after, strict=True)
    )
