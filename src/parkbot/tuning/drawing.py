"""Questions drawn from the measures: their titles, sections, clauses, figures, some of their words.

Nobody asks like this. But each form leaves out something that the measure says or puts it otherwise, and
what is learned from thousands of them, held back hard, also helped people's questions (eval/results).
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from parkbot.domain import Document, Language, Measure

_ASKED: dict[Language, tuple[str, ...]] = {
    "zh": (
        "{}怎么规定？",
        "{}有什么要求？",
        "关于{}，有什么规定？",
        "{}要怎么做？",
        "我们园区{}，要注意什么？",
    ),
    "en": ("What are the rules on {}?", "{}: what is required?", "What must a park do about {}?"),
}
_HOW_MUCH: dict[Language, str] = {"zh": "多少", "en": "how much"}

_CLAUSE = re.compile(r"[，；。：、\n,;:.]")
_SENTENCE = re.compile(r"[；。\n;]|\.\s")
_NUMERAL = r"(?:\d[\d,.]*|[〇零一二三四五六七八九十百千万亿]+)"
_FIGURE = re.compile(
    rf"{_NUMERAL}(?:元|[%％]|年|个?月|日|倍|吨|天)(?:以上)?(?:{_NUMERAL}(?:元|[%％]|年|个?月|日|倍|吨|天)以下)?"
    r"|\b\d[\d,.]*(?:\s?%|\s(?:percent|years?|months?|days?|tonnes?|yuan)\b)"
)
_WORD: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"[^，、：“”‘’（）《》\s]{2,4}?(?=[的和或者及与，、应当对由在向：]|$)"),
    "en": re.compile(r"[A-Za-z][\w-]+"),
}
_CLAUSE_LENGTH: dict[Language, tuple[int, int]] = {"zh": (6, 30), "en": (20, 100)}
_SENTENCE_LENGTH: dict[Language, tuple[int, int]] = {"zh": (12, 60), "en": (40, 200)}
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A question in a space, and the measures that answer it."""

    question: str
    space: str
    measure_ids: tuple[str, ...]


def drawn(document: Document, measure: Measure) -> Iterator[Example]:
    """The questions of one measure, up to five; always the same ones."""
    chance = random.Random(measure.id)
    for question in _questions(measure, document.language, chance):
        yield Example(question, document.space, (measure.id,))


def _questions(measure: Measure, language: Language, chance: random.Random) -> Iterator[str]:
    clauses = _pieces(_CLAUSE, measure.text, _CLAUSE_LENGTH[language])
    sentences = _pieces(_SENTENCE, measure.text, _SENTENCE_LENGTH[language])
    if measure.title:
        yield chance.choice(_ASKED[language]).format(measure.title)
    if clauses:
        yield chance.choice(_ASKED[language]).format(chance.choice(clauses))
    if clauses and measure.section_path:
        yield f"{measure.section_path[-1].split()[-1]} {chance.choice(clauses)}"
    if figures := [sentence for sentence in sentences if _FIGURE.search(sentence)]:
        yield _FIGURE.sub(_HOW_MUCH[language], chance.choice(figures), count=1) + "？"
    if sentences and (words := _half(chance.choice(sentences), language, chance)):
        yield words


def _half(sentence: str, language: Language, chance: random.Random) -> str | None:
    """Half of a sentence's words in their order; None if it has too few."""
    words = _WORD[language].findall(sentence)
    if len(words) < _FEWEST_WORDS:
        return None
    kept = sorted(chance.sample(range(len(words)), max(2, len(words) // 2)))
    return ("" if language == "zh" else " ").join(words[at] for at in kept) + "？"


def _pieces(border: re.Pattern[str], text: str, length: tuple[int, int]) -> list[str]:
    shortest, longest = length
    pieces = (piece.strip() for piece in border.split(text))
    return [piece for piece in pieces if shortest <= len(piece) <= longest]
