"""Do the figures of a claim stand in its source, and there for the same thing?"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from parkbot.domain import Language
from parkbot.names import bare_title
from parkbot.verification.clauses import Clause, share_in
from parkbot.verification.figures import ARTICLE, DATE, NUMBER, OFTEN, PARAGRAPH, PLAN, Figure, figures
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.reading import Reading
from parkbot.verification.words import plain

_YEARLY = re.compile(r"年度|年(?=[综用均内])|annual|year", re.IGNORECASE)
_TITLE = re.compile(r"《[^》]+》")
_END = re.compile(r"[。；;\n]|\.\s")
_PART = re.compile(r"[，：]|, (?!\d{3})| and ")
_NAMES = frozenset((NUMBER, ARTICLE, PARAGRAPH, PLAN))
_HEAD = re.compile(r"(?:及?以[上下]|左右)?的(?!罚款|比例)([\u4e00-\u9fff]{2,4})")
_SAYING = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]{3,}")
_BOILERPLATE = re.compile(r"[并各另]?处|以[上下]|[的至到之内前起]|罚款|fined?|between|and|yuan")
_BETWEEN = re.compile(r"\s?(?:及?以上|[-—–~至到]|to|and)?\s?")
_FILLING = re.compile(r"的|比例|比重|占比|水平|不[低高少]于|不超过|达到|为|约|至少|力争|最[高低]")
_AFTER = re.compile(r"\s?(?:of|for)(?: [A-Za-z-]+){1,4}")
_CLOSE = 6
"""Characters before a figure that say first of all what it is a figure of."""
_FEW = 6
"""A clause of fewer characters around a figure does not say what it is a figure of."""


def figures_stand(reading: Reading) -> Iterator[Flaw]:
    """Every figure of the claim stands in the source, and there belongs to the same thing."""
    claim = _without_titles(reading)
    located = reading.source.located
    held, named = figures(located), figures(reading.source.headed)
    for figure in figures(claim):
        words = claim[figure.start : figure.end]
        agreeing = [other for other in (named if figure.unit in _NAMES else held) if figure.agrees(other)]
        if not agreeing:
            if not (figure.unit == OFTEN and figure.value[0] == 365 and _YEARLY.search(located)):
                yield Flaw(Kind.FIGURE, words)
        elif figure.is_amount or figure.unit == DATE:
            rivals = [each for each in held if figure.is_alike(each) and each not in agreeing]
            yield from _misplaced(figure, agreeing, rivals, claim, reading)
    yield from _repeated(claim, held)


def _without_titles(reading: Reading) -> str:
    """The claim without the titles that it cites: their years are not its own."""
    claim = _TITLE.sub("", reading.claim)
    for title in reading.source.titles:
        claim = claim.replace(bare_title(title), "")
    return claim


def _misplaced(
    figure: Figure, agreeing: list[Figure], rivals: list[Figure], claim: str, reading: Reading
) -> Iterator[Flaw]:
    """A figure whose surroundings are those of another figure of the source."""
    located = reading.source.located
    here = _clause(_context(figure, claim), reading)
    if not rivals or not here.terms:
        return
    words = claim[figure.start : figure.end]
    best, rival = (max(_share(here, _context(each, located)) for each in some) for some in (agreeing, rivals))
    is_same = here.language == _language(located)
    if rival >= 0.5 and rival > best + (0.2 if figure.is_amount else 0.4):
        yield Flaw(Kind.FIGURE_ELSEWHERE, words, is_hard=is_same)
        return
    close = _clause(_close(figure, claim), reading)
    if close.terms and figure.is_amount:
        best, rival = (
            max(_share(close, _close(each, located)) for each in some) for some in (agreeing, rivals)
        )
        if rival > best + 0.2:
            yield Flaw(Kind.FIGURE_ELSEWHERE, words, is_hard=is_same and rival > best + 0.4)


def misplacement(reading: Reading) -> float:
    """How much more of what is said around a figure of the claim stands around another figure of the source.

    Of the claim's amounts the worst, -1 to 1; 0 where nothing in the source can be mistaken for them.
    """
    claim, located = _without_titles(reading), reading.source.located
    held, worst = figures(located), 0.0
    own = figures(claim)
    for figure in own:
        agreeing = [each for each in held if figure.agrees(each)]
        rivals = [each for each in held if figure.is_alike(each) and each not in agreeing]
        here = _clause(_stretch(figure, claim), reading)
        if figure.is_amount and agreeing and rivals and here.terms:
            best, rival = (
                max(_share(here, _stretch(each, located)) for each in some) for some in (agreeing, rivals)
            )
            worst = max(worst, rival - best)
    return worst


def _stretch(figure: Figure, text: str) -> str:
    """What is said from the last figure of the kind, or the sentence's begin, to the end of the clause."""
    first = _first_of_range(figure, text)
    earlier = _alike_before(first, text)
    ends = (match.start() for form in (_END, _PART) if (match := form.search(text, figure.end)))
    start = earlier[-1].end if earlier else _sentence(text, figure)
    return text[start : first.start] + " " + text[figure.end : min(ends, default=len(text))]


def _sentence(text: str, figure: Figure) -> int:
    """Where the sentence of a figure begins."""
    return max((match.end() for match in _END.finditer(text, 0, figure.start)), default=0)


def thresholds_lost(there: str, claim: str) -> Iterator[str]:
    """Limits in figures that say of whom the source speaks (超1万吨标准煤的…) and that a claim drops."""
    for figure in figures(there):
        head = _HEAD.match(there, figure.end)
        if (
            head
            and figure.is_amount
            and head[1] in claim
            and not any(figure.agrees(each) for each in figures(claim))
        ):
            yield there[figure.start : head.end()]


def _repeated(claim: str, held: tuple[Figure, ...]) -> Iterator[Flaw]:
    """A range whose ends are one figure, where the source gives two."""
    found = figures(claim)
    for one, two in pairwise(found):
        is_near = _BETWEEN.fullmatch(claim, one.end, two.start) and one.is_amount and one.unit == two.unit
        if is_near and one.value == two.value and sum(one.agrees(each) for each in held) < 2:
            yield Flaw(Kind.FIGURE, claim[one.start : two.end])


def _clause(text: str, reading: Reading) -> Clause:
    return Clause(plain(text), text, 0, reading.language)


def _share(clause: Clause, text: str) -> float:
    return share_in(clause, plain(text), _language(text))


def _language(text: str) -> Language:
    return "zh" if re.search("[\u4e00-\u9fff]", text) else "en"


def _close(figure: Figure, text: str) -> str:
    start = _first_of_range(figure, text).start
    before = _FILLING.sub("", text[_sentence(text, figure) : start])[-_CLOSE:]
    after = _AFTER.match(text, figure.end)
    return f"{before} {after[0]}" if after else before


def _context(figure: Figure, text: str) -> str:
    """The clause around a figure; where that says too little, its sentence back to the last such figure."""
    start = _sentence(text, figure)
    parts = [match.end() for match in _PART.finditer(text, start, figure.start)]
    ends = (match.start() for form in (_END, _PART) if (match := form.search(text, figure.end)))
    after = text[figure.end : min(ends, default=len(text))]
    clause = text[parts[-1] if parts else start : figure.start] + " " + after
    if len(_SAYING.findall(_BOILERPLATE.sub("", clause))) >= _FEW:
        return clause
    first = _first_of_range(figure, text)
    earlier = _alike_before(first, text)
    return text[earlier[-1].end if earlier else start : first.start] + " " + after


def _first_of_range(figure: Figure, text: str) -> Figure:
    """The figure itself, or the other end of the range that it closes."""
    earlier = _alike_before(figure, text)
    is_end = bool(earlier) and _BETWEEN.fullmatch(text, earlier[-1].end, figure.start)
    return earlier[-1] if is_end else figure


def _alike_before(figure: Figure, text: str) -> list[Figure]:
    """The figures of its unit that stand before a figure in its sentence."""
    start = _sentence(text, figure)
    return [
        replace(each, start=start + each.start, end=start + each.end)
        for each in figures(text[start : figure.start])
        if each.unit == figure.unit
    ]
