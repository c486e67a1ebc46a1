"""Greetings, thanks, "who are you" and "what do you hold": answered with a line of our own.

No measure is about them.
"""

import re
from collections.abc import Callable, Sequence

from parkbot.answers import Clarification
from parkbot.domain import Language
from parkbot.questions import Question

_THANKS_ZH = (
    "好的?|嗯+|哦+|噢|知道了?|明白了?|了解了?|懂了|清楚了|收到|谢谢?(?:你|您|啦|了|哈)?|多谢|感谢|辛苦了?|再见|拜拜"
    "|没事了?|没有?了|就这样|不用了"
)
_THANKS_EN = (
    r"ok(?:ay)?|fine(?=[.,!]\s)|thanks?|thank you|thx|cheers|many thanks|great|perfect|got it|understood"
    "|i see|all ?right|good ?bye|bye|see you|very much|so much|a lot|for (?:your|the) help|that's all"
    "|no more questions"
)
_GREETINGS_ZH = (
    "你好|您好|哈[喽啰]|[早上中下晚]午?好|早上好|晚上好|在吗|在不在|你是(?:谁|什么|机器人|干什么的|干嘛的|真人)|你叫什么(?:名字)?"
    "|你(?:都)?(?:能|会|可以)(?:干|做|帮我做)(?:点|些)?(?:什么|啥)|请?介绍一下你?自己?|怎么使?用"
)
_GREETINGS_EN = (
    "hi|hello|hey|there|good (?:morning|afternoon|evening)|how are you(?: today| doing)?|who are you"
    "|what are you|are you a (?:bot|robot|person|human)|what (?:can|do) you do|what can i ask(?: you)?|help"
)
_HELD_ZH = (
    "(?:请问)?(?:(?:你们?|您)的?(?:资料库|知识库|文件库|库)?|这?个?(?:资料库|知识库|文件库|库))(?:里面?|中)?"
    "(?:现在|目前|都|一共|总共)*(?:有|收录了?|存了?|装了?|收了)"
    "(?:哪些|什么|啥|多少|几)(?:[部份个])?(?:政策)?(?:文件|资料|法律法规|法律|法规|政策|内容|文档)"
)
_HELD_EN = (
    r"(?:what|which|how many) (?:documents|laws|policies|rules|files|regulations|sources|texts)(?: and \w+)? "
    r"(?:do you (?:have|hold|know|cover)|are (?:there )?in (?:the|your) library"
    r"|does (?:the|your) library (?:have|hold|contain))"
    r"|what(?: is|'s) in (?:the|your) library|what does (?:the|your) library (?:have|hold|contain)"
)
_HELD = re.compile(rf"(?:{_HELD_ZH})[啊呀呢吗，,。！!？?\s]*|(?:{_HELD_EN})[\s,.!?]*", re.IGNORECASE)
_MOST_NAMED = 6
_THANKS = re.compile(
    rf"(?:(?:{_THANKS_ZH})[啊呀吧哈嘞，,。！!~～\s]*)+|(?:(?:{_THANKS_EN})\b[\s,.!]*)+", re.IGNORECASE
)
_GREETING = re.compile(
    rf"(?:(?:{_GREETINGS_ZH})[啊呀呢吗，,。！!？?\s]*)+|(?:(?:{_GREETINGS_EN})\b[\s,.!?]*)+", re.IGNORECASE
)
_YOU_ARE_WELCOME: dict[Language, str] = {
    "zh": "不客气。还想了解什么，可以接着问。",
    "en": "You are welcome. Ask on whenever you like.",
}
_WHO_I_AM: dict[Language, str] = {
    "zh": "我是园区政策助手：依据资料库收录的政策文件回答绿色低碳方面的问题，每句话都注明出处；"
    "资料库没有收录的，不作回答。请直接写出想了解的事，例如“余热利用有哪些支持政策？”",
    "en": "I answer questions about green and low-carbon policy from the documents in the library, and name"
    " the source of every sentence; what the library does not hold I do not answer. Write what you want to"
    " know, for example “What support is there for using waste heat?”",
}


def reply(question: Question, titles: Callable[[], Sequence[str]] = tuple) -> Clarification | None:
    """What is said to who only greets, thanks, asks who answers or what is held; None to everybody else.

    `titles` are those of the documents that are held, as they may stand in a sentence, what binds most first.

    >>> from parkbot.questions import analyse
    >>> reply(analyse("好的，谢谢！")).question, reply(analyse("谢谢，那罚多少？"))
    ('不客气。还想了解什么，可以接着问。', None)
    >>> reply(analyse("库里有哪些文件？"), lambda: ["《水法》", "《土地管理法》"]).question
    '资料库现有2部文件：《水法》《土地管理法》。可以直接问某部文件，也可以问一件事。'
    """
    text, language = question.text.strip(), question.language
    if _GREETING.fullmatch(text):
        return Clarification(_WHO_I_AM[language], ())
    if _HELD.fullmatch(text):
        return Clarification(_held(titles(), language), ())
    return Clarification(_YOU_ARE_WELCOME[language], ()) if _THANKS.fullmatch(text) else None


def _held(titles: Sequence[str], language: Language) -> str:
    if not titles:
        return "The library holds no documents yet." if language == "en" else "资料库里还没有文件。"
    named, is_all = titles[:_MOST_NAMED], len(titles) <= _MOST_NAMED
    if language == "en":
        some = f"{', '.join(named)}{'' if is_all else ' and others'}"
        count = "1 document" if len(titles) == 1 else f"{len(titles)} documents"
        return f"The library holds {count}: {some}. Ask about one of them, or about a matter."
    some = f"{'：' if is_all else '，其中有'}{''.join(named)}{'' if is_all else '等'}"
    return f"资料库现有{len(titles)}部文件{some}。可以直接问某部文件，也可以问一件事。"
