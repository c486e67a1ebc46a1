"""The checks of a claim beside its source; each yields what it finds wrong."""

import re
from collections.abc import Callable, Iterator

from parkbot.names import bare_title
from parkbot.verification.actors import GENERAL, Actor, actors, subject
from parkbot.verification.clauses import Clause, share_in
from parkbot.verification.figures import OFTEN, Figure, figures
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.modality import Mode, denials
from parkbot.verification.reading import Pair, Reading, before, is_condition
from parkbot.verification.scope import CONDITIONS, QUALIFIERS, lost, widened
from parkbot.verification.words import terms, translations

Check = Callable[[Reading], Iterator[Flaw]]

SURE = 0.6
"""A clause of which this share stands in one clause of the source says something about the same thing."""
LIKELY = 0.4

_AMOUNTS_TO_YEARLY = re.compile(r"年度|年(?=[综用均内])|annual|year", re.IGNORECASE)
_AROUND = 12
"""Characters on either side of a figure that say what it is a figure of."""


def figures_stand(reading: Reading) -> Iterator[Flaw]:
    """Every figure of the claim stands in the source, and there belongs to the same thing."""
    held = figures(reading.source.headed)
    used: dict[tuple[int, Figure], int] = {}
    for figure in figures(reading.claim):
        words = reading.claim[figure.start : figure.end]
        agreeing = [other for other in held if figure.agrees(other)]
        if not agreeing:
            if not (figure.unit == OFTEN and figure.value[0] == 365 and _AMOUNTS_TO_YEARLY.search(reading.source.text)):
                yield Flaw(Kind.FIGURE, words)
        elif not _belongs(figure, agreeing, held, reading):
            yield Flaw(Kind.FIGURE_ELSEWHERE, words)


def _belongs(figure: Figure, agreeing: list[Figure], held: tuple[Figure, ...], reading: Reading) -> bool:
    """Whether a figure has the surroundings of one that agrees, and not rather those of another."""
    if not figure.is_amount:
        return True
    rivals = [other for other in held if other.is_amount and figure.is_alike(other) and other not in agreeing]
    mine = _surroundings(figure, reading.claim)
    if not rivals or not mine:
        return True
    best = max(_alike(mine, _surroundings(other, reading.source.headed)) for other in agreeing)
    rival = max(_alike(mine, _surroundings(other, reading.source.headed)) for other in rivals)
    return rival < 0.5 or best >= rival - 0.2


def _surroundings(figure: Figure, text: str) -> frozenset[str]:
    return terms(text[max(0, figure.start - _AROUND) : figure.start]) | terms(
        text[figure.end : figure.end + _AROUND]
    )


def _alike(mine: frozenset[str], other: frozenset[str]) -> float:
    return len(mine & other) / len(mine)


_TITLE = re.compile(r"《([^》]+)》")
_NAMED_LAW = re.compile(r"(?:law|act|code|regulations?)\b", re.IGNORECASE)


def document_is_cited(reading: Reading) -> Iterator[Flaw]:
    """A document that the claim names is one that it cites, or that the source names."""
    headed = reading.source.headed
    for title in _TITLE.findall(reading.claim):
        if bare_title(title) not in headed:
            yield Flaw(Kind.DOCUMENT, title)
    if reading.language == "en" and _NAMED_LAW.search(reading.claim):
        for wordings in translations(reading.claim):
            if wordings[0].endswith(("法", "条例")) and not any(each in headed for each in wordings):
                yield Flaw(Kind.DOCUMENT, wordings[0])


def denial_agrees(reading: Reading) -> Iterator[Flaw]:
    """What the source affirms is not denied, nor the reverse."""
    for pair in reading.pairs:
        if pair.place is None or pair.place.share < LIKELY:
            continue
        own, there = pair.clause, pair.place.clause
        mine, theirs = (denials(each.text, each.language) for each in (own, there))
        turned = bool(mine) != bool(theirs)
        forbids = Mode.MUST_NOT in pair.claimed, Mode.MUST_NOT in pair.stated
        frees = Mode.NEED_NOT in pair.claimed, Mode.NEED_NOT in pair.stated
        if (forbids[0] != forbids[1] and turned) or (frees[0] != frees[1] and not (mine and theirs)):
            yield Flaw(Kind.DENIAL, own.text)
        elif turned and own.language == there.language:
            yield Flaw(Kind.DENIAL, own.text, is_hard=pair.place.share >= SURE)


_WEAKER = (Mode.MAY, Mode.ENCOURAGED)


def strength_agrees(reading: Reading) -> Iterator[Flaw]:
    """A duty stays a duty, a permission a permission, an encouragement an encouragement."""
    for pair in reading.pairs:
        if pair.place is None or pair.place.share < LIKELY:
            continue
        claimed, stated = pair.claimed, pair.stated
        if claimed & stated:
            continue
        if _clash(claimed, stated):
            yield Flaw(Kind.STRENGTH, pair.clause.text)
        elif (Mode.MUST in claimed and not stated) or (not claimed and stated & set(_WEAKER)):
            yield Flaw(Kind.STRENGTH, pair.clause.text, is_hard=False)
        elif claimed & set(_WEAKER):
            yield Flaw(Kind.STRENGTH, pair.clause.text, is_hard=False)


def _clash(claimed: frozenset[Mode], stated: frozenset[Mode]) -> bool:
    duty = {Mode.MUST, Mode.PLAN}
    if claimed & duty and stated and stated <= set(_WEAKER):
        return True
    return bool(claimed & set(_WEAKER)) and Mode.MUST in stated and not claimed & duty


def actors_are_named(reading: Reading) -> Iterator[Flaw]:
    """Whoever the claim names is named in the source, and not as a wider circle."""
    held = actors(reading.source.text)
    kinds = {actor.kind for actor in held}
    wider = {kind for actor in held for kind in actor.wider}
    for actor in actors(reading.claim):
        if actor.kind in kinds or actor.wider & kinds - {"authority"}:
            continue
        words = reading.claim[actor.start : actor.end]
        if actor.kind in wider:
            if actor.kind != "authority":
                yield Flaw(Kind.ACTOR, words, is_hard=actor.kind not in GENERAL)
        elif actor.kind != "state":
            yield Flaw(Kind.ACTOR, words, is_hard=actor.kind not in GENERAL)


def subject_agrees(reading: Reading) -> Iterator[Flaw]:
    """Who acts in the claim acts in the source."""
    for pair in reading.pairs:
        if pair.place is None or pair.place.share < LIKELY:
            continue
        mine = subject(pair.clause.text)
        theirs = _subject_at(reading, pair)
        if mine and theirs and not _same(mine, theirs):
            yield Flaw(Kind.SUBJECT, pair.clause.text, is_hard=pair.place.share >= SURE)


def _subject_at(reading: Reading, pair: Pair) -> Actor | None:
    assert pair.place is not None
    for clause in (pair.place.clause, *before(reading.source.clauses, pair.place.at)):
        if found := subject(clause.text):
            return found
    return None


def _same(mine: Actor, theirs: Actor) -> bool:
    if "state" in (mine.kind, theirs.kind):
        return True
    return mine.kind == theirs.kind or theirs.kind in mine.wider or mine.kind in theirs.wider


def scope_is_kept(reading: Reading) -> Iterator[Flaw]:
    """Nothing is said of all that is said of some, and no condition is dropped."""
    if word := widened(reading.claim, reading.source.text):
        yield Flaw(Kind.WIDENED, word)
    for pair in reading.pairs:
        if pair.place is None or pair.place.share < LIKELY or is_condition(pair.clause):
            continue
        conditions = [each for each in before(reading.source.clauses, pair.place.at) if is_condition(each)]
        yield from _dropped(reading, pair.place.clause, conditions)


def _dropped(reading: Reading, there: Clause, conditions: list[Clause]) -> Iterator[Flaw]:
    for clause in (there, *conditions):
        for limit in lost(CONDITIONS, reading.claim, clause.text):
            yield Flaw(Kind.CONDITION, limit.name, is_hard=limit.is_hard)
    for limit in lost(QUALIFIERS, reading.claim, there.text):
        yield Flaw(Kind.QUALIFIER, limit.name, is_hard=False)
    for clause in conditions:
        if share_in(clause, reading.claim, reading.language) < 0.2:
            yield Flaw(Kind.CONDITION, clause.text, is_hard=False)


CHECKS: tuple[Check, ...] = (
    figures_stand,
    document_is_cited,
    denial_agrees,
    strength_agrees,
    actors_are_named,
    subject_agrees,
    scope_is_kept,
)
