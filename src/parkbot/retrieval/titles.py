"""Names of laws, documents and standards in questions, and whether a held title is meant."""

import re
from collections.abc import Callable, Iterable, Iterator

from parkbot.abbreviations import spelled_out
from parkbot.glossary import translated
from parkbot.names import bare_title
from parkbot.numerals import CHINESE
from parkbot.retrieval.region import provinces_named

_FORMS = "法典|法|条例|办法|规定|细则|规范|标准|导则|指南|目录|规划|计划|方案|通知|意见|决定|措施|公告"
_BRACKETED = re.compile(rf"《([^《》]*(?:{_FORMS})(?:[（(][^）)]*[）)])?)》")
_BEFORE_ARTICLE = re.compile(
    rf"([\u4e00-\u9fff]{{2,24}}?(?:法|条例|办法|规定|细则))(?:的|中|里|里面)?第\s*(?:[{CHINESE}]+|\d+)\s*条(?!例)"
)
_IN_A_SENTENCE = re.compile(
    r"([\u4e00-\u9fff]{3,24}?(?:促进|防治|保护|管理|节约|监督|安全|评价|利用|开发|许可|生产|审查|建设|服务|交易)"
    r"(?:法|条例))(?![律规定人院治则])"
)
_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{1,10}[〔\[（(]\d{4}[〕\]）)]\s*\d+\s*号|(?:[A-Z]\w+ )*\[\d{4}\] No\.? ?\d+"
    r"|\b(?:GB(?:/T)?|HJ|DB\d{2}(?:/T)?|ISO|YD/T|JB/T)\s?\d{2,6}(?:[-—–.]\d+)*)"
)
_ENGLISH_FORMS = r"(?:Law|Act|Regulations?|Measures|Rules|Provisions|Ordinance|Code|Standard|Directive)"
_ENGLISH_QUOTED = re.compile(rf"[\"“]([^\"“”]*\b{_ENGLISH_FORMS}\b[^\"“”]*)[\"”]")
_ENGLISH_TITLE = re.compile(
    rf"\b((?:[A-Z][\w'-]*\s+)(?:(?:[A-Z][\w'-]*|of|and|on|for|the|in)\s+)*?{_ENGLISH_FORMS})\b(?!\s+(?:of|on)\s+[A-Z])"
)

# What comes before a name in a sentence and is no part of it; 本办法 is a text at hand, not a name.
_LEADING = re.compile(
    r"^.*?(?:根据|按照|依照|依据|违反|请问|想问|问下|关于|对于|适用|看看|和|与|在|按)(?=[\u4e00-\u9fff]{2})"
)
_BEFORE_A_NAME = re.compile(r"^(?:.*(?:什么|怎么|哪[个部]|[了的吗]))?(?:有没有|没有|有|[我你咱]们)?")
_SHORTEST = 5
"""Characters of a name within a sentence; what is shorter may be half a word: 好的管理法."""
_AT_HAND = re.compile(r"^(?:本|该|这|此|那|上述|前述|哪)(?:个|部|条|项|一)?")
_ENGLISH_LEADING = re.compile(
    r"^(?:(?:The|Under|Does|Do|Is|Are|In|By|What|Which|How|Can|Chinese|China's|PRC|Article)\s+)+",
    re.IGNORECASE,
)
_ENGLISH_EMPTY = frozenset(
    "law act regulation measure rule provision ordinance code standard directive".split()
)

# A notice is not the law of its subject.
_LAWS = (re.compile(r"法典?$|条例$|\blaw\b"), re.compile(r"\bact\b"), re.compile(r"\bregulations?\b|条例$"))

# Only titles write these out; texts use both forms.
_LONG = {"节能": "节约能源", "节水": "节约用水", "环保": "环境保护"}
_IN_TITLES = re.compile("|".join(_LONG))

MOSTLY = 0.7
"""A name that a held title mostly contains is a way of saying it: 《零碳园区通知》."""


def unheld_name(question: str, titles: Iterable[str], knows: Callable[[str], bool]) -> str | None:
    """A name of a document in a question that belongs to none that is held; None if there is none.

    `titles` are the names that held documents go by; `knows` tells whether a word stands anywhere in
    the library.
    """
    titles = tuple(titles)
    for name in _names(question):
        if meant(name, titles) is None:
            return name
    for match in _IN_A_SENTENCE.finditer(question):
        name = _LEADING.sub("", _BEFORE_A_NAME.sub("", match[1]))
        # Where a name begins in a sentence is not known: 企业违反节约能源法.
        ends = [name[at:] for at in range(len(name) - _SHORTEST + 1)]
        if ends and not any(meant(end, titles) for end in ends):
            return name
    for match in _NUMBER.finditer(question):
        number = _letters(match[1])
        if not all(map(knows, re.findall(r"\d+", number))) and not any(number in _letters(t) for t in titles):
            return match[1]
    return None


def english_name(question: str, titles: Iterable[str]) -> tuple[str, str] | None:
    """An English name in a question, and the held Chinese title that says the same; None without one."""
    for name in _english_names(question):
        if title := meant(name, titles):
            return name, title
    return None


def chinese_names(question: str) -> Iterator[tuple[str, str]]:
    """Names in 《》 or before an article, and each as a title writes it: 节能条例, 节约能源条例."""
    for pattern in (_BRACKETED, _BEFORE_ARTICLE):
        for match in pattern.finditer(question):
            written = _LEADING.sub("", match[1])
            yield written, _IN_TITLES.sub(lambda short: _LONG[short[0]], spelled_out(written))


def meant(name: str, titles: Iterable[str]) -> str | None:
    """The title that a name means: of those that mostly contain it, the one that says least besides."""
    spellings = tuple(_spellings(name))
    fitting = (title for title in titles if any(_says(_letters(title), each) for each in spellings))
    return min(fitting, key=lambda title: len(_parts(_letters(title))), default=None)


def _names(question: str) -> Iterator[str]:
    for match in _BRACKETED.finditer(question):
        yield match[1]
    for match in _BEFORE_ARTICLE.finditer(question):
        name = _LEADING.sub("", match[1])
        if len(name) > 2 and not _AT_HAND.match(name):
            yield name
    yield from _english_names(question)


def _english_names(question: str) -> Iterator[str]:
    for pattern in (_ENGLISH_QUOTED, _ENGLISH_TITLE):
        for match in pattern.finditer(question):
            name = _ENGLISH_LEADING.sub("", match[1])
            if _words(name) - _ENGLISH_EMPTY:
                yield name


def _spellings(name: str) -> Iterator[str]:
    """A name as it is, and an English one in the Chinese of the glossary."""
    yield _letters(name)
    if name.isascii():
        carried = translated([word for word in name.split() if not provinces_named(word)])
        if carried.terms and not carried.rest:
            for province in provinces_named(name) or [""]:
                yield province + "".join(wordings[0] for wordings in carried.terms)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", " ", bare_title(name).lower()).strip()


def _says(title: str, name: str) -> bool:
    """Whether a title mostly contains a name, by pairs of characters or English words; law for law."""
    for law in _LAWS:
        if law.search(name) and not law.search(title):
            return False
    parts = _parts(name)
    return bool(parts) and len(parts & _parts(title)) / len(parts) >= MOSTLY


def _parts(name: str) -> set[str]:
    if name.isascii():
        return _words(name) - _ENGLISH_EMPTY
    plain = name.replace(" ", "")
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _words(name: str) -> set[str]:
    """English words by their stems, roughly: batteries and battery are one."""
    words = re.findall(r"[a-z]+", name.lower())
    return {re.sub(r"(?:ies|y|es|s|ing|ion)$", "", word) for word in words if len(word) > 3 or word == "act"}
