"""What sort of follow-up a question is, told from its words alone; a question of its own is none."""

import re
from dataclasses import dataclass
from enum import Enum

from parkbot.conversation.topics import left_zh
from parkbot.conversation.words import names_a_matter, names_only_who
from parkbot.questions import Question, analyse, asking_removed
from parkbot.retrieval.places import places_in
from parkbot.retrieval.region import province_spans


class Sort(Enum):
    """What a follow-up takes over from the turn before, and what it brings."""

    PLACE = "another article or paragraph of the same document"
    REGION = "the same elsewhere"
    OTHER = "the same about something else"
    DOCUMENT = "the same of another document"
    CORRECTED = "the same about what was meant instead"
    CONDITION = "the same if something happens"
    ASKED = "something else about the same"
    AGAIN = "the same once more"
    MORE = "what else there is on the same"
    WHOLE = "the whole text of what was cited"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that leans on the turn before; `words` are what it brings itself."""

    sort: Sort
    words: str


_CORRECTS_ZH = re.compile(
    r"^(?:(?:不是|不对|不|错了|说错了|搞错了|弄错了|算了|抱歉)[，,。、！!\s]*)*"
    r"我?(?:是?(?:想?问|要问|指|说|讲)的?是|是(?:想)?(?:问|说)|(?<=[，,。了\s])(?:是|说说|讲讲))(?P<what>[^，,。]+?)[呢吧啊的。！!\s]*$"
)
_CORRECTS_EN = re.compile(
    r"^(?:(?:no|sorry|not that|wait|oops)[,.! ]+)*i (?:mean|meant|was asking about|am asking about) "
    r"(?P<what>[^,?]+?)[.! ]*$",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    "(?:请|麻烦)?(?:你|您)?(?:能不?能|可以|能)?(?:再|重新|重复)(?:[说讲答发]|回答)?(?:一?遍|一次|(?<=[说讲答复])一?下)(?:好?吗)?"
    "|没[听看](?:清楚?|懂|明白)"
    r"|(?:could you |can you )?(?:please )?(?:say|repeat) (?:that|it)(?: again)?|(?:come )?again|pardon",
    re.IGNORECASE,
)
_MORE = re.compile(
    "还有[呢吗么]?|还有没有?|还有(?:没有?)?(?:别的|其[他它]的?)(?:规定|要求|政策)?(?:了?[呢吗么]|没有?)?|还有(?:什么|啥|哪些)(?:规定|要求|政策)?"
    r"|(?:is there )?anything else|what else|(?:any )?more|any others?|other rules",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    "(?:能不?能|能|可不可以|可以|请|麻烦)?(?:再?[说讲写]得?|展开)?(?:再)?(?:具体|详细|细)(?:一?[点些])?(?:[说讲]说?讲?(?:一下)?)?吗?"
    "|展开[说讲][说讲]?|(?:看看?|给我)?(?:法条|条文)?(?:的)?(?:原文|全文)(?:呢|是什么|怎么[写说]的?)?"
    r"|(?:in )?more details?|(?:can you |could you )?(?:please )?(?:be )?more specific|details"
    r"|(?:show me )?the (?:full|whole|exact) (?:text|article|wording)",
    re.IGNORECASE,
)
_TITLE_ALONE = re.compile("《[^《》]+》")
_ANSWER_READ = re.compile(
    r"^(?:(?:行吧?|好[吧嘞的]?|[哦噢嗯唉啊额呃]+|哎[呀哟]?|这样啊?|原来如此|明白了?|知道了?|懂了|了解了?|清楚了|收到|谢谢)"
    r"[，,。！!…\s]+"
    r"|(?:(?:hm+|oh|ah|ok(?:ay)?|(?:all ?)?right|fine|well|great|sure|good|got it|i see|understood|thanks"
    r"|thank you)\b\s*)+[,.!…]+\s*)+",
    re.IGNORECASE,
)
"""What only shows that the answer before was read; it is no part of the question."""
_LEAD_ZH = re.compile(
    r"^(?:(?:那么?|还有(?![效无没])|另外|以及|至于|换成|然后|对了|好(?:的|(?=[，,、\s]))|嗯|谢谢|再问一?下|再请问)[，,、\s]*)+"
    r"(?!些|个|种|项|份|条|部|家|里|边)"
)
_SELF_ZH = re.compile(
    r"^(?:(?:如果|要是)?我们(?:是|属于)|(?:如果|要是|换)(?:是|成)|对于?|在(?![建岗职线产役])(?=[\u4e00-\u9fff]{2,4}呢?))"
)
_END_ZH = re.compile(r"(?:的话|方面的?|这?那?边的?|的情况|(?<!目)的)?[呢呀吗]?[\s？?。！!]*$")
_ASKS_ZH = re.compile(
    "什么|怎[么样]|如何|多少|[几谁哪吗]|何时|多[久长]|是否|能不能|要不要|有没有|可不可以|可以|需要"
)
_POINTS_BACK_ZH = re.compile(
    r"^(?:它们?|他们|她们|其(?![他它实余次])中?|(?:这|那|该(?!不该)|此(?!外)|上述|前述|以上(?!海)|刚才(?:说|提到)?的?|刚刚(?:说|提到)?的?)"
    r"(?:些|个|种|项|份|类|条|部|家|里面?|样)?(?!么|怎|园区|公司))(?:的)?"
)
_JUST_NOW = ("刚才", "刚刚")
"""What was said just now is spoken of, and no news asked for."""
_CONDITION_ZH = re.compile(
    r"^(?:如果|要是|假如|万一)?(?:就是?|硬是?|硬拖着|压根|根本|干脆|死活|偷偷|故意|真|罚了|被罚了)?"
    r"(?:还在|还|仍然?|又|一直|再次|被罚后|之后)?"
    r"(?:拒不|拒绝|逾期|超期|到期|不|没有?|未|无正当|违反?|屡|造假|数据造假|弄虚作假|瞒报|谎报|虚报|伪造|恢复不了|用着|(?<=还在)用"
    r"|做不到|偷[排倒埋卖]|(?<=偷偷)[排倒埋卖])"
)
# 还没开建, 不填埋，拉去做砖 and 不靠长江的地方 are other cases, and no breach of anything.
_HARMLESS_ZH = re.compile(
    "(?:还没|尚未|还未)有?(?:开工|开建|动工|建[好成完]?|修复[好完]?|批下来|获批|完工|评上|申报)[^就，]*$"
    "|不[^，]{1,6}，[拿拉改换][^，]*(?:做|造|供|用作|利用|回收|发电)|[不没][^，]{1,8}的地方$"
)
_BREACH_ALONE_ZH = re.compile(r"(?:如果|要是)?(?:不|没|未|违反|违规|超标|逾期|拒不)[\u4e00-\u9fff]{0,3}")
_RELATIVE_ZH = re.compile(
    r"(?P<back>上一?条|前一?条)|(?P<on>下一?条|后一?条)|(?P<same>这一?条|该条|本条|那一条|那条|刚才那条|同一条)"
)
_PART_ZH = re.compile(r"第\s*(?:[一二三四五六七八九十]+|\d+)\s*[款项]")
_TEXT_ZH = re.compile(
    r"^再|怎么(?:规定|说|写)的?|(?:是)?什么(?:内容|规定)?|规定|内容|原文|全文|[呢的是说讲它其中里]|[\s，。？?！]"
)
_LEAD_EN = re.compile(
    r"^(?:(?:and|but|so|then|also|ok(?:ay)?|thanks|thank you)\b[,.! ]*)*(?P<about>(?:what|how) about\s+)?",
    re.IGNORECASE,
)
_ASKS_EN = re.compile(
    r"^(?:what|who|whom|whose|when|where|which|why|how|is|are|was|do|does|did|can|could|must|shall|should|may"
    r"|will|would|has|have|for how|by when|at what|to whom|in which|from when|under)\b",
    re.IGNORECASE,
)
_CONDITION_EN = re.compile(r"^(?:what )?if\b|^(?:what )?(?:happens|happened)\b|\botherwise\b", re.IGNORECASE)
_POINTS_BACK_EN = re.compile(
    r"\b(?:it|its|they|them|their|this|these|those)\b(?! (?:park|year|month))", re.IGNORECASE
)
# "How long does it take to get a permit?" points at nothing.
_EMPTY_IT = re.compile(
    r"\b(?:is|was|does|will|would|can) it (?:be )?(?:allowed|possible|legal|necessary|true|mandatory|okay?"
    r"|required|take to|cost to|mean to)|\b(?:is|was) it \w+ (?:to|that|if|for)\b|\bit (?:is|takes|costs)\b",
    re.IGNORECASE,
)
_PREPOSITION_EN = re.compile(r"^(?:for|in|on|with|of|about|to)\s+", re.IGNORECASE)
_SAME_FOR_EN = re.compile(
    r"^(?:(?:is|are) (?:it|that|they) )?(?:the )?same (?:rules? |goes |thing )?for (?P<what>[^,?]{2,50})\?*$",
    re.IGNORECASE,
)
_ALSO_SO_ZH = re.compile(
    r"^(?P<what>(?:(?!要求|标准)[^，,？?和与、各]){2,14}?)(?:那[边块]|这[边块]|方面)?[，,]?也(?:是|要|得)?"
    r"(?:一样|这样|这么|同样|如此)[^，,]{0,6}?[吗么]?[？?]*$"
)
_TOO_EN = re.compile(
    r",? (?:too|as well|also|(?:(?:is|are) (?:it|that|they|this) |anything )?(?:any )?"
    r"(?:different|stricter|the same)(?: there)?)$",
    re.IGNORECASE,
)
_PART_EN = re.compile(r"\b(?:para(?:graph)?\.?|item)\s*\d+", re.IGNORECASE)
_RELATIVE_EN = re.compile(
    r"\b(?:(?P<back>(?:previous|preceding) (?:article|one))|(?P<on>(?:next|following) (?:article|one))"
    r"|(?P<same>(?:that|this|same) article))\b",
    re.IGNORECASE,
)
_TEXT_EN = re.compile(
    r"\b(?:and|what|how|about|does|do|is|the|of|say|says|in|it|its)\b|[\s,.?!'’]", re.IGNORECASE
)
_GENERIC_EN = frozenset(
    "each every province company firm park there indicators excluded valid renew issue issues issued"
    " investors invest price share level limit".split()
)
SURELY = 0.3
"""How surely a question that names a matter must lean on others to be no new subject."""
SURELY_NO_OWN = -0.6
"""The same where it names none. Of 931 follow-ups of eleven authors (training/written/dialogues.jsonl, 13 to
23, each told by what the others wrote) .928 find what their written-out form finds, and the words of 116 of
122 changes of subject are left alone."""
SURELY_OF_FACTS = 0.2
"""The same where it asks in words in which news are asked for: 哪家来罚, 去年就改完了还能补报不. If no rule
can say what it means it is refused then as before."""
MOST_TELLING_EN = 3
"""Words that say something which a question with a pronoun may have, and still lean on what was before."""
MOST_LEFT_ZH = 3
"""Characters that may be left of a question which still names no matter of its own."""


def recognised(question: Question) -> FollowUp | None:
    """The follow-up that a question is; None for one that says itself what it is about."""
    question = _without_interjection(question)
    if more := _no_question(question.text):
        return more
    leads = question.text.startswith(_JUST_NOW) or question.text.rstrip("？?。！! ").endswith("呢")
    if question.wants_facts and not leads:
        return None
    if question.language == "zh":
        return _corrected(question.text, _CORRECTS_ZH) or _chinese(question.text)
    return _corrected(question.text, _CORRECTS_EN) or _english(question.text)


def _without_interjection(question: Question) -> Question:
    said = _ANSWER_READ.match(question.text)
    rest = question.text[said.end() :] if said else ""
    return analyse(rest, question.language) if rest else question


def _no_question(text: str) -> FollowUp | None:
    """The follow-up that asks nothing new: 再说一遍, 还有呢, 具体点."""
    said = text.strip(" ，,。？?.!！~～啊呀吧哈")
    asked = ((_AGAIN, Sort.AGAIN), (_MORE, Sort.MORE), (_WHOLE, Sort.WHOLE))
    return next((FollowUp(sort, said) for form, sort in asked if form.fullmatch(said)), None)


def leaning(question: Question, surely: float) -> FollowUp | None:
    """The follow-up that a question is by how surely it leans on what was said before, whatever its words."""
    question = _without_interjection(question)
    zh = question.language == "zh"
    own = names_a_matter(question.without_acts if zh else " ".join(_telling(question.text)))
    if not surely or surely <= (
        SURELY_OF_FACTS if question.wants_facts else SURELY if own else SURELY_NO_OWN
    ):
        return None
    lead = (_LEAD_ZH if zh else _LEAD_EN).match(question.text)
    return FollowUp(Sort.ASKED, question.text[lead.end() :] if lead else question.text)


def relative_place(text: str) -> int | None:
    """0 for the article just spoken of, -1 and 1 for those beside it; None if a text names none of them."""
    found = _RELATIVE_ZH.search(text) or _RELATIVE_EN.search(text)
    if found is None:
        return None
    return -1 if found["back"] else 1 if found["on"] else 0


def _corrected(text: str, form: re.Pattern[str]) -> FollowUp | None:
    """The matter that was meant, of who corrects what was understood: 不是，我问的是危废."""
    found = form.match(text)
    return FollowUp(Sort.CORRECTED, found["what"]) if found and not _ASKS_ZH.search(found["what"]) else None


def _chinese(text: str) -> FollowUp | None:
    lead = _LEAD_ZH.match(text)
    body = text[lead.end() :] if lead else text
    if _asks_for_place(body, _RELATIVE_ZH, _PART_ZH, _TEXT_ZH):
        return FollowUp(Sort.PLACE, body)
    if not body.strip("。！!. "):
        return None
    what = _END_ZH.sub("", _SELF_ZH.sub("", body))
    shorn = body.rstrip("？?。！! ").endswith("呢")
    if named := _only_a_name_zh(what) or _also_so_zh(body):
        return named
    if shorn and not _ASKS_ZH.search(what):
        is_condition = _CONDITION_ZH.match(what) is not None and not _HARMLESS_ZH.match(what)
        return FollowUp(Sort.CONDITION if is_condition else Sort.OTHER, what)
    if back := _POINTS_BACK_ZH.match(body):
        rest = body[back.end() :]
        said = rest if back[0][0] in "它他她其刚" else body  # 类公司 reads ill without its 这
        return FollowUp(Sort.ASKED, said) if rest.strip("？?呢吗 ") else None
    left = "".join(asking_removed(what))
    if lead and names_only_who(left.rstrip("有")):
        return FollowUp(Sort.ASKED, body)
    if lead and _CONDITION_ZH.match(body) and not names_a_matter(left):
        return FollowUp(Sort.CONDITION, body)
    left = left_zh(what)
    if names_a_matter(left):
        return None
    if not left or (len(left) <= MOST_LEFT_ZH and _ASKS_ZH.search(body)) or _BREACH_ALONE_ZH.fullmatch(left):
        return FollowUp(Sort.ASKED, body)
    return None


def _only_a_name_zh(text: str) -> FollowUp | None:
    """The follow-up that is a place's or a document's name and says nothing besides."""
    if _is_place_name(text):
        return FollowUp(Sort.REGION, text)
    return FollowUp(Sort.DOCUMENT, text) if _TITLE_ALONE.fullmatch(text) else None


def _also_so_zh(text: str) -> FollowUp | None:
    """The same of another thing, as in 废气那边也一样要求."""
    also = _ALSO_SO_ZH.match(text)
    if also is not None and _is_place_name(also["what"]):
        return FollowUp(Sort.REGION, also["what"])
    if also is None or _ASKS_ZH.search(also["what"]) or not names_a_matter(also["what"]):
        return None
    return FollowUp(Sort.OTHER, also["what"])


def _english(text: str) -> FollowUp | None:
    lead = _LEAD_EN.match(text)
    body = text[lead.end() :] if lead else text
    if _asks_for_place(body, _RELATIVE_EN, _PART_EN, _TEXT_EN):
        return FollowUp(Sort.PLACE, body)
    if not body.strip(".! "):
        return None
    what = _TOO_EN.sub("", _PREPOSITION_EN.sub("", body).rstrip("?!. "))
    if _is_place_name(what):
        return FollowUp(Sort.REGION, what)
    if same := _same_for(body):
        return same
    if not (lead and lead.end()):
        return _english_unled(body)
    if _CONDITION_EN.match(body):
        return FollowUp(Sort.CONDITION, body)
    if _ASKS_EN.match(body):
        return _english_unled(body)
    return FollowUp(Sort.OTHER, what) if _telling(what) else FollowUp(Sort.ASKED, body)


def _same_for(text: str) -> FollowUp | None:
    """The same of another thing or place, as in "same for wind power?"."""
    same = _SAME_FOR_EN.match(text)
    what = _TOO_EN.sub("", same["what"]).strip() if same else ""
    if _is_place_name(what):
        return FollowUp(Sort.REGION, what)
    return FollowUp(Sort.OTHER, what) if _telling(what) and not province_spans(what) else None


def _english_unled(text: str) -> FollowUp | None:
    """A full English sentence follows up if it says little and points back, or says next to nothing."""
    telling = _telling(text)
    own = names_a_matter(" ".join(telling))
    if _CONDITION_EN.match(text):
        return FollowUp(Sort.CONDITION, text) if len(telling) <= MOST_TELLING_EN and not own else None
    if telling and _EMPTY_IT.search(text):
        return None
    back = _POINTS_BACK_EN.search(text)
    if back and len(telling) <= MOST_TELLING_EN and len(_telling(text[: back.start()])) <= 1:
        return FollowUp(Sort.ASKED, text)
    asks = not telling or (len(telling) == 1 and not own and _ASKS_EN.match(text))
    return FollowUp(Sort.ASKED, text) if asks else None


def _telling(text: str) -> list[str]:
    """The words of an English text that say in what matter it asks."""
    words = analyse(text, "en").without_acts.split()
    return [word for word in words if word.lower() not in _GENERIC_EN]


def _is_place_name(text: str) -> bool:
    """Whether a text names provinces or cities and says nothing besides."""
    spans = province_spans(text)
    left = list(text)
    for span in spans:
        left[span.start : span.end] = " " * (span.end - span.start)
    return bool(spans) and not "".join(left).strip("省市的和、，, ")


def _asks_for_place(
    text: str, relative: re.Pattern[str], part: re.Pattern[str], asking: re.Pattern[str]
) -> bool:
    """Whether a text names an article or a part of one, and says nothing besides."""
    places, rest = places_in(text)
    named = bool(places) or relative.search(text) is not None or part.search(text) is not None
    return named and not asking.sub("", part.sub("", relative.sub("", rest)))
