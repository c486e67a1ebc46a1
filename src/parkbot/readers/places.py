"""Places and national bodies, as titles, letterheads and signatures name them."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

NATION = "CN"
BEYOND_PROVINCES = {
    NATION: NATION,
    "全国": NATION,
    "国家": NATION,
    "EU": "EU",
    "欧盟": "EU",
    "INTL": "INTL",
    "国际": "INTL",
}
"""Regions that are no province, by what people call them."""


@dataclass(frozen=True, slots=True)
class Authorities:
    """Patterns made from `authorities.json`."""

    place: re.Pattern[str]
    regions: dict[str, tuple[str, ...]]
    national: re.Pattern[str]


@cache
def authorities() -> Authorities:
    """The table, read once."""
    data = json.loads(resources.files("parkbot.readers").joinpath("authorities.json").read_text("utf-8"))
    regions: dict[str, tuple[str, ...]] = {}
    for province in data["provinces"]:
        regions[province["full"]] = regions[province["name"]] = (province["name"],)
        for city in province["cities"]:
            regions[city] = (province["name"],)
            regions[city + "市"] = (province["name"],)
    for district, provinces in data["districts"].items():
        regions[district] = tuple(provinces)
    names = sorted(regions, key=len, reverse=True)
    return Authorities(
        place=re.compile("|".join(map(_as_place, names))),
        regions=regions,
        national=re.compile("(?:" + "|".join(map(re.escape, data["national_bodies"])) + ")"),
    )


def _as_place(name: str) -> str:
    """A name without its kind (南京, 吉林) counts only before what a place has; it may be part of a word."""
    if name[-1] in "省市区盟州" and len(name) > 2:
        return re.escape(name)
    kinds = "高新|经济技术|经济开发|经开|工业园|开发区|海关|分行|省|自治区|“十|国民|发展和改革"
    return re.escape(name) + f"(?={kinds})"


def region_of(text: str, context: str = "") -> str | None:
    """The province of the first place that `text` names, or None.

    A district whose name several provinces have is told by which of them `context` names.

    >>> region_of("淄博市节约能源条例"), region_of("关于开展零碳园区建设的通知")
    ('山东', None)
    """
    table = authorities()
    for match in table.place.finditer(text):
        provinces = table.regions[match.group()]
        if len(provinces) > 1:
            provinces = tuple(name for name in provinces if name in context)
        if len(provinces) == 1:
            return provinces[0]
    return None


def region_named(name: str) -> str | None:
    """The region that a person means, as documents bear it; None for one that is not known, or not surely.

    >>> region_named("江苏省"), region_named("苏州市"), region_named("全国"), region_named("朝阳区")
    ('江苏', '江苏', 'CN', None)
    """
    name = name.strip()
    known = authorities().regions.get(name, ())
    return known[0] if len(known) == 1 else BEYOND_PROVINCES.get(name.upper())


def is_national(issuer: str) -> bool:
    """Whether a body of the whole country bears this name.

    >>> is_national("国家发展改革委"), is_national("生态环境部办公厅"), is_national("四川省生态环境厅")
    (True, True, False)
    """
    provincial = issuer.endswith("厅") and not issuer.endswith("办公厅")
    return bool(authorities().national.match(issuer)) and not provincial
