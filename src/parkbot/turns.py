"""What is kept of a conversation: its turns with their whole answers, and what people thought of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from parkbot.answers import Answer

NEW_CONVERSATION = "new"
"""In the place of a conversation's id: begin one, and say its id in the answer."""


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """One conversation in a list; `title` is its first question, times are UTC."""

    id: str
    space: str
    title: str
    turns: int
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question as it was asked and understood, and its answer with the texts that it quoted then."""

    position: int
    question: str
    standalone_question: str
    answer: Answer
    created: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in full, in the order in which it was held."""

    id: str
    space: str
    title: str
    created: datetime
    updated: datetime
    turns: tuple[KeptTurn, ...]


class Rating(StrEnum):
    """Whether an answer helped."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person thought of an answer.

    `position` is the turn of the conversation that is meant, from 0; without a conversation `measure_ids`
    say which sources it is about.
    """

    rating: Rating
    comment: str = ""
    conversation_id: str | None = None
    position: int | None = None
    measure_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenFeedback:
    """Feedback as an operator looks it through.

    `question` is what was asked, as it was understood; None where no conversation was kept. `measure_ids` are
    the sources of the answer. Times are UTC.
    """

    id: str
    space: str
    rating: Rating
    comment: str
    question: str | None
    measure_ids: tuple[str, ...]
    created: datetime
    is_approved: bool


@dataclass(frozen=True, slots=True)
class ApprovedQuestion:
    """A question and the measures that answer it, approved by an operator to learn from."""

    id: str
    space: str
    question: str
    measure_ids: tuple[str, ...]
