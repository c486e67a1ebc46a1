"""What a line is by its form: a title, a date, a document number, an issuer, a numbered item."""

import re

KINDS = (
    "办法|方案|意见|通知|通告|公告|规划|纲要|计划|措施|导则|细则|指南|指引|规程|规范|条例|规定|决定|决议|目录|政策|标准|守则"
    "|准则|要点|体系|章程|法|法典|解读|名单|行动|汇编|若干措施|工作要点|函|批复|报告|大纲"
)
REMARK = (
    r"\s*[（(](?:[^（）()]*(?:试行|暂行|修订|修正|稿|节选|摘要|版|批)"
    r"|[^（）()]{0,12}(?:19|20)\d\d[^（）()]{0,12})[）)]"
)
"""What may follow a title in brackets: that it is provisional, a draft, for which years."""
TITLE = re.compile(rf"(?=.{{4,120}}$)[^。；！？，]*(?:{KINDS})[》”]?(?:{REMARK})*(?:的通知)?")
ORDINALS = "一二三四五六七八九十"
CHINESE_DATE = f"二[〇○零][〇○零{ORDINALS}]{{2}}年[{ORDINALS}]{{1,2}}月[{ORDINALS}]{{1,3}}日"

DATE = rf"(?:(?:19|20)\d\d\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日|{CHINESE_DATE})"
DATE_LINE = re.compile(rf"[（(]?\s*(?:{DATE}|(?:19|20)\d\d\s*年\s*\d{{1,2}}\s*月)\s*[）)]?")
NUMBER = re.compile(
    r"[\u4e00-\u9fffA-Z]{1,14}\s*[〔\[【（(﹝［]\s*(?:19|20)\d\d\s*(?:年)?[〕\]】）)﹞］]\s*第?\s*\d+\s*号"
)
NUMBER_LINE = re.compile(rf"[（(]?\s*{NUMBER.pattern}\s*[）)]?")
CHAPTER = re.compile(r"第[一二三四五六七八九十百零〇\d]{1,5}[编篇章节](?:\s|$|(?=[^条款项的]))")
NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百零〇\d]{1,6}[编篇章节条](?:之[一二三四五六七八九十])?"
    r"|[一二三四五六七八九十]{1,3}\s*、|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|\d{1,2}(?:\.\d{1,2})*\s*[.．、](?!\d)|\d{1,2}(?:\.\d{1,2})+\s*(?=[\u4e00-\u9fff])|[①-⑳]|——|附件|附录|专栏|(?:注|表|图)\s*\d*\s*[：:\s“]|【)"
)
ORGAN = re.compile(
    r"(?!为|根据|按照|依据|经|由|各|有关|加强)[\u4e00-\u9fff、]{1,30}"
    r"(?:部|委|委员会|局|厅|办公室|院|署|政府|行|海关|(?<!公)司|领导小组|联席会议|银保监会|证监会)"
)
NO_TITLE = re.compile(r"附\s*(?:件|录|表|图)?\s*[\d一二三四五六七八九十A-Z-]{0,4}\s*[：:]?|目\s*录")


def is_title(text: str) -> bool:
    """Whether a line could be the title of a policy document, by its last words.

    >>> is_title("“十四五”工业绿色发展规划"), is_title("现印发给你们，请认真贯彻执行。")
    (True, False)
    """
    return bool(TITLE.fullmatch(text)) and not NUMBERED.match(text)


def organs(text: str) -> tuple[str, ...]:
    """The issuers that a line names and nothing else, or none.

    >>> organs("福建省工业和信息化厅 福建省财政厅"), organs("为贯彻落实国务院")
    (('福建省工业和信息化厅', '福建省财政厅'), ())
    """
    names = text.split()
    return tuple(names) if names and all(ORGAN.fullmatch(name) for name in names) else ()
