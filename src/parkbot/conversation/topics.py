"""What a question is about, without what it asks of that."""

import re

from parkbot.conversation.words import names_a_matter
from parkbot.questions import Question, analyse, asking_removed

# What is asked of any matter; with `questions._ACTS_ZH` these words name none.
_ATTRIBUTES_ZH = re.compile(
    "有效期|义务|责任|职责|权利|待遇|优待|好处|功能|频[次率]|周期|比例|[上下]限|额度|金额|例外|情形|范围|对象|指标|目标|门槛|名额|覆盖率|后果|单价|价格|税额"
    "|主管|部门|机关|单位|企业|省份?|城市|国家|地方|人员?|数据|结果|保存|保管|公[布开示]|验收|复核|评估|审[批核查]|投资|建设|参[与加]"
    "|推荐|提前|达到|完成|支持|负责|监督|核算|延续|续期|之?[内外前后]|以[上下内]|每[年个月]|多次|20\\d\\d年?|最[高低多少长短早晚迟快慢]|[一二三两]次"
)
# What is left at the edges of a run when the asking around it is taken away.
_EDGES_ZH = re.compile(
    "^(?:(?:我?国家?|企业)?(?:对(?![外标接])|算(?!力))|[由向在给按要好])|(?:要?(?<![登笔标贮保封留])[记办罚做存]|会?被罚|处罚|[向对由给按要算定在到有]|(?<![申填年简上通])报)$"
)
_ASKS_INSIDE_ZH = re.compile(
    "(?:[有是按由要需应写])?(?:(?:什么|啥)(?:时候|情况下?|程度|样的?)?|哪几?[些个种家类]|多少个?|几[个家项类]|怎么(?:样)?|如何)|(?:可以)?[由归]?谁(?:来)?"
    "|(?P<verb>[\u4e00-\u9fff])不(?P=verb)"
)
_HEAD_ZH = re.compile("^(?:另外|顺便|再|想|请)*(?:(?:问|了解)一?下|下(?=国家|我))[，,]?")
# What is torn off from what followed it: 排污许可证找 (谁办), 绿电直连 (能不能), 零碳园区要满足 (什么条件).
_TAIL_ZH = re.compile(
    "(?:[，、]?(?:这事|真的假|自己|一起|现在|最晚到?|一共|包括|必须|保存|(?<![存所])在|要选|要在|满足|符合|具备|可以|(?<![需主重摘])要|(?<![委协社学机议工商审证合论事金])会|(?<=[家己区厂业位目园])能|(?<![取所获难])得"
    "|(?<![接享承])受|(?<!寻)找|(?<![归返退偿交])还|(?<![填编])写|(?<![标子])签|(?<![供补自])给|跟|(?<![方定流去意])向|(?<![应核比])对|(?<=[报告])报|(?<!理)由|(?<![回])归|的|[，啊呀哈嘛呗！]))+$"
)
# What only announces another subject.
_ANOTHER_EN = re.compile(
    r"^(?:(?:now|next|and|ok(?:ay)?),? )*(?:(?:on |about |now )?(?:something else"
    r"|(?:an?other|(?:a )?different|one more) (?:thing|matter|subject|question|topic|point))"
    r"|next (?:point|question)|separately|by the way)"
    r"(?:,? (?:on|about) [\w' -]{2,40}(?=:))?[:,.;]\s*",
    re.IGNORECASE,
)
_EMPTY_EN = frozenset("needs valid days take part become share apply each every".split())
LEAST_NAMED_ZH = 4
"""Characters that what follows the asking has at least, to be about something itself."""


def topic_of(question: Question) -> str:
    """What a question is about, without what it asks of that.

    What stands between the words that tell is kept: only so can they be read.
    """
    if question.language == "en":
        return _english_topic(question)
    runs = [_EDGES_ZH.sub("", run) for run in asking_removed(question.text)]
    telling = [run for run in runs if left_zh(run)]
    if not telling:
        return "".join(runs)
    whole = question.text[question.text.index(telling[0]) :]
    whole = _asking_nothing(whole[: whole.rindex(telling[-1]) + len(telling[-1])])
    return f"“{whole}" if whole.count("”") > whole.count("“") else whole


def _english_topic(question: Question) -> str:
    if marked := _ANOTHER_EN.match(question.text):
        question = analyse(question.text[marked.end() :], "en")
    head, colon, _ = question.text.partition(": ")
    if colon:
        return head
    telling = [word for word in question.content if word.lower() not in _EMPTY_EN] or question.content
    if not telling:
        return ""
    # Where a document's name was taken out blanks are left.
    text = " ".join(question.text.split())
    start = re.search(rf"(?<!\w){re.escape(telling[0])}(?!\w)", text)
    end = text.rfind(telling[-1])
    return text[start.start() if start else 0 : end + len(telling[-1])]


def _asking_nothing(text: str) -> str:
    """A text cut where it begins to ask, if it names no matter after that; else without its asking words."""
    asks = _ASKS_INSIDE_ZH.search(text)
    if asks is None:
        kept = text
    elif asks.start() > 1 and not _says_more(text[asks.end() :]):
        kept = text[: asks.start()]
    else:
        kept = _ASKS_INSIDE_ZH.sub("", text)
    return _TAIL_ZH.sub("", _HEAD_ZH.sub("", kept)) or text


def _says_more(text: str) -> bool:
    """Whether what follows the asking is itself about something."""
    return names_a_matter(text) or len(left_zh(text)) >= LEAST_NAMED_ZH


def left_zh(text: str) -> str:
    """What of a text is neither asking, nor done or asked in any matter."""
    return _ATTRIBUTES_ZH.sub("", analyse(text).without_acts)
