"""What a question asks for, found in a text: figures, days and deadlines, actors with their duties."""

import re
from collections.abc import Callable

from parkbot.domain import Span
from parkbot.penalties import PUNISHES
from parkbot.questions import Asked

Find = Callable[[str], tuple[Span, ...]]
"""Gives the places of a text that hold what is asked for, in their order."""

_DIGITS = "零〇一二三四五六七八九十百千万亿两"
_AMOUNT = rf"[{_DIGITS}\d][{_DIGITS}\d.,，]*\s*(?:万|亿)?\s*"
_FIGURE = re.compile(
    # 百分之三十, 三分之二, 百分之二十以上五十以下
    rf"[{_DIGITS}\d]+分之[{_DIGITS}\d]+(?:点[{_DIGITS}]+|\.\d+)?(?:以上[{_DIGITS}\d]+以下)?"
    rf"|{_AMOUNT}(?:[%％‰]|元|吨(?:标准煤)?|千瓦|倍|年|个?月|日|天|小时|个工作日|平方米|公顷|千克|克)"
    # 第一项 and 第三类 count nothing; 第一年至第三年 are a time.
    rf"|(?<![第{_DIGITS}\d]){_AMOUNT}(?:次(?!性)|项|类|家|个)"
    r"|(?:19|20)\d{2}年?(?:\d{1,2}月)?(?:\d{1,2}日)?"
    r"|(?:EUR|USD|RMB|[€$¥])\s?\d[\d.,]*(?:\s(?:million|billion))?"
    r"|\d[\d.,]*\s*(?:%|percent|GW|MW|EUR|years?|months?|days?|tonnes?)"
    r"|每年|每月|每季度"
)

_ANY_FIGURE = re.compile(
    rf"\d|{_FIGURE.pattern}|[{_DIGITS}]{{2,}}(?![{_DIGITS}]*[条款项章节])|[年月季周日]内|立即|及时|同时|定期|逐[年月]|届满"
    r"|\b(?:immediately|promptly|annual(?:ly)?|regular(?:ly)?)\b"
)
"""Wider than what is marked: a text that holds none of these names neither amount nor time."""

_ANY_CONSEQUENCE = re.compile(
    rf"{PUNISHES.pattern}|责令|关闭|限制|加价|追究|不得|不予|取消|撤销|信用|\b(?:revok|suspend|prohibit)"
)

_COUNT = rf"(?:\d+|[{_DIGITS}]+)"
_BEFORE = r"(?:以内|之内|内|以?前|之前|底|末|起)?"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"(?:19|20)\d\d\s*(?:[-—–~至]+\s*(?:20)?\d\d)?年(?:{_COUNT}月)?(?:{_COUNT}日)?{_BEFORE}"
    rf"|[{_DIGITS}]{{4}}年(?:{_COUNT}月)?(?:{_COUNT}日)?{_BEFORE}"
    rf"|(?:每年|次年|当年)?(?<![\d{_DIGITS}]){_COUNT}月(?:{_COUNT}日)?{_BEFORE}"
    rf"|(?<![\d{_DIGITS}第]){_COUNT}\s*个?(?:工作日|月|小时|日|天|年)(?:以内|之内|内|前)"
    rf"|(?:不得?超过|不少于|至少|最长|最短)\s*{_COUNT}\s*个?(?:工作日|月|小时|日|天|年)"
    rf"|(?:有效期|期限|为期)[^，。；]{{0,6}}?{_COUNT}个?[年月日天]"
    r"|每年|每半年|每季度|每月|按[年季月]|年底|月底|届满|“[一二三四五六七八九十]+五”(?:期间|末)"
    rf"|\b(?:by|from|until|since|before|after|on|in)\s+(?:\d{{1,2}}\s+)?(?:(?:{_MONTHS})\s+(?:\d{{1,2}},\s+)?)?20\d\d\b"
    r"|\bwithin\s+\d+\s+(?:working\s+)?(?:days|weeks|months|years)\b|\b(?:annually|(?:every|each) year)\b",
)

_LEAD_TIME = re.compile(
    rf"(?:提前|提早)\s*{_COUNT}\s*个?(?:工作日|日|天|周|月|年)|{_COUNT}\s*个?(?:工作日|日|天|周|月|年)(?:以|之)?前"
    r"|\b\d+\s+(?:working\s+)?(?:days|weeks|months|years)\s+(?:before|prior to|in advance)\b",
)

_DEFINES = re.compile(
    r"是指|指的是|所称|下列[^。；]{2,24}(?:为|属于)[^。；]{2,24}[：:]|属于|视为|认定为|以上的[^。；]{0,16}(?:单位|企业)"
    r"|\bmeans?\b|\brefers? to\b|\bdefined as\b"
)

_AUTHORITY = (
    "(?:部门|机关|机构|政府|国务院|委员会|管委会|办公室|领导小组|(?<![布格结大全])局(?![部限面])|厅|(?:发改|改革|经信|国资)委"
    "|(?:信息化|财政|环境|建设|资源|水利|科技|商务|运输|农村|公安|保障)部|(?:审计|总)署)"
)
_ANYBODY = (
    rf"(?:{_AUTHORITY}|单位|企业|公司|园区|开发区|协会|集团|用户|业主|任何人|负责人|责任人|权人|当事人"
    "|(?:经营|运营|生产|使用|建设|所有|销售|投资)者|主体|双方)"
)
_DUTY = (
    "(?:应当|应该|应(?![用对急税收付变])|必须|须|不得|可以|负责(?!人)|主管(?![部机单人])|牵头|会同|组织|承担|统筹|指导|监督(?!管理)|审批|审查|审核|核查"
    "|批准|核发|验收|制定|确定|公布|责令)"
)
_ENGLISH_AUTHORITY = (
    "(?:authorit(?:y|ies)|departments?|ministr(?:y|ies)|Commission|Member States?|governments?)"
)
_ENGLISH_ANYBODY = (
    f"(?:{_ENGLISH_AUTHORITY}|operators?|manufacturers?|compan(?:y|ies)|parks?|entit(?:y|ies)|management)"
)
_ENGLISH_DUTY = r"\b[^.;]{0,60}?\b(?:shall|must|is responsible|are responsible|has to|have to)\b"


def _acting(who: str, english: str) -> re.Pattern[str]:
    """A body and what it does, in one clause; a body that something is only reported to does nothing."""
    between = "[^，。；：、的对向()（）]{0,14}?"
    chinese = rf"{who}{between}{_DUTY}|由[^，。；]{{0,30}}?{who}{between}{_DUTY}"
    return re.compile(rf"{chinese}|\b{english}{_ENGLISH_DUTY}", re.IGNORECASE)


_ANYBODY_ACTS = _acting(_ANYBODY, _ENGLISH_ANYBODY)
_AUTHORITY_ACTS = _acting(_AUTHORITY, _ENGLISH_AUTHORITY)
IS_IN_CHARGE = re.compile(
    rf"{_AUTHORITY}[^，。；：、的对向()（）]{{0,14}}?(?:负责(?!人)|主管(?![部机单人])|牵头)|\b{_ENGLISH_AUTHORITY}[^.;]{{0,60}}responsible",
    re.IGNORECASE,
)
"""A public body whose business something is, and not only one that has something to do about it."""


def figures(text: str) -> tuple[Span, ...]:
    """Amounts, shares, dates and counts, with the range they belong to (一万元以上五万元以下)."""
    found: list[Span] = []
    for match in _FIGURE.finditer(text):
        end = match.end()
        if text.startswith(("以上", "以下", "以内"), end):
            end += 2
        if found and found[-1].end == match.start():
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(match.start(), end))
    return tuple(found)


def dates(text: str) -> tuple[Span, ...]:
    """Days, years, deadlines and how often: what answers when something is to be done."""
    return tuple(Span(*match.span()) for match in _DATE.finditer(text))


def lead_times(text: str) -> tuple[Span, ...]:
    """How long before something a thing is to be done: 届满60日前."""
    return tuple(Span(*match.span()) for match in _LEAD_TIME.finditer(text))


def actors(text: str) -> tuple[Span, ...]:
    """Bodies and persons with what they do: whose duty or right something is."""
    return tuple(Span(*match.span()) for match in _ANYBODY_ACTS.finditer(text))


def authorities(text: str) -> tuple[Span, ...]:
    """The same of public bodies only."""
    return tuple(Span(*match.span()) for match in _AUTHORITY_ACTS.finditer(text))


def definitions(text: str) -> tuple[Span, ...]:
    """Where a text says what a term means, or who falls under it."""
    return tuple(Span(*match.span()) for match in _DEFINES.finditer(text))


def lacks(text: str, asked: Asked) -> bool:
    """Whether a text surely holds no figure, day or penalty, if that is asked for."""
    if asked is Asked.PENALTY:
        return not _ANY_CONSEQUENCE.search(text)
    return asked in (Asked.FIGURE, Asked.DATE, Asked.LEAD_TIME) and not _ANY_FIGURE.search(text)


FINDS: dict[Asked, Find] = {
    Asked.FIGURE: figures,
    Asked.PENALTY: figures,
    Asked.DATE: dates,
    Asked.LEAD_TIME: lead_times,
    Asked.ACTOR: actors,
    Asked.AUTHORITY: authorities,
    Asked.DEFINITION: definitions,
}
"""How what each kind of question asks for is found; a question for a rule asks for no such thing."""
