"""A chat model puts a follow-up into words, within bounds: it may neither lose nor bring anything."""

import re
from collections.abc import Sequence
from importlib.resources import files

from parkbot.chat_models import ChatModel, Deadline, Message
from parkbot.conversation.memory import Turn
from parkbot.errors import ChatModelFailed
from parkbot.questions import Question, language_of
from parkbot.retrieval.region import provinces_named

SECONDS = 10
"""A model that takes longer for one line is not waited for: the rules answer as well."""

SHORT = {"zh": 12, "en": 40}
"""A question of no more characters may lean on what came before in a way that the rules don't see."""
LONGEST = 200
"""Characters of the longest standalone question that is taken from a model."""

_EXACT = re.compile(
    r"\d+(?:\.\d+)?|第[一二三四五六七八九十百零\d]+[条款项章节]|[一二三四五六七八九十百千万]{2,}"
    r"|《[^》]+》|\b[A-Z]{2,}\b"
)
_LABEL = re.compile(
    r"^(?:独立问题|改写后的?问题|问题|standalone question|question)\s*[:：]\s*", re.IGNORECASE
)
_QUOTES = "“”\"'「」` "


def may_lean_on_history(question: Question, is_follow_up: bool) -> bool:
    """Whether a model should be asked at all: a question of its own must inherit nothing."""
    return is_follow_up or len(question.text) <= SHORT[question.language]


def by_model(model: ChatModel, question: Question, turns: Sequence[Turn], *, otherwise: str) -> str:
    """The model's standalone question where it is sound, else `otherwise`."""
    prompt = files("parkbot.conversation").joinpath(f"prompts/standalone.{question.language}.md")
    said: list[Message] = [
        ("system", prompt.read_text(encoding="utf-8")),
        ("user", _shown(question, turns)),
    ]
    try:
        reply = model.reply(said, Deadline(SECONDS))
    except ChatModelFailed:
        return otherwise
    written = _LABEL.sub("", reply.strip()).strip(_QUOTES)
    return written if is_sound(written, question, turns) else otherwise


def is_sound(written: str, question: Question, turns: Sequence[Turn]) -> bool:
    """Whether a rewritten question holds every number and name of the question, and none from nowhere."""
    if not written or "\n" in written or len(written) > LONGEST or language_of(written) != question.language:
        return False
    known = " ".join(
        (
            question.text,
            *(turn.standalone_question for turn in turns),
            *(f"《{cited.document_title}》{cited.locator}" for turn in turns for cited in turn.cited),
        )
    )
    given, kept = set(_EXACT.findall(question.text)), set(_EXACT.findall(written))
    places = provinces_named(written)
    return (
        all(name in written for name in given)
        and all(name in known or name.strip("《》") in known for name in kept)
        and provinces_named(question.text) <= places <= provinces_named(known)
    )


def _shown(question: Question, turns: Sequence[Turn]) -> str:
    """The conversation as the model reads it; questions are data, one a line."""
    asked, now = ("已问", "现在问") if question.language == "zh" else ("Asked", "Now asked")
    lines = [f"{asked}: {' '.join(turn.standalone_question.split())}" for turn in turns]
    return "\n".join((*lines, f"{now}: {' '.join(question.text.split())}"))
