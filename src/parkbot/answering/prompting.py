"""What a chat model is given: the question, measures under opaque markers, and our prompts."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from parkbot.answering import wording
from parkbot.answering.locators import locator
from parkbot.answering.sentences import Sentence
from parkbot.chat_models import Message
from parkbot.domain import Document, Language, Source
from parkbot.questions import Question

_LETTERS, _DIGITS = "bcdfghkmnpqrtvwxz", "23456789"

_SOURCES = {"zh": "依据：", "en": "Sources:"}
_SOURCE = {"zh": "依据：", "en": "Source: "}
_QUESTION = {"zh": "问题：", "en": "Question: "}
_ANSWER = {"zh": "回答：", "en": "Answer:"}

_SPEAKS_TO_A_MODEL = re.compile(
    r"(?:忽略|无视|忘记|不要理会)[^。；]{0,12}(?:指令|指示|规则|提示词?|设定)|系统提示词?|提示词"
    r"|你(?:现在)?是一个?[^。，]{0,8}(?:助手|模型|机器人)|\bsystem prompt\b|\byou are (?:now|an? ai)\b"
    r"|\b(?:ignore|disregard|forget)\b[^.]{0,30}\b(?:instructions?|rules?|prompts?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Given:
    """The measures that a chat model is given for a question, by their markers, best first."""

    question: Question
    sources: dict[str, Source]
    title_of: dict[str, str]

    def cited(self, sentence: Sentence) -> tuple[Source, ...]:
        """The measures that a sentence cites."""
        return tuple(self.sources[marker] for marker in sentence.markers)

    def messages(self) -> tuple[Message, ...]:
        """The request for a whole answer."""
        language = self.question.language
        listed = "\n".join(f"[{marker}] {self._written(marker)}" for marker in self.sources)
        asked = f"{_SOURCES[language]}\n{listed}\n{self._asked()}\n{_ANSWER[language]}"
        return (("system", _prompt("answer", language)), ("user", asked))

    def messages_for(self, marker: str) -> tuple[Message, ...]:
        """The request for what one measure says of the question."""
        language = self.question.language
        asked = f"{_SOURCE[language]}{self._written(marker)}\n{self._asked()}\n{_ANSWER[language]}"
        return (("system", _prompt("one", language)), ("user", asked))

    def messages_repairing(
        self, request: Sequence[Message], sentence: Sentence, reason: str
    ) -> tuple[Message, ...]:
        """The request to write a sentence once more; a server remembers what it begins with."""
        wanted = _prompt("repair", self.question.language).format(sentence=sentence.text, reason=reason)
        return (*request, ("assistant", sentence.text), ("user", wanted))

    def messages_judging(self, sentence: Sentence) -> tuple[Message, ...]:
        """The request for a second opinion on a sentence."""
        listed = "\n".join(self._written(marker) for marker in sentence.markers)
        wanted = _prompt("judge", self.question.language)
        return (("user", wanted.format(sources=listed, sentence=sentence.plain)),)

    def _asked(self) -> str:
        return _QUESTION[self.question.language] + _line(self.question.text)

    def _written(self, marker: str) -> str:
        source, language = self.sources[marker], self.question.language
        title, where, text = (
            self.title_of[marker],
            locator(source.measure.locator, language),
            _line(source.measure.text),
        )
        return f"{title}, {where}: {text}" if language == "en" else f"{title}{where}：{text}"


def given(
    question: Question,
    sources: Sequence[Source],
    most_tokens: int,
    english_title: Callable[[Document], str | None],
) -> Given:
    """The first measures that fit into so many tokens; at least one, unless none may be given.

    What talks to a model instead of ruling on anything is not given to one.
    """
    kept: dict[str, Source] = {}
    titles: dict[str, str] = {}
    left = most_tokens
    for source in sources:
        if _SPEAKS_TO_A_MODEL.search(source.measure.text):
            continue
        left -= tokens(source.measure.text) + tokens(source.document.title) + 12
        if left < 0 and kept:
            break
        marker = _marker(question.text, source.measure.id, kept)
        kept[marker] = source
        titles[marker] = _title(source.document, question.language, english_title)
    return Given(question, kept, titles)


def tokens(text: str) -> int:
    """About how many tokens a text has: one for a Chinese character, one for four others."""
    ascii_letters = sum(character.isascii() for character in text)
    return len(text) - ascii_letters + ascii_letters // 4


def _title(document: Document, language: Language, english_title: Callable[[Document], str | None]) -> str:
    if language == "en":
        return english_title(document) or document.title
    return wording.document_name(document, language, None)


def _marker(question: str, measure_id: str, taken: dict[str, Source]) -> str:
    """Three characters that no author of a document can foresee, the same for the same question."""
    for attempt in range(100):
        digest = hashlib.sha256(f"{attempt}\n{question}\n{measure_id}".encode()).digest()
        marker = (
            _LETTERS[digest[0] % len(_LETTERS)] + _DIGITS[digest[1] % 8] + _LETTERS[digest[2] % len(_LETTERS)]
        )
        if marker not in taken:
            return marker
    raise AssertionError("more measures than markers")


def _line(text: str) -> str:
    """A text on one line: its own lines must not look like ours."""
    return " ".join(text.split())


@cache
def _prompt(name: str, language: Language) -> str:
    return (
        files("parkbot.answering")
        .joinpath(f"prompts/{name}.{language}.md")
        .read_text(encoding="utf-8")
        .strip()
    )
