"""Words that stand for each other: what `那水的呢？` puts in the place of what was asked about before."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ACTORS_ZH = re.compile(
    "(?:重点|大型|中型|小型|微型|小微|中小微|中小|大|国有|民营|外资|外商投资|高耗能|高耗水|化工|危险化学品|危化品|建筑施工|矿山|电网|发电"
    "|供能|用能|用水|排污|排放|施工|建设|监理|使用|生产|销售|运输|经营|出租|承包|承租|物业|入园|园区){0,3}"
    "(?:企业|单位|公司|工厂|用户|商户)|国企|央企|机关|事业单位|公共机构|管委会|个体工商户|学校|医院"
)
_ACTORS_EN = re.compile(
    r"\b(?:(?:small|medium|large|micro|big|state-owned|private|foreign|key|listed|chemical|industrial"
    r"|and|or|energy|medium-sized|polluting)[ -])*"
    r"(?:SMEs?|firms|companies|enterprises|businesses|suppliers|factories|users|emitters|polluters"
    r"|government bodies|public bodies|public institutions|departments|authorities|schools|hospitals)\b",
    re.IGNORECASE,
)


_ALONE = (
    "(?:(?<![\u4e00-\u9fff])|(?<=[的和及与用节排耗管对供]))(?:{})"
    "(?![泥泵厂矿漆候机炉站网源力费价表管库氧气解])"
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
    matters: dict[str, list[list[str]]] = json.loads(
        files("parkbot.conversation").joinpath("words.json").read_text(encoding="utf-8")
    )
    chinese = (Likes(_any_of(words, "")) for words in matters["zh"])
    english = (Likes(_any_of(words, r"\b")) for words in matters["en"])
    return (*chinese, Likes(_ACTORS_ZH), *english, Likes(_ACTORS_EN))


def _any_of(words: list[str], border: str) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    # A single character is a word only where it is no part of one: 水 in 水泥, 电 in 机电.
    spelled = (_ALONE.format(word) if len(word) == 1 else re.escape(word) for word in longest_first)
    return re.compile(f"{border}(?:{'|'.join(spelled)}){border}", re.IGNORECASE)


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

    >>> put_in_place("用水", "企业用能要不要计量？"), put_in_place("SMEs", "What must large firms do?")
    ('企业用水要不要计量？', 'What must SMEs do?')
    """
    found = ((likes, word) for likes in _classes() if (word := likes.first(new)))
    # 水泵 is a pump, and no water.
    for likes, _ in sorted(found, key=lambda each: -len(each[1][0])):
        if old := likes.first(question, name):
            return question[: old.start()] + new + question[old.end() :]
    return None
