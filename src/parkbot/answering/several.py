"""Several questions asked at once: what answers each, so that nothing is shown twice."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parkbot.answering.quoting import Weigh
from parkbot.answering.selection import MOST_OF_A_DOCUMENT, chosen
from parkbot.answers import Quote
from parkbot.domain import Evidence, Source
from parkbot.questions import Part

MOST_OF_A_PART = 2
"""Several answers make a long one: each is kept to its best source, and a second"""
AS_GOOD_FOR_A_PART = 0.95
"""that has this part of its score: what is beside the point reads as the answer under a question's words."""

Words = Callable[["Sought", Source, bool], tuple[Quote, ...]]
"""What to quote of a source for a part; the last says whether it is the part's best."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A part of a question and what was found for it."""

    part: Part
    evidence: Evidence
    weigh: Weigh


@dataclass(slots=True)
class Shown:
    """What is shown for a part, and for the further parts that it answers too; nothing where nothing does."""

    sought: Sought
    sources: list[tuple[Source, tuple[Quote, ...]]]
    parts: list[Part]

    @property
    def quotes(self) -> list[Quote]:
        """All that is quoted."""
        return [quote for _, quotes in self.sources for quote in quotes]

    def cites(self, source: Source) -> bool:
        """Whether a source is shown here."""
        return any(shown.measure.id == source.measure.id for shown, _ in self.sources)

    def widen(self, source: Source, quotes: tuple[Quote, ...]) -> None:
        """Show these words too of a source that is shown here."""
        for place, (shown, held) in enumerate(self.sources):
            if shown.measure.id == source.measure.id:
                self.sources[place] = (shown, _together(held, quotes))


def shared_out(parts: Sequence[Sought], words: Words) -> list[Shown]:
    """What to show, part by part; no measure twice.

    A part whose best source is shown already goes with that. So does one that the library does not surely
    answer, where what comes nearest to it is shown: the words next to it may well say it.
    """
    made: list[Shown] = []
    for sought in parts:
        sources = _sources(sought)
        best = max(sources, key=lambda source: source.score) if sources else None
        said = [(source, words(sought, source, source is best)) for source in sources]
        nearest = sources or sought.evidence.sources
        holder = next((shown for shown in made if nearest and shown.cites(nearest[0])), None)
        if holder is not None:
            holder.parts.append(sought.part)
            for source, quotes in said:
                holder.widen(source, quotes)
        else:
            new = [
                (source, quotes) for source, quotes in said if not any(each.cites(source) for each in made)
            ]
            made.append(Shown(sought, new, [sought.part]))
    _keep_within_bounds(made)
    return made


def _keep_within_bounds(made: Sequence[Shown]) -> None:
    """Of the second sources as many as one answer may have of a document; the best ones stay."""
    of_document = Counter(shown.sources[0][0].document.id for shown in made if shown.sources)
    for shown in made:
        kept = shown.sources[:1]
        for source, quotes in shown.sources[1:]:
            document = source.document.id
            if of_document[document] < MOST_OF_A_DOCUMENT:
                of_document[document] += 1
                kept.append((source, quotes))
        shown.sources = kept


def _together(held: tuple[Quote, ...], more: tuple[Quote, ...]) -> tuple[Quote, ...]:
    """The quotes of both, in the order of their text, without those that others hold."""
    every = sorted({(quote.start, -quote.end): quote for quote in (*held, *more)}.items())
    kept: list[Quote] = []
    for _, quote in every:
        if not kept or quote.end > kept[-1].end:
            kept.append(quote)
    return tuple(kept)


def _sources(sought: Sought) -> list[Source]:
    evidence = sought.evidence
    sources = chosen(evidence.sources, sought.part.question) if evidence.is_sufficient else []
    best = max((source.score for source in sources), default=0.0)
    return [source for source in sources if source.score >= AS_GOOD_FOR_A_PART * best][:MOST_OF_A_PART]
