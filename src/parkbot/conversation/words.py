"""Words that stand for each other: what `那水的呢？` puts in the place of what was asked about before."""

import re
from dataclasses import dataclass
from functools import cache

_MATTERS_ZH = (
    # What is used, produced or emitted
    "余热余压 余热余冷 余热 余压 废热 工业废水 生活污水 废水 污水 中水 再生水 雨水 地下水 废气 烟气 废液 一般工业固体废物"
    " 工业固体废物 一般工业固废 工业固废 固体废物 固废 危险废物 危废 建筑垃圾 生活垃圾 垃圾 污泥 工业噪声 噪声 大气污染物"
    " 水污染物 大气 土壤 扬尘 挥发性有机物 取水 用水 节水 水耗 用能 节能 能源 能耗 用电 电力 天然气 煤炭 氢能 储能 光伏 风电 太阳能"
    " 地热 生物质 绿证 绿电 核电 二氧化碳 温室气体 碳排放 甲烷 水 电 气 煤 油 碳 氢",
    # What a park or a firm applies for
    "零碳园区 零碳工厂 绿色工业园区 绿色园区 绿色工厂 绿色供应链 绿色产品 绿色建筑 国家生态工业示范园区 生态工业示范园区 循环化改造"
    " 碳达峰试点 智慧园区 智慧社区 化工园区 近零碳园区",
    "税收优惠 减税 免税 贷款贴息 贷款 信贷 补贴 补助 资金支持 专项资金 电价 奖励 债券 保险 融资",
    "锅炉 电机 电动机 变压器 风机 水泵 泵 窑炉 空压机 数据中心 充电桩",
    "环境影响报告书 环境影响报告表 环境影响登记表 报告书 报告表 登记表",
    "重点管理 简化管理 登记管理",
    "经济发展 产业共生 资源节约 环境保护",
)
_ACTORS_ZH = re.compile(
    "(?:重点|大型|中型|小型|微型|小微|中小微|中小|大|国有|民营|外资|外商投资|高耗能|高耗水|化工|危险化学品|危化品|建筑施工|矿山|电网|发电"
    "|供能|用能|用水|排污|排放|施工|建设|监理|使用|生产|销售|运输|经营|出租|承包|承租|物业|入园|园区){0,3}"
    "(?:企业|单位|公司|工厂|用户|商户)|国企|央企|机关|事业单位|公共机构|管委会|个体工商户|学校|医院"
)
_MATTERS_EN = (
    "waste heat|waste water|wastewater|solid waste|hazardous waste|waste gas|waste|water|energy|electricity|power|gas|coal"
    "|noise|air|soil|carbon|hydrogen|energy storage|storage|green certificates|green power|solar|wind|biomass|heat",
    "green factory|green factories|zero-carbon parks?|green industrial parks?|green parks?|eco-industrial parks?|green supply chains?",
    "tax breaks?|tax relief|loans?|credit|subsid(?:y|ies)|grants?|funding|insurance",
    "boilers?|motors?|transformers?|pumps?|fans?|kilns?|data cent(?:re|er)s?",
)
_ACTORS_EN = re.compile(
    r"\b(?:(?:small|medium|large|micro|big|state-owned|private|foreign|key|listed|chemical|industrial"
    r"|and|or|energy|medium-sized|polluting)[ -])*"
    r"(?:SMEs?|firms|companies|enterprises|businesses|suppliers|factories|users|emitters|polluters"
    r"|government bodies|public bodies|public institutions|departments|authorities|schools|hospitals)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Likes:
    """A class of words that may replace each other."""

    pattern: re.Pattern[str]

    def first(self, text: str, name: str = "") -> re.Match[str] | None:
        """The first of them in a text, but not inside `name` or a title in 《》, which are one word each."""
        names = re.compile(r"《[^》]*》" + (f"|{re.escape(name)}" if name else ""))
        taken = [match.span() for match in names.finditer(text)]
        return next(
            (
                match
                for match in self.pattern.finditer(text)
                if not any(start < match.end() and match.start() < end for start, end in taken)
            ),
            None,
        )


@cache
def _classes() -> tuple[Likes, ...]:
    chinese = (
        Likes(re.compile("|".join(map(re.escape, sorted(words.split(), key=len, reverse=True)))))
        for words in _MATTERS_ZH
    )
    english = (Likes(re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for words in _MATTERS_EN)
    return (*chinese, Likes(_ACTORS_ZH), *english, Likes(_ACTORS_EN))


def names_a_matter(text: str) -> bool:
    """Whether a text names one of the things that people ask about, and not only who or how."""
    actors = {_ACTORS_ZH, _ACTORS_EN}
    return any(likes.first(text) for likes in _classes() if likes.pattern not in actors)


def names_only_who(text: str) -> bool:
    """Whether a text is the name of a kind of firm or body."""
    return any(pattern.fullmatch(text.strip()) for pattern in (_ACTORS_ZH, _ACTORS_EN))


def put_in_place(new: str, question: str, name: str = "") -> str | None:
    """The question with `new` in the place of what is of its kind there; None if nothing is.

    `name` is how the question names a document.

    >>> put_in_place("用水", "工业企业用能要不要装计量器具？"), put_in_place("SMEs", "What must large firms do?")
    ('工业企业用水要不要装计量器具？', 'What must SMEs do?')
    """
    for likes in _classes():
        if likes.first(new) and (old := likes.first(question, name)):
            return question[: old.start()] + new + question[old.end() :]
    return None
