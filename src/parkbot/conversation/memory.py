"""What the next question may lean on: the little that is remembered of a turn."""

from dataclasses import dataclass
from os.path import commonprefix

from parkbot.answers import Answer, AnswerStatus
from parkbot.conversation.composing import PUNISHED
from parkbot.conversation.topics import topic_of
from parkbot.domain import Language
from parkbot.questions import Question, analyse
from parkbot.retrieval.region import provinces_named

TURNS_REMEMBERED = 6
"""More than the last few turns are no context but a burden."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A measure that an answer cited."""

    measure_id: str
    document_title: str
    locator: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as the next one sees it: `topic` is what it was about, `region` the provinces that it named.

    `asked_back` and `options` are the question back, where one was asked, and its choices.
    """

    question: str
    standalone_question: str
    language: Language
    status: AnswerStatus
    topic: str
    region: frozenset[str]
    cited: tuple[Cited, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def stands_alone(self) -> bool:
        """Whether it took nothing over from the turns before it."""
        return self.standalone_question == self.question

    @classmethod
    def of(cls, answer: Answer) -> "Turn":
        """What is remembered of an answer."""
        return cls(
            question=answer.question,
            standalone_question=answer.standalone_question,
            language=answer.language,
            status=answer.status,
            topic=topic_of(analyse(_without_its_asking(answer))),
            region=provinces_named(answer.standalone_question),
            cited=tuple(
                Cited(citation.measure_id, citation.document_title, citation.locator)
                for citation in answer.citations
            ),
            options=answer.clarification.options if answer.clarification else (),
        )

    @classmethod
    def asked_before(cls, question: Question) -> "Turn":
        """What a question leaves behind for the next one of the same breath, which no answer lies between."""
        return cls(
            question=question.text,
            standalone_question=question.text,
            language=question.language,
            status=AnswerStatus.ANSWERED,
            topic=topic_of(question),
            region=provinces_named(question.text),
        )


def _without_its_asking(answer: Answer) -> str:
    """The standalone question without what a follow-up asked anew: its matter is that of the turn before.

    >>> from parkbot.answers import AnswerStatus
    >>> asked = Answer("谁负责？", "能源计量，谁负责？", "zh", AnswerStatus.ANSWERED, "")
    >>> _without_its_asking(asked)
    '能源计量'
    """
    whole, asked = answer.standalone_question, answer.question
    if whole == asked:
        return whole
    if not asked.endswith(PUNISHED):
        whole = whole.removesuffix(PUNISHED)
    said, own = (each.rstrip("呢？?！!。. ") for each in (whole, asked))
    same = len(commonprefix([said[::-1].lower(), own[::-1].lower()]))
    head = said[: len(said) - same]
    return head.rstrip("，: ") if same and head.endswith(("，", ": ")) else whole
