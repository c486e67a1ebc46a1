"""Whether a sentence of a chat model may be shown: it says what its measures say, and it is an answer."""

from collections.abc import Collection, Sequence

from parkbot.answering.sentences import Sentence
from parkbot.answering.sought import FINDS
from parkbot.domain import Language, Source
from parkbot.questions import Question
from parkbot.verification import Premise, Verifier, is_nearest, relevance

NEAR = 0.3
"""A sentence of a measure that would not be quoted speaks of the question if it holds this part of its words.

Of the Chinese questions of the tuning half of eval/suites/digests.jsonl, 30 % have a sentence in a right
measure that does, and 5 % of the sentences of the nearest other measures do (0.2: 43 and 13 %, 0.1: 61 and
26 %). An embedder told them apart no better. Strict, for a true sentence about something else misleads.
"""


def fault(
    sentence: Sentence,
    sources: Sequence[Source],
    verifier: Verifier,
    language: Language,
    *,
    chosen_for: Question | None = None,
) -> str:
    """What is wrong with a sentence, in words for who wrote it; empty where its measures bear it out.

    `chosen_for`: only whole sentences of a measure will do, and of these what speaks of this question.
    """
    if not sentence.is_clean:
        return "不要写网址、链接或代码。" if language == "zh" else "Write no address, link or code."
    if not sources:
        return "句末没有编号。" if language == "zh" else "The code of its source is missing."
    verdict = verifier.verify(sentence.plain, premises(sources))
    if chosen_for is None or not verdict.supported:
        return verdict.reason
    if not verdict.is_quoted:
        return "要整句照抄，一个字也不改。" if language == "zh" else "Copy a whole sentence, word for word."
    if not any(is_nearest(chosen_for.text, sentence.plain, source.measure.text) for source in sources):
        return "另一句更切题。" if language == "zh" else "Another sentence speaks more of the question."
    return ""


def premises(sources: Sequence[Source]) -> tuple[Premise, ...]:
    """Measures as the verifier reads them."""
    return tuple(
        Premise(source.document.title, source.measure.locator, source.measure.text) for source in sources
    )


class Point:
    """What an answer must speak of.

    `quoted` are the ids of the measures that would be quoted without a chat model.
    """

    def __init__(self, question: Question, quoted: Collection[str], texts: Sequence[str]) -> None:
        self._question = question
        self._quoted = quoted
        find = FINDS.get(question.asked) if question.wants_figure else None
        self._find = find if find and any(find(text) for text in texts) else None

    def is_near(self, sentence: Sentence, sources: Sequence[Source]) -> bool:
        """Whether a sentence is about what is asked, and not only true."""
        if any(source.measure.id in self._quoted for source in sources):
            return True
        return relevance(self._question.text, sentence.plain) >= NEAR

    def is_met_by(self, sentence: Sentence) -> bool:
        """Whether a sentence that is near holds the figure or day that is asked for, if any is."""
        return self._find is None or bool(self._find(sentence.plain))
