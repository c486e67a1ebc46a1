"""Search by meaning and by words together, and what that tells about the library's holding the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

import numpy as np

from parkbot.domain import Filters, Language
from parkbot.glossary import is_term, segments, translated
from parkbot.index.dense import DenseIndex, Near
from parkbot.index.exact import ExactIndex
from parkbot.index.lexical import LexicalIndex, tokenize
from parkbot.models.kernel_machine import Vector
from parkbot.names import document_of
from parkbot.questions import Asked, Question, is_act
from parkbot.retrieval.abroad import only_abroad
from parkbot.retrieval.address import Catalogue, Named
from parkbot.retrieval.asking import NOTHING_LEARNED, Asks
from parkbot.retrieval.carrying import carried
from parkbot.retrieval.force import has_been_replaced
from parkbot.retrieval.fusion import Ranking, averaged, fused
from parkbot.retrieval.region import applies_in, is_local, provinces_named
from parkbot.retrieval.sufficiency import MANY_WORDS, Signals, best_by_chance
from parkbot.retrieval.timing import timed
from parkbot.retrieval.titles import unheld_name
from parkbot.traits import Traits

CANDIDATES = 100
"""How many measures each list brings to the fusion."""

DECIDING = 10
"""So many of each list tell whether the library covers a question; where the order comes from what was
learned, no more of the embedder's own are looked for."""

REGION_WEIGHT = 0.5
"""In standard deviations, for the documents of a province that the question names, or against local ones when
it names none. Tuning halves, MRR@10 in Chinese / English: 0 .701 / .577, .5 .708 / .601, 1 about the same."""


ENDED_WEIGHT = 0.5
"""In standard deviations, against documents that no longer apply and whose matter others may rule on."""

QUESTIONS_WEIGHT = 0.7
"""In standard deviations, against measures that come with questions: they lie nearer to all that is asked
than measures that have only their words. Tuning halves, MRR@10 in Chinese / English, digests and laws: .5
.943 / .966 and .874 / .788, .7 .932 / .966 and .878 / .806, 1 .929 / .958 and .875 / .809; of English
natural and colloquial ones .957, .963 and .957 are found among ten."""

Turn = Callable[[Vector], Vector | None]
"""A question's vector as this library's own questions taught to turn it; None where nothing was learned."""


def unturned(_vector: Vector) -> None:
    """Nothing was learned."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found: the lists, their fusion, the best cosine, and the provinces asked about.

    `turned` is the list by meaning that counts for the order. `dense` is that of the embedder as it is, and
    `cosine` is of it: the decision whether the library covers a question was fitted to these. `rule` says how
    surely the question asks for what a rule could say, `punished` how surely about an act that is punished,
    where it asks for a penalty.
    """

    dense: Ranking
    turned: Ranking
    lexical: Ranking
    ranking: Ranking
    cosine: float
    rule: float
    punished: float
    provinces: frozenset[str]


class Search:
    """Searches both indexes with one question."""

    def __init__(
        self,
        dense: DenseIndex | ExactIndex,
        lexical: LexicalIndex,
        embed_query: Callable[[str], Sequence[float]],
        traits: Traits,
        turn: Turn = unturned,
        asks: Asks = NOTHING_LEARNED,
    ) -> None:
        self._dense = dense
        self._lexical = lexical
        self._embed_query = embed_query
        self._traits = traits
        self._turn = turn
        self._asks = asks

    def search(
        self,
        question: Question,
        filters: Filters,
        catalogue: Catalogue,
        named: Named | None,
        timings: dict[str, float],
    ) -> Hits:
        """The candidates for a question, best first.

        Its other readings are searched for in the same documents, and count for the order alone: whether
        the library covers it is decided by the question as it is put.
        """
        provinces = frozenset() if named else provinces_named(question.text)
        allowed = catalogue.allowed(filters, named, provinces, only_abroad(question.text))
        prior = self._prior(catalogue, provinces, filters.day)
        with timed(timings, "embed"):
            vector = self._vector(question)
        with timed(timings, "dense"):
            near, nearer = self._by_meaning(vector, filters, allowed)
        with timed(timings, "lexical"):
            lexical = self._by_words(question, filters, allowed)
        with timed(timings, "fusion"):
            ranking = fused(_ranking(nearer), lexical, self._traits.lexical_weight, prior)
        if question.readings:
            with timed(timings, "readings"):
                others = [
                    (self._read(each.question, filters, allowed, prior), each.share)
                    for each in question.readings
                ]
                ranking = averaged([(ranking, 1 - sum(share for _, share in others)), *others])
        return Hits(
            dense=_ranking(near),
            turned=_ranking(nearer),
            lexical=lexical,
            ranking=ranking,
            cosine=max((each.cosine for each in near), default=0.0),
            rule=self._asks.for_rule(vector),
            punished=self._punished(question, vector),
            provinces=provinces,
        )

    def _punished(self, question: Question, vector: Vector) -> float:
        """How surely a question of a penalty, or another reading of it, is about an act that is punished."""
        if question.asked is not Asked.PENALTY:
            return 0.0
        told = (each for each in question.meanings[1:] if not each.is_vague)
        return max(map(self._asks.of_punished, (vector, *map(self._vector, told))))

    def _read(
        self,
        question: Question,
        filters: Filters,
        allowed: frozenset[str] | None,
        prior: Callable[[str], float],
    ) -> Ranking:
        """What another reading of a question finds."""
        _, near = self._by_meaning(self._vector(question), filters, allowed)
        lexical = self._by_words(question, filters, allowed)
        return fused(_ranking(near), lexical, self._traits.lexical_weight, prior)

    def _by_meaning(
        self, vector: Vector, filters: Filters, allowed: frozenset[str] | None
    ) -> tuple[list[Near], list[Near]]:
        """The list of the embedder as it is, as far as the decision needs it, and the one for the order."""
        turned = self._turn(vector)
        if turned is None:
            near = self._near(vector, CANDIDATES, filters, allowed)
            return near, near
        nearest = self._nearest_as_it_is(vector, filters, allowed)
        return nearest, self._near(turned, CANDIDATES, filters, allowed)

    def _by_words(self, question: Question, filters: Filters, allowed: frozenset[str] | None) -> Ranking:
        return self._lexical.search(
            _words(question),
            CANDIDATES,
            spaces=filters.spaces,
            document_ids=allowed,
            language=filters.language,
        )

    def signals(self, question: Question, hits: Hits, best: Sequence[str], *, is_elsewhere: bool) -> Signals:
        """What tells whether the library holds an answer; `best` are the texts of the best measures."""
        weights = self.weights(question)
        total = sum(weights.values()) or 1.0
        held = {token for text in best for token in tokenize(text)}
        return Signals(
            language=question.language,
            dense=hits.dense[0][1] - best_by_chance(self._lexical.size()) if hits.dense else -10.0,
            cosine=hits.cosine,
            lexical=hits.lexical[0][1] if hits.lexical else 0.0,
            agreement=len(
                {id for id, _ in hits.dense[:DECIDING]} & {id for id, _ in hits.lexical[:DECIDING]}
            ),
            known=sum(weight for token, weight in weights.items() if self._lexical.knows(token)) / total,
            covered=sum(weight for token, weight in weights.items() if token in held) / total,
            words=MANY_WORDS if _names_a_matter(question) else min(len(weights), MANY_WORDS),
            wants_figure=question.asked in (Asked.FIGURE, Asked.DATE, Asked.LEAD_TIME),
            wants_facts=question.wants_facts,
            rule=hits.rule,
            is_elsewhere=is_elsewhere,
        )

    def unheld_name(self, question: str, catalogue: Catalogue) -> str | None:
        """The name of a document that a question names and the library does not hold.

        What is held in other spaces than the catalogue's tells nothing: their words stay their own.
        """
        spaces = tuple({document.space for document in catalogue.documents.values()})
        return unheld_name(question, catalogue.names, lambda word: self._lexical.knows(word, spaces))

    def weights(self, question: Question) -> dict[str, float]:
        """The question's content, in the library's Chinese terms, and how telling each token is."""
        runs = question.content
        if question.language == "en":
            chinese = carried(question.content)
            runs = (*(wordings[0] for wordings in chinese.terms), *chinese.rest)
        # A pair of characters across the border of two terms tells nothing: 用余 in 利用余热.
        parts = (part for run in runs for part in segments(run))
        tokens = dict.fromkeys(token for part in parts for token in tokenize(part))
        return {token: self._lexical.idf(token) for token in tokens}

    def _nearest_as_it_is(
        self, vector: Vector, filters: Filters, allowed: frozenset[str] | None
    ) -> list[Near]:
        """What the decision needs of the embedder's own list: the first of each language, best first."""
        languages: tuple[Language, ...] = ("zh", "en")
        wanted = (language for language in languages if filters.language in (None, language))
        near = (self._near(vector, DECIDING, replace(filters, language=each), allowed) for each in wanted)
        return sorted(chain.from_iterable(near), key=lambda each: -each.score)

    def _near(self, vector: Vector, k: int, filters: Filters, allowed: frozenset[str] | None) -> list[Near]:
        return self._dense.search(
            vector, k, spaces=filters.spaces, document_ids=allowed, language=filters.language
        )

    def _prior(self, catalogue: Catalogue, provinces: frozenset[str], day: date) -> Callable[[str], float]:
        """What is known of a measure before it is read.

        Where its document applies, whether it still does, and whether the measure comes with questions.
        """

        def prior(measure_id: str) -> float:
            document = catalogue.documents.get(document_of(measure_id))
            if document is None:
                return 0.0
            weight = -ENDED_WEIGHT if has_been_replaced(document, day) else 0.0
            if is_local(document):
                weight += REGION_WEIGHT if applies_in(document, provinces) else -REGION_WEIGHT
            if self._lexical.comes_with_questions(measure_id):
                weight -= QUESTIONS_WEIGHT
            return weight

        return prior

    def _vector(self, question: Question) -> Vector:
        """The question's vector; of an English one, where that helps, its mean with its Chinese terms'."""
        vector = np.asarray(self._embed_query(question.spelled_out), np.float32)
        if question.language != "en" or not self._traits.carries_english:
            return vector
        terms = translated(question.content)
        if not terms.terms:
            return vector
        mean = vector + np.asarray(self._embed_query(terms.question), np.float32)
        return mean / np.linalg.norm(mean)


def _ranking(near: Sequence[Near]) -> Ranking:
    return [(each.measure_id, each.score) for each in near]


def _names_a_matter(question: Question) -> bool:
    """Whether a question holds a term of the glossary that is more than something done in any matter."""
    if question.language == "en":
        return bool(translated(question.without_acts.split()).terms)
    parts = (part for run in question.content for part in segments(run))
    return any(is_term(part) and not is_act(part) for part in parts)


def _words(question: Question) -> str:
    """What the lexical index is asked for; an English question also brings its Chinese terms."""
    words = " ".join(question.content) or question.spelled_out
    if question.language != "en":
        return words
    return " ".join((*chain.from_iterable(carried(question.content).terms), words))
