"""A question within its conversation, from the turns before it to the turn that is kept."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from parkbot.answers import Answer, AnswerStatus, Block, BlockKind, Clarification
from parkbot.conversation import courtesies
from parkbot.conversation.follow_ups import FollowUps, Meant
from parkbot.conversation.memory import TURNS_REMEMBERED, Turn
from parkbot.domain import SHARED_SPACE, Filters
from parkbot.events import Event
from parkbot.library.conversations import Conversations
from parkbot.questions import Question, analyse
from parkbot.retrieval.address import Catalogue
from parkbot.retrieval.siblings import Siblings
from parkbot.spans import span
from parkbot.turns import NEW_CONVERSATION


class Dialogues:
    """Goes on with conversations, and begins them. Thread-safe."""

    def __init__(self, kept: Conversations, follow_ups: FollowUps, siblings: Siblings) -> None:
        self._kept = kept
        self._follow_ups = follow_ups
        self._siblings = siblings

    def asking(
        self,
        question: Question,
        *,
        filters: Filters,
        conversation_id: str,
        owner: str | None,
        catalogue: Catalogue,
        answer: Callable[[Question], Iterator[Event]],
    ) -> Iterator[Event]:
        """What comes of the question that is meant; the turn is kept before its answer is given.

        What was deleted while the answer was written stays deleted: no turn is kept then.

        Raises:
            NotFound: there is no such conversation in this space, or it is another owner's.
        """
        started = time.perf_counter()
        space = own_space(filters.spaces)
        with span("conversation"):
            id = self._kept.identified(conversation_id, space, owner)
            turns = [Turn.of(earlier) for earlier in self._kept.last_answers(id, TURNS_REMEMBERED)]
            meant = self._meant(question, turns, filters, catalogue)
        spent = round((time.perf_counter() - started) * 1000, 2)
        happening = (
            asked_back(question, meant.clarification)
            if meant.clarification
            else answer(_said(meant, question))
        )
        for event in happening:
            if isinstance(event, Answer):
                event = replace(
                    event,
                    question=question.text,
                    conversation_id=id,
                    timings_ms={"conversation": spent, **event.timings_ms},
                )
                event = self._kept.keep(event, space, owner, begins=conversation_id == NEW_CONVERSATION)
            yield event

    def standalone(
        self,
        question: Question,
        earlier: Sequence[Question],
        *,
        filters: Filters,
        catalogue: Catalogue,
        answer: Callable[[Question], Answer],
    ) -> Question:
        """What a question means after earlier ones whose answers nobody kept: they are answered again.

        Where it may mean several things it stays as it is.
        """
        turns: list[Turn] = []
        for before in earlier[-TURNS_REMEMBERED:]:
            if courtesies.reply(before):
                continue
            meant = self._meant(before, turns, filters, catalogue)
            turns.append(Turn.of(replace(answer(_said(meant, before)), question=before.text)))
        return _said(self._meant(question, turns, filters, catalogue), question)

    def _meant(
        self, question: Question, turns: Sequence[Turn], filters: Filters, catalogue: Catalogue
    ) -> Meant:
        return self._follow_ups.meant(
            question,
            turns,
            catalogue=catalogue,
            measures_of=lambda document_id: self._siblings.of(document_id, filters.spaces),
            filters=filters,
        )


def own_space(spaces: tuple[str, ...]) -> str:
    """The space that a conversation belongs to: the park's own where one is read."""
    return next((space for space in spaces if space != SHARED_SPACE), SHARED_SPACE)


def _said(meant: Meant, question: Question) -> Question:
    """The question that is meant, in the language in which it was asked."""
    said = question if meant.text == question.text else analyse(meant.text, question.language)
    return replace(said, readings=meant.readings)


def asked_back(question: Question, clarification: Clarification) -> Iterator[Event]:
    """What comes of a question that is answered by asking back."""
    block = Block(BlockKind.FRAME, clarification.question)
    yield block
    yield Answer(
        question=question.text,
        standalone_question=question.text,
        language=question.language,
        status=AnswerStatus.CLARIFY,
        text=clarification.question,
        blocks=(block,),
        clarification=clarification,
    )
