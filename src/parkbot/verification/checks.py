"""The checks of a claim beside its source; each yields what it finds wrong."""

import re
from collections.abc import Callable, Iterator, Sequence

from parkbot.names import bare_title
from parkbot.verification.actors import (
    GENERAL,
    Actor,
    actors,
    described,
    foreign_level,
    subject,
)
from parkbot.verification.amounts import figures_stand, thresholds_lost
from parkbot.verification.clauses import Clause, share_in
from parkbot.verification.figures import figures
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.modality import Mode, denials, denied, modes
from parkbot.verification.narrowing import circle_is_kept
from parkbot.verification.opposites import opposites_agree
from parkbot.verification.phrases import phrases_agree
from parkbot.verification.reading import Pair, Reading, around, before, is_condition
from parkbot.verification.scope import (
    CONDITIONS,
    EXCEPTIONS,
    GRAVE,
    QUALIFIERS,
    lost,
    universal_added,
    widened,
)
from parkbot.verification.verbatim import lead_is_kept, wording_unchanged
from parkbot.verification.verbs import verbs_agree
from parkbot.verification.words import covered, plain, terms, translations

_PASSIVE = re.compile(r"\b(?:is|are|be|been) (?:\w+ly )?(?:\w+ed|set|made|put|given|taken|built)\b")
"""Whoever such a clause begins with does not act."""

_TOWARDS = re.compile("[向对给报][^，]{0,12}$")
_FINE_FIRST = re.compile(
    r"^(?:由[^，]{2,40}?)?(?:并|可以)?(?:处(?!理|置)|责令|吊销|没收|撤销|罚款)|^(?:A fine|Fined|Ordered)\b"
)

Check = Callable[[Reading], Iterator[Flaw]]

SURE = 0.6
"""A clause of which this share stands in one clause of the source speaks of the same thing."""
LIKELY = 0.4
LIKELY_ACROSS = 0.25

_TITLE = re.compile(r"《([^》]+)》")
_NAMED_LAW = re.compile(r"\b(?:law|act|code|regulations?)\b", re.IGNORECASE)


def document_is_cited(reading: Reading) -> Iterator[Flaw]:
    """A document that the claim names is one that it cites, or that the source names."""
    headed = reading.source.headed
    for title in _TITLE.findall(reading.claim):
        if plain(bare_title(title)) not in headed:
            yield Flaw(Kind.DOCUMENT, title)
    if reading.language == "en" and _NAMED_LAW.search(reading.claim):
        for wordings in translations(reading.claim):
            is_law = wordings[0].endswith(("法", "条例")) and len(wordings[0]) > 2
            if is_law and not any(each in headed for each in wordings):
                yield Flaw(Kind.DOCUMENT, wordings[0])


def denial_agrees(reading: Reading) -> Iterator[Flaw]:
    """What the source affirms is not denied, nor the reverse."""
    own_modes = frozenset[Mode]().union(*(pair.claimed for pair in reading.pairs))
    if own_modes & {Mode.MUST_NOT, Mode.NEED_NOT} and not _denies(reading):
        yield Flaw(Kind.DENIAL, reading.claim)
    for pair in _placed(reading):
        own, there = pair.clause, pair.there
        mine, theirs = denials(own.text, own.language), denials(there.text, there.language)
        turned = bool(mine) != bool(theirs)
        is_forbidden = [Mode.MUST_NOT in each for each in (pair.claimed, pair.stated)]
        is_freed = [Mode.NEED_NOT in each for each in (pair.claimed, pair.stated)]
        is_same = own.language == there.language  # across languages `verbs_agree` looks closer
        if is_forbidden[0] != is_forbidden[1] and turned and not _both_hold(Mode.MUST_NOT, reading, pair):
            yield Flaw(Kind.DENIAL, own.raw, is_hard=is_same)
        elif (
            is_freed[0] != is_freed[1]
            and not (mine and theirs)
            and not _both_hold(Mode.NEED_NOT, reading, pair)
        ):
            yield Flaw(Kind.DENIAL, own.raw, is_hard=is_same)
        elif turned and own.language == there.language and not _is_denied_elsewhere(reading, pair):
            yield Flaw(Kind.DENIAL, own.raw, is_hard=pair.share >= SURE)


def _denies(reading: Reading) -> bool:
    """Whether the source denies, forbids or frees anything at all."""
    return any(
        denials(each.text, each.language) or Mode.NEED_NOT in modes(each.text, each.language)
        for each in reading.source.clauses
    )


def _both_hold(mode: Mode, reading: Reading, pair: Pair) -> bool:
    """Whether both sides forbid, or free, somewhere in the sentence; a list's first words hold for all."""
    sides = (reading.clauses, around(reading.source, pair.there))
    return all(any(mode in modes(each.text, each.language) for each in side) for side in sides)


def _is_denied_elsewhere(reading: Reading, pair: Pair) -> bool:
    """Whether what one side denies here, the other denies in another clause, or as one of several cases."""
    own, there = pair.clause, pair.there
    if own.language != there.language:
        others = around(reading.source, there) if denials(own.text, own.language) else reading.clauses
        return any(denials(each.text, each.language) for each in others)
    if mine := denied(own.text, own.language):
        return mine <= denied(reading.source.text, own.language)
    if "或" in there.text or " or " in there.text:
        return True
    return denied(there.text, there.language) <= denied(reading.text, own.language)


_WEAKER = frozenset((Mode.MAY, Mode.ENCOURAGED))
_DUTY = frozenset((Mode.MUST, Mode.FORCED, Mode.PLAN))


def strength_agrees(reading: Reading) -> Iterator[Flaw]:
    """A duty stays a duty, a permission a permission, an encouragement an encouragement."""
    everywhere = frozenset[Mode]().union(
        *(modes(clause.text, clause.language) for clause in reading.source.clauses)
    )
    for pair in reading.pairs:
        claimed, stated = _without_plan(pair.claimed), _without_plan(pair.stated)
        if claimed & stated or not (claimed or stated):
            continue
        words = pair.clause.raw
        if Mode.FORCED in claimed and not everywhere & {Mode.MUST, Mode.FORCED, Mode.MUST_NOT}:
            yield Flaw(Kind.STRENGTH, words)
        elif _is_likely(pair) and _clash(claimed, stated):
            yield Flaw(Kind.STRENGTH, words)
        elif _is_likely(pair) or (claimed & _WEAKER and not claimed & everywhere):
            is_softened = bool(claimed & _WEAKER) or (Mode.MUST in claimed and not stated)
            if is_softened or (not claimed and stated & _WEAKER):
                yield Flaw(Kind.STRENGTH, words, is_hard=False)


_RESERVED = re.compile(
    "尽量|尽可能|原则|力争|条件|可行|可能|争取|左右|aim|possible|feasible|principle", re.IGNORECASE
)
_AS_FAR = re.compile(
    "尽量|尽可能|原则上|力争"
    "|\\b(?:where|if|as far as|when) (?:possible|feasible|practicable)\\b|in principle",
    re.IGNORECASE,
)


def bindingness_is_kept(reading: Reading) -> Iterator[Flaw]:
    """What the source says without reserve is not said to hold only as far as possible."""
    if (found := _AS_FAR.search(reading.text)) and not _RESERVED.search(reading.source.text):
        yield Flaw(Kind.STRENGTH, found[0])


def _without_plan(modes: frozenset[Mode]) -> frozenset[Mode]:
    """What merely is to be tells nothing beside a word that binds."""
    return modes - {Mode.PLAN} or modes


def _clash(claimed: frozenset[Mode], stated: frozenset[Mode]) -> bool:
    if claimed & _DUTY and stated & _WEAKER and stated <= _WEAKER | {Mode.PLAN}:
        return True
    if claimed & _WEAKER and stated & {Mode.MUST, Mode.FORCED} and not claimed & _DUTY:
        return True
    return Mode.MAY in claimed and Mode.MUST_NOT in stated and Mode.MAY not in stated


def actors_are_named(reading: Reading) -> Iterator[Flaw]:
    """Whoever the claim names is named in the source, and not as a wider circle or at another level."""
    held = actors(reading.source.text)
    kinds = {actor.kind for actor in held}
    acting = {subject(reading.text)}
    for actor in actors(reading.text):
        if actor.kind in (*kinds, "state") or actor.wider & kinds - {"authority"}:
            continue
        if actor.kind == "authority" and any("authority" in each.wider for each in held):
            continue
        is_hard = actor.kind not in GENERAL or (
            actor.kind != "authority" and actor in acting and bool(kinds - {"state"})
        )
        yield Flaw(Kind.ACTOR, reading.text[actor.start : actor.end], is_hard=is_hard)
    if level := foreign_level(reading.text, reading.source.headed):
        yield Flaw(Kind.ACTOR, level)
    theirs = described(reading.source.text)
    for words in described(reading.text):
        if theirs and max(covered(terms(words), terms(other)) for other in theirs) < 0.6:
            yield Flaw(Kind.ACTOR, words)


def subject_agrees(reading: Reading) -> Iterator[Flaw]:
    """Who acts in the claim acts in the source."""
    for pair in _placed(reading):
        if not (pair.claimed and pair.stated) or _PASSIVE.search(pair.clause.text):
            continue
        mine = subject(pair.clause.text)
        theirs = _subject_at(reading, pair)
        if mine and theirs and not _same(mine, theirs):
            is_same = pair.clause.language == pair.there.language
            there = pair.there.text
            is_there = any(
                actor.kind == mine.kind and not _TOWARDS.search(there[: actor.start])
                for actor in actors(there)
            )
            is_hard = pair.share >= SURE and is_same and not is_there
            yield Flaw(Kind.SUBJECT, pair.clause.raw, is_hard=is_hard)


def _subject_at(reading: Reading, pair: Pair) -> Actor | None:
    assert pair.place is not None
    for clause in (pair.there, *before(reading.source.clauses, pair.place.at)):
        if found := subject(clause.text):
            return found
    return None


def _same(mine: Actor, theirs: Actor) -> bool:
    if "state" in (mine.kind, theirs.kind):
        return True
    return mine.kind == theirs.kind or theirs.kind in mine.wider or mine.kind in theirs.wider


def scope_is_kept(reading: Reading) -> Iterator[Flaw]:
    """Nothing is said of all that is said of some, and no condition is dropped."""
    near = {clause for pair in _placed(reading) for clause in around(reading.source, pair.there)}
    if word := widened(reading.text, "，".join(clause.text for clause in near) or reading.source.text):
        yield Flaw(Kind.WIDENED, word)
    for word in universal_added(reading.text, reading.source.text):
        yield Flaw(Kind.WIDENED, word, is_hard=False)
    for pair in _placed(reading):
        if is_condition(pair.clause):
            continue
        assert pair.place is not None
        if lost(EXCEPTIONS, reading.text, "，".join(_after(reading.source.clauses, pair.place.at))):
            yield Flaw(Kind.CONDITION, EXCEPTIONS[0].name, is_hard=False)
        conditions = [each for each in before(reading.source.clauses, pair.place.at) if is_condition(each)]
        yield from _dropped(reading, pair, conditions)


def _after(clauses: Sequence[Clause], at: int) -> list[str]:
    """The clauses after one in its sentence, and the first of the next: an exception follows its rule."""
    return [each.text for each in clauses[at + 1 :] if each.sentence == clauses[at].sentence]


def _dropped(reading: Reading, pair: Pair, conditions: list[Clause]) -> Iterator[Flaw]:
    for clause in (pair.there, *conditions):
        for limit in lost(CONDITIONS, reading.text, clause.text):
            yield Flaw(Kind.CONDITION, limit.name, is_hard=limit.is_hard)
    for words in thresholds_lost(pair.there.text, reading.text):
        yield Flaw(Kind.CONDITION, words)
    for limit in lost(QUALIFIERS, reading.text, pair.there.text):
        heads = [match.group(1) for match in limit.heads.finditer(pair.there.text)]
        is_hard = any(head in pair.clause.text for head in heads)
        yield Flaw(Kind.QUALIFIER, limit.name, is_hard=is_hard)
    for clause in conditions:
        if not clause.text.startswith("或") and share_in(clause, reading.text, reading.language) < 0.2:
            yield Flaw(Kind.CONDITION, clause.raw, is_hard=False)


def penalty_keeps_condition(reading: Reading) -> Iterator[Flaw]:
    """A fine that falls due only if something is not corrected, or is grave, does not fall due at once."""
    for clause in reading.clauses:
        sums = [each for each in figures(clause.raw) if each.unit in ("元", "倍")]
        held = [
            at
            for at, other in enumerate(reading.source.clauses)
            if sums and all(any(each.agrees(there) for there in figures(other.raw)) for each in sums)
        ]
        losses = [_grave(reading, at) for at in held]
        if losses and all(losses):
            yield Flaw(Kind.CONDITION, losses[0])


def fine_has_reason(reading: Reading) -> Iterator[Flaw]:
    """A claim does not begin with the fine, as if it were due for nothing."""
    first = reading.clauses[0] if reading.clauses else None
    if first and _FINE_FIRST.search(first.text):
        yield Flaw(Kind.CONDITION, first.raw)


def _grave(reading: Reading, at: int) -> str:
    """The condition of a clause of the source that the claim lacks, if any."""
    clauses = reading.source.clauses
    for clause in (clauses[at], *before(clauses, at)):
        if limits := lost(GRAVE, reading.text, clause.text):
            return limits[0].name
    return ""


def _placed(reading: Reading) -> Iterator[Pair]:
    return (pair for pair in reading.pairs if _is_likely(pair))


def _is_likely(pair: Pair) -> bool:
    """Whether a clause and its place speak of one thing; the glossary carries over only a part of it."""
    if pair.place is None:
        return False
    return pair.share >= (LIKELY if pair.clause.language == pair.there.language else LIKELY_ACROSS)


CHECKS: tuple[Check, ...] = (
    figures_stand,
    wording_unchanged,
    lead_is_kept,
    document_is_cited,
    phrases_agree,
    verbs_agree,
    opposites_agree,
    denial_agrees,
    strength_agrees,
    bindingness_is_kept,
    actors_are_named,
    subject_agrees,
    scope_is_kept,
    penalty_keeps_condition,
    fine_has_reason,
    circle_is_kept,
)
