"""Which numbered lines open something, and which only mention a number: numbers must run on."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from parkbot.measures.lines import REFERENCE_AFTER_ARTICLE, Kind, Line

ARTICLES = (Kind.ARTICLE, Kind.ENGLISH_ARTICLE)


def settled(lines: Sequence[Line]) -> list[Line]:
    """The lines, those whose number doesn't run on turned into plain text.

    In a document with articles only divisions, articles and annexes count while an article
    is open; 一、（一）1. are then its items and paragraphs.
    """
    articles = {index for kind in ARTICLES for index in _article_lines(lines, kind)}
    if len(articles) < 2:
        articles = set()
    outline = _Outline()
    inside_article = False
    result = []
    for index, line in enumerate(lines):
        accepted = _accepted(line, outline, is_first=index == 0, inside_article=inside_article)
        if line.kind in ARTICLES:
            accepted = index in articles
            inside_article = accepted or inside_article
        elif accepted and (line.kind is Kind.ANNEX or line.markdown_level):
            inside_article = False
        if accepted and line.kind is Kind.ANNEX:
            outline = _Outline()
        result.append(line if accepted else replace(line, kind=None, numbers=(), label="", body=0))
    return result


def _accepted(line: Line, outline: "_Outline", *, is_first: bool, inside_article: bool) -> bool:
    """Whether a line that is no article may keep its number."""
    if line.kind is None or line.declared_id or line.kind in ARTICLES:
        return True
    if line.kind is Kind.ANNEX:
        is_label_alone = bool(line.numbers) and not line.rest  # 附件1：
        return (is_label_alone or not line.is_sentence) and not is_first
    if line.kind.is_division:
        return not line.is_sentence and len(line.text) <= 40
    if inside_article and not line.markdown_level:
        return False
    return outline.runs_on(line)


def _article_lines(lines: Sequence[Line], kind: Kind) -> list[int]:
    """Indexes of the lines that open articles: the longest runs of rising numbers.

    A second 第一条 that is followed by 第二条 begins the articles of an attached document.
    """
    candidates = [
        index
        for index, line in enumerate(lines)
        if line.kind is kind
        and not (kind is Kind.ARTICLE and REFERENCE_AFTER_ARTICLE.match(line.after_label))
    ]
    runs: list[list[int]] = [[]]
    for place, index in enumerate(candidates):
        following = lines[candidates[place + 1]].numbers if place + 1 < len(candidates) else ()
        if lines[index].numbers == (1,) and following == (2,) and runs[-1]:
            runs.append([])
        runs[-1].append(index)
    return [index for run in runs for index in _longest_rise(lines, run)]


def _longest_rise(lines: Sequence[Line], run: Sequence[int]) -> list[int]:
    """Longest strictly rising subsequence of the run's numbers (patience sorting).

    Unseparated labels (第五条为了…) count only where they follow their predecessor.
    """
    tails: list[tuple[int, ...]] = []
    ends: list[int] = []
    previous: dict[int, int | None] = {}
    for index in run:
        numbers = lines[index].numbers
        place = bisect_left(tails, numbers)
        if not lines[index].is_separated and not (place > 0 and _follows(tails[place - 1], numbers)):
            if numbers != (1,):
                continue
        previous[index] = ends[place - 1] if place else None
        tails[place : place + 1] = [numbers]
        ends[place : place + 1] = [index]
    chain: list[int] = []
    at: int | None = ends[-1] if ends else None
    while at is not None:
        chain.append(at)
        at = previous[at]
    return chain[::-1]


def _follows(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether 31 → 32, 31 → 31之一 or 31之一 → 31之二 or 32."""
    if len(after) == 1:
        return after[0] == before[0] + 1
    return after[0] == before[0] and after[1] == (before[1] if len(before) == 2 else 0) + 1


class _Outline:
    """The run of 一、（一）1.（1）: a number goes on, or begins again at 1 under a new parent."""

    LARGEST_GAP = 2
    """How many numbers may be missing before a line counts as text (a page may have lost some)."""

    def __init__(self) -> None:
        self._last: dict[Kind, tuple[int, ...]] = {}

    def runs_on(self, line: Line) -> bool:
        """Whether the line's number continues its kind; if so it is remembered."""
        assert line.kind is not None
        last = self._last.get(line.kind)
        if line.kind in (Kind.DECIMAL, Kind.ENGLISH_SECTION):
            accepted = line.numbers[-1] == 1 if last is None else self._next_decimal(last, line.numbers)
        elif last is None:
            accepted = line.numbers == (1,)
        else:
            accepted = line.numbers == (1,) or 0 < line.numbers[0] - last[0] <= self.LARGEST_GAP
        if accepted:
            self._last[line.kind] = line.numbers
        return accepted

    def _next_decimal(self, last: tuple[int, ...], numbers: tuple[int, ...]) -> bool:
        """Whether 2.3 → 2.3.1, 2.4 or 3.1: a level goes on, and what lies below it begins anew."""
        if numbers == (*last, 1):
            return True
        for depth in range(min(len(last), len(numbers))):
            if numbers[depth] != last[depth]:
                step = numbers[depth] - last[depth]
                return 0 < step <= self.LARGEST_GAP and all(number <= 1 for number in numbers[depth + 1 :])
        return False
