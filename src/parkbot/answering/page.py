"""A generated answer as it grows: checked sentences are held back until one of them answers the question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from parkbot.answering import wording
from parkbot.answering.checking import Point
from parkbot.answering.quoting import Weigh, quotes, whole
from parkbot.answering.sentences import Sentence
from parkbot.answering.writing import Writer
from parkbot.answers import AnswerStatus, Draft, Quote
from parkbot.domain import Document, Evidence, Level, Source, TextKind
from parkbot.errors import Trouble
from parkbot.events import Progress
from parkbot.questions import Question


class Page:
    """Puts checked sentences down in order, with their citations and quotes."""

    def __init__(
        self,
        question: Question,
        evidence: Evidence,
        point: Point,
        english_title: Callable[[Document], str | None],
        weigh: Weigh,
    ) -> None:
        self._question = question
        self._evidence = evidence
        self._point = point
        self._weigh = weigh
        self._writer = Writer(question, english_title)
        self._held_back: list[tuple[Sentence, dict[str, Source]]] = []
        self._said: set[str] = set()
        self._cited: dict[str, Source] = {}
        self._wanting: set[str] = set()
        self.left_out = 0
        self._is_cut_short = False
        self.is_begun = False

    def add(self, sentence: Sentence, given: Mapping[str, Source]) -> None:
        """A sentence that was checked; one about something else is passed over."""
        sources = {marker: given[marker] for marker in sentence.markers}
        if sentence.plain in self._said or not self._point.is_near(sentence, tuple(sources.values())):
            return
        self._said.add(sentence.plain)
        self._held_back.append((sentence, sources))
        if not self.is_begun and self._point.is_met_by(sentence):
            self.is_begun = True
            self._writer.say_not_held(self._evidence.places_not_held)
        if self.is_begun:
            for each, cited in self._held_back:
                self._put(each, cited)
            self._held_back.clear()

    def leave_out(self, sources: Sequence[Source]) -> None:
        """Count a sentence that may not be shown; what it cites is quoted at the end instead."""
        self.left_out += 1
        self._wanting |= {source.measure.id for source in sources}

    def end(
        self,
        trouble: Trouble | None,
        quoted: Sequence[Source],
        asked: Sequence[Question],
        not_covered: Sequence[str],
    ) -> None:
        """What stands under the answer to what was `asked`; the library lacks the parts `not_covered`.

        Of the measures that would be `quoted` without a model those are, of which a sentence was left out,
        or to which the model did not come: an answer is not poorer for having been written.
        """
        language = self._question.language
        for source in quoted:
            if (trouble or source.measure.id in self._wanting) and not self._writer.cites(source):
                self._quote(source)
        for question in {each.asked: each for each in asked}.values():
            self._writer.say_not_said(question, [*self._said, *self._writer.quoted], self._evidence.punishes)
        for part in not_covered:
            self._writer.say_not_covered(part)
        if self.left_out:
            self._writer.notice(wording.left_out(self.left_out, language))
        self._writer.say_language_of(list(self._cited.values()))
        if trouble is not None:
            self._is_cut_short = True
            self._writer.warn(wording.cut_short(trouble, language))

    def news(self) -> tuple[Progress, ...]:
        """What may be shown now and was not yet."""
        return self._writer.news()

    def draft(self) -> Draft:
        """The finished answer."""
        draft = self._writer.draft()
        return replace(draft, status=AnswerStatus.PARTIAL) if self._is_cut_short else draft

    def _put(self, sentence: Sentence, sources: dict[str, Source]) -> None:
        self._writer.warn_of(list(sources.values()))
        self._writer.say_how_surely_punished(self._evidence.punishes, sources.values())
        language = self._question.language
        is_foreign = any(source.document.language != language for source in sources.values())
        if is_foreign:
            self._quote_first(sources)
        numbers = {
            marker: self._writer.cite(source, self._quotes(source, sentence))
            for marker, source in sources.items()
        }
        self._cited |= {source.measure.id: source for source in sources.values()}
        text = self._opening(sources, is_foreign=is_foreign) + sentence.numbered(numbers)
        self._writer.verified(text, tuple(sorted(set(numbers.values()))))

    def _quote_first(self, sources: dict[str, Source]) -> None:
        """The words themselves stand above what is only their translation."""
        for source in sources.values():
            if source.document.language != self._question.language and not self._writer.cites(source):
                self._quote(source)

    def _quote(self, source: Source) -> None:
        self._writer.warn_of([source])
        self._writer.claim(source, self._quotes(source, None), name=self._writer.name_of(source))
        self._cited[source.measure.id] = source

    def _opening(self, sources: dict[str, Source], *, is_foreign: bool) -> str:
        language = self._question.language
        if is_foreign:
            return wording.translated(language)
        documents = [source.document for source in sources.values()]
        marked = [d for d in documents if d.level is Level.COMMENTARY or d.status.has_ended]
        # The name of a comment stands before its words: they must not read like a rule.
        return wording.from_comment(marked[0], language) if marked and len(marked) == len(documents) else ""

    def _quotes(self, source: Source, sentence: Sentence | None) -> tuple[Quote, ...]:
        """The words of a measure that bear a sentence out; of a translated one those on the question."""
        if source.document.text_kind is TextKind.DIGEST:
            return (whole(source.measure),)
        is_translated = sentence is None or source.document.language != self._question.language
        weigh = self._weigh if is_translated or sentence is None else _shared_with(sentence.plain)
        return quotes(source, weigh, find=None)


def _shared_with(words: str) -> Weigh:
    """Weighs a text by the share of a sentence's pairs of characters that it holds."""
    pairs = {words[at : at + 2] for at in range(len(words) - 1)}

    def share(text: str) -> float:
        return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0

    return share
