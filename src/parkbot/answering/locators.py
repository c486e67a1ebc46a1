"""Chinese locators for English readers, and the paragraph that a question names."""

import re

from parkbot.domain import Language, Measure, Span
from parkbot.measures.annexes import without_annex
from parkbot.numerals import CHINESE, to_int

_ARTICLE = re.compile(
    r"第(?P<n>[^条]+)条(?:之(?P<sub>.))?(?:第(?P<p>[^款]+)款)?(?:第?[（(]?(?P<i>[^）)项]+)[）)]?项)?$"
)
_NUMERAL = rf"[{CHINESE}]+"
_ITEM = re.compile(
    rf"(?P<annex>附件\s*(?P<annex_number>\d*)\s*)?(?:(?P<roman>{_NUMERAL})、?)?(?:[（(](?P<bracketed>{_NUMERAL})[）)])?"
    r"(?:(?P<arabic>\d+(?:\.\d+)*)[.．、]?)?(?:[（(](?P<last>\d+)[）)])?"
)
_PARAGRAPH = re.compile(rf"第(?P<n>{_NUMERAL}|\d+)段(?:[（(](?P<item>\d+)[）)])?(?:（[^（）]*）)?")
_ASKED = re.compile(
    rf"第\s*(?P<zh>{_NUMERAL}|\d+)\s*款|\bpara(?:graph)?\.?\s*(?P<en>\d+)|\bart(?:icle|\.)?\s*\d+\s*\((?P<bracket>\d+)\)",
    re.IGNORECASE,
)
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def locator(written: str, language: Language) -> str:
    """A locator as the reader of an answer can follow it; one that is not all numbers stays as it is.

    >>> locator("第三十一条第一款", "en"), locator("附件4 二", "en"), locator("附件 第三条", "en")
    ('Article 31, paragraph 1', 'Annex 4, item II (附件4 二)', 'Annex, Article 3 (附件 第三条)')
    """
    written = written.strip()
    if language == "zh" or not written:
        return written
    translated = _article(written)
    if translated:
        return translated
    translated = _item(written) or _paragraph(written) or _annexed(written)
    return f"{translated} ({written})" if translated else written


def asked_paragraph(question: str) -> int | None:
    """The paragraph (款) of an article that a question names."""
    found = _ASKED.search(question)
    return to_int(found["zh"] or found["en"] or found["bracket"]) if found else None


def holds_paragraph(measure: Measure, focus: Span | None, number: int) -> bool:
    """Whether a measure shows which its paragraph of that number is, or is that paragraph itself."""
    found = _ARTICLE.fullmatch(without_annex(measure.locator.strip()))
    return focus is not None or bool(found and found["p"] and to_int(found["p"]) == number)


def _article(written: str) -> str | None:
    found = _ARTICLE.fullmatch(written)
    article = to_int(found["n"]) if found else None
    if found is None or article is None:
        return None
    words = f"Article {article}" + (f"-{to_int(found['sub'])}" if found["sub"] else "")
    for group, name in (("p", "paragraph"), ("i", "item")):
        if found[group] and (number := to_int(found[group])):
            words += f", {name} {number}"
    return words


def _annexed(written: str) -> str | None:
    rest = without_annex(written)
    annex, article = _item(written.removesuffix(rest).strip()), _article(rest)
    return f"{annex}, {article}" if annex and article else None


def _item(written: str) -> str | None:
    found = _ITEM.fullmatch(written)
    if found is None:
        return None
    first, second = to_int(found["roman"] or ""), to_int(found["bracketed"] or "")
    item = (_roman(first) if first else "") + (f"({second})" if second else "")
    last = (found["arabic"] or "") + (f"({found['last']})" if found["last"] else "")
    annex = f"Annex {found['annex_number']}".strip() if found["annex"] else ""
    item = ", ".join(part for part in (item, last) if part)
    return ", ".join(part for part in (annex, f"item {item}" if item else "") if part)


def _paragraph(written: str) -> str | None:
    found = _PARAGRAPH.fullmatch(written)
    if found is None:
        return None
    return f"paragraph {to_int(found['n'])}" + (f"({found['item']})" if found["item"] else "")


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written
