"""Words of which a claim says one and its source the other: highest and lowest, this year and the last."""

import re
from collections.abc import Iterator

from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.reading import Reading

_PAIRS: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = (
    # each of the two in Chinese and in English
    (("最高(?=的|$|，|确定|等级)", r"\bhighest\b"), ("最低(?=的|$|，|确定|等级)", r"\blowest\b")),
    (("最大", r"\blargest\b"), ("最小", r"\bsmallest\b")),
    (
        ("上一?年度?(?!以)|前一年", r"\b(?:previous|preceding|last|past) year\b"),
        ("本年度|当年度?|今年", r"\b(?:current|this|same) year\b|\bof the year\b"),
    ),
    (
        ("上一?年度?(?!以)|前一年", r"\b(?:previous|preceding|last) year\b"),
        ("下一?年度?(?!以)|次年|第二年", r"\b(?:next|following|coming) year\b"),
    ),
    (("本年度|当年|今年", r"\b(?:current|this) year\b"), ("下一年|次年", r"\b(?:next|following) year\b")),
    (("移出", r"\bmov\w+ out\b|\borigin\b"), ("移入|接受地|接收地", r"\breceiv\w+|\bdestination\b")),
    (("进口", r"\bimport\w*"), ("出口(?!处)", r"\bexport\w*")),
    (("买入|购入|购买", r"\bbuy\w*|\bpurchas\w+"), ("卖出|出售|转让", r"\bsell\w*|\bsale\b")),
    (("有偿", r"\bfor a (?:fee|price)\b"), ("无偿|免费", r"\bfree of charge\b")),
    (("强制性", r"\bmandatory\b|\bcompulsory\b"), ("自愿", r"\bvoluntar\w+")),
    (
        ("上升|增长|增加|提高|提升", r"\brise\b|\bincreas\w+|\bgrow\w*|\brais\w+"),
        (
            "下降|降低|减少|削减|压减|降(?=[\\d低至])",
            r"\bfall\b|\bdecreas\w+|\breduc\w+|\blower\w*|\bcut\b|\bdrop\b",
        ),
    ),
    (("低于(?!等)", r"\bbelow\b|\blower than\b"), ("高于", r"\babove\b|\bhigher than\b")),
    (("工作日", r"\b(?:working|business) days?\b"), ("自然日|日历日", r"\bcalendar days?\b")),
    (("直接", r"\bdirect(?:ly)?\b"), ("间接", r"\bindirect(?:ly)?\b")),
    (("中央", r"\bcentral government\b"), ("地方财政", r"\blocal (?:budget|finance)\b")),
    (("集中式?", r"\bcentrali[sz]ed\b"), ("分散式?", r"\bdecentrali[sz]ed\b")),
    (("新建", r"\bnew(?:ly)?\b"), ("既有|已建|现有|存量", r"\bexisting\b")),
    (("大型企业", r"\blarge (?:enterprise|compan|firm)"), ("中小企业|小微企业", r"\bsmall\b|\bsmes?\b")),
    (("备案", r"\bfil(?:e|ed|ing) (?:it |them )?with\b"), ("批准|审批", r"\bapprov\w+")),
)
_OPPOSITES = tuple(
    (
        re.compile("|".join(filter(None, one)), re.IGNORECASE),
        re.compile("|".join(filter(None, other)), re.IGNORECASE),
    )
    for pair in _PAIRS
    for one, other in (pair, pair[::-1])
)


def opposites_agree(reading: Reading) -> Iterator[Flaw]:
    """Where the source says only the opposite of a word, the claim does not say that word."""
    source = reading.source.text
    for mine, theirs in _OPPOSITES:
        found = mine.search(reading.text)
        if found and theirs.search(source) and not mine.search(source) and not theirs.search(reading.text):
            yield Flaw(Kind.OPPOSITE, found[0])
