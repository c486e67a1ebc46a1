"""Question → evidence: exact address first, then meaning and words together."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from parkbot.domain import (
    Coverage,
    Document,
    Evidence,
    Filters,
    Found,
    Measure,
    Missing,
    Source,
    Span,
    TextKind,
)
from parkbot.index.dense import DenseIndex
from parkbot.index.lexical import LexicalIndex, tokenize
from parkbot.library import Library
from parkbot.names import bare_title
from parkbot.numerals import to_chinese
from parkbot.questions import Question, analyse
from parkbot.retrieval.address import Catalogue, Named, Place, place_of
from parkbot.retrieval.fusion import DENSE_WEIGHT_EN, DENSE_WEIGHT_ZH, Ranking, fused
from parkbot.retrieval.glossary import Translation, translated
from parkbot.retrieval.sufficiency import Signals, best_by_chance, is_sufficient, probability

CANDIDATES = 100
"""How many measures each list brings to the fusion."""

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
        self._dense = dense
        self._lexical = lexical
        self._embed_query = embed_query
        self._catalogues: dict[tuple[str, ...], tuple[int, Catalogue]] = {}
        self._articles: dict[tuple[int, str], dict[tuple[int, int], tuple[Measure, ...]]] = {}

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
        with _timed(timings, "address"):
            catalogue = self.catalogue(filters.spaces)
            named = catalogue.named(question.text, as_of=filters.as_of)
            addressed, missing = self._addressed(named, filters) if named else ((), None)
        if named and named.places and (missing or not _asks_more(named)):
            return Evidence(addressed, bool(addressed), bool(addressed), missing, timings_ms=timings)
        searched, signals = self._searched(question, k, filters, catalogue, named, timings)
        ids = {source.measure.id for source in addressed}
        sources = (*addressed, *(source for source in searched if source.measure.id not in ids))[:k]
        unknown_title = None if named else catalogue.unknown_name(question.text)
        return Evidence(
            sources,
            is_sufficient=bool(addressed)
            or (unknown_title is None and bool(sources) and is_sufficient(signals)),
            missing=missing,
            unknown_title=unknown_title,
            timings_ms=timings,
            confidence=probability(signals),
        )

    def weigh(self, question: Question) -> Callable[[str], float]:
        """How much of the question's content a text holds, by the rarity of its words, from 0 to 1."""
        weights = self._weights(question)
        total = sum(weights.values())

        def share(text: str) -> float:
            held = set(tokenize(text))
            return sum(weight for token, weight in weights.items() if token in held) / total if total else 0.0

        return share

    def _weights(self, question: Question) -> dict[str, float]:
        runs = question.content
        if question.language == "en":
            carried = translated(question.content)
            runs = (*(wordings[0] for wordings in carried.terms), *carried.rest)
        tokens = dict.fromkeys(token for run in runs for token in tokenize(run))
        return {token: self._lexical.idf(token) for token in tokens}

    def _addressed(self, named: Named, filters: Filters) -> tuple[tuple[Source, ...], Missing | None]:
        """The measures at the places that a question names, official text before digest."""
        sources: list[Source] = []
        missing: Missing | None = None
        for place in named.places:
            for document in named.texts:
                measures = self._at(document, place, filters.spaces)
                if measures:
                    sources.extend(_source(document, measure, place) for measure in measures)
                    break
            else:
                missing = missing or self._missing(named.versions[0], place, filters.spaces)
        return tuple(sources), missing

    def _at(self, document: Document, place: Place, spaces: tuple[str, ...]) -> tuple[Measure, ...]:
        measures = self._articles_of(document, spaces).get((place.article, place.sub), ())
        if place.paragraph is None or len(measures) < 2:
            return measures
        # A digest may hold each paragraph as a measure of its own.
        own = tuple(m for m in measures if (at := place_of(m.locator)) and at.paragraph == place.paragraph)
        return own or measures

    def _articles_of(
        self, document: Document, spaces: tuple[str, ...]
    ) -> dict[tuple[int, int], tuple[Measure, ...]]:
        key = (self._library.generation, document.id)
        if key not in self._articles:
            if len(self._articles) > 500:
                self._articles.clear()
            found: dict[tuple[int, int], tuple[Measure, ...]] = {}
            for measure in self._library.measures_of(document.id, spaces):
                place = place_of(measure.locator)
                if place:
                    address = (place.article, place.sub)
                    found[address] = (*found.get(address, ()), measure)
            self._articles[key] = found
        return self._articles[key]

    def _missing(self, document: Document, place: Place, spaces: tuple[str, ...]) -> Missing:
        locator = f"第{to_chinese(place.article)}条" if 0 < place.article < 10_000 else f"第{place.article}条"
        if place.sub:
            locator += f"之{to_chinese(place.sub)}"
        is_complete = document.coverage is Coverage.COMPLETE and document.text_kind is TextKind.OFFICIAL
        articles = len(self._articles_of(document, spaces)) if is_complete else None
        return Missing(document, locator, articles)

    def _searched(
        self,
        question: Question,
        k: int,
        filters: Filters,
        catalogue: Catalogue,
        named: Named | None,
        timings: dict[str, float],
    ) -> tuple[tuple[Source, ...], Signals]:
        allowed = catalogue.allowed(filters, named)
        carried = translated(question.content) if question.language == "en" else None
        with _timed(timings, "embed"):
            vector = self._vector(question.text, carried)
        with _timed(timings, "dense"):
            dense = self._dense.search(
                vector, CANDIDATES, spaces=filters.spaces, document_ids=allowed, language=filters.language
            )
        with _timed(timings, "lexical"):
            words = " ".join(question.content) or question.text
            if carried is not None:
                words = " ".join(wording for wordings in carried.terms for wording in wordings) + " " + words
            lexical = self._lexical.search(words, CANDIDATES, spaces=filters.spaces, document_ids=allowed)
        with _timed(timings, "fusion"):
            weight = DENSE_WEIGHT_ZH if question.language == "zh" else DENSE_WEIGHT_EN
            ranking = fused(dense, lexical, weight)
            sources = self._sources(ranking[: max(2 * k, 40)], dense, lexical, catalogue, filters)
        return sources[:k], self._signals(question, dense, lexical)

    def _vector(self, text: str, carried: Translation | None) -> NDArray[np.float32]:
        """The question's vector; of an English one the mean of its own and its Chinese terms'."""
        vector = np.asarray(self._embed_query(text), np.float32)
        if carried is None or not carried.terms:
            return vector
        mean = vector + np.asarray(self._embed_query(carried.question), np.float32)
        return mean / np.linalg.norm(mean)

    def _sources(
        self, ranking: Ranking, dense: Ranking, lexical: Ranking, catalogue: Catalogue, filters: Filters
    ) -> tuple[Source, ...]:
        """Ranked ids with their texts; a digest of an article gives way to its official text."""
        in_dense, in_lexical = {id for id, _ in dense}, {id for id, _ in lexical}
        measures = self._library.measures([id for id, _ in ranking], filters.spaces)
        sources: dict[str, Source] = {}
        for id, score in ranking:
            measure = measures.get(id)
            document = catalogue.documents.get(measure.document_id) if measure else None
            if measure is None or document is None:
                continue  # removed or replaced since the index was made
            found_by = ((Found.DENSE,) if id in in_dense else ()) + (
                (Found.LEXICAL,) if id in in_lexical else ()
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
            official = (
                self._at(latest, place, filters.spaces) if latest.text_kind is TextKind.OFFICIAL else ()
            )
            if official:
                yield latest, official[0]
                return
        yield document, measure

    def _signals(self, question: Question, dense: Ranking, lexical: Ranking) -> Signals:
        weights = self._weights(question)
        known = sum(weight for token, weight in weights.items() if self._lexical.knows(token))
        return Signals(
            language=question.language,
            dense=dense[0][1] - best_by_chance(self._lexical.size()) if dense else -10.0,
            agreement=len({id for id, _ in dense[:10]} & {id for id, _ in lexical[:10]}),
            known=known / sum(weights.values()) if weights else 0.0,
        )


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


def _asks_more(named: Named) -> bool:
    """Whether a question that names an article asks for more than its text."""
    rest = analyse(named.rest).content
    return any(run.lower() not in _ASKS_FOR_THE_TEXT and not run.isdigit() and len(run) > 1 for run in rest)


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[stage] = round((time.perf_counter() - start) * 1000, 2)
