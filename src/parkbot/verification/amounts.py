"""Do the figures of a claim stand in its source, and there for the same thing?"""

import re
from collections.abc import Iterator

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
_CLOSE = 12
"""Characters before a figure that say first of all what it is a figure of."""
_FEW = 4
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
    if not rivals:
        return
    located = reading.source.located
    wide = _wide(figure, claim)
    here = _clause(wide, reading)
    if not here.terms:
        return
    best, rival = (max(_share(here, _wide(each, located)) for each in some) for some in (agreeing, rivals))
    if rival >= 0.5 and rival > best + 0.2:
        is_hard = here.language == _language(located)
        yield Flaw(Kind.FIGURE_ELSEWHERE, claim[figure.start : figure.end], is_hard=is_hard)
        return
    close = _clause(claim[max(0, figure.start - _CLOSE) : figure.start], reading)
    if not close.terms:
        return
    best, rival = (max(_share(close, _close(each, located)) for each in some) for some in (agreeing, rivals))
    if rival > best + 0.3:
        yield Flaw(Kind.FIGURE_ELSEWHERE, claim[figure.start : figure.end], is_hard=False)


def _repeated(claim: str, held: tuple[Figure, ...]) -> Iterator[Flaw]:
    """A range whose ends are one figure, where the source gives two."""
    found = figures(claim)
    for one, two in zip(found, found[1:], strict=False):
        is_near = two.start - one.end <= 3 and one.is_amount and one.unit == two.unit
        if is_near and one.value == two.value and sum(one.agrees(each) for each in held) < 2:
            yield Flaw(Kind.FIGURE, claim[one.start : two.end])


def _clause(text: str, reading: Reading) -> Clause:
    return Clause(plain(text), text, 0, reading.language)


def _share(clause: Clause, text: str) -> float:
    return share_in(clause, plain(text), _language(text))


def _language(text: str) -> Language:
    return "zh" if re.search("[\u4e00-\u9fff]", text) else "en"


def _close(figure: Figure, text: str) -> str:
    return text[max(0, figure.start - _CLOSE) : figure.start]


def _wide(figure: Figure, text: str) -> str:
    """The clause around a figure; where that says nothing, all of its sentence up to there."""
    starts = [match.end() for match in _END.finditer(text, 0, figure.start)]
    start = starts[-1] if starts else 0
    parts = [match.end() for match in _PART.finditer(text, start, figure.start)]
    end = min((match.start() for form in (_END, _PART) if (match := form.search(text, figure.end))), default=len(text))
    clause = text[parts[-1] if parts else start : figure.start] + " " + text[figure.end : end]
    letters = len(re.findall(r"[\u4e00-\u9fff]|[A-Za-z]{3,}", clause))
    return clause if letters >= 2 * _FEW else text[start : figure.start] + " " + text[figure.end : end]
