"""Who acts: the bodies and persons that a text names, in both languages."""

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Actor:
    """A body or person that a text names: its kind, the wider kinds that it belongs to, and where."""

    kind: str
    wider: frozenset[str]
    start: int
    end: int


@cache
def _kinds() -> tuple[tuple[str, frozenset[str], re.Pattern[str]], ...]:
    """Kinds of actors with their forms, in the order in which they are looked for.

    A name that one form has read, the next does not see; the wider kind of key energy users are energy users.
    """
    text = files("parkbot.verification").joinpath("actors.json").read_text(encoding="utf-8")
    return tuple(
        (
            each["kind"],
            frozenset({each["wider"]} if "wider" in each else ()),
            re.compile(f"{each['zh']}|{each['en']}", re.IGNORECASE),
        )
        for each in json.loads(text)
    )


GENERAL = frozenset(("state", "enterprise", "authority", "park", "government", "individual", "staff"))
"""Kinds that a sentence may name where its source names nobody, or somebody of that kind."""

_NO_SUBJECT = re.compile(
    "(?:[与和同跟为归及、或以]|[向对给被让把将按依经][^，]{0,12}|根据[^，]{0,8}|鼓励|支持|推动|组织|引导|促进|要求|报请|报送?|申请|委托|通报|告知|报告|检查"
    "|核查|审查|监督|责令|会同|带动|包括|覆盖|的)$"
    r"|\b(?:to|by|with|of|for|from|and|on|between|in|at|against|or|encourages?)(?: [\w'-]+){0,3}\s?$",
    re.IGNORECASE,
)
"""What stands before somebody who does not act."""


@lru_cache(maxsize=8192)
def actors(text: str) -> tuple[Actor, ...]:
    """Everybody that a text names, in order."""
    found: list[Actor] = []
    for kind, wider, form in _kinds():
        for match in form.finditer(text):
            found.append(Actor(kind, wider, *match.span()))
        text = form.sub(lambda match: "\x00" * len(match[0]), text)
    found.sort(key=lambda actor: actor.start)
    parts = {id(actor) for actor, after in pairwise(found) if _is_part(actor, after)}
    return tuple(actor for actor in found if id(actor) not in parts)


_PEOPLE = frozenset(("energy manager", "staff", "park management"))


def _is_part(actor: Actor, after: Actor) -> bool:
    """Whether somebody is named only to say whose department or manager follows: 省级政府生态环境部门."""
    if after.kind in _PEOPLE and actor.end == after.start:
        return True
    is_government = actor.kind in ("government", "State Council")
    return is_government and actor.end == after.start and "authority" in (after.kind, *after.wider)


def subject(text: str) -> Actor | None:
    """Who acts in a clause: the first that is named as nobody's object."""
    for actor in actors(text):
        before = text[: actor.start]
        if re.search("由[^，的]{0,8}$", before) or not _NO_SUBJECT.search(before):
            return actor
    return None


_LEVELS = tuple(
    (re.compile(claimed, re.IGNORECASE), re.compile(held or claimed, re.IGNORECASE))
    for claimed, held in (
        (
            r"国务院|国家级|全国|国家(?:发展|能源)|\bnational(?! standard)|state council|\bndrc\b|nationwide",
            "国(?!有)|nation",
        ),
        (r"\bmiit\b", r"工业和信息化|工信|\bmiit\b"),
        (r"省|\bprovinc\w+", ""),
        (r"设区的市|市级|\bmunicipal\w*|\bprefecture", ""),
        (r"县|\bcounty", ""),
        (r"高级|\bsenior", ""),
        (r"中级|\bintermediate", ""),
        (r"初级|\bjunior", ""),
        (r"国家标准|\bnational standard", "国家|national"),
        (r"地方标准|\blocal standard", "地方|local"),
        (r"行业标准|\bindustry standard", "行业|industry"),
        (r"国际标准|\binternational standard", "国际|international"),
    )
)
_UNIT_OF = re.compile(
    r"(?:^|[，。；：\n、）)])[对凡]?((?:(?![把给])[\u4e00-\u9fff、]){2,48}?)的(?:单位|企业|机构|经营者)"
)


def foreign_level(claim: str, source: str) -> str | None:
    """A level of government, qualification or standard that the claim names and the source does not."""
    for claimed, held in _LEVELS:
        if (found := claimed.search(claim)) and not held.search(source):
            return found[0]
    return None


def described(text: str) -> tuple[str, ...]:
    """How units are described where they have no name of their own: 产生工业固废(的单位)."""
    return tuple(_UNIT_OF.findall(text))
