"""Dialogues put to the assistant turn by turn: do follow-ups find what their standalone form finds?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parkbot.answers import Answer, AnswerStatus
from parkbot.assistant import PolicyAssistant
from parkbot.domain import Language
from parkbot.errors import BadInput
from parkbot.evaluation.holdings import Holdings
from parkbot.evaluation.intervals import Estimate, share
from parkbot.evaluation.suites import Half
from parkbot.turns import NEW_CONVERSATION

AMONG = 5
"""A measure is found if it is among so many first ones."""


class TurnKind(StrEnum):
    """How a turn leans on those before it; an opening, a switch and an aside lean on none."""

    OPENING = "opening"
    SWITCH = "switch"
    ASIDE = "aside"
    ASKED = "asked"
    TOPIC = "topic"
    REGION = "region"
    PLACE = "place"
    CONDITION = "condition"
    SUBJECT = "subject"
    PRONOUN = "pronoun"
    CHOICE = "choice"
    AMBIGUOUS = "ambiguous"

    @property
    def is_elliptical(self) -> bool:
        """Whether a turn of this kind means something only in its place."""
        return self not in (TurnKind.OPENING, TurnKind.SWITCH, TurnKind.ASIDE)


_Text = Annotated[str, Field(min_length=1)]


class AskedTurn(BaseModel):
    """A turn: `standalone` is what an elliptical one means, `gold` are measures that answer it, if known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: _Text
    kind: TurnKind
    standalone: _Text | None = None
    gold: tuple[_Text, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.kind.is_elliptical != (self.standalone is not None):
            raise ValueError(f"a turn of the kind {self.kind} has standalone {not self.kind.is_elliptical}")
        return self


class Dialogue(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Text
    language: Language
    half: Literal["tuning", "reporting"]
    turns: Annotated[tuple[AskedTurn, ...], Field(min_length=2)]


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """What became of a turn that follows another.

    `understood` is the standalone question that was made of it. `kept`: of an elliptical turn, whether what
    its written standalone form finds is found; of an ambiguous one, whether it was asked back. `gold_found`
    and `gold_findable`: whether a gold measure is among the first for the question as understood, and for
    its standalone form (None: no gold is known or held). `is_unchanged`: its words inherited nothing.
    `first_kept`: it finds first what it finds in no conversation (None for an elliptical one).
    """

    dialogue: str
    turn: int
    language: Language
    kind: TurnKind
    question: str
    understood: str
    status: AnswerStatus
    kept: bool
    gold_found: bool | None
    gold_findable: bool | None
    is_unchanged: bool
    first_kept: bool | None


@dataclass(frozen=True, slots=True)
class DialogueScore:
    """A share of turns, with its interval."""

    metric: str
    group: str
    estimate: Estimate


def read(path: Path, half: Half, languages: Sequence[Language]) -> tuple[Dialogue, ...]:
    """The dialogues of a file that belong to a half and are held in these languages.

    Raises:
        BadInput: no such file, or a line that is no dialogue; the message names file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read ({error})") from error
    held: dict[str, Dialogue] = {}
    for number, line in enumerate(lines, 1):
        try:
            dialogue = Dialogue.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise BadInput(f"{path}, line {number}: {place}: {first['msg']}") from error
        if dialogue.id in held:
            raise BadInput(f"{path}, line {number}: the id {dialogue.id} was given to another dialogue")
        held[dialogue.id] = dialogue
    return tuple(
        dialogue
        for dialogue in held.values()
        if half in (Half.ALL, dialogue.half) and dialogue.language in languages
    )


def put(
    assistant: PolicyAssistant,
    dialogues: Sequence[Dialogue],
    holdings: Holdings,
    progress: Callable[[int, int], None],
) -> tuple[TurnOutcome, ...]:
    """Hold every dialogue, each in a conversation of its own that is deleted afterwards."""
    outcomes: list[TurnOutcome] = []
    for done, dialogue in enumerate(dialogues, 1):
        outcomes.extend(_held(assistant, dialogue, holdings))
        progress(done, len(dialogues))
    return tuple(outcomes)


def _held(assistant: PolicyAssistant, dialogue: Dialogue, holdings: Holdings) -> Iterable[TurnOutcome]:
    conversation = NEW_CONVERSATION
    outcomes = []
    for number, turn in enumerate(dialogue.turns):
        answer = assistant.ask(turn.question, conversation_id=conversation)
        conversation = answer.conversation_id or conversation
        if turn.kind is not TurnKind.OPENING:
            outcomes.append(_outcome(assistant, dialogue, number, answer, holdings))
    assistant.remove_conversation(conversation)
    return outcomes


def _outcome(
    assistant: PolicyAssistant, dialogue: Dialogue, number: int, answer: Answer, holdings: Holdings
) -> TurnOutcome:
    turn = dialogue.turns[number]

    def first(question: str) -> list[str]:
        found = assistant.evidence(question, k=AMONG).sources
        return [holdings.one(source.measure.id) for source in found]

    def asked_alone(question: str) -> list[str]:
        return [holdings.one(item.measure_id) for item in assistant.ask(question).evidence[:1]]

    gold = {holdings.one(id) for id in turn.gold if id in holdings.documents}
    standalone = first(turn.standalone or turn.question)
    # What the turn itself found; a follow-up that was asked back has not been searched for.
    understood = [holdings.one(item.measure_id) for item in answer.evidence[:AMONG]]
    asked_back = answer.status is AnswerStatus.CLARIFY
    target = gold & set(standalone) or set(standalone[:1])
    return TurnOutcome(
        dialogue=dialogue.id,
        turn=number,
        language=dialogue.language,
        kind=turn.kind,
        question=turn.question,
        understood=answer.standalone_question,
        status=answer.status,
        kept=asked_back if turn.kind is TurnKind.AMBIGUOUS else bool(target & set(understood)),
        gold_found=bool(gold & set(understood)) if gold else None,
        gold_findable=bool(gold & set(standalone)) if gold else None,
        is_unchanged=answer.standalone_question == turn.question,
        first_kept=None if turn.standalone else understood[:1] == asked_alone(turn.question),
    )


def scores(outcomes: Sequence[TurnOutcome]) -> tuple[DialogueScore, ...]:
    """R@5 of elliptical turns against their standalone form, by language and kind; and what was inherited."""
    elliptical = [outcome for outcome in outcomes if outcome.kind.is_elliptical]
    alone = {
        kind: [each for each in outcomes if each.kind is kind] for kind in (TurnKind.SWITCH, TurnKind.ASIDE)
    }
    with_gold = [outcome for outcome in elliptical if outcome.gold_found is not None]
    found: list[DialogueScore] = []

    def add(metric: str, group: str, flags: list[bool]) -> None:
        if flags:
            found.append(DialogueScore(metric, group, share(flags)))

    against = "R@5 against the standalone form"
    add(against, "all", [each.kept for each in elliptical])
    for language in ("zh", "en"):
        add(against, language, [each.kept for each in elliptical if each.language == language])
    for kind in TurnKind:
        add(against, kind, [each.kept for each in elliptical if each.kind is kind])
    add("gold among the first 5, as understood", "all", [bool(each.gold_found) for each in with_gold])
    add("gold among the first 5, standalone form", "all", [bool(each.gold_findable) for each in with_gold])
    add("new topics that inherit nothing", "all", [each.is_unchanged for each in alone[TurnKind.SWITCH]])
    add(
        "new topics that find first what they find alone",
        "all",
        [bool(each.first_kept) for each in alone[TurnKind.SWITCH]],
    )
    add("asides that inherit nothing", "all", [each.is_unchanged for each in alone[TurnKind.ASIDE]])
    return tuple(found)
