"""Articles of the library by their place: what stands at an address, and what an address misses."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from parkbot.domain import Coverage, Document, Found, Measure, Missing, Source, Span, TextKind
from parkbot.library import Library
from parkbot.measures.annexes import is_in_annex
from parkbot.numerals import to_chinese
from parkbot.retrieval.address import Named
from parkbot.retrieval.places import Place, place_of
from parkbot.retrieval.references import referred

_MOST_DOCUMENTS = 500


class Articles:
    """Finds measures by document and place; reads a document once for each state of the library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._of: dict[tuple[int, str], dict[tuple[int, int], tuple[Measure, ...]]] = {}

    def addressed(self, named: Named, spaces: tuple[str, ...]) -> tuple[tuple[Source, ...], Missing | None]:
        """The measures at the places that a question names, official text before digest."""
        sources: list[Source] = []
        missing: Missing | None = None
        for each, place in ((one, place) for one in named.all for place in one.places):
            for document in each.texts:
                measures = self.at(document, place, spaces)
                if measures:
                    sources.extend(_source(document, measure, place) for measure in measures)
                    break
            else:
                missing = missing or self._missing(each.versions[0], place, spaces)
        return tuple(sources), missing

    def anywhere(
        self, place: Place, documents: Iterable[Document], spaces: tuple[str, ...], most: int
    ) -> tuple[Source, ...]:
        """What stands at a place in the first documents that have it."""
        found = (
            _source(document, measures[0], place)
            for document in documents
            if (measures := self.at(document, place, spaces))
        )
        return tuple(islice(found, most))

    def referred(self, source: Source, spaces: tuple[str, ...]) -> tuple[Source, ...]:
        """The articles of its own document that a source names."""
        return tuple(
            replace(_source(source.document, measure, place), found_by=(Found.REFERENCE,))
            for place in referred(source.measure)
            for measure in self.at(source.document, place, spaces)[:1]
        )

    def at(self, document: Document, place: Place, spaces: tuple[str, ...]) -> tuple[Measure, ...]:
        """Measures of a document at a place; several where a digest splits an article."""
        measures = self._all(document, spaces).get((place.article, place.sub), ())
        if place.paragraph is None or len(measures) < 2:
            return measures
        # A digest may hold each paragraph as a measure of its own.
        own = tuple(m for m in measures if (at := place_of(m.locator)) and at.paragraph == place.paragraph)
        return own or measures

    def _all(self, document: Document, spaces: tuple[str, ...]) -> dict[tuple[int, int], tuple[Measure, ...]]:
        key = (self._library.generation, document.id)
        known = self._of.get(key)
        if known is not None:
            return known
        if len(self._of) > _MOST_DOCUMENTS:
            self._of.clear()
        found: dict[tuple[int, int], tuple[Measure, ...]] = {}
        measures = self._library.measures_of(document.id, spaces)
        placed = [(place, measure) for measure in measures if (place := place_of(measure.locator))]
        # 第三条 is a document's own, or, where it has none, one of the rules that it brings as an annex.
        own = [(place, measure) for place, measure in placed if not is_in_annex(measure.locator)]
        for place, measure in own or placed:
            address = (place.article, place.sub)
            found[address] = (*found.get(address, ()), measure)
        self._of[key] = found
        return found

    def _missing(self, document: Document, place: Place, spaces: tuple[str, ...]) -> Missing:
        locator = f"第{to_chinese(place.article)}条" if 0 < place.article < 10_000 else f"第{place.article}条"
        if place.sub:
            locator += f"之{to_chinese(place.sub)}"
        is_complete = document.coverage is Coverage.COMPLETE and document.text_kind is TextKind.OFFICIAL
        return Missing(document, locator, len(self._all(document, spaces)) if is_complete else None)


def _source(document: Document, measure: Measure, place: Place) -> Source:
    focus: Span | None = None
    if place.item is not None:
        wanted = {f"（{to_chinese(place.item)}）", f"({to_chinese(place.item)})"}
        inside = _paragraph(measure, place.paragraph)
        focus = next(
            (
                span
                for label, span in measure.items
                if label in wanted and (inside is None or inside.start <= span.start < inside.end)
            ),
            None,
        )
    elif place.paragraph is not None:
        focus = _paragraph(measure, place.paragraph)
    return Source(document, measure, 1.0, (Found.ADDRESS,), focus)


def _paragraph(measure: Measure, number: int | None) -> Span | None:
    if number is None or not 0 < number <= len(measure.paragraphs):
        return None
    return measure.paragraphs[number - 1]
