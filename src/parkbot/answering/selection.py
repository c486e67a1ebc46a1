"""Which of the found measures an answer cites, and in which order."""

import re
from collections import Counter
from collections.abc import Sequence

from parkbot.answering.quoting import Weigh, figures, holds_statement
from parkbot.domain import Source, Status, TextKind
from parkbot.questions import Asked, Question

MOST_SOURCES = 4
"""A manager reads four sources; more reads like a list of search hits."""
MOST_FIGURE_SOURCES = 2
MOST_OF_A_DOCUMENT = 2
NEARLY_AS_GOOD = 0.6
"""A source is cited if its score is at least this part of the best one's,"""
SHARE_OF_WORDS = 0.6
"""and if it holds at least this part of the question's words that the best one holds."""
SHARE_OF_WORDS_FIGURE = 0.85
"""The same where a figure is asked for: one about something near it would mislead."""
EQUALLY_GOOD = 0.85
"""Sources this close to the best stand in order of authority, not of score."""
AMONG = 10
"""A penalty is looked for among so many sources."""
PUNISHES = re.compile(r"罚款|处罚|处以?[^，。；]{0,20}罚|没收|\bfines?\b|\bpenalt")


def chosen(sources: Sequence[Source], question: Question, weigh: Weigh) -> list[Source]:
    """The sources to cite, in the order in which to cite them; none if none of them says anything."""
    sources = [source for source in sources if holds_statement(source.measure.text)]
    if question.asked is Asked.PENALTY:
        # The duty is nearer to such a question by its words than the article that punishes its breach.
        sources = [source for source in sources[:AMONG] if PUNISHES.search(source.measure.text)] or sources
    if not sources:
        return []
    best = sources[0].score
    held = {source.measure.id: weigh(_words(source)) for source in sources}
    wants_figure = question.wants_figure
    share = SHARE_OF_WORDS_FIGURE if wants_figure else SHARE_OF_WORDS
    needed = share * max(held[source.measure.id] for source in sources[:MOST_SOURCES])
    most = MOST_FIGURE_SOURCES if wants_figure else MOST_SOURCES
    kept: list[Source] = []
    of_document: Counter[str] = Counter()
    for source in sources:
        if len(kept) == most or source.score < NEARLY_AS_GOOD * best:
            break
        if held[source.measure.id] < needed or of_document[source.document.id] == MOST_OF_A_DOCUMENT:
            continue
        of_document[source.document.id] += 1
        kept.append(source)
    kept = kept or [sources[0]]
    equal = [source for source in kept if source.score >= EQUALLY_GOOD * best]
    rest = [source for source in kept if source.score < EQUALLY_GOOD * best]
    if wants_figure:
        equal.sort(key=lambda source: not figures(source.measure.text))
        return [*equal, *rest]
    return [*sorted(equal, key=_authority), *rest]


def _authority(source: Source) -> tuple[bool, int, bool]:
    """What is in force first, then law before document before comment, then official text before digest."""
    document = source.document
    has_ended = document.status in (Status.REPEALED, Status.EXPIRED)
    return has_ended, document.level.authority, document.text_kind is TextKind.DIGEST


def _words(source: Source) -> str:
    return " ".join((*source.measure.section_path, source.measure.title or "", source.measure.text))
