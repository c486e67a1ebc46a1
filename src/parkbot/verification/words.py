"""Content of a text as terms that two wordings, and two languages, can share."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from parkbot.abbreviations import spelled_out
from parkbot.glossary import Entries, glossary, looked_up, read_entries
from parkbot.questions import language_of

RAREST = 6.0
"""Weight of a term that the shipped knowledge does not know, as the table's weights count."""

_RUNS = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z'-]*")
_IDLE_ZH = re.compile(
    "开展|进行|作出|予以|给予|加以|可以|情况|[的了之其及与和或者等并对将把被为由于在上中下是所该此也都就而且以应当须要到从按向已还均各]"
)
# Figures are compared as figures; as characters they would tell 一万元 from 1万元.
_AMOUNT = re.compile(
    "[\\d.,零〇一二三四五六七八九十百千两]+(?:[万亿]+(?:元|吨|千瓦|家)?|[%元吨年月日天倍家])(?:以[上下内])?"
)
_IDLE_EN = frozenset(
    "a an and are as at be been being by can could did do does for from had has have how if in into is it "
    "its may must no not of on or our shall should so such than that the their them there these they this "
    "those to up was we were what when where which who whom will with would you your all any each also "
    "other both more least most only whose need needs unless under over between "
    "whoever whether besides".split()
)
_MEASURING = frozenset(
    "percent percentage per cent tonne tonnes ton tons million billion thousand hundred yuan metre metres "
    "cubic square kilometre kilometres make makes made making half one two three january february march "
    "april june july august september october november december up".split()
)
# Wordings of one thing, the longer ones first: digests shorten what statutes spell out.
_SAME: tuple[tuple[str, str], ...] = (
    ("中华人民共和国", ""),
    ("人民政府", "政府"),
    ("省、自治区、直辖市", "省级"),
    ("管理节能工作的部门", "节能主管部门"),
    ("生态环境主管部门", "生态环境部门"),
    ("环境保护行政主管部门", "环保部门"),
    ("环境保护主管部门", "环保部门"),
    ("市场监督管理部门", "市场监管部门"),
    ("水行政主管部门", "水行政部门"),
    ("固体废弃物", "固废"),
    ("固体废物", "固废"),
    ("危险废物", "危废"),
    ("环境影响评价", "环评"),
    ("能源消耗", "能耗"),
    ("未能", "未"),
    ("没有", "未"),
    ("达不到", "未达到"),
    ("拒绝改正", "拒不改正"),
    ("企业事业单位", "企事业单位"),
    ("上一年度", "上年度"),
    ("届满", "期满"),
    ("到期", "期满"),
    ("倾倒、堆放", "倾倒堆放"),
)


# Words that paraphrases exchange; as content they are one, though not for who acts or what binds.
_LIKE: tuple[tuple[str, str], ...] = (
    ("购入", "购买"),
    ("采购", "购买"),
    ("买入", "购买"),
    ("卖出", "出售"),
    ("销售", "出售"),
    ("提交", "报送"),
    ("上报", "报送"),
    ("报告给", "报送"),
    ("颁发", "核发"),
    ("发放", "核发"),
    ("设置", "设"),
    ("设立", "设"),
    ("建立", "建"),
    ("建成", "建"),
    ("修建", "建"),
    ("建设", "建"),
    ("采用", "用"),
    ("使用", "用"),
    ("运用", "用"),
    ("保存", "保留"),
    ("保管", "保留"),
    ("真实", "如实"),
    ("首批", "第一批"),
    ("下降", "降"),
    ("降低", "降"),
    ("减少", "降"),
    ("削减", "降"),
    ("提高", "提"),
    ("提升", "提"),
    ("增加", "增"),
    ("新增", "增"),
    ("占比", "比例"),
    ("比重", "比例"),
    ("期限", "时限"),
    ("期间", "时限"),
    ("推进", "推动"),
    ("促进", "推动"),
    ("加快", "推动"),
    ("遴选", "选"),
    ("选出", "选"),
    ("选取", "选"),
    ("公布", "公开"),
    ("公示", "公开"),
    ("披露", "公开"),
    ("审查", "审核"),
    ("审批", "批准"),
    ("核准", "批准"),
    ("编制", "制定"),
    ("拟定", "制定"),
    ("完善", "健全"),
    ("缴纳", "缴"),
    ("交纳", "缴"),
    ("支付", "付"),
    ("付款", "付"),
    ("赔付", "赔偿"),
    ("处以", "处"),
    ("原因", "理由"),
    ("事由", "理由"),
    ("信息", "数据"),
    ("合格", "符合要求"),
    ("达标", "符合标准"),
    ("超标", "超过标准"),
    ("贷款", "信贷"),
)


def plain(text: str) -> str:
    """A Chinese text with one wording for each thing: 管理节能工作的部门 is 节能主管部门."""
    for long, short in _SAME:
        text = text.replace(long, short)
    return text


@lru_cache(maxsize=8192)
def terms(text: str) -> frozenset[str]:
    """Chinese bigrams and stems of English words that carry content."""
    return frozenset(run_of_terms(text))


@lru_cache(maxsize=8192)
def run_of_terms(text: str) -> tuple[str, ...]:
    """The terms of a text in their order."""
    if language_of(text) == "zh":
        text = _AMOUNT.sub(" ", plain(spelled_out(text)))
        for word, like in _LIKE:
            text = text.replace(word, like)
    found: list[str] = []
    for run in _RUNS.findall(text):
        if run[0] < "\u4e00":
            parts = run.lower().split("-")
            found += [stem(word) for word in parts if word not in _IDLE_EN and len(word) > 1]
        else:
            for part in _IDLE_ZH.split(run):
                found += [part[at : at + 2] for at in range(len(part) - 1)]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or term of an English text and its Chinese wordings, spelled as `plain` does; unknown: none."""

    words: str
    wordings: tuple[str, ...]

    def held_in(self, chinese: str) -> float:
        """Whether a Chinese text says it, 0 to 1.

        One character alone may stand there by chance; a term said in other words is looked for in parts.
        """
        found = max((min(len(each), 2) / 2 for each in self.wordings if each in chinese), default=0.0)
        if not found and " " in self.words:
            parts = [each for word in self.words.split() for each in english_terms(word) if each.wordings]
            return sum(part.held_in(chinese) for part in parts) / max(1, len(parts))
        return found


@lru_cache(maxsize=8192)
def english_terms(text: str) -> tuple[Term, ...]:
    """The terms of an English text that carry content, in their order; figures and units carry none."""
    found = looked_up(re.findall(r"[A-Za-z]+", text), _dictionary())
    return tuple(
        Term(words, tuple(plain(each) for each in wordings))
        for words, wordings in found
        if words not in _IDLE_EN and words not in _MEASURING and len(words) > 2
    )


def translations(text: str) -> tuple[tuple[str, ...], ...]:
    """The Chinese wordings of each term of an English text that has any."""
    return tuple(dict.fromkeys(each.wordings for each in english_terms(text) if each.wordings))


@cache
def _dictionary() -> Entries:
    """The glossary, and the common words of rules, which would only blur a search."""
    text = files("parkbot.verification").joinpath("wordings.json").read_text(encoding="utf-8")
    common, terms = read_entries(text), glossary()
    return {
        key: tuple(dict.fromkeys((*terms.get(key, ()), *common.get(key, ())))) for key in {*terms, *common}
    }


def stem(word: str) -> str:
    """A word without its commonest endings: recycles, recycled and recycling meet."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


_ENDINGS = (
    *("isation", "ization", "ations", "ation", "ments", "ment", "ings", "ing", "ied", "ies"),
    *("ed", "es", "s", "ly", "e", "y"),
)


def weight(term: str) -> float:
    """How much a term tells: the logarithm of how rare it is among the measures that ship."""
    return _rarities().get(term, RAREST)


def covered(part: Iterable[str], whole: frozenset[str]) -> float:
    """Share of the terms, by weight, that stand in the whole; 1 where there is none."""
    total = held = 0.0
    for term in part:
        total += weight(term)
        held += weight(term) * (term in whole)
    return held / total if total else 1.0


@cache
def _rarities() -> dict[str, float]:
    text = files("parkbot.verification").joinpath("rarity.json").read_text(encoding="utf-8")
    rarities: dict[str, float] = json.loads(text)
    return rarities
