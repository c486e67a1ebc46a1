"""Conditions, qualifications and quantities that a claim may not drop, widen or add."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """Words that limit a rule, in either language; `is_hard` where losing them always misleads."""

    name: str
    form: re.Pattern[str]
    kept: re.Pattern[str]
    is_hard: bool = True

    @property
    def heads(self) -> re.Pattern[str]:
        """Finds what the limit stands right before, in Chinese: 新建(厂房)."""
        return re.compile(
            f"(?:{self.form.pattern})([\u4e00-\u9fff]{{3}}|[\u4e00-\u9fff]{{2}}(?![\u4e00-\u9fff]))"
        )


def _limit(name: str, chinese: str, english: str, *, also: str = "", is_hard: bool = True) -> Limit:
    """A limit, with further words (`also`) by which a claim may keep it."""
    form = re.compile(f"{chinese}|{english}", re.IGNORECASE)
    kept = re.compile(f"{form.pattern}|{also}", re.IGNORECASE) if also else form
    return Limit(name, form, kept, is_hard)


CONDITIONS = (
    _limit(
        "逾期不改正或者拒不改正",
        "逾期|拒不|拒绝(?=改正|整改)|到期[^，。]{0,4}不|[仍再]不|仍未|不改(?!变)|不整改|没有?按期",
        r"refus\w+|(?:do|does|did|has|is|are)(?: still)? ?n[o']t\b[^.]{0,30}(?:correct|in time"
        r"|submit|renovate|comply)|fails? to correct"
        r"|if (?:it|they|he|this) (?:still )?(?:does|do|did|is|has|have) not|failing (?:that|this|which)"
        r"|still (?:does|do|fail)|overdue|after being (?:told|ordered)|uncorrected",
    ),
    _limit("情节严重", "情节严重|情节较重|严重的", r"\bserious\w*|\bsevere\w*|grave"),
    _limit(
        "无正当理由",
        "正当理由|法定或约定",
        r"without (?:good|a|legal|due|any)[^.]{0,20}(?:reason|cause)|good reason",
    ),
    _limit(
        "符合条件",
        "(?<!不)符合[^，。]{0,12}(?:条件|政策)|(?<!没)有条件|(?<!不)具备[^，。]{0,8}条件|条件(?:合适|允许)|只要|有资质|能够?承[载担]",
        r"\beligible|\bcould\b|\bqualif\w+|\bthat (?:meet|comply|can|are able)|\bmeets?\b|\bcapable|\bable to"
        r"|where conditions|conditions\b"
        r"|technical standards|in line with",
        also="合规|合格|达标|符合|具备|达到",
    ),
    _limit(
        "但书或者例外",
        "除外|另有(?:约定|规定)|例外|但|不包括|不满",
        r"\bunless\b|\bexcept|\bexclud|\bbut\b|\botherwise\b|\bnot including",
    ),
    _limit(
        "批准",
        "(?:[经报][^，。]{0,14})(?:批准|同意|许可)",
        r"\bapprov\w+|\bconsent|\bpermit",
        also="批准|同意|许可",
        is_hard=False,
    ),
    _limit("原则上", "原则上|力争", r"in principle|aim|strive|should", is_hard=False),
    _limit("可以", "可以|可(?=处|责令)", r"\bmay\b|\bcan\b", is_hard=False),
)
"""What a rule depends on; a claim about the rule has to keep it."""

EXCEPTIONS = tuple(limit for limit in CONDITIONS if limit.name == "但书或者例外")
GRAVE = CONDITIONS[:2]
"""Those that divide one fine from the next."""

QUALIFIERS = (
    _limit("重点", "(?<!为)重点|主要|关键", r"\bkey\b|\bmajor\b|\bmain\b|\bimportant\b|\bpriority\b"),
    _limit("大型", "大型|规模以上|规上|规模较大", r"\blarge\b|\blarger\b|\bscale\b"),
    _limit("新建", "新建|新上|新设|(?<![翻创更革])新(?=项目|厂房|企业)", r"\bnew\b|\bnewly\b|\badded\b"),
    _limit("既有", "既有|已建成|已经建成|现有", r"\bexisting\b|\balready\b"),
    _limit(
        "高耗能、高耗水",
        "高耗[能水]|高载能|耗能高|耗水",
        r"-intensive|\benergy-hungry|high[- ](?:energy|water)|consum",
    ),
    _limit("省级以上", "省级(?:及)?以上|国家级", r"provincial|national[- ]level"),
    _limit("强制性", "强制性|强制", r"mandatory|compulsory"),
    _limit("自动", "自动", r"automatic"),
    _limit("危险", "危险废物|危废|危险化学品|剧毒", r"hazardous|dangerous|toxic"),
    _limit("优质", "优质", r"high-quality|excellent|good"),
    _limit("超标", "(?<![不未得能])超过|超标|超限额|超出", r"(?<!not )exceed|above|over\b|excess"),
    _limit(
        "违法",
        "违[反法]|不按|未按|未依|未|没有",
        r"illegal|violat|fail|without|not\b|lack|no\b",
        also=r"不|拒|\brefus",
    ),
)
"""What narrows whom or what a rule is about, and what is easily left out."""

UNIVERSAL = _limit(
    "所有",
    "所有|一律|任何|全部|凡(?!士)|一切|各类|每家|每个|每一|无论|不论|不管|没有例外|各园区|全体|直接处|立即",
    r"\ball\b|\bany\b|\bevery\b(?! (?:\d+ |two |three |six )?(?:year|quarter|month|week|day))"
    r"|\balways\b|\banyone\b|\bany time\b|no exception|regardless|in (?:all|any) case|straight away"
    r"|immediately|whatever",
)
EXCLUSIVE = _limit("只有", "只(?![需要])|仅(?!次)|唯一|唯有|只能", r"\bonly\b|\bsolely\b|\bexclusively\b")
_WITHOUT_EXCEPTION = re.compile(
    r"一律|无论|不论|不管|没有例外|任何|凡(?!士)|\balways\b|\bany time\b|no exception|regardless"
    r"|in (?:all|any) cases?\b"
    r"|straight away|\banyone\b",
    re.IGNORECASE,
)
_ALSO_UNIVERSAL = re.compile(
    "所有|一律|任何|全部|全额|凡|各类|均|都|全面|每(?![年月季日天周次半])|无论|不论|全覆盖|100%|立即|直接|完(?!成|善)|全(?![国省市年额球])"
    r"|\ball\b|\bany\b|\bevery\b|\beach\b|\balways\b|\bno\b|immediate|at once|whole|entire|through each",
    re.IGNORECASE,
)
_ALSO_EXCLUSIVE = re.compile(r"只|仅|唯|\bonly\b|\bsole|方可|才", re.IGNORECASE)


def widened(claim: str, source: str) -> str | None:
    """The word by which a claim says more than its source: all, any, only."""
    if (found := _WITHOUT_EXCEPTION.search(claim)) and not _WITHOUT_EXCEPTION.search(source):
        return found[0]
    if (found := UNIVERSAL.form.search(claim)) and not _ALSO_UNIVERSAL.search(source):
        return found[0]
    if (found := EXCLUSIVE.form.search(claim)) and not _ALSO_EXCLUSIVE.search(source):
        return found[0]
    return None


_ALL_OF = re.compile("(?:所有|一切|任何|全部|全体|每家|每个)(?:的)?([\u4e00-\u9fff]{2,4})")
_ALL = re.compile("(?:所有|一切|任何|全部|全体|每家|每个|各类|各|凡|凡是)[\u4e00-\u9fff]{0,4}$")
_EACH = re.compile("^[^，。；]{0,12}(?:均|都|一律|全部)")


def universal_added(claim: str, source: str) -> list[str]:
    """What a Chinese claim says of all of a kind (所有企业), where its source merely names the kind."""
    found = []
    for match in _ALL_OF.finditer(claim):
        noun = next((match[1][:size] for size in (4, 3, 2) if match[1][:size] in source), "")
        places = [at.span() for at in re.finditer(noun, source)] if noun else []
        if places and not any(
            _ALL.search(source[:start]) or _EACH.search(source[end:]) for start, end in places
        ):
            found.append(match[0])
    return found


def lost(limits: Iterable[Limit], claim: str, source: str) -> list[Limit]:
    """The limits that the source names and the claim doesn't."""
    return [limit for limit in limits if limit.form.search(source) and not limit.kept.search(claim)]
