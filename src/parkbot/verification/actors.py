"""Who acts: the bodies and persons that a text names, in both languages."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# (kind, Chinese form, English form); tried in this order, a name that was read is not read again. A kind
# after `<` is the wider kind that it belongs to: 重点用能单位 are 用能单位.
_KINDS: tuple[tuple[str, str, str], ...] = (
    ("technical service body", "(?:技术)?服务机构|第三方机构|检测机构|认证机构", r"(?:technical |energy )?service bod(?:y|ies)|third part(?:y|ies)|certification bod(?:y|ies)"),
    ("financial institution", "金融机构|银行", r"(?:financial institution|bank)s?\b(?! of)"),
    ("public institution<", "公共机构", r"public (?:institution|bod(?:y|ies))s?\b"),
    ("key energy user<energy user", "重点用能(?:单位|企业)", r"key energy[- ](?:user|using unit|consumer)s?\b|major energy user"),
    ("energy user<", "用能(?:单位|企业)", r"energy[- ](?:user|using unit)s?\b"),
    ("energy consumer<", "能源用户|电力用户", r"energy consumers?\b"),
    ("key emitter<", "重点排放单位", r"key emitters?\b"),
    ("key discharger<discharger", "重点排污单位", r"key dischargers?\b"),
    ("key soil unit<discharger", "土壤污染重点监管单位", r"key units? under soil pollution supervision"),
    ("discharger<", "排污单位", r"(?<!small )(?:discharger|polluter)s?\b"),
    ("grid company<enterprise", "电网企业", r"(?:power )?grid (?:compan(?:y|ies)|operators?|enterprises?)"),
    ("power generator<enterprise", "发电企业", r"power generators?\b|generat\w+ compan(?:y|ies)"),
    ("energy company<enterprise", "能源企业|能源生产经营单位|供能企业|供热企业", r"energy (?:producer|compan(?:y|ies)|supplier)s?\b"),
    ("state-owned enterprise<enterprise", "国有企业|国企|央企", r"state-owned (?:enterprise|compan(?:y|ies))s?"),
    ("large enterprise<enterprise", "大型企业|大企业", r"large (?:enterprise|compan(?:y|ies))s?"),
    ("small enterprise<enterprise", "中小企业|小微企业", r"small and medium-sized (?:enterprise|compan(?:y|ies))s?|smes?\b"),
    ("public employer<", "机关、事业单位|事业单位(?!和)", r"government bod(?:y|ies)|public sector bodies"),
    ("real-estate developer<enterprise", "房地产开发企业", r"developers?\b"),
    ("builder", "建设单位", r"(?:project )?builders?\b|construction unit"),
    ("contractor", "施工单位", r"contractors?\b"),
    ("supervisor", "监理(?:单位)?", r"supervising unit"),
    ("designer", "设计(?:单位|、|和)", r"design unit"),
    ("transferee", "受让方", r"transferee"),
    ("land user", "土地使用权人", r"land[- ]use right holder"),
    ("entrusted party", "受托方", r"entrusted party"),
    ("operator of a park plant", "污水集中处理设施运营单位", r"plant operator"),
    ("park management<park", "管委会|园区管理机构", r"park(?:'s)? (?:management|managers?|authority|administration)"),
    ("park<", "产业园区|工业园区|化工园区|园区|开发区|集聚区|高新区", r"\b(?:industrial )?(?:parks?|clusters?)\b"),
    ("industry body", "行业协会", r"industry associations?"),
    ("public security<authority", "公安(?:机关|部门)?", r"public security|police"),
    ("customs<authority", "海关", r"customs (?:authorit|office)"),
    ("court<authority", "法院", r"\bcourts?\b"),
    ("fire service<authority", "消防机构|消防救援", r"fire service|fire department"),
    ("market regulator<authority", "市场监管部门|市场监督管理部门|资质认定部门", r"market (?:regulation|supervision)(?: department| authorit\w+)?"),
    ("energy conservation authority<authority", "节能主管部门|管理节能工作的部门|管理能源工作的部门", r"(?:department|authorit\w+) in charge of energy conservation|energy conservation (?:department|authorit\w+)"),
    ("energy authority<authority", "能源主管部门|国家能源局|能源局|能源部门|电力监管机构", r"energy (?:authorit\w+|department|administration)"),
    ("environment authority<authority", "生态环境部门|生态环境主管部门|生态环境部|生态环境厅|生态环境局|环保部门|审批部门", r"ecology and environment(?:al)? (?:department|authorit\w+)|environment(?:al)? (?:authorit\w+|department|ministry)|ministry of ecology and environment"),
    ("construction authority<authority", "(?:住房城乡)?建设(?:行政)?主管部门|住房城乡建设部(?:门)?", r"construction (?:department|authorit\w+)"),
    ("water authority<authority", "水行政部门|水利部门|流域管理机构", r"(?:local )?water (?:department|authorit\w+)"),
    ("natural resources authority<authority", "自然资源(?:主管)?部门?", r"natural resources (?:department|authorit\w+)"),
    ("transport authority<authority", "交通运输(?:主管)?部门", r"ministry of transport|transport (?:department|authorit\w+)"),
    ("planning authority<authority", "发展改革委?(?:部门)?|发改委", r"\bndrc\b|development and reform"),
    ("industry authority<authority", "工业和信息化(?:主管)?部门?|工信部门?|工信", r"\bmiit\b|industry and information technology"),
    ("circular economy authority<authority", "循环经济(?:发展)?综合管理部门", r"circular economy (?:department|authorit\w+)"),
    ("finance authority<authority", "财政部门?", r"ministry of finance|finance department"),
    ("tax authority<authority", "税务(?:主管)?部门", r"tax authorit\w+"),
    ("safety authority<authority", "安全生产监督管理部门|应急管理部门", r"(?:work )?safety (?:authorit\w+|department)"),
    ("price authority<authority", "价格主管部门", r"price authorit\w+"),
    ("cleaner production authority<authority", "清洁生产综合协调部门", r"cleaner production (?:department|authorit\w+)"),
    ("State Council<authority", "国务院", r"state council"),
    ("European Commission<authority", "欧盟委员会", r"european commission|\bthe commission\b"),
    ("member states<authority", "成员国", r"member states?"),
    ("UNIDO<", "工发组织", r"\bunido\b"),
    ("World Bank<", "世界银行", r"world bank"),
    ("GIZ<", "GIZ", r"\bgiz\b"),
    ("UNEP<", "环境规划署", r"\bunep\b|united nations environment"),
    ("ADB<", "亚洲开发银行", r"asian development bank"),
    ("government<authority", "(?:省级|市级|县级|地方|各级|本级)?政府|各地|地方(?=[应要可在给制出])|各省", r"(?:local |provincial |county |municipal )?governments?\b"),
    ("authority", "主管部门|监管部门|有关部门|部门|机关", r"\bauthorit(?:y|ies)\b|\bdepartments?\b|\bministr(?:y|ies)\b"),
    ("hazardous waste producer<", "产生危废的单位|危废产生者", r"hazardous waste producers?|producers? of hazardous waste"),
    ("waste producer<", "产生工业固废的单位|产废单位", r"producers? of (?:industrial )?solid waste|waste producers?"),
    ("taxpayer", "纳税人", r"taxpayers?"),
    ("resident", "住户|居民", r"residents?\b|households?\b"),
    ("energy manager", "能源管理负责人", r"energy managers?\b"),
    ("staff", "职工|工作人员|直接责任人员|主管人员", r"\bstaff\b|\bemployees\b"),
    ("state", "国家(?![级标有规机发能生])", r"\bthe state\b|\bcountry\b"),
    ("enterprise", "企业|公司|工厂", r"\b(?:enterprise|compan(?:y|ies)|firm|factor(?:y|ies))s?\b"),
    ("individual", "个人", r"\bindividuals?\b"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """A body or person that a text names: its kind, the wider kinds that it belongs to, and where."""

    kind: str
    wider: frozenset[str]
    start: int
    end: int


_READ = tuple(
    (kind.partition("<")[0], frozenset(filter(None, [kind.partition("<")[2]])), re.compile(f"{zh}|{en}", re.I))
    for kind, zh, en in _KINDS
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
    for kind, wider, form in _READ:
        for match in form.finditer(text):
            found.append(Actor(kind, wider, *match.span()))
        text = form.sub(lambda match: "\x00" * len(match[0]), text)
    found.sort(key=lambda actor: actor.start)
    return tuple(actor for actor, after in pairwise([*found, None]) if not _is_part(actor, after))


def _is_part(actor: Actor | None, after: Actor | None) -> bool:
    """Whether a government is named only to say whose department follows: 省级政府生态环境部门."""
    if actor is None or after is None or actor.kind not in ("government", "State Council"):
        return actor is None
    return actor.end == after.start and "authority" in (after.kind, *after.wider)


def subject(text: str) -> Actor | None:
    """Who acts in a clause: the first that is named as nobody's object."""
    for actor in actors(text):
        before = text[: actor.start]
        if re.search("由[^，的]{0,8}$", before) or not _NO_SUBJECT.search(before):
            return actor
    return None


_LEVELS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"国务院|国家级|全国|国家(?:发展|能源)|\bnational|state council|\bndrc\b|\bmiit\b|nationwide",
        r"省|\bprovinc\w+",
        r"设区的市|市级|\bmunicipal\w*|\bprefecture",
        r"县|\bcounty",
        r"高级|\bsenior",
        r"中级|\bintermediate",
        r"初级|\bjunior",
    )
)
_UNIT_OF = re.compile(r"(?:^|[，。；：\n、）)])[对凡]?([\u4e00-\u9fff、]{2,48}?)的(?:单位|企业|机构|经营者)")


def foreign_level(claim: str, source: str) -> str | None:
    """A level of government or of qualification that the claim names and the source does not."""
    for form in _LEVELS:
        if (found := form.search(claim)) and not form.search(source):
            return found[0]
    return None


def described(text: str) -> tuple[str, ...]:
    """How units are described where they have no name of their own: 产生工业固废(的单位)."""
    return tuple(_UNIT_OF.findall(text))
