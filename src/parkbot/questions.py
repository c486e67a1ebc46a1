"""What a question is made of: its language, what it asks for, and its content words."""

import re
from dataclasses import dataclass
from enum import Enum

from parkbot.abbreviations import spelled_out
from parkbot.domain import Language


class Asked(Enum):
    """What an answer must hold."""

    FIGURE = "figure"
    DATE = "date"
    LEAD_TIME = "lead time"
    PENALTY = "penalty"
    ACTOR = "actor"
    AUTHORITY = "authority"
    DEFINITION = "definition"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, taken apart.

    `spelled_out` is its text as documents would write it, `content` the runs of words of that which are
    not mere asking. `readings`: a follow-up, and what may be one, may be read in more ways than the one that
    `text` puts it in; they are searched for besides, and only for the order of what is found.
    """

    text: str
    spelled_out: str
    language: Language
    asked: Asked
    content: tuple[str, ...]
    readings: tuple["Reading", ...] = ()

    @property
    def meanings(self) -> "tuple[Question, ...]":
        """What it surely means: itself, and of a follow-up its readings."""
        return (self, *(each.question for each in self.readings if not each.is_in_doubt))

    @property
    def wants_figure(self) -> bool:
        """Whether an answer must hold an amount, a date or a share."""
        return self.asked in (Asked.FIGURE, Asked.DATE, Asked.LEAD_TIME, Asked.PENALTY)

    @property
    def is_vague(self) -> bool:
        """Whether it asks for a fine, a subsidy or a form, and doesn't say in what matter."""
        return not self.without_acts

    @property
    def without_acts(self) -> str:
        """Its content without what is done in any matter: 申请, 罚款, report. Chinese unspaced."""
        if self.language == "zh":
            return "".join(_ACTS_ZH.sub("", run) for run in self.content if run.lower() not in _ACTS_EN)
        left = (_ACTS_ZH.sub("", run) for run in self.content if run.lower() not in _ACTS_EN)
        return " ".join(run for run in left if run)

    @property
    def without_penalty(self) -> str:
        """Its text without the words that ask for a penalty, which lie nearer to any penalty than to a duty.

        >>> analyse("没接能耗在线监测会被罚款吗？").without_penalty
        '没接能耗在线监测'
        """
        return _ASKS_PENALTY.sub(" ", self.text).strip(" ，,。？?.!！")

    @property
    def wants_facts(self) -> bool:
        """Whether it asks for what no rule says: news, a market's price, an address, our own files."""
        return bool(_FACTS.search(self.text))

    @property
    def asks_for_support(self) -> bool:
        """Whether it asks for a subsidy or a reward, which what is said of its matter may well not give."""
        return bool(_SUPPORT.search(self.text))

    @property
    def asks_whether_in_force(self) -> bool:
        """Whether it asks, of what it names, if that still applies."""
        return bool(IN_FORCE.search(self.text))

    @property
    def asks_what_it_means(self) -> bool:
        """Whether it asks for the meaning of a term, and not who or what falls under it."""
        return self.asked is Asked.DEFINITION and bool(_MEANING.search(self.text))

    @property
    def topic(self) -> str | None:
        """The longest content run, if it reads as a topic."""
        longest = _TRAILING_VERB.sub("", max(self.content, key=len, default=""))
        reads_well = 2 <= len(longest) <= 16 and not _NO_TOPIC.search(longest)
        return longest if reads_well and self.language == "zh" else None


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way to read a question, and its share, from 0 to 1, in the order of what is found for all.

    `is_in_doubt`: the question may as well mean only what it says.
    """

    question: Question
    share: float
    is_in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions asked at once: as it was put, and as it would be asked alone."""

    text: str
    question: Question


# Longest first in each alternation: 有什么依据 must go before 什么.
_ASKING_ZH = re.compile(
    "|".join(
        (
            "我们(?:这个|这边的?)?(?:园区|公司|企业|厂里?|开发区)?",
            "咱们?(?:园区|公司|厂)?|你们|本园区|贵司|请[问教](?:一?下)?|想问(?:一?下|问)?|(?<!访)问一?下(?!载)|麻烦|帮忙|帮我|告诉我|说说|讲讲|介绍(?:一下)?",
            "有(?:什么|哪些|没有|无)(?:样的|具体的?|相关的?)?(?:依据|规定|政策|要求|办法|措施|说法|好处|支持|扶持)?",
            "(?:政策|法律|法规)?(?:上|里|中)?(?:是)?怎么(?:规定|说|办|处理|做|写|样|算|搞|弄)?的?|怎样|如何|咋(?:办|整|样|弄)?",
            "为什么|为何|什么(?:样的?|叫|是|时候|情况下?)?|啥(?:时候)?|哪(?:些|个|里|种|几|家|类)(?:部门|单位|人|方面)?(?:来)?(?:负责|主管|牵头|管理|管)?",
            "多少(?:钱|元|万|天|个|吨)?|多(?:久|长时间|大|高|快)|几(?:个|年|天|次|种|条|项)|何时|要?到?哪一?[年天月日]",
            "(?:由|归)?谁(?:来)?(?:负责|管理?|说了算)?|能不能|可不可以|是不是|要不要|需不需要|会不会|有没有|行不行|是否",
            "需要|应该|应当|必须|可以|能够|打算|准备|计划着|希望|想要|想|要求|规定|依据|政策|措施|相关|有关|关于|方面|问题|情况|具体|目前|现在",
            # Single characters only where no policy word holds them: 能 is in 能源, 和 in 中和, 就 in 就近.
            "的话|如果|假如|一下|吗|呢|吧|啊|呀|么|了|的|是|也|这|那|把|被",
        )
    )
    + r"|[\s，。？！、；：“”‘’（）《》,.?!;:()\"'…—-]+"
)
_ASKING_EN = frozenset(
    "a about all am an and any are as at be been by can could do does did for from had has have how i if "
    "in into is it its may me must my need of on or our please shall should so some tell than that the their "
    "them there these they this to us was we were what when where which who whom whose why will with would "
    "you your much many long often rule rules policy policies requirement requirements regarding under "
    "get".split()
)
# What is done in any matter: alone these words do not say what a question is about.
_ACTS_ZH = re.compile(
    "罚款|处罚|罚金|补贴|补助|奖励|扶持|资助|资金|优惠|申请|申报|备案|审批|批准|许可|登记|报告|材料|资料"
    "|条件|标准|期限|时限|流程|手续|程序|费用|生效|施行|实施|失效|到期|过期|截止|缴纳|缴费|上次|刚才|上面"
    "|之前|前面|他们|人家|新规|法规|文件|通知|条款|内容|第?[几多]条|还?来得及|来着|具体|详细|[说讲]?细一?点"
    "|后果|责任|行不?行|不行|可行|同意|(?:你|您)(?:看|说|觉得)|谢谢|你好|您好"
    "|[要会得能该不没有无还再先就都才又给个这那它其他上下里外后前去来到办弄做搞交缴免报留存罚批说讲问看找拿"
    "第条款项点次些种样]"
)
_ACTS_EN = frozenset(
    "fine fines fined penalty penalties punishment subsidy subsidies grant grants support funding money "
    "apply application applications file filed filing approve approved approval permit permits permitted "
    "register registered report documents document materials papers form forms needed need conditions "
    "condition standard deadline time limit procedure steps fee fees cost costs effect expire expires "
    "expired pay paid hand thing things talked last again article new exactly more specific detail details "
    "say says isn't don't doesn't think allowed happen happens still done now do take takes waived exempt "
    "kept keep year years mean".split()
)
IN_FORCE = re.compile(
    "(?:还|仍然?|现在|目前|是否|是不是|现行)有效|有效(?:吗|不|么)|有没有(?:失效|废止|作废)"
    "|(?:废止|废除|失效|作废|过时)(?:了|掉)?(?:吗|没有?|么|[？?]|$)|是否(?:已经?)?(?:废止|失效|作废)"
    "|还能?(?:适用|管用|算数|用)(?:吗|不|么)|废了(?:吗|没有?|么|[？?]|$)|被(?:废止|替代|取代|代替)了?(?:吗|没有?)"
    r"|\b(?:still|currently) (?:in force|valid|appl(?:y|ies)|in effect|good law)\b"
    r"|\b(?:is|are|was|were)\b.*\b(?:in force|repealed|valid|in effect|abolished|dead)\b|\brepeal the\b",
    re.IGNORECASE,
)
_FACTS = re.compile(
    "今天|昨天|明天|后天|刚才|刚刚|上个?月|下个?月|这个?月|上周|下周|这周|本周|周[一二三四五六日天末]|星期"
    "|去年|今年|明年|下一[届任]|最近|实时|行情|市场价|市价|收盘|报价|股价|便宜|贵不贵|划算|性价比"
    "|(?<![能可])推荐(?:一|几|个)|哪家|谁家|哪个牌子|(?:哪个|什么|找个?)厂家|微信|电话|手机号|邮箱|地址|联系方式|叫什么名|(?<!部门)(?<!机关)(?<!机构)(?<!单位)(?<!主体)是谁|(?<![哪有这那以下])几点|天气"
    "|什么价|价位|一般(?:要)?多少钱|报多少|值不值|贵吗|开价|上班吗|开门|营业时间|我们(?:公司|厂|园区|单位)?的?.{1,8}谁|租金"
    "|(?:第[二三四五六七八九十\\d]+批|下一批).{0,12}(?:会|将)|将来|未来会|哪天(?:来|到|进驻)"
    r"|(?-i:(?<![A-Za-z])(?:[Mk]Pa|kVA)(?![A-Za-z])|[A-Z]{1,4}\d+[A-Z]*-\d)|露点|转速|额定|型号|选型|扬程|管径"
    "|(?:碳|配额|证书)价格?.{0,8}(?:会|将|走势|预测|涨|跌)|价格(?:走势|预测|会涨|会跌)"
    "|帮我(?:查|写|算|订|翻译|看看)|查一下|我们(?:公司|厂|园区|单位)?的?(?:合同|账|发票|工资|奖金|年终奖)"
    r"|[一二三四五六七八九十\d]+号(?:厂房|楼|线|机)"
    r"|\b(?:today|yesterday|tomorrow|tonight|(?:last|next|this)\s+(?:week|month|year)(?<!last year(?='s))"
    r"|currently|right now"
    r"|(?<!at the )latest|market price|going rate|quote[ds]?|cheap(?:er|est)|worth it|recommend"
    r"|which (?:brand|vendor)"
    r"|expensive|how much (?:is|does|do) (?:a|an|the) \w+ cost|price of|going price"
    r"|do they (?:quote|charge)|open on"
    r"|what will (?:the )?(?:[\w-]+ ){0,3}prices?|price (?:forecast|trend)s?|prices? in 20\d\d|can you check"
    r"|will be (?:on|in|named|listed)|which day will|rated (?:power|current|voltage)"
    r"|who (?:runs|operates) our"
    r"|phone|e-?mail|(?:the|an?|its|your|their|our|postal|mailing|office) address|contact (?:person|details?)"
    r"|whose (?:name|number|turn)|weather|our (?:own )?(?:contract|invoice|bill|salary))\b",
    re.IGNORECASE,
)
_TRAILING_VERB = re.compile(r"(?:要|需|得|该|须)?(?:满足|具备|符合|达到|办理|进行|开展|提交|准备)?$")
_NO_TOPIC = re.compile(
    r"\d|[一二三四五六七八九十两几][瓦吨元块年月天个家条次]|[去今明前]年|[上下这本]个?[周月年]|最|做|[买卖租]"
)
_LEAD_TIME = re.compile(
    r"(?:前|提早|提前)(?:多久|多长时间|多少[天日]|几(?:个|天|日|周|工作日))"
    r"|\bhow (?:long|early|far|soon|many (?:days|weeks|months|years))\b[^.?!]*"
    r"\b(?:before|ahead|in advance|prior)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"何时|什么时候|啥时候|哪一?[年天月日]|几[月号]|什么日期|截止|期限|时限|多久(?:之?内|以内)"
    # Inside a sentence "when" mostly says under which condition: what must we do when we move?
    r"|(?:^|[.?!,]\s|\b(?:by|since|from|until|and)\s)when\b(?! (?:we|you|they|it)\b)"
    r"|\bwhen (?:must|do|does|did|will|shall)\b"
    r"|\bdeadlines?\b|\b(?:which|what) (?:date|day|year)\b|\bhow soon\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"多少|几(?:个|年|天|次|种|条|项|日|月|倍|吨)|多(?:久|长时间|高|大)|比例|百分|金额|额度|标准是"
    r"|\bhow (?:much|many|long|often|high|large|big)\b|\bpercent|\bwhat share\b",
    re.IGNORECASE,
)
# Asks for a penalty without the word: 查到会怎么处理, 会不会停产, what can they do to us?
_PENALTY_UNNAMED = (
    r"会被?(?:怎么|如何|咋)样?处理|会不会被?让?(?:停产|停工|关停|关门|查封|坐牢)|受到?(?:什么|啥|哪些)?处分"
    r"|\bwhat (?:can|could|will|would) (?:they do|happen) to (?:us|it|them|him|her|me|the \w+)\b"
    r"|\bwhat happens to (?:us|them|him|her|me|it)\b"
)
_PENALTY = re.compile(
    r"罚|会怎么?样|追责|会不?会?被(?:处理(?![成到掉完为])|通报|查封|关停|叫停|停产)|(?:什么|啥|哪些)(?:法律)?(?:后果|责任)|\bpenalt"
    r"|(?<!\bis it )(?<!\bit is )(?<!\bit's )\bfines?\b"
    r"(?![ -](?:chemicals?|particulate|particles?|dust|powder|print|with\b|if\b|to\b))"
    r"|\bfined\b|\bpunish|\bwhat happens if\b|\bconsequences?\b|\bliab(?:le|ility)\b"
    rf"|{_PENALTY_UNNAMED}|会不会被?让?[吊拘]|查到了?会?(?:怎么|咋|有|要)"
    r"|\b(?:are|am|is|be|get) (?:we |they |i |he )?in trouble\b",
    re.IGNORECASE,
)
_ASKS_PENALTY = re.compile(
    r"[，,]?(?:最[多高]|一般|到底|法律上|企业|公司)?(?:[会要该能]不[会要该能]|会|要|该)?(?:被|挨|受到?|承?担|面临)?"
    r"(?:[有要]?(?:什么|啥|哪些|多[大重]的?|怎么|咋|如何))?(?:行政|法律)?"
    r"(?:罚款|处罚|罚金|罚则|罚|后果|追责|(?<=[被])(?:处理|通报|查封|关停|叫停|停产)|责任(?!延伸|保险|制|[人区书]|单位|主体))"
    r"(?:的?(?:标准|依据))?(?:是?(?:多少|几)(?:钱|万|元|倍)?|什么|得?[重多]不[重多])?[吗么嘛不呢]?"
    rf"|[，,]?(?:查到了?)?(?:{_PENALTY_UNNAMED})"
    r"|[，,]?(?:是)?(?:怎么|怎样|咋|如何)(?=$|[？?。])|会?怎么?样"
    r"|\b(?:what(?:'s| is| are| would be)? (?:the|any) )?(?:fines?|penalt(?:y|ies)|punishments?"
    r"|consequences?|liability)(?: (?:for|if|of))?\b"
    r"|\bwhat happens(?: if| when)?\b|\b(?:is|are) there (?:a|any)\b"
    r"|\bhow (?:much|big|large)(?: (?:is|are))?\b"
    r"|\b(?:can|could|will|would|do|does) (?:we|they|i|it|a \w+) (?:be|get) (?:fined|punished|penali[sz]ed)\b"
    r"|\b(?:get|be) fined\b",
    re.IGNORECASE,
)
_SUPPORT = re.compile(
    r"补贴|补助|奖励|奖补|资助|贴息|给不给钱|给(?:多少)?钱[吗不]|资金(?:支持|扶持)|钱(?:能|可以)拿"
    r"|税收?优惠|(?:减|免|退)税"
    r"|\bsubsid|\bgrants?\b(?! permission)|\b(?:public|government|state|any|what) money\b|\bfunding\b"
    r"|\b(?:financial|money) support\b|\btax (?:breaks?|relief|incentives?|exemptions?|reductions?|cuts?)\b",
    re.IGNORECASE,
)
_MEANING = re.compile(
    r"什么(?:是|叫)|是什么意思|\bwhat (?:is|are) (?!the\b)(?:[\w-]+ ?){1,5}\?*$|\bmeaning of\b",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(
    r"(?:哪个?|哪些|哪几个|什么)(?:政府)?(?:部门|机构|机关)|归谁管|谁来?(?:管|批|审批|监管|核发)"
    r"|\b(?:which|what) (?:\w+ )?(?:department|authorit|agenc|bod(?:y|ies)|ministr)",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"怎么(?:界定|认定|定义|算是|才算)|如何(?:界定|认定|定义)|界定|定义|什么(?:是|叫)|是什么(?:意思)?"
    r"|是?指什么|指的?是什么|哪些算|算不算|算是"
    r"|\bwhat (?:is|are) (?:an? )?[\w -]{3,40}\?$|\b(?:count|qualif(?:y|ies)|classed|defined?) as\b"
    r"|\bdefinition\b|\bmean(?:s|t)? by\b",
    re.IGNORECASE,
)
_ACTOR = re.compile(r"谁|哪(?:个|些)单位|\bwho\b|\bwhose\b|\bwhom\b", re.IGNORECASE)


def language_of(text: str) -> Language:
    """Chinese unless Latin words prevail: a law's Chinese name in an English question keeps it English."""
    chinese = len(re.findall(r"[\u4e00-\u9fff]", text))
    latin = len(re.findall(r"[A-Za-z]+", text))
    return "zh" if chinese >= max(1, 2 * latin) or not latin else "en"


def analyse(text: str, language: Language | None = None) -> Question:
    """Take a question apart; never fails, an empty content means that nothing was asked about.

    `language` is that of the answer, where it is not the one in which most of the text is.
    """
    language = language or language_of(text)
    spelled = spelled_out(text) if language == "zh" else text
    if language == "zh":
        content = asking_removed(spelled)
    else:
        words = re.findall(r"[A-Za-z][A-Za-z'-]*|\d[\d.,]*|[\u4e00-\u9fff]+", text)
        content = tuple(word for word in words if word.lower() not in _ASKING_EN)
    return Question(text, spelled, language, _asked(text), content)


def is_act(text: str) -> bool:
    """Whether a Chinese text names only what is done in any matter: 罚款, 申请材料."""
    return not _ACTS_ZH.sub("", text)


def asking_removed(text: str) -> tuple[str, ...]:
    """The runs of a Chinese text that are not mere asking, in its own spelling."""
    return tuple(run for run in _ASKING_ZH.split(text) if run)


def _asked(text: str) -> Asked:
    forms = (
        (Asked.PENALTY, _PENALTY),
        (Asked.LEAD_TIME, _LEAD_TIME),
        (Asked.DATE, _DATE),
        (Asked.FIGURE, _FIGURE),
        (Asked.AUTHORITY, _AUTHORITY),
        (Asked.ACTOR, _ACTOR),
        (Asked.DEFINITION, _DEFINITION),
    )
    return next((asked for asked, form in forms if form.search(text)), Asked.RULE)
