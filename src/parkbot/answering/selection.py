"""Which of the found measures an answer cites, and in which order."""

import re
from collections import Counter
from collections.abc import Sequence

from parkbot.answering.quoting import Weigh, holds_statement
from parkbot.answering.sought import (
    FINDS,
    IS_IN_CHARGE,
    PUNISHES,
    Find,
    actors,
    authorities,
    dates,
    lead_times,
)
from parkbot.domain import Source, TextKind
from parkbot.questions import Asked, Question

MOST_SOURCES = 4
"""A manager reads four sources; more reads like a list of search hits."""
MOST_FIGURE_SOURCES = 2
MOST_OF_A_DOCUMENT = 2
NEARLY_AS_GOOD = 0.8
"""A source is cited if its score is at least this part of the best one's,"""
SHARE_OF_WORDS = 0.6
"""and if it holds at least this part of the question's words that the best one holds."""
SHARE_OF_WORDS_FIGURE = 0.65
"""The same where a figure is asked for: one about something near it would mislead."""
EQUALLY_GOOD = 0.85
"""Sources this close to the best stand in order of authority, not of score."""
AMONG = 10
"""What is asked for is looked for among so many sources."""
SUPPORTS = re.compile(
    r"补贴|补助|奖|资助|贴息|资金|支持|优惠|扶持|[减免]征|减免|免税|贷款|信贷|基金|返还"
    r"|\bsubsid|\bgrants?\b|\bsupport|\bfund|\bincentive|\bloans?\b|\bpreferential|\bexempt",
    re.IGNORECASE,
)

_FINDS: dict[Asked, tuple[Find, ...]] = {
    Asked.DATE: (dates,),
    Asked.LEAD_TIME: (lead_times, dates),
    Asked.ACTOR: (actors,),
    Asked.AUTHORITY: (authorities, actors),
}
"""What decides whether a source answers who or when; where there is no authority, whoever has the duty."""


def chosen(sources: Sequence[Source], question: Question, weigh: Weigh) -> list[Source]:
    """The sources to cite, in the order in which to cite them; none if none of them says anything."""
    sources = [source for source in sources if holds_statement(source.measure.text)]
    if question.asked is Asked.PENALTY:
        sources = _punishing(sources) or sources
    if question.asks_for_support:
        sources = [source for source in sources[:AMONG] if SUPPORTS.search(source.measure.text)]
    if not sources:
        return []
    kept = _few(_fitting(sources, question, weigh), question) or [sources[0]]
    best = sources[0].score
    equal = [source for source in kept if source.score >= EQUALLY_GOOD * best]
    rest = [source for source in kept if source.score < EQUALLY_GOOD * best]
    if question.wants_figure:
        find = FINDS[question.asked]
        equal.sort(key=lambda source: (not find(source.measure.text), *_authority(source)))
        return [*equal, *rest]
    ordered = [*sorted(equal, key=_authority), *rest]
    return sorted(ordered, key=_is_aside) if question.asked is Asked.AUTHORITY else ordered


def _punishing(sources: Sequence[Source]) -> list[Source]:
    """Those that punish; one that is found far below the duty itself punishes something else."""
    worst = NEARLY_AS_GOOD * sources[0].score if sources else 0.0
    return [s for s in sources[:AMONG] if s.score >= worst and PUNISHES.search(s.measure.text)]


def _fitting(sources: Sequence[Source], question: Question, weigh: Weigh) -> list[Source]:
    """The sources that say nearly as much of the question as the best ones, best first."""
    held = {source.measure.id: weigh(_words(source)) for source in sources}
    share = SHARE_OF_WORDS_FIGURE if question.wants_figure else SHARE_OF_WORDS
    able = next((able for find in _FINDS.get(question.asked, ()) if (able := _able(sources, find))), None)
    if able is not None:
        needed = share * max(held[source.measure.id] for source in able)
        fitting = [source for source in able if source is able[0] or held[source.measure.id] >= needed]
        return sorted(fitting, key=_is_aside) if question.asked is Asked.AUTHORITY else fitting
    needed = share * max(held[source.measure.id] for source in sources[:MOST_SOURCES])
    worst = NEARLY_AS_GOOD * sources[0].score
    return [source for source in sources if source.score >= worst and held[source.measure.id] >= needed]


def _able(sources: Sequence[Source], find: Find) -> list[Source]:
    """Those of the first sources that hold what is asked for; the others only say what is asked about."""
    worst = NEARLY_AS_GOOD * sources[0].score
    return [s for s in sources[:AMONG] if s.score >= worst and find(s.measure.text)]


def _is_aside(source: Source) -> bool:
    """Whether a source names no body in charge, only what bodies do in passing."""
    return not IS_IN_CHARGE.search(source.measure.text)


def _few(sources: Sequence[Source], question: Question) -> list[Source]:
    """The first of them, few altogether and of each document."""
    most = MOST_FIGURE_SOURCES if question.wants_figure else MOST_SOURCES
    kept: list[Source] = []
    of_document: Counter[str] = Counter()
    for source in sources:
        if len(kept) < most and of_document[source.document.id] < MOST_OF_A_DOCUMENT:
            of_document[source.document.id] += 1
            kept.append(source)
    return kept


def _authority(source: Source) -> tuple[bool, int, bool, bool]:
    """What has been replaced last; then law before document before comment, of these what is in force first.

    What has ended and has no successor in the library is all that it holds of that rule, so a mere document
    in force does not go before it. Official text goes before digest.
    """
    document = source.document
    ended = document.status.has_ended
    is_digest = document.text_kind is TextKind.DIGEST
    return ended and not document.is_all_there_is, document.level.authority, ended, is_digest


def _words(source: Source) -> str:
    return " ".join((*source.measure.section_path, source.measure.title or "", source.measure.text))
