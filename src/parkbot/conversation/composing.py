"""The sentences that follow-ups become; pure."""

import re
from dataclasses import dataclass

from parkbot.conversation.recognising import FollowUp, Sort
from parkbot.conversation.topics import topic_of
from parkbot.conversation.words import put_in_place
from parkbot.domain import Language
from parkbot.questions import Asked, analyse
from parkbot.retrieval.region import province_spans, says_where_only

_OF_THE_DOCUMENT = re.compile(
    r"施行|生效|开始(?:执行|实施|实行)?|何时实施|失效|废止|发布|印发|出台"
    r"|\b(?:come|came|go|went|enter|take)s? (?:in)?(?:to)? ?(?:force|effect)\b|\beffective\b"
    r"|\b(?:it|this) start",
    re.IGNORECASE,
)
_NATIONWIDE = re.compile(
    r"全国|国家(?!级)|国务院|中央|\bnation(?:al|ally|wide)\b|\bfederal\b"
    r"|\bcentral government\b|\bstate council\b",
    re.IGNORECASE,
)
_ASKS_IN_FULL = re.compile("[？?]|怎|罚|多少|吗|如何|什么|后果")
PUNISHED = "，怎么处罚？"
"""What a condition asks that asks nothing: 要是不改呢."""

_LEAST_ASKING: dict[Language, str] = {"zh": "{}有什么规定？", "en": "What are the rules on {}?"}


@dataclass(frozen=True, slots=True)
class Before:
    """What the turn before was about.

    `question` is its standalone question, `matter` what that asks about, `title` the one document that it
    names or that alone answered it. `name` is how it names one, and `without_title` the question without that
    name; `last_name` is how it names the last one, where it names several. `is_article`: it named an article
    and asked nothing else; `matter` is what the article rules on.
    """

    question: str
    matter: str
    title: str | None = None
    is_article: bool = False
    name: str = ""
    without_title: str = ""
    last_name: str = ""


def composed(found: FollowUp, before: Before, language: Language) -> str:
    """The standalone question of a follow-up that is no address."""
    match found.sort:
        case Sort.REGION:
            return _elsewhere(found.words, before, language)
        case Sort.DOCUMENT:
            return _of_other(found.words, before, language)
        case Sort.CORRECTED:
            return _instead(found.words, before, language)
        case Sort.OTHER:
            return _about_other(found.words, before, language)
        case Sort.CONDITION:
            return _if(found.words, before, language)
        case _:
            return _asked(found.words, before, language)


def where_it_was(text: str, found: FollowUp, before: Before, language: Language) -> str:
    """A standalone question in the place of the one before it, unless it says where or is nationwide."""
    spans = province_spans(before.question)
    if (
        not spans
        or province_spans(text)
        or _NATIONWIDE.search(found.words)
        or says_where_only(before.question)
    ):
        return text
    place = spans[-1].of(before.question)
    return f"{text.rstrip('?!. ')} in {place}?" if language == "en" else f"{place}{text}"


def _asked(words: str, before: Before, language: Language) -> str:
    if before.title and _OF_THE_DOCUMENT.search(words):
        return _joined(before.title, words, language)
    return _joined(_matter(before), words, language)


def _matter(before: Before) -> str:
    """The matter, within its document where that was named."""
    if before.name and before.title:
        return (
            f"{before.title}{before.matter}"
            if before.title.startswith("《")
            else f"{before.title}, {before.matter}"
        )
    return before.matter


def _joined(matter: str, words: str, language: Language) -> str:
    if language == "en":
        return f"{matter[:1].upper()}{matter[1:]}: {words[:1].lower()}{words[1:]}"
    return f"{matter}{words}" if matter.endswith("》") else f"{matter}，{words}"


def asks_in_full(condition: str) -> bool:
    """Whether a condition in Chinese says what it asks."""
    return _ASKS_IN_FULL.search(condition) is not None


def _if(words: str, before: Before, language: Language) -> str:
    asking = "" if language == "en" or asks_in_full(words) else PUNISHED
    return _joined(_matter(before), f"{words}{asking}", language)


def _elsewhere(place: str, before: Before, language: Language) -> str:
    """The same question of another province; the document that was named rules where it does."""
    question = before.question
    if before.name:
        question = (
            before.without_title if topic_of(analyse(before.without_title)) else _rules_on(before, language)
        )
    if spans := province_spans(question):
        return question[: spans[0].start] + place + question[spans[0].end :]
    if language == "en":
        return f"{question.rstrip('?!. ')} in {place}?"
    return f"{place}{question.lstrip('，。：、 的')}"


def _rules_on(before: Before, language: Language) -> str:
    return _LEAST_ASKING[language].format(before.matter)


def _instead(words: str, before: Before, language: Language) -> str:
    """The same question about what was meant: what it was about before is dropped."""
    if language == "zh" and before.matter and before.matter in before.question:
        return before.question.replace(before.matter, words, 1)
    return put_in_place(words, before.question, before.name) or _LEAST_ASKING[language].format(words)


def _of_other(title: str, before: Before, language: Language) -> str:
    """The same question of another document."""
    if before.last_name:
        start, _, end = before.question.rpartition(before.last_name)
        return f"{start}{title}{end}"
    return _joined(title, before.question, language) if language == "en" else f"{title}，{before.question}"


def _about_other(words: str, before: Before, language: Language) -> str:
    """The same question with `words` in the place of what is of their kind, else with both."""
    if before.is_article:
        return _LEAST_ASKING[language].format(words)
    if replaced := put_in_place(words, before.question, before.name):
        return replaced
    if language == "en":
        return f"{words}: {before.question}"
    asked = analyse(before.question).asked
    return f"{words}，{before.matter}{PUNISHED}" if asked is Asked.PENALTY else f"{words}，{before.question}"
