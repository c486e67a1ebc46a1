"""A claim in the source's own words: whole sentences stand, and nothing in them may be changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parkbot.numerals import CHINESE, to_int
from parkbot.questions import language_of
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.modality import denials, stripped
from parkbot.verification.reading import Reading
from parkbot.verification.scope import EXCLUSIVE, UNIVERSAL
from parkbot.verification.units import SCALES

SENTENCES = re.compile(r"[。；;\n]|(?<=[a-z)])\.(?=\s|$)")
"""Where a sentence of a measure ends."""
_PARTS = re.compile(rf"(.*?)({SENTENCES.pattern}|\Z)", re.DOTALL)
_SIGNS = r"[\s，,。；;、：:.“”\"'（）()《》·]+"
_DIGIT = rf"[\d{CHINESE}]"
# What stands between two digits tells 13.5 from 135 and 五、十 from 五十: only thousands' commas are idle.
_IDLE = re.compile(rf"(?<=\d),(?=\d{{3}}(?!\d))|(?<={_DIGIT})({_SIGNS})(?={_DIGIT})|{_SIGNS}")
_COLON = re.compile(r"[：:](?!\d)")
_LABEL = re.compile(rf"\s*[（(](?:{_DIGIT}+|[a-z]|[ivx]+)[）)]")
_CASES = re.compile(
    "之一|情形|罚|责令|除(?:下列|以下|[^，]{0,20}外)|(?:any|one) of the following|\\bfine", re.IGNORECASE
)
_NUMERALS = re.compile(r"(?:\d[\d,]*(?:\.\d+)?|[零〇○一二三四五六七八九十百千两]+)(?:万亿|千万|百万|万|亿)?")
_WIDENING = (UNIVERSAL.form, EXCLUSIVE.form)


def is_quoted(claim: str, source: str) -> bool:
    """Whether a claim is a whole sentence of the source, or several that follow each other.

    It does not begin with an item of a list: whether that is due or forbidden the words before the list say.
    Nor does it end in 的, which only names a case: what holds for that stands elsewhere.
    """
    said = _letters(claim)
    if said.endswith("的"):
        return False
    parts = list(_parts(source))
    return bool(said) and any(
        "".join(_letters(part.text) for part in parts[start:end]) == said
        for start, first in enumerate(parts)
        if first.lead is None and said.startswith(_letters(first.text))
        for end in range(start + 1, len(parts) + 1)
    )


def lead_is_kept(reading: Reading) -> Iterator[Flaw]:
    """What is forbidden or punished item by item is not told without the words that say so."""
    a_line_each = _COLON.sub("：\n", reading.source.located)
    leads = {part.unlabelled: part.lead for part in _parts(a_line_each) if part.lead}
    mine = list(_parts(reading.claim))
    if mine and all(_turns(leads.get(part.unlabelled, "")) for part in mine):
        yield Flaw(Kind.LISTED, mine[0].text)


def _turns(lead: str) -> bool:
    """Whether what follows these words is no rule but its opposite, or a case."""
    return denials(lead, language_of(lead)) > 0 or bool(_CASES.search(lead))


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence; `lead` are the words before the list of which it is an item, as far as they are known."""

    text: str
    lead: str | None

    @property
    def unlabelled(self) -> str:
        """Its letters without the number of an item."""
        return _letters(_LABEL.sub("", self.text))


def _parts(text: str) -> Iterator[_Part]:
    """The sentences of a text; an item of a list is told by its label, or by the colon before it."""
    lead, is_listed = "", False
    for part, end in _PARTS.findall(text):
        if not _letters(part):
            continue
        yield _Part(part, lead if is_listed or _LABEL.match(part) else None)
        if colons := list(_COLON.finditer(part)):
            lead = part[: colons[-1].start()]
        goes_on = end in ("；", ";") and (is_listed or bool(colons))
        is_listed = goes_on or part.rstrip().endswith(("：", ":"))


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
    for sentence in SENTENCES.split(text):
        if sentence.strip():
            wide = " ".join(match[0] for form in _WIDENING if (match := form.search(sentence)))
            rest = sentence
            for form in _WIDENING:
                rest = form.sub("", rest)
            rest, binding = stripped(rest, language_of(sentence))
            numerals = tuple(_NUMERALS.findall(rest))
            yield _Sentence(sentence, _letters(_NUMERALS.sub("#", rest)), numerals, binding, wide)


def _letters(text: str) -> str:
    return _IDLE.sub(r"\1", text)


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
