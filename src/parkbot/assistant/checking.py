"""What a caller asks, and of what: refused if it cannot be asked, else as everything behind takes it."""

from dataclasses import replace

from parkbot import corrections
from parkbot.domain import Filters
from parkbot.errors import BadQuestion
from parkbot.questions import Question, analyse


def checked_question(question: str, longest: int) -> Question:
    """The question, analysed.

    Raises:
        BadQuestion: the question is empty or has more than `longest` characters.
    """
    # JSON may hold half a surrogate pair, which no file, index or answer can.
    text = question.replace("\0", " ").encode(errors="replace").decode().strip()
    if not _says_something(text):
        raise BadQuestion("the question is empty; write what you want to know / 问题是空的，请写下要问的内容")
    if len(text) > longest:
        raise BadQuestion(
            f"the question has {len(text)} characters, {longest} are allowed; shorten it"
            f" / 问题有{len(text)}个字符，最多{longest}个，请缩短"
        )
    return analyse(text)


def is_askable(question: str, longest: int) -> bool:
    """Whether a text can be asked at all: it says something, in no more than `longest` characters."""
    return len(question) <= longest and _says_something(question)


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


def checked_filters(filters: Filters | None) -> Filters:
    """The filters with their region as documents bear it; BadInput for a region that does not exist."""
    if filters is None or filters.region is None:
        return filters or Filters()
    return replace(filters, region=corrections.region(filters.region))
