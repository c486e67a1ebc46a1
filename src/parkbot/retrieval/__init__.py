"""Question → evidence: exact address first, then meaning and words together."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from parkbot.domain import Document, Evidence, Filters, Found, Measure, Source, TextKind
from parkbot.index.dense import DenseIndex
from parkbot.index.exact import ExactIndex
from parkbot.index.lexical import LexicalIndex, tokenize
from parkbot.library import Library
from parkbot.names import bare_title
from parkbot.questions import Asked, Question, analyse
from parkbot.retrieval import in_force
from parkbot.retrieval.abroad import countries_asked_about
from parkbot.retrieval.address import Catalogue, Named, passes
from parkbot.retrieval.articles import Articles
from parkbot.retrieval.asking import NOTHING_LEARNED, Alone, Asks
from parkbot.retrieval.force import on
from parkbot.retrieval.places import place_of, places_in
from parkbot.retrieval.punishing import Punishing, likeness, penalties_ahead
from parkbot.retrieval.region import says_where_only
from parkbot.retrieval.reranking import Reranking
from parkbot.retrieval.searching import Hits, Search, Turn, unturned
from parkbot.retrieval.sufficiency import THRESHOLD, Signals, Sufficiency
from parkbot.retrieval.timing import timed
from parkbot.traits import Traits

_EDITION = re.compile(r"(?:19|20)\d{2}\s*年?(?:版本?|修订版?|修正版?)?(?:的)?")

_NOTE = re.compile(r"[（(][^（）()]*[）)]")
"""Behind an address it tells what stands there: 《节约能源法》第八十三条（拒不落实整改要求）."""

FOLLOWED = 5
"""Of so many of the best measures the references are followed."""

LOOKED_AT = 40
"""So many measures at least are read, since some give way to others."""

BEST = 5
"""So many of the best measures are looked at for the words of the question."""

MOST_CATALOGUES = 48
"""Catalogues of so many sets of spaces are held at once; the one that was asked for longest ago goes."""

MOST_CHOICES = 4
"""A question back offers no more to choose from."""

FEW_WORDS = 2
"""A question of no more words that cannot be answered is asked back, not refused."""

_ASKS_FOR_THE_TEXT = frozenset(
    "内容 全文 原文 条文 说 写 讲 年 版 版本 区别 差别 不同"
    " say says text content full article law prc china china's".split()
)


class Retriever:
    """Finds measures in a library by address, by meaning and by words."""

    def __init__(
        self,
        library: Library,
        dense: DenseIndex | ExactIndex,
        lexical: LexicalIndex,
        embed_query: Callable[[str], Sequence[float]],
        traits: Traits,
        turn: Turn = unturned,
        asks: Asks = NOTHING_LEARNED,
        reranking: Reranking | None = None,
    ) -> None:
        self._library = library
        self._search = Search(dense, lexical, embed_query, traits, turn, asks)
        self._reranking = reranking
        self._looked_at = max(LOOKED_AT, reranking.size if reranking else 0)
        self._sufficiency = Sufficiency.fitted_for(traits)
        self._punishing = Punishing.fitted_for(traits)
        self._articles = Articles(library)
        self._generation = -1
        self._catalogue = lru_cache(MOST_CATALOGUES)(self._read_catalogue)

    def catalogue(self, spaces: tuple[str, ...]) -> Catalogue:
        """Names of the documents in these spaces, read once for each state of the library."""
        generation = self._library.generation
        if generation != self._generation:
            self._catalogue.cache_clear()
            self._generation = generation
        return self._catalogue(generation, spaces)

    def _read_catalogue(self, _generation: int, spaces: tuple[str, ...]) -> Catalogue:
        return Catalogue(self._library.documents(spaces))

    def retrieve(self, question: Question, *, k: int, filters: Filters) -> Evidence:
        """The best `k` measures for a question, and whether they can answer it."""
        timings: dict[str, float] = {}
        with timed(timings, "address"):
            catalogue = self.catalogue(filters.spaces)
            named = catalogue.named(question.text, filters)
            addressed, missing = self._articles.addressed(named, filters.spaces) if named else ((), None)
            addressed = _dated(addressed, filters)
        if named and named.places and (missing or not _asks_more(named)):
            return Evidence(addressed, bool(addressed), bool(addressed), missing, timings_ms=timings)
        if evidence := self._of_its_force(question, catalogue, k, filters, timings):
            return evidence
        if named is None and (choices := self._bare_articles(question, catalogue, filters)):
            return Evidence((), False, choices=choices, timings_ms=timings)
        hits = self._search.search(question, filters, catalogue, named, timings)
        with timed(timings, "texts"):
            found = self._sources(hits, max(2 * k, self._looked_at), catalogue, filters)
        signals = self._signals(question, hits, found, catalogue)
        confidence = self._sufficiency.probability(signals)
        if self._reranking is not None:
            with timed(timings, "rerank"):
                found = self._reranking.reranked(question, found)
        elif question.asked is Asked.PENALTY:
            found = penalties_ahead(found)
        ids = {source.measure.id for source in addressed}
        sources = (
            *addressed,
            *(source for source in found if source.measure.id not in ids),
        )[:k]
        unknown_title = None if named else self._search.unheld_name(question.text, catalogue)
        is_brief = confidence < THRESHOLD and signals.words <= FEW_WORDS
        is_vague = named is None and unknown_title is None and (question.is_vague or is_brief)
        return Evidence(
            sources,
            is_sufficient=bool(addressed)
            or (unknown_title is None and not is_vague and bool(sources) and confidence >= THRESHOLD),
            missing=missing,
            unknown_title=unknown_title,
            timings_ms=timings,
            confidence=confidence,
            referred=self._referred(sources[:FOLLOWED], filters),
            choices=sources if is_vague else (),
            places_not_held=() if hits.provinces & catalogue.regions else tuple(sorted(hits.provinces)),
            punishes=None if addressed else self._punishes(question, hits, sources, confidence),
        )

    def _punishes(
        self, question: Question, hits: Hits, sources: Sequence[Source], confidence: float
    ) -> float | None:
        if question.asked is not Asked.PENALTY:
            return None
        readings = [self.weigh(each) for each in question.meanings]
        found = likeness(
            sources,
            punished=hits.punished,
            weigh=lambda text: max(weigh(text) for weigh in readings),
            confidence=confidence,
        )
        return None if found is None else self._punishing.probability(found)

    def signals(self, question: Question, filters: Filters) -> Signals:
        """What tells whether the library can answer a question; for fitting the decision."""
        catalogue = self.catalogue(filters.spaces)
        hits = self._search.search(question, filters, catalogue, catalogue.named(question.text, filters), {})
        return self._signals(question, hits, self._sources(hits, BEST, catalogue, filters), catalogue)

    def alone(self, question: Question, filters: Filters) -> Alone:
        """What is made of a question by itself, whatever was said before it."""
        signals = self.signals(question, filters)
        return Alone(signals.rule, self._sufficiency.probability(signals) >= THRESHOLD)

    def _referred(self, sources: Sequence[Source], filters: Filters) -> dict[str, tuple[Source, ...]]:
        """What the first sources refer to, where they refer to anything."""
        followed = {each.measure.id: self._articles.referred(each, filters.spaces) for each in sources}
        return {id: articles for id, articles in followed.items() if articles}

    def _signals(
        self, question: Question, hits: Hits, found: Sequence[Source], catalogue: Catalogue
    ) -> Signals:
        are_held = bool(hits.provinces & catalogue.regions)
        is_elsewhere = bool(hits.provinces) and not are_held and not says_where_only(question.text)
        is_elsewhere |= bool(countries_asked_about(question.text) - catalogue.regions)
        best = [source.words for source in found[:BEST]]
        return self._search.signals(question, hits, best, is_elsewhere=is_elsewhere)

    def _of_its_force(
        self, question: Question, catalogue: Catalogue, k: int, filters: Filters, timings: dict[str, float]
    ) -> Evidence | None:
        """What tells whether a document that the question names still applies, if it asks that."""
        document = in_force.document_asked_about(question, catalogue, filters)
        if document is None:
            return None
        told = in_force.declared(
            document, catalogue, filters, lambda id: self._library.measures_of(id, filters.spaces)
        )
        if not told:
            return None
        return Evidence(_dated(told[:k], filters), True, is_exact=True, force_of=document, timings_ms=timings)

    def _bare_articles(
        self, question: Question, catalogue: Catalogue, filters: Filters
    ) -> tuple[Source, ...]:
        """The articles that "第三十二条" may mean, where a question says no more."""
        places, rest = places_in(question.text)
        if not places or not analyse(rest).is_vague:
            return ()
        return self._articles.anywhere(places[0], catalogue.latest(filters), filters.spaces, MOST_CHOICES)

    def found_as(self, measure_id: str, filters: Filters) -> str:
        """The id of the measure that is shown where this one is found (see `_official`).

        Raises:
            NotFound: these spaces don't hold it.
        """
        opened = self._library.measure(measure_id, filters.spaces)
        catalogue = self.catalogue(filters.spaces)
        return next(self._official(opened.document, opened.measure, catalogue, filters))[1].id

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
        by_meaning, by_words = dict(hits.turned), dict(hits.lexical)
        measures = self._library.measures([id for id, _ in ranking], filters.spaces)
        sources: dict[str, Source] = {}
        for id, score in ranking:
            measure = measures.get(id)
            document = catalogue.documents.get(measure.document_id) if measure else None
            if measure is None or document is None:
                continue  # removed or replaced since the index was made
            found_by = ((Found.DENSE,) if id in by_meaning else ()) + (
                (Found.LEXICAL,) if id in by_words else ()
            )
            for official_document, official in self._official(document, measure, catalogue, filters):
                sources.setdefault(official.id, Source(official_document, official, score, found_by))
        return _dated(tuple(sources.values()), filters)

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


def _dated(sources: Sequence[Source], filters: Filters) -> tuple[Source, ...]:
    """The sources with the status that their documents have on the day of the question."""
    return tuple(replace(source, document=on(source.document, filters.day)) for source in sources)


def _asks_more(named: Named) -> bool:
    """Whether a question that names an article asks for more than its text."""
    rest = analyse(_EDITION.sub(" ", _NOTE.sub(" ", named.rest))).content
    return any(run.lower() not in _ASKS_FOR_THE_TEXT and not run.isdigit() and len(run) > 1 for run in rest)
