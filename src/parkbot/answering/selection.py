"""Which of the found measures an answer cites, and in which order."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from parkbot.answering.quoting import holds_statement
from parkbot.answering.sought import (
    FINDS,
    IS_IN_CHARGE,
    Find,
    actors,
    authorities,
    dates,
    lead_times,
)
from parkbot.domain import Evidence, Level, Source, TextKind
from parkbot.penalties import PUNISHES
from parkbot.questions import Asked, Question

MOST_SOURCES = 4
"""A manager reads four sources; more reads like a list of search hits."""
MOST_FIGURE_SOURCES = 2
MOST_OF_A_DOCUMENT = 2
NEARLY_AS_GOOD = 0.85
"""A source is cited if its score is at least this part of the best one's. It was .8, and a source had to hold
.6 of the question's words that the best holds: that threw away what was found by meaning. Tuning halves,
rules in Chinese / English: first cited right .693 / .647 before, .768 / .685 now; any right .809 / .739, now
.884 / .828; share of the cited that is right .605 / .548, now .612 / .572. With .88 any is .876 / .811, the
share .641 / .603, and law and comment on waste heat are cited without the ministry's notice."""
NEARLY_AS_GOOD_FOR_A_FIGURE = 0.88
"""The same where a figure is asked for: one for something near it would mislead."""
NEARLY_AS_GOOD_OF_A_LIST = 0.8
"""The same where several measures are asked for,"""
NEARLY_AS_GOOD_BY_KIND = 0.8
"""and where most of the others don't hold what is asked for at all: a penalty, a date, who is in charge."""
LEAST_OF_A_RULE = 0.75
"""Where a comment comes first, what is binding is held against the best of its kind, if that has so much of
the comment's score: a comment alone is no answer where something binds."""
EQUALLY_GOOD = 0.95
"""What binds and is this close to the best that binds stands in order of authority, not of score (tuning
halves, first right in Chinese / English: at .97 .836 / .792, at .95 .832 / .792, at .9 .820 / .788)."""
ENDED = 0.95
"""What the score of a statute that has ended counts for in that order: one in force that is nearly as good
leads (always last, first right falls from .768 / .689 to .739 / .676)."""
AMONG = 10
"""What is asked for is looked for among so many sources."""
SUPPORTS = re.compile(
    r"补贴|补助|奖|资助|贴息|资金|支持|优惠|扶持|[减免]征|减免|免税|减按|减半|即征即退|抵免|贷款|信贷|基金|返还"
    r"|\bsubsid|\bgrants?\b|\bsupport|\bfund|\bincentive|\bloans?\b|\bpreferential|\bexempt",
    re.IGNORECASE,
)

_FINDS: dict[Asked, tuple[Find, ...]] = {
    Asked.DATE: (dates,),
    Asked.LEAD_TIME: (lead_times, dates),
    Asked.ACTOR: (actors,),
    Asked.AUTHORITY: (authorities, actors),
}
"""What decides whether a source answers when or who; where there is no authority, whoever has the duty."""

_LISTS = re.compile(
    r"哪些|哪几|几[项种类]|有(?:什么|啥)(?:办法|措施|途径|方式|要求|条件)|列出|都有(?:什么|啥)"
    r"|\b(?:what|which) (?:\w+ ){0,3}(?:measures|ways|options|steps|kinds|types|requirements|conditions)\b"
    r"|\blist\b",
    re.IGNORECASE,
)

_BY_AUTHORITY = re.compile(
    r"怎么|怎样|如何|依据|法律|法规|哪[部条]法|合法"
    r"|\bhow (?:do|does|can|should|to|is|are)\b|\blegal(?:ly)?\b|\b(?:which|what) laws?\b|\bby law\b",
    re.IGNORECASE,
)
"""Who asks what to do, or what the law is, gets what binds most first, of all that is cited. Tuning halves:
it costs one first citation of 718."""


def without_penalties(found: Evidence, duties: Evidence) -> Evidence:
    """What was found for a question of a penalty that no held measure threatens.

    `duties`: what was found for its matter alone. What punishes another act is left out.
    """
    kept = tuple(each for each in duties.sources if not PUNISHES.search(each.measure.text))
    return replace(
        found,
        sources=kept or found.sources,
        referred=duties.referred,
        is_sufficient=duties.is_sufficient and bool(kept),
        choices=(),
    )


def chosen(sources: Sequence[Source], question: Question) -> list[Source]:
    """The sources to cite, in the order in which to cite them; none if none of them says anything."""
    sources = [source for source in sources if holds_statement(source.measure.text)]
    if question.asked is Asked.PENALTY:
        # One that is found far below the duty itself punishes something else.
        sources = _able(sources, PUNISHES.search) or sources
    if question.asks_for_support:
        sources = [source for source in sources[:AMONG] if SUPPORTS.search(source.measure.text)]
    if not sources:
        return []
    able = next((able for find in _FINDS.get(question.asked, ()) if (able := _able(sources, find))), None)
    sources = able or sources
    share = NEARLY_AS_GOOD_FOR_A_FIGURE if question.wants_figure else NEARLY_AS_GOOD
    if asks_for_several(question):
        share = NEARLY_AS_GOOD_OF_A_LIST
    near = _nearly_as_good(sources, share)
    best = max(_weight(source) for source in [s for s in near if not _is_comment(s)] or near)

    by_authority = 0.0 if _BY_AUTHORITY.search(question.text) else EQUALLY_GOOD * best

    def rank(source: Source) -> tuple[bool | int, ...]:
        is_equal = _weight(source) >= by_authority
        return (_is_comment(source), not is_equal, *(_authority(source) if is_equal else ()))

    if question.wants_figure:
        in_order = sorted(near, key=lambda s: (not _holds_figure(s.measure.text, question.asked), *rank(s)))
        return _few(in_order, MOST_FIGURE_SOURCES)
    kept = _few(near, MOST_SOURCES)
    if question.asked is Asked.AUTHORITY:
        return sorted(kept, key=lambda source: (_is_aside(source), *rank(source)))
    return sorted(kept, key=rank)


def _holds_figure(text: str, asked: Asked) -> bool:
    """Whether a text holds the figure or day that is asked for; one in a duty is no penalty."""
    return bool(FINDS[asked](text)) and (asked is not Asked.PENALTY or PUNISHES.search(text) is not None)


def asks_for_several(question: Question) -> bool:
    """Whether all that there is of a kind is asked for: 哪些行为, what measures."""
    return bool(_LISTS.search(question.text))


def _nearly_as_good(sources: Sequence[Source], share: float) -> list[Source]:
    """Those whose score is so much of the best one's; for what is binding, of the best one that binds."""
    best = max(s.score for s in sources)
    of_rules = max((s.score for s in sources if not _is_comment(s)), default=0.0)
    reference = of_rules if of_rules >= LEAST_OF_A_RULE * best else best
    return [s for s in sources if s.score >= share * (best if _is_comment(s) else reference)]


def _is_comment(source: Source) -> bool:
    return source.document.level is Level.COMMENTARY


def _weight(source: Source) -> float:
    document = source.document
    is_statute = document.level.authority <= Level.LOCAL_REGULATION.authority
    return source.score * (ENDED if is_statute and document.status.has_ended else 1.0)


def _able(sources: Sequence[Source], find: Callable[[str], object]) -> list[Source]:
    """Those of the first sources that hold what is asked for; the others only say what is asked about."""
    worst = NEARLY_AS_GOOD_BY_KIND * max((s.score for s in sources), default=0.0)
    return [s for s in sources[:AMONG] if s.score >= worst and find(s.measure.text)]


def _is_aside(source: Source) -> bool:
    """Whether a source names no body in charge, only what bodies do in passing."""
    return not IS_IN_CHARGE.search(source.measure.text)


def _few(sources: Sequence[Source], most: int) -> list[Source]:
    """The first of them, few altogether and of each document."""
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
