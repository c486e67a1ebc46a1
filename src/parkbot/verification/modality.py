"""Obligation, permission, prohibition and encouragement, and whether something is denied."""

import re
from dataclasses import dataclass
from enum import Enum

from parkbot.domain import Language


class Mode(Enum):
    """How a rule binds.

    `FORCED` is a duty put strongly (必须, obliged). `PLAN` is what is merely to be (要, should, is to): it
    fits a duty and a plan.
    """

    MUST = "must"
    FORCED = "forced"
    MUST_NOT = "must not"
    MAY = "may"
    NEED_NOT = "need not"
    ENCOURAGED = "encouraged"
    PLAN = "plan"


_COMPARISON = (
    r"[^.;,]{0,50}\b(?:exceed\w*|"
    r"(?:more|less|lower|higher|longer|shorter|fewer|later|greater) than|above|below)\b"
)
# Tried in this order; what one form has read, the next does not see again.
_FORMS: dict[Language, tuple[tuple[Mode, str], ...]] = {
    "zh": (
        (Mode.MUST, "不[得能]?(?=超过|低于|少于|短于|高于|多于)"),
        (Mode.NEED_NOT, "无[须需]|不需要?|不必|不用(?!的)|不要求|免[缴予于征]|可以?不|不作要求"),
        (Mode.MUST_NOT, "不得|禁止|严禁|不准|不许|不允许|(?<!条件)不能(?![改利])|不可以?(?!缺|分)"),
        (
            Mode.ENCOURAGED,
            "鼓励|(?<![贷金术融策以予惠府持])支持|引导|提倡|倡导|建议|主张|推荐(?!、)|自愿|宜(?![居春宾])",
        ),
        (
            Mode.MAY,
            "可以|(?<![许认不方])可(?![再能持靠追查行复操燃推溯观测调控回])|允许|有权|经批准可",
        ),
        (Mode.FORCED, "必须|务必|一律|强制(?!性)|有义务"),
        (Mode.MUST, "应当|应该|(?<![无])须|应(?![对急用税收付变])|方可|才能"),
        (
            Mode.PLAN,
            "力争|(?<![按照合到的项关、等])要求(?=[\u4e00-\u9fff]{3})|要(?![求素点])|需(?![求要])|需要",
        ),
    ),
    "en": (
        (Mode.MAY, r"\bnot (?:be )?(?:prohibited|forbidden|banned)\b"),
        (Mode.MUST, r"\b(?:may|can)\b(?= \w+ (?:at most|no more|not more|no longer))"),
        (Mode.MUST, rf"(?:must|shall|may|should|can) not\b(?={_COMPARISON})"),
        (
            Mode.MUST_NOT,
            r"(?:must|shall|may|should) (?:not|never)|cannot|can'?t\b|can not|prohibit\w*|bann?(?:ed"
            r"|s)?\b|forbid\w*"
            r"|not (?:be )?(?:allowed|permitted)|\bno (?:unit|one|company|enterprise|body)\b",
        ),
        (
            Mode.NEED_NOT,
            r"need(?:s|ed)? (?:not|no)\b|needn't|(?:do|does) not (?:have|need) to|not (?:required"
            r"|obliged)|exempt\w*",
        ),
        (Mode.ENCOURAGED, r"encourag\w+|supports?\b|supported|promot\w+|advis\w+|recommend\w*|urged"),
        (Mode.FORCED, r"\bobliged\b|\bobligat\w+|compelled"),
        (
            Mode.MUST,
            r"\bshall\b|\bmust\b|\bha(?:s|ve) to\b|\brequired?\b|\brequires\b|\bneeds? to\b",
        ),
        (Mode.MAY, r"\bmay\b(?! \d)|\bcan\b|\ballowed\b|\bpermitted\b|\bfree to\b"),
        (Mode.PLAN, r"\bshould\b|\b(?:is|are) to\b|\baims?\b"),
    ),
}
_READ = {
    language: tuple((mode, re.compile(form, re.IGNORECASE)) for mode, form in forms)
    for language, forms in _FORMS.items()
}
# 不得超过 forbids and 不超过 denies, whether or not a figure follows.
_OPERATORS = tuple((mode, form) for mode, form in _READ["zh"][1:] if mode is not Mode.PLAN)
_NEGATION: dict[Language, re.Pattern[str]] = {
    "zh": re.compile("未|没(?!收)|不(?![同仅断但论管得])|无(?!害|毒|论|废|偿|组织)|拒不|免(?!费)"),
    "en": re.compile(
        r"\b(?:not|no|never|without|neither|nor|fails?|failed|failing|refus\w+|lacks?|lacking|cannot|untrue)\b|n't\b",
        re.IGNORECASE,
    ),
}
_NOT_NEGATIONS: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        "不[得能]?(?:超过?|低于|少于|短于|高于|多于|大于|小于|满|足)|未超过|无论|不论|不管|不影响"
    ),
    "en": re.compile(
        rf"\b(?:must|shall|may|should|can) ?not\b(?={_COMPARISON})"
        r"|\b(?:no|not)(?: be)? (?:less|more|lower|higher|fewer|later|longer|shorter) than"
        r"|not exceed\w*|no later",
        re.IGNORECASE,
    ),
}


def modes(text: str, language: Language) -> frozenset[Mode]:
    """All modes that a clause names."""
    found: set[Mode] = set()
    for mode, form in _READ[language]:
        text, count = form.subn("\x00", text)
        if count:
            found.add(mode)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Operator:
    """A word that binds, frees or (`mode` is None) denies, and where it stands."""

    mode: Mode | None
    start: int
    end: int


def operators(text: str) -> tuple[Operator, ...]:
    """All such words of a Chinese text, in their order; what merely is to be (要) is none."""
    found: list[Operator] = []
    for mode, form in (*_OPERATORS, (None, _NEGATION["zh"])):
        found += (Operator(mode, *match.span()) for match in form.finditer(text) if match[0])
        text = form.sub(lambda match: "\x00" * len(match[0]), text)
    return tuple(sorted(found, key=lambda each: each.start))


def denials(text: str, language: Language) -> int:
    """How many negations a clause holds; bounds (不超过) deny nothing."""
    rest = _NOT_NEGATIONS[language].sub("", text)
    said = len(_NEGATION[language].findall(rest))
    return said or int(Mode.MUST_NOT in modes(text, language))


def denied(text: str, language: Language) -> frozenset[str]:
    """What is denied: the two characters, or the word, after each negation."""
    rest = _NOT_NEGATIONS[language].sub("", text)
    after = re.compile(r"[\u4e00-\u9fff]{1,2}" if language == "zh" else r"\s*(\w+)")
    found = (after.match(rest, match.end()) for match in _NEGATION[language].finditer(rest))
    return frozenset(match[0].strip() for match in found if match)


def stripped(text: str, language: Language) -> tuple[str, tuple[str, ...]]:
    """A text without the words that bind, free or deny, and what those were, form by form in their order.

    What merely is to be (要) is taken out, and not told.
    """
    found: list[str] = []
    for mode, form in _READ[language]:
        kind = Mode.MUST if mode is Mode.FORCED else mode
        text, count = form.subn("", text)
        if mode is Mode.PLAN:
            continue
        found += [kind.value] * count
    text, count = _NEGATION[language].subn("", text)
    return text, (*found, *["not"] * count)
