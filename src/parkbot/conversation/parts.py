"""Questions asked in one breath (什么时候申报，超标了罚多少), each made to stand alone."""

import re
from collections.abc import Callable

from parkbot.conversation.follow_ups import Meant
from parkbot.conversation.memory import Turn
from parkbot.domain import Language, Span
from parkbot.questions import Part, Question, analyse

MOST_PARTS = 2
"""Who asks for more at once is answered as a whole: an answer takes two sources of a document at most."""

_CLAUSE_ZH = re.compile(r"[^，,；;？?。！!\n]+[，,；;？?。！!\n]*")
_ASKS_ZH = re.compile(
    r"什么|啥|怎[么样]|咋|如何|为何|何时|多少|多[久长大高快](?!期)|(?<!好)几[个年天次种条项月日号家]?|谁|哪|吗|是否|还是"
    r"|(?P<first>[\u4e00-\u9fff])(?:不|没)(?P=first)|[有没]没有?(?=[，,；;？?。\s]*$)|(?:呢|没)(?=[，,；;？?。\s]*$)"
)
# They ask nothing by themselves: 法律上怎么说的, 有什么规定, what does the law say?
_ASKS_NOTHING_ZH = re.compile(
    r"^(?:请问|想问一下|另外|还有|那么?)*[，,]?"
    r"(?:[^，,]*(?:法律?|条例|法规|政策|规划|计划|方案|文件|办法|通知|国家)(?:上|里|中|那边)?)?(?:是|对此|都)?"
    r"(?:怎么|咋|如何|有什么|有哪些|啥|什么)(?:规定|说|要求|讲|提|写)的?吗?[，,；;？?。！!\s]*$"
)
_ASKS_NOTHING_EN = re.compile(
    r"^\W*(?:and )?what do(?:es)? (?:the )?(?:[\w-]+ ){0,5}"
    r"(?:law|rules?|plan|act|code|regulations?|policy) (?:say|require)\W*$",
    re.IGNORECASE,
)
_AUXILIARY_EN = r"(?:is|are|was|were|do|does|did|can|could|must|shall|should|may|will|would|has|have)"
_ASK_EN = (
    r"(?:what|who|whom|whose|which|why|how|(?:by|since|from|until|in|at|to|for|under|of|on) "
    r"(?:what|which|when|whom|how)\b"
    # "Where several are found, …" and "… and has no liner" ask nothing.
    rf"|(?:when|where)(?: {_AUXILIARY_EN}\b|\W*$)|{_AUXILIARY_EN} (?!no\b|not\b|to\b|been?\b|also\b|now\b))"
)
_BETWEEN_EN = re.compile(
    rf"[?;.]\s+|,\s+(?=(?:and |or |but )?{_ASK_EN})|\s+(?=(?:and|or|but)\s+{_ASK_EN})", re.IGNORECASE
)
_LEAD_EN = re.compile(r"^(?:and|or|but|also|then)\s+", re.IGNORECASE)
_ASKS_EN = re.compile(
    rf"^\W*(?:(?:and|or|but|also|so|then|please)\s+)*(?:(?:if|when|where|for|in|under)\b[^,]*, )?{_ASK_EN}",
    re.IGNORECASE,
)


def split(text: str, language: Language) -> tuple[str, ...]:
    """The questions in a text, each with what is said about it; one where there are more than MOST_PARTS.

    >>> split("环保税什么时候申报，超低排放能不能减税？", "zh")
    ('环保税什么时候申报', '超低排放能不能减税？')
    >>> split("没办环评就开工建设，要罚多少钱？", "zh")
    ('没办环评就开工建设，要罚多少钱？',)
    >>> split("Which firms must report, and by what date?", "en")
    ('Which firms must report', 'by what date?')
    """
    parts: list[list[Span]] = [[]]
    for clause in _clauses(text, language):
        # What is said before a question belongs to it, what is said after the last one to that.
        if _asks(clause.of(text), language) and any(_asks(each.of(text), language) for each in parts[-1]):
            parts.append([])
        parts[-1].append(clause)
    if not 1 < len(parts) <= MOST_PARTS:
        return (text,)
    slices = (text[part[0].start : part[-1].end].strip("，,；;。 \n") for part in parts)
    return tuple(_LEAD_EN.sub("", each) for each in slices)


def parts_of(question: Question, meant: Callable[[Question, Turn], Meant]) -> tuple[Part, ...]:
    """The questions in a question, a later one completed by the one before it as a follow-up is.

    None where there is one only, or where one of them may mean several things. `meant` makes a follow-up
    stand alone.
    """
    texts = split(question.text, question.language)
    if len(texts) == 1:
        return ()
    parts: list[Part] = []
    for text in texts:
        asked = analyse(text, question.language)
        if parts:
            said = meant(asked, Turn.asked_before(parts[-1].question))
            if said.clarification:
                return ()
            asked = analyse(said.text, question.language)
        parts.append(Part(text, asked))
    return tuple(parts)


def _clauses(text: str, language: Language) -> list[Span]:
    if language == "zh":
        return [Span(*match.span()) for match in _CLAUSE_ZH.finditer(text)]
    ends = [*(match.end() for match in _BETWEEN_EN.finditer(text)), len(text)]
    return [Span(start, end) for start, end in zip((0, *ends), ends, strict=False) if text[start:end].strip()]


def _asks(clause: str, language: Language) -> bool:
    if language == "zh":
        return _ASKS_ZH.search(clause) is not None and _ASKS_NOTHING_ZH.match(clause) is None
    is_statement = clause.rstrip().endswith(".") or _ASKS_NOTHING_EN.match(clause) is not None
    return _ASKS_EN.search(clause) is not None and not is_statement
