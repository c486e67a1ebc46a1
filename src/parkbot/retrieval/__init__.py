"""Question → evidence: exact address first, then meaning and words together."""

from collections.abc import Callable, Iterator, Sequence

from parkbot.domain import Document, Evidence, Filters, Found, Measure, Source, TextKind
from parkbot.index.dense import DenseIndex
from parkbot.index.lexical import LexicalIndex, tokenize
from parkbot.library import Library
from parkbot.names import bare_title
from parkbot.questions import Question, analyse
from parkbot.retrieval.address import Catalogue, Named, passes, place_of
from parkbot.retrieval.articles import Articles
from parkbot.retrieval.searching import Hits, Search
from parkbot.retrieval.sufficiency import is_sufficient, probability
from parkbot.retrieval.timing import timed

_ASKS_FOR_THE_TEXT = frozenset(
    "内容 全文 原文 条文 说 写 讲 年 版 版本 say says text content full article law prc china china's".split()
)


class Retriever:
    """Finds measures in a library by address, by meaning and by words."""

    def __init__(
        self,
        library: Library,
        dense: DenseIndex,
        lexical: LexicalIndex,
        embed_query: Callable[[str], Sequence[float]],
    ) -> None:
        self._library = library
        self._search = Search(dense, lexical, embed_query)
        self._articles = Articles(library)
        self._catalogues: dict[tuple[str, ...], tuple[int, Catalogue]] = {}

    def catalogue(self, spaces: tuple[str, ...]) -> Catalogue:
        """Names of the documents in these spaces, read once for each state of the library."""
        generation = self._library.generation
        cached = self._catalogues.get(spaces)
        if cached is None or cached[0] != generation:
            cached = (generation, Catalogue(self._library.documents(spaces)))
            self._catalogues[spaces] = cached
        return cached[1]

    def retrieve(self, question: Question, *, k: int, filters: Filters) -> Evidence:
        """The best `k` measures for a question, and whether they can answer it."""
        timings: dict[str, float] = {}
        with timed(timings, "address"):
            catalogue = self.catalogue(filters.spaces)
            named = catalogue.named(question.text, filters)
            addressed, missing = self._articles.addressed(named, filters.spaces) if named else ((), None)
        if named and named.places and (missing or not _asks_more(named)):
            return Evidence(addressed, bool(addressed), bool(addressed), missing, timings_ms=timings)
        hits = self._search.search(question, filters, catalogue, named, timings)
        with timed(timings, "texts"):
            found = self._sources(hits, max(2 * k, 40), catalogue, filters)
        ids = {source.measure.id for source in addressed}
        sources = (*addressed, *(source for source in found if source.measure.id not in ids))[:k]
        unknown_title = None if named else self._search.unheld_name(question.text, catalogue)
        return Evidence(
            sources,
            is_sufficient=bool(addressed)
            or (unknown_title is None and bool(sources) and is_sufficient(hits.signals)),
            missing=missing,
            unknown_title=unknown_title,
            timings_ms=timings,
            confidence=probability(hits.signals),
        )

    def weigh(self, question: Question) -> Callable[[str], float]:
        """How much of the question's content a text holds, by the rarity of its words, from 0 to 1."""
        weights = self._search.weights(question)
        total = sum(weights.values())

        def share(text: str) -> float:
            held = set(tokenize(text))
            return sum(weight for token, weight in weights.items() if token in held) / total if total else 0.0

        return share

    def _sources(self, hits: Hits, most: int, catalogue: Catalogue, filters: Filters) -> tuple[Source, ...]:
        """Ranked ids with their texts; a digest of an article gives way to its official text."""
        ranking = hits.ranking[:most]
        measures = self._library.measures([id for id, _ in ranking], filters.spaces)
        sources: dict[str, Source] = {}
        for id, score in ranking:
            measure = measures.get(id)
            document = catalogue.documents.get(measure.document_id) if measure else None
            if measure is None or document is None:
                continue  # removed or replaced since the index was made
            found_by = ((Found.DENSE,) if id in hits.dense else ()) + (
                (Found.LEXICAL,) if id in hits.lexical else ()
            )
            for official_document, official in self._official(document, measure, catalogue, filters):
                sources.setdefault(official.id, Source(official_document, official, score, found_by))
        return tuple(sources.values())

    def _official(
        self, document: Document, measure: Measure, catalogue: Catalogue, filters: Filters
    ) -> Iterator[tuple[Document, Measure]]:
        """The official text of a digest's article where the library holds it, else the measure itself."""
        place = place_of(measure.locator) if document.text_kind is TextKind.DIGEST else None
        if place:
            latest = catalogue.versions(bare_title(document.title), as_of=filters.as_of)[0]
            if latest.text_kind is TextKind.OFFICIAL and passes(latest, filters):
                official = self._articles.at(latest, place, filters.spaces)
                if official:
                    yield latest, official[0]
                    return
        yield document, measure


def _asks_more(named: Named) -> bool:
    """Whether a question that names an article asks for more than its text."""
    rest = analyse(named.rest).content
    return any(run.lower() not in _ASKS_FOR_THE_TEXT and not run.isdigit() and len(run) > 1 for run in rest)
