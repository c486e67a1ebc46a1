"""Supported claims made wrong on purpose, one thing at a time: what a labelled set has too few of.

A verifier is fitted to these beside the claims that a person wrote. They are never part of a reported figure.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from parkbot.domain import Language
from parkbot.evaluation.claims import Claim, ClaimKind
from parkbot.verification.figures import figures
from parkbot.verification.units import normalised

_Swaps = tuple[tuple[str, tuple[str, ...]], ...]
"""What is looked for, and what may take its place."""

_BOUNDS: dict[Language, _Swaps] = {
    "zh": (
        (r"不(?:得|能)?(?:低于|少于|短于)|至少|不小于", ("不超过", "低于")),
        (r"不(?:得|能)?(?:超过|高于|大于|多于)|至多", ("不低于", "超过")),
        (r"(?<=[\d元%月日年吨倍])以上(?!\d|[一二三四五六七八九十])", ("以下",)),
        (r"以下", ("以上",)),
        (r"(?<=[日月年])之?内", ("后",)),
        (r"(?<=[日月年底])之?前", ("之后",)),
    ),
    "en": (
        (r"\bat least\b|\b(?:no|not) (?:less|lower|fewer) than\b", ("at most", "less than")),
        (r"\bat most\b|\bup to\b|\b(?:no|not) more than\b|\bnot exceed\b", ("at least", "more than")),
        (r"\bwithin\b", ("no earlier than", "after")),
        (r"\bby (?=the end|\d{4})|\bbefore (?=\d)", ("after ",)),
    ),
}
_UNITS: dict[Language, _Swaps] = {
    "zh": (
        (r"(?<=\d)个?工作日|(?<=\d)[日天](?!前)", ("个月",)),
        (r"(?<=\d)个月", ("日", "年")),
        (r"(?<=\d)万元", ("元", "亿元")),
        (r"(?<=\d)万吨", ("吨",)),
        (r"(?<=\d)年(?=以上|内|的|前不|$|。|，)", ("个月",)),
        (r"(?<=\d)%", ("个百分点",)),
        (r"(?<=\d)倍", ("%",)),
    ),
    "en": (
        (r"\b(?<=\d )(?:working )?days?\b", ("months",)),
        (r"\byears?\b(?=[ ,.])", ("months",)),
        (r"(?<=,000) yuan", (" US dollars", ",000 yuan")),
        (r"\btonnes?\b", ("kilograms",)),
        (r"\bkilomet(?:re|er)s?\b", ("metres",)),
    ),
}
_DENIALS: dict[Language, _Swaps] = {
    "zh": (
        (r"不得|禁止|严禁", ("可以", "应当")),
        (r"应当|必须", ("不得", "无须", "不必")),
        (r"鼓励|支持", ("禁止", "不鼓励")),
        (r"(?<![不经])可以", ("不得",)),
        (r"未(?!经)|没有|无(?=[许正])", ("已经", "有")),
        (r"除外", ("也包括在内",)),
        (r"不(?=符合|足|达|改正|予)", ("",)),
    ),
    "en": (
        (r"\b(?:must|shall|may) not\b", ("may", "must")),
        (r"\b(?:must|shall|has to|have to)\b(?! not)", ("must not", "need not", "do not have to")),
        (r"\bencourag(?:es|ed)\b", ("forbids", "prohibited")),
        (r"\bmay\b(?! not)", ("may not",)),
        (r"\bwithout\b", ("with",)),
        (r"\bunless\b", ("even if", "provided that")),
        (r"\bfails? to\b", ("manages to",)),
        (r"\b(?:is|are)\b(?! not| to)", ("is not",)),
    ),
}
_STRENGTHS: dict[Language, _Swaps] = {
    "zh": (
        (r"应当|必须", ("可以", "鼓励其", "宜")),
        (r"(?<![不经])可以", ("应当", "必须")),
        (r"鼓励|支持|引导", ("要求", "强制", "责令")),
        (r"力争|原则上", ("必须", "一律")),
        (r"(?<=[^可以])处(?=\d)", ("可以处",)),
    ),
    "en": (
        (r"\b(?:must|shall|has to|have to)\b(?! not)", ("may", "can", "is encouraged to")),
        (r"\b(?:may|can)\b(?! not)", ("must", "is required to")),
        (r"\bencourag(?:es|ed)\b", ("requires", "obliged")),
        (r"\bshould\b", ("is legally obliged to",)),
    ),
}
_ACTORS: dict[Language, _Swaps] = {
    "zh": (
        (r"生态环境(?:主管)?部门", ("节能主管部门", "市场监管部门", "园区管委会")),
        (r"节能主管部门|管理节能工作的部门", ("生态环境部门", "财政部门")),
        (r"水行政(?:主管)?部门", ("生态环境部门",)),
        (r"省级", ("县级", "市级")),
        (r"国务院(?!令)", ("省级政府",)),
        (r"县级以上(?:地方|人民)?政府", ("企业",)),
        (r"国家发展改革委", ("工业和信息化部",)),
        (r"国家(?=鼓励|实行|支持)", ("县级政府",)),
        (r"重点用能单位", ("公共机构", "金融机构")),
        (r"重点排放单位", ("电网企业", "核查机构")),
        (r"排污单位|(?<![国有用能网])企业", ("主管部门", "行业协会")),
        (r"园区(?!的)", ("企业", "地方政府")),
        (r"建设单位", ("施工单位", "审批部门")),
        (r"金融机构", ("行业协会",)),
        (r"电网企业", ("发电企业",)),
    ),
    "en": (
        (r"[Ee]cology and environment(?:al)? departments?", ("tax authority", "energy department")),
        (r"energy conservation (?:department|authority)", ("environment department",)),
        (r"\bprovincial\b", ("county",)),
        (r"\b[Kk]ey energy[- ](?:users?|using units?)\b", ("Public institutions", "Banks")),
        (r"\b[Kk]ey emitters?\b", ("Grid companies",)),
        (r"\b[Tt]he state\b", ("The park",)),
        (r"\b[Pp]arks?\b", ("Banks", "County governments")),
        (r"\b[Ee]nterprises?\b|\b[Cc]ompan(?:y|ies)\b", ("Industry associations", "Local authorities")),
        (r"\b[Ll]arge enterprises\b", ("Small enterprises",)),
        (r"\b[Mm]ember [Ss]tates\b", ("companies",)),
    ),
}
_SCOPES: dict[Language, _Swaps] = {
    "zh": (
        (r"(?<!对)重点(?=[^的，]{2})|规模以上|大型(?=企业)|高耗[能水](?=[工企项])|新建(?=[^、])", ("",)),
        (r"符合[^，。的]{2,10}的|具备条件的|有条件的", ("",)),
        (r"(?:^|(?<=[，。；]))(?=[^，。的]{0,6}(?:企业|单位|园区)应当)", ("所有",)),
        (r"[^，。；]{3,40}的，(?=[^，。；]{4})", ("",)),
        (r"(?:逾期|拒)不改正的?，|情节严重的，", ("",)),
        (r"，但[^。；]{4,30}|[，；][^，。；]{4,20}除外", ("",)),
    ),
    "en": (
        (r"\b[Kk]ey |\b[Ll]arge |\bhazardous |\bnew |\bhigh[- ]\w+[- ]|\benergy-intensive ", ("",)),
        (r"\b[Kk]ey |\b[Ll]arge ", ("All ",)),
        (r"^(?:If|Where|When)\b[^,]{5,90}, ", ("",)),
        (r",? (?:unless|except|if|where) [^,.;]{6,90}", ("",)),
        (r"\b(?:that|who|which) (?!is|are)[^,.;]{6,60}?(?= (?:must|shall|may|is|are)\b)", ("",)),
    ),
}
_ADDED: dict[Language, tuple[str, ...]] = {
    "zh": (
        "，并由财政给予补贴。",
        "，并每月向社会公布结果。",
        "，由园区自行组织实施。",
        "，并纳入企业信用记录。",
        "，同时享受所得税减免。",
        "，并报行业协会备案。",
        "，费用由地方政府承担。",
        "，并可以优先获得用地指标。",
        "，结果作为干部考核依据。",
        "，相关人员须接受专门培训。",
    ),
    "en": (
        " and publish the result on their website.",
        ", free of charge.",
        " and pay for it themselves.",
        ", with a subsidy from the park.",
        ", and staff must be trained for it.",
        ", which also lowers the income tax.",
        " and inform the industry association.",
        ", at the expense of the local government.",
        ", and those concerned get priority for land.",
        ", automatically and without an application.",
    ),
}
_SWAPPED: tuple[tuple[ClaimKind, dict[Language, _Swaps]], ...] = (
    (ClaimKind.NUMBER, _BOUNDS),
    (ClaimKind.NUMBER, _UNITS),
    (ClaimKind.NEGATION, _DENIALS),
    (ClaimKind.STRENGTH, _STRENGTHS),
    (ClaimKind.ACTOR, _ACTORS),
    (ClaimKind.SCOPE, _SCOPES),
)


def spoiled(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Of every supported claim, what it becomes with one thing wrong: at most one claim a way to be wrong."""
    good = [claim for claim in claims if claim.supported]
    for claim in good:
        turn = _turn(claim.id)
        for at, (kind, swaps) in enumerate(_SWAPPED):
            if text := _swapped(claim.claim, swaps[claim.language], turn):
                yield _wrong(claim, kind, f"{at}", text)
        if text := _other_figure(claim, turn):
            yield _wrong(claim, ClaimKind.NUMBER, "figure", text)
        if text := _exchanged(claim.claim):
            yield _wrong(claim, ClaimKind.ACTOR, "order", text)
        additions = _ADDED[claim.language]
        text = claim.claim.rstrip("。.") + additions[turn % len(additions)]
        yield _wrong(claim, ClaimKind.ADDITION, "added", text)
    yield from _displaced(good)


def _turn(id: str) -> int:
    """A number that is the same in every run."""
    return sum(ord(character) * (at + 1) for at, character in enumerate(id))


def _wrong(claim: Claim, kind: ClaimKind, way: str, text: str) -> Claim:
    changed = {"id": f"{claim.id}+{way}", "claim": text, "supported": False, "kind": kind}
    return claim.model_copy(update=changed)


def _swapped(text: str, swaps: _Swaps, turn: int) -> str | None:
    """The text with the first that is found swapped; which is looked for first goes by turns."""
    start = turn % len(swaps)
    for form, others in (*swaps[start:], *swaps[:start]):
        if match := re.search(form, text):
            changed = text[: match.start()] + others[turn % len(others)] + text[match.end() :]
            if len(changed) > 6:
                return changed
    return None


def _other_figure(claim: Claim, turn: int) -> str | None:
    """The claim with another of the source's figures in the place of one, else with one more than it."""
    text = normalised(claim.claim)
    found = [each for each in figures(text) if re.match(r"\d", text[each.start :])]
    if not found:
        return None
    figure = found[turn % len(found)]
    held = normalised("\n".join(each.text for each in claim.premises))
    for other in figures(held):
        if other.unit == figure.unit and other.value != figure.value and other.is_amount:
            words = held[other.start : other.end]
            if claim.language == "en" and re.search("[\u4e00-\u9fff]", words):
                numeral, words = re.match(r"[\d,.]+", text[figure.start :]), f"{other.value[0]:,.10g}"
                rest = numeral[0] if numeral else ""
                if "," not in rest and other.value[0] >= 1000:
                    continue  # the claim's scale stands in words after its numeral
                return text[: figure.start] + words + text[figure.start + len(rest) :]
            return text[: figure.start] + words + text[figure.end :]
    numeral = re.match(r"\d+", text[figure.start :])
    assert numeral is not None
    changed = str(int(numeral[0]) + 1 + turn % 3)
    return text[: figure.start] + changed + text[figure.start + numeral.end() :]


def _exchanged(text: str) -> str | None:
    """先 and 再 the other way round."""
    match = re.search(r"先([^，。]{2,30})，再([^，。]{2,30})", text)
    return text[: match.start()] + f"先{match[2]}，再{match[1]}" + text[match.end() :] if match else None


def _displaced(good: Sequence[Claim]) -> Iterator[Claim]:
    """Claims beside another measure of their document than the one that they say."""
    single = [claim for claim in good if len(claim.premises) == 1]
    for claim, after in pairwise(sorted(single, key=lambda each: (each.premises[0].title, each.id))):
        mine, other = claim.premises[0], after.premises[0]
        if mine.title == other.title and mine.locator != other.locator:
            yield _wrong(claim, ClaimKind.WRONG_ARTICLE, "elsewhere", claim.claim).model_copy(
                update={"evidence": after.evidence}
            )
