"""Which other countries' rules a question asks for: a library of Chinese policy does not hold them."""

import json
import re
from functools import cache
from importlib.resources import files

from parkbot.retrieval.region import within_words

# 德资企业, 出口欧盟, our Japanese customer: whose somebody is, and where goods go, not whose rules apply.
_WHOSE = re.compile(
    r"^(?:[独合]?资|企|商|籍|客户|公司|品牌|母公司|总部|专家|进口|设备|技术)"
    r"|^[- ](?:owned|invested|funded|made|built|customers?|clients?|buyers?|compan(?:y|ies)|parent"
    r"|investors?|brands?|group|headquarters|firms?|manufacturers?|suppliers?|partners?)\b"
)
_WHERE_TO = re.compile(
    r"(?:出口到?|销往|卖到|发往|进口自?|从)$"
    r"|\b(?:export(?:s|ed|ing)?|ship(?:s|ped|ping)?|sell|sold|import(?:s|ed|ing)?)"
    r"(?: \w+)? (?:to|from|in) (?:the )?$"
)

_AT_HOME = re.compile(r"国内|我国|中国|\bChina\b|\bChinese\b|\bat home\b")


@cache
def _countries() -> tuple[re.Pattern[str], dict[str, str]]:
    text = files("parkbot.retrieval").joinpath("countries.json").read_text(encoding="utf-8")
    table: dict[str, list[str]] = json.loads(text)
    codes = {name: code for code, names in table.items() for name in names}
    longest_first = sorted((*codes, *within_words("countries")), key=len, reverse=True)
    # \b does not stand between 在 and US; a Latin name may not go on in Latin letters.
    names = (rf"(?<![A-Za-z.]){re.escape(n)}(?![A-Za-z])" if n.isascii() else n for n in longest_first)
    return re.compile("|".join(names)), codes


def countries_asked_about(question: str) -> frozenset[str]:
    """Codes of countries (ISO 3166, and EU) whose rules a question asks for, as far as its words show.

    >>> sorted(countries_asked_about("美国RCRA和德国对危险废物怎么分类？"))
    ['DE', 'US']
    >>> countries_asked_about("我们是德资企业，产品出口美国，要办排污许可证吗？")
    frozenset()
    """
    pattern, codes = _countries()
    return frozenset(
        codes[match.group()]
        for match in pattern.finditer(question)
        if match.group() in codes
        and not _WHOSE.search(question[match.end() :])
        and not _WHERE_TO.search(question[: match.start()])
    )


def only_abroad(question: str) -> frozenset[str]:
    """The countries whose rules alone a question asks for, as far as its words show.

    >>> sorted(only_abroad("欧盟对净零产业有哪些扶持？")), sorted(only_abroad("欧盟和国内的做法有什么不同？"))
    (['EU'], [])
    """
    return frozenset() if _AT_HOME.search(question) else countries_asked_about(question)
