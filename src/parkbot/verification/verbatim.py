"""A claim in the source's own words: whole sentences of it stand as they are, but for a changed figure."""

import re
from collections.abc import Iterator

from parkbot.numerals import to_int
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.reading import Reading
from parkbot.verification.units import SCALES

_SENTENCES = re.compile(r"[。；;\n]|(?<=[a-z)])\.(?=\s|$)")
_IDLE = re.compile(r"[\s，,。；;、：:.“”\"'（）()《》·]+")
_NUMERALS = re.compile(r"(?:\d[\d,]*(?:\.\d+)?|[零〇○一二三四五六七八九十百千两]+)(?:万亿|千万|百万|万|亿)?")


def is_quoted(claim: str, source: str) -> bool:
    """Whether every sentence of a claim is a whole sentence of the source, or several that follow each other."""
    said = _letters(claim)
    parts = [_letters(part) for part in _SENTENCES.split(source)]
    parts = [part for part in parts if part]
    return bool(said) and any(
        "".join(parts[start:end]) == said
        for start in range(len(parts))
        if said.startswith(parts[start])
        for end in range(start + 1, len(parts) + 1)
    )


def figures_unchanged(reading: Reading) -> Iterator[Flaw]:
    """A sentence that is the source's but for its numerals has the source's numerals."""
    held: dict[str, list[list[str]]] = {}
    for sentence in _SENTENCES.split(reading.source.located):
        held.setdefault(_skeleton(sentence), []).append(_NUMERALS.findall(sentence))
    for sentence in _SENTENCES.split(reading.claim):
        mine = _NUMERALS.findall(sentence)
        theirs = held.get(_skeleton(sentence), [])
        if mine and theirs and not any(_equal(mine, other) for other in theirs):
            changed = next(
                (one for one, two in zip(mine, theirs[0], strict=False) if not _equal([one], [two])), mine[0]
            )
            yield Flaw(Kind.FIGURE, changed)


def _letters(text: str) -> str:
    return _IDLE.sub("", text)


def _skeleton(sentence: str) -> str:
    return _letters(_NUMERALS.sub("#", sentence))


def _equal(mine: list[str], other: list[str]) -> bool:
    return [_value(each) for each in mine] == [_value(each) for each in other]


def _value(numeral: str) -> float | str:
    scale = next((name for name in SCALES if numeral.endswith(name)), "")
    digits = numeral.removesuffix(scale).replace(",", "")
    if re.fullmatch(r"\d+\.\d+", digits):
        number: float | None = float(digits)
    else:
        number = to_int(digits)
    return numeral if number is None else round(number * SCALES.get(scale, 1.0), 6)
