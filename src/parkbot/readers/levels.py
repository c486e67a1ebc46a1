"""Whose document it is and of which form: region and level, from title, issuers and number."""

import re

from parkbot.domain import Language, Level
from parkbot.readers.facts import TITLE_LINES, Facts
from parkbot.readers.places import NATION, is_national, region_of
from parkbot.readers.titles import organs

STANDARD = re.compile(r"(?:GB|HJ|DB|QB|JB|T)(?:\d{2})?(?:/[TZ])?\s*\d+(?:\.\d+)?\s*[-—–]\s*(?:19|20)\d\d")
STATE_COUNCIL_NUMBER = re.compile("国(?:办)?(?:发|函|发明电)〔")
PLAN_KINDS = ("规划", "计划", "方案", "行动", "纲要")
INTERNATIONAL = re.compile(r"\b(?:Regulation|Directive|Decision) \((?:EU|EC)\)|\b(?:UNIDO|World Bank|ISO \d)")


def region_of_document(facts: Facts, level: Level) -> str | None:
    """`CN` for a document of the whole country, else the province, or None where nothing tells."""
    region = _region(facts)
    return NATION if region is None and level in NATIONAL_LEVELS else region


def level_of(facts: Facts) -> Level:
    """The level by the document's form and makers; UNKNOWN where they do not tell."""
    return next((level for level, holds in LEVEL_RULES if holds(facts)), Level.UNKNOWN)


def _region(facts: Facts) -> str | None:
    """`CN` for a national body's document, else the province of the title, issuers, head or file name."""
    if _by_national_body(facts):
        return NATION
    front = " ".join(line for line in facts.head[:TITLE_LINES] if organs(line))
    named = (region_of(words, facts.text) for words in (" ".join(facts.issuers), front, facts.stem))
    return facts.region or next((region for region in named if region), None)


def _by_national_body(facts: Facts) -> bool:
    if facts.issuers:
        return all(map(is_national, facts.issuers))
    return is_national(facts.notice.partition("关于")[0]) and "关于" in facts.notice


def _is_law(facts: Facts) -> bool:
    congress = any(name.startswith("全国人民代表大会") for name in facts.issuers)
    return bool(re.search("法(?:典)?$", _bare(facts.title))) and (
        congress or facts.title.startswith("中华人民共和国")
    )


def _is_local_regulation(facts: Facts) -> bool:
    if any("人民代表大会" in name and not name.startswith("全国") for name in facts.issuers):
        return True
    return facts.region is not None and _bare(facts.title).endswith("条例")


def _is_administrative_regulation(facts: Facts) -> bool:
    if _region(facts) not in (None, NATION) or "共产党" in facts.title or facts.title.startswith("中共"):
        return False
    by_decree = bool(facts.number and facts.number.startswith("国务院令"))
    return by_decree or _bare(facts.title).endswith("条例")


def _is_state_council_document(facts: Facts) -> bool:
    return facts.notice.startswith("国务院") or bool(STATE_COUNCIL_NUMBER.match(facts.number or ""))


def _is_plan(facts: Facts) -> bool:
    return _by_national_body(facts) and _bare(facts.title).endswith(PLAN_KINDS)


def _is_local(facts: Facts) -> bool:
    return _region(facts) not in (None, NATION)


def _is_standard(facts: Facts) -> bool:
    return bool(STANDARD.search(facts.title) or STANDARD.fullmatch(facts.number or ""))


def _is_international(facts: Facts) -> bool:
    return language(facts.text) == "en" and bool(INTERNATIONAL.search(facts.title))


LEVEL_RULES = (
    (Level.STANDARD, _is_standard),
    (Level.INTERNATIONAL, _is_international),
    (Level.NATIONAL_LAW, _is_law),
    (Level.LOCAL_REGULATION, _is_local_regulation),
    (Level.ADMINISTRATIVE_REGULATION, _is_administrative_regulation),
    (Level.STATE_COUNCIL_DOCUMENT, _is_state_council_document),
    (Level.PLAN, _is_plan),
    (Level.MINISTRY_DOCUMENT, _by_national_body),
    (Level.LOCAL_DOCUMENT, _is_local),
)
"""The first that holds gives the level; the order matters where two would."""


def _bare(title: str) -> str:
    """A title without （试行） and the like at its end."""
    return re.sub(r"(?:\s*[（(][^（）()]*[）)])+$", "", title)


NATIONAL_LEVELS = frozenset(
    (
        Level.NATIONAL_LAW,
        Level.ADMINISTRATIVE_REGULATION,
        Level.STATE_COUNCIL_DOCUMENT,
        Level.MINISTRY_DOCUMENT,
        Level.PLAN,
    )
)


def language(text: str) -> Language:
    """By script: English where few of the letters are Chinese.

    >>> language("Article 31 ..."), language("第三十一条 国家鼓励LED照明")
    ('en', 'zh')
    """
    sample = text[:20_000]
    chinese = sum("\u3400" <= c <= "\u9fff" for c in sample)
    latin = sum(c.isascii() and c.isalpha() for c in sample)
    return "en" if latin > 4 * chinese else "zh"
