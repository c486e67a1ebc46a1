"""A claim in the source's own words: whole sentences stand, and nothing in them may be changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parkbot.numerals import to_int
from parkbot.questions import language_of
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.modality import stripped
from parkbot.verification.reading import Reading
from parkbot.verification.scope import EXCLUSIVE, UNIVERSAL
from parkbot.verification.units import SCALES

_SENTENCES = re.compile(r"[。；;\n]|(?<=[a-z)])\.(?=\s|$)")
_IDLE = re.compile(r"[\s，,。；;、：:.“”\"'（）()《》·]+")
_NUMERALS = re.compile(r"(?:\d[\d,]*(?:\.\d+)?|[零〇○一二三四五六七八九十百千两]+)(?:万亿|千万|百万|万|亿)?")
_WIDENING = (UNIVERSAL.form, EXCLUSIVE.form)


def is_quoted(claim: str, source: str) -> bool:
    """Whether a claim is a whole sentence of the source, or several that follow each other.

    An item of a list that ends in 的 only names a case: what holds for it stands elsewhere.
    """
    said = _letters(claim)
    if said.endswith("的"):
        return False
    parts = [_letters(part) for part in _SENTENCES.split(source)]
    parts = [part for part in parts if part]
    return bool(said) and any(
        "".join(parts[start:end]) == said
        for start in range(len(parts))
        if said.startswith(parts[start])
        for end in range(start + 1, len(parts) + 1)
    )


def wording_unchanged(reading: Reading) -> Iterator[Flaw]:
    """A sentence that is the source's but for its numerals or for how it binds differs in neither."""
    held: dict[str, list[_Sentence]] = {}
    for sentence in _sentences(reading.source.located):
        held.setdefault(sentence.skeleton, []).append(sentence)
    for mine in _sentences(reading.claim):
        theirs = held.get(mine.skeleton, [])
        if not theirs:
            continue
        same = [each for each in theirs if _equal(mine.numerals, each.numerals)]
        if not same:
            pairs = zip(mine.numerals, theirs[0].numerals, strict=False)
            changed = next((one for one, two in pairs if not _equal((one,), (two,))), mine.text)
            yield Flaw(Kind.FIGURE, changed)
        elif all(mine.widening and not each.widening for each in same):
            yield Flaw(Kind.WIDENED, mine.widening)
        elif all(mine.binding != each.binding for each in same):
            yield Flaw(Kind.STRENGTH, mine.text)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, what is left of it without numerals and binding words, and these."""

    text: str
    skeleton: str
    numerals: tuple[str, ...]
    binding: tuple[str, ...]
    widening: str


def _sentences(text: str) -> Iterator[_Sentence]:
    for sentence in _SENTENCES.split(text):
        if sentence.strip():
            wide = " ".join(match[0] for form in _WIDENING if (match := form.search(sentence)))
            rest = sentence
            for form in _WIDENING:
                rest = form.sub("", rest)
            rest, binding = stripped(rest, language_of(sentence))
            numerals = tuple(_NUMERALS.findall(rest))
            yield _Sentence(sentence, _letters(_NUMERALS.sub("#", rest)), numerals, binding, wide)


def _letters(text: str) -> str:
    return _IDLE.sub("", text)


def _equal(mine: Sequence[str], other: Sequence[str]) -> bool:
    return [_value(each) for each in mine] == [_value(each) for each in other]


def _value(numeral: str) -> float | str:
    scale = next((name for name in SCALES if numeral.endswith(name)), "")
    digits = numeral.removesuffix(scale).replace(",", "")
    if re.fullmatch(r"\d+\.\d+", digits):
        number: float | None = float(digits)
    else:
        number = to_int(digits)
    return numeral if number is None else round(number * SCALES.get(scale, 1.0), 6)
