"""History and question → the standalone question, by rules; better with a chat model, never freer."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parkbot.answering import wording
from parkbot.answers import AnswerStatus, Clarification
from parkbot.chat_models import ChatModel
from parkbot.conversation import courtesies
from parkbot.conversation.composing import PUNISHED, Before, asks_in_full, composed, where_it_was
from parkbot.conversation.leaning import Tell, Told, untold
from parkbot.conversation.matters import matter
from parkbot.conversation.memory import TURNS_REMEMBERED, Turn
from parkbot.conversation.places import MeasuresOf, Spot, Spots
from parkbot.conversation.readings import readings, readings_in_doubt
from parkbot.conversation.recognising import FollowUp, Sort, leaning, recognised
from parkbot.conversation.rewriting import by_model, may_lean_on_history
from parkbot.conversation.topics import topic_of
from parkbot.domain import Filters, Language
from parkbot.names import bare_title, document_of
from parkbot.numerals import to_int
from parkbot.questions import Asked, Question, Reading, analyse
from parkbot.retrieval.address import Catalogue, Named
from parkbot.retrieval.asking import Alone, covered
from parkbot.retrieval.places import places_in

MOST_OPTIONS = 4
SURELY_ASIDE = 1.0
"""How surely what has the words of a follow-up must be an aside to be none."""

NO_RULE = -1.0
"""How surely a question asks for what no rule says, to lean on nothing unless it surely does."""

_CHOICE = re.compile(
    r"(?:选|就|是|第)?\s*(?P<n>[一二两三四1-4])\s*(?:个|种|条|项|款)?[。.]?"
    r"|(?:the )?(?P<word>first|second|third|fourth)(?: one)?\.?",
    re.IGNORECASE,
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_ASKS = re.compile(
    r"[？?]|[呢吗]$|什么|怎|多少|[几谁哪]|何|\b(?:what|who|how|when|where|which|why)\b", re.IGNORECASE
)
_REPLACES = frozenset((Sort.OTHER, Sort.DOCUMENT, Sort.CORRECTED))
_SAYS_NOTHING_NEW = frozenset((Sort.AGAIN, Sort.MORE, Sort.WHOLE))
_NOTHING_ELSE = re.compile(
    r"(?:那么?|还有|以及|换成|呢|也是?|一样|吗"
    r"|\b(?:and|or|what about|how about|the|too|also|same|as well|one)\b|[\s，,。.？?])*",
    re.IGNORECASE,
)
_SHORT = {"zh": 30, "en": 80}
_PLAIN_TEXT = frozenset("内容 全文 原文 条文 规定 说 写 讲".split())


@dataclass(frozen=True, slots=True)
class Meant:
    """What a question means by itself; or the question back, where it may mean several things.

    `readings`: what it may mean besides, where it is a follow-up in words or may be one.
    """

    text: str
    clarification: Clarification | None = None
    readings: tuple[Reading, ...] = ()


class FollowUps:
    """Makes standalone questions. Thread-safe.

    `model` may put into words what the rules find to be a follow-up; where it adds or loses anything, the
    rules' words stand. `tell` says of a question in whose words the rules see none how surely it is one, and
    of any how surely it is an aside; `alone` what is made of one by itself, where that leaves it open.
    """

    def __init__(
        self,
        model: ChatModel | None = None,
        tell: Tell = untold,
        alone: Callable[[Question, Filters], Alone] = covered,
    ) -> None:
        self._model = model
        self._tell = tell
        self._alone = alone

    def meant(
        self,
        question: Question,
        turns: Sequence[Turn],
        *,
        catalogue: Catalogue,
        measures_of: MeasuresOf,
        filters: Filters,
    ) -> Meant:
        """What `question` means after `turns`; a question that says itself what it is about stays as it is.

        `catalogue` and `measures_of` (the measures of a document, in its order) are those of the
        question's spaces.
        """
        turns = [turn for turn in turns if not courtesies.reply(analyse(turn.question))]
        if not turns or courtesies.reply(question):
            return Meant(question.text)
        told, found = self._tell(question.text), recognised(question)
        is_new = found is None or found.sort not in _SAYS_NOTHING_NEW
        if is_new and (chosen := _chosen(question, turns[-1])):
            return Meant(chosen)
        turns = self._leant_on(turns)
        # 酒店呢 after another question is surely a follow-up, whatever it resembles.
        is_aside = told.aside > SURELY_ASIDE if found and found.sort is not Sort.ASKED else told.is_aside
        if is_aside or not turns:
            return Meant(question.text)
        found, is_in_doubt = (found, False) if found else self._by_vector(question, told, filters)
        last = _asked_in_words(turns) if found and found.sort is Sort.MORE else turns[-1]
        if named := catalogue.named(question.text, filters):
            is_in_doubt = False
            found = FollowUp(Sort.DOCUMENT, _called(named, question.language)) if _only_names(named) else None
        reading = _Reading(last, question.language, catalogue, measures_of, filters)
        if found is not None and (spots := reading.spots(found)):
            return _at(spots, question, catalogue)
        if found is not None and found.sort in _SAYS_NOTHING_NEW:
            return Meant(reading.continued(found))
        if found is not None and found.sort is Sort.PLACE:
            found = None
        text = reading.composed(found) if found else question.text
        if self._model is not None and may_lean_on_history(question, found is not None):
            text = by_model(self._model, question, turns[-TURNS_REMEMBERED:], otherwise=text)
        if found is None and not is_in_doubt and text == question.text:
            return Meant(text)
        return Meant(text, readings=_besides(found, question, text, self._context(turns)))

    def _by_vector(self, question: Question, told: Told, filters: Filters) -> tuple[FollowUp | None, bool]:
        """The follow-up that a question is which has the words of none; if it is none, whether it may be one.

        What hardly leans is none where no rule could say it, and one where it is not covered by itself. Who
        asks for a penalty and names the act is in no doubt: what punishes the act before would pass for its.
        """
        if not told.may_lean:
            return None, False
        found = leaning(question, told.leans)
        if told.leans < 0 or found is None:
            alone = self._alone(question, filters)
            if alone.rule <= NO_RULE:
                return None, False
            if found is None and told.leans < 0 < alone.rule and not alone.is_covered:
                found = FollowUp(Sort.ASKED, question.text)
        return found, found is None and question.asked is not Asked.PENALTY

    def _leant_on(self, turns: Sequence[Turn]) -> Sequence[Turn]:
        """The turns that the next one may lean on.

        Who doesn't answer a question back goes on with what was before it; so does who made an aside, and who
        asked for the same in a place of which nothing is held.
        """
        answered = [turn for turn in turns if turn.status is not AnswerStatus.CLARIFY] or turns
        return [turn for turn in answered if not self._led_nowhere(turn)]

    def _context(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """The turn just before, and the one that brought the subject up: the last that stands alone.

        Where it is in doubt whether that does, also the last that surely does.
        """
        openings = [turn for turn in reversed(turns) if turn.stands_alone] or [turns[0]]
        before = (turns[-1], openings[0])
        surely = next((turn for turn in openings if not self._tell(turn.question).may_lean), openings[0])
        return before if surely in before else (*before, surely)

    def _led_nowhere(self, turn: Turn) -> bool:
        if turn.status is not AnswerStatus.REFUSED:
            return False
        if turn.stands_alone:
            return self._tell(turn.question).is_aside
        found = recognised(analyse(turn.question))
        return found is not None and found.sort is Sort.REGION

    @staticmethod
    def in_one_breath(
        question: Question, before: Turn, *, catalogue: Catalogue, measures_of: MeasuresOf, filters: Filters
    ) -> Meant:
        """What a further question of the same breath means.

        It is about what the one before it is about, whether or not its words lean on that, unless it names
        a document itself.
        """
        if catalogue.named(question.text, filters):
            return Meant(question.text)
        found = recognised(question) or FollowUp(Sort.ASKED, question.text)
        reading = _Reading(before, question.language, catalogue, measures_of, filters)
        if spots := reading.spots(found):
            return _at(spots, question, catalogue)
        return Meant(reading.composed(found))


def _asked_in_words(turns: Sequence[Turn]) -> Turn:
    """The last turn that asked about a matter, and did not only open an article."""
    return next((turn for turn in reversed(turns) if not places_in(turn.standalone_question)[0]), turns[-1])


def _besides(
    found: FollowUp | None, question: Question, text: str, before: Sequence[Turn]
) -> tuple[Reading, ...]:
    """What a follow-up to `before`, or what may be one, may mean besides what is understood, `text`."""
    if found is None:
        return readings_in_doubt(question, before) if text == question.text else readings(question, before)
    if found.sort is Sort.REGION:  # the others would look where it was asked before
        return ()
    if found.sort in _REPLACES and before[0].standalone_question.rstrip("？?。.!！ ") not in text:
        return readings(question, ())  # another thing took its place: it is no longer asked about
    return readings(_as_condition(question) if found.sort is Sort.CONDITION else question, before)


def _as_condition(question: Question) -> Question:
    """A condition with what it asks, where its own words don't say it: 要是不改呢."""
    if question.language == "en" or asks_in_full(question.text):
        return question
    return analyse(question.text.rstrip("呢。！! ") + PUNISHED, question.language)


def _only_names(named: Named) -> bool:
    """Whether a question is a document's name and no more: the same is asked of that."""
    return not named.places and _NOTHING_ELSE.fullmatch(named.rest) is not None


def _chosen(question: Question, last: Turn) -> str | None:
    """The choice that answers a question back: one of its options, its number, or the matter in own words."""
    if last.status is not AnswerStatus.CLARIFY:
        return None
    if question.text in last.options:
        return question.text
    if number := _CHOICE.fullmatch(question.text):
        at = _ORDINALS.get((number["word"] or "").lower()) or to_int(number["n"] or "") or 0
        if 0 < at <= len(last.options):
            return last.options[at - 1]
    if _ASKS.search(question.text) or len(question.text) > _SHORT[question.language]:
        return None
    said = question.text.strip("。. ")
    if places_in(last.standalone_question)[0]:
        return _article_of(last.standalone_question, said, question.language)
    if question.without_acts and analyse(last.standalone_question).is_vague:
        return wording.about(said, last.standalone_question, question.language)
    return None


def _article_of(place: str, document: str, language: Language) -> str:
    """The article that was asked for without its document, in the document that is named now."""
    return f"{place.rstrip('?. ')} of {document}" if language == "en" else f"{document}{place}"


def _at(spots: tuple[Spot, ...], question: Question, catalogue: Catalogue) -> Meant:
    """The one address, or the question back where there are several."""
    language = question.language
    if len(spots) == 1:
        spot = spots[0]
        return Meant(spot.question(language, catalogue.english_title(spot.document)))
    options = (spot.option(language, catalogue.english_title(spot.document)) for spot in spots[:MOST_OPTIONS])
    return Meant(
        question.text, Clarification(wording.which_matter(language, has_options=True), tuple(options))
    )


class _Reading:
    """The turn before, read for one follow-up."""

    def __init__(
        self, last: Turn, language: Language, catalogue: Catalogue, measures_of: MeasuresOf, filters: Filters
    ) -> None:
        self._last = last
        self._language = language
        self._catalogue = catalogue
        self._measures_of = measures_of
        self._named = catalogue.named(last.standalone_question, filters)
        self._is_article = bool(self._named and self._named.places and last.cited) and not _asks_more(
            self._named
        )

    def spots(self, found: FollowUp) -> tuple[Spot, ...]:
        """The articles that the follow-up means by their place, if it means any."""
        spots = Spots(self._catalogue.documents, self._measures_of)
        if found.sort is Sort.PLACE:
            named = self._named.versions[0] if self._named else None
            is_article = bool(self._named and self._named.places)
            return spots.addressed(found.words, self._last, named=named, is_article=is_article)
        if found.sort is Sort.WHOLE:
            return spots.cited(self._last)
        if found.sort is Sort.CONDITION:
            refusals = spots.refusals(found.words, self._last, is_article=self._is_article)
            return refusals if self._is_article or len(refusals) > 1 else ()
        return ()

    def continued(self, found: FollowUp) -> str:
        """What is meant by who asks nothing new."""
        matter = self._matter()
        if found.sort is Sort.MORE and matter:
            title = self._title() if self._named and self._language == "zh" else None
            return wording.what_else(f"{title or ''}{matter}", self._language)
        return self._last.standalone_question

    def composed(self, found: FollowUp) -> str:
        """The standalone question in words."""
        last = self._last
        before = Before(
            question=last.standalone_question,
            matter=self._matter(),
            title=self._title(),
            is_article=self._is_article,
            name=self._named.name if self._named else "",
            last_name=self._catalogue.last_named(last.standalone_question) or "",
            without_title=self._named.rest.strip("，。：《》、 的") if self._named else "",
        )
        text = composed(found, before, self._language)
        return text if self._catalogue.last_named(text) else where_it_was(text, found, before, self._language)

    def _matter(self) -> str:
        if self._named and not self._is_article:
            return topic_of(analyse(self._named.rest)).strip(" ,，")
        if not self._is_article:
            return self._last.topic
        cited = self._last.cited[0]
        measures = self._measures_of(document_of(cited.measure_id))
        return next((matter(each) for each in measures if each.id == cited.measure_id), "")

    def _title(self) -> str | None:
        """How the document is called that the turn before named, or that alone answered it."""
        if self._named:
            document = self._named.versions[0]
        else:
            ids = {document_of(cited.measure_id) for cited in self._last.cited}
            held = self._catalogue.documents.get(next(iter(ids))) if len(ids) == 1 else None
            if held is None:
                return None
            document = held
        english = self._catalogue.english_title(document) if self._language == "en" else None
        return english or f"《{bare_title(document.title)}》"


def _called(named: Named, language: Language) -> str:
    """A document as a question may name it: in English as it was named, its title may be Chinese only."""
    return named.name if language == "en" else f"《{bare_title(named.versions[0].title)}》"


def _asks_more(named: Named | None) -> bool:
    """Whether a question that names an article asks for more than its text."""
    return named is not None and any(
        run not in _PLAIN_TEXT and len(run) > 1 and run.lower() != "law"
        for run in analyse(named.rest).content
    )
