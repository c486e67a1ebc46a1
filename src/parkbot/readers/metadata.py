"""What a document says of itself in its text: title, issuers, dates, number, region, level.

Nothing is guessed: each value stands in the text or in the file's name, or follows from the
form of the document (only the State Council makes a 条例 of the whole country).
"""

import re
from datetime import date

from parkbot.domain import Coverage, Document, Status
from parkbot.numerals import CHINESE, to_int
from parkbot.readers import history, validity
from parkbot.readers.facts import STEM_COPY, STEM_DATE, Facts
from parkbot.readers.levels import language, level_of, region_of_document

ARTICLE = re.compile(rf"^(?:#+\s*)?第([{CHINESE}]{{1,6}})条(?=[\s　【]|[^之款项第规])", re.MULTILINE)
COMMENCES = re.compile(r"自\s*((?:19|20)\d\d年\d{1,2}月\d{1,2}日)\s*起\s*(?:施行|实施|生效|执行)")
COMMENCES_AT_ONCE = re.compile("自(?:发布|公布|印发|颁布)之日起(?:施行|实施|生效|执行)")
REPEALS = re.compile(
    # 《…办法》（环境保护部令第48号）同时废止
    r"[^。\n]*》(?:\s*[（(][^（）()\n]*[）)])?[^。\n《]{0,12}(?:同时|即行|即|予以)废止"
)
TITLE = re.compile(r"《([^《》]+)》")
LAST_ARTICLES = 3
"""The commencement stands in one of the last articles; tables and annexes may follow."""

DATE_FIELD = re.compile(
    r"(?:成文日期|发文日期|印发日期|印发时间|发布日期)\s*[：:]\s*(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})"
)
STATUS_FIELD = re.compile(r"时效性\s*[：:]\s*(现行有效|失效|已失效|已废止|废止)")
STATUSES = {"现行有效": Status.IN_FORCE, "失效": Status.EXPIRED, "已失效": Status.EXPIRED}


def infer(text: str, stem: str, *, title: str | None = None) -> Document:
    """A document with all that `text` says of itself; `stem` is the file's name without its ending."""
    facts = Facts.of(text, stem, title)
    issued = _date_issued(facts)
    level = level_of(facts)
    return Document(
        title=facts.title,
        text=text,
        issuers=facts.issuers,
        document_number=facts.number,
        date_issued=issued,
        effective_from=_effective_from(facts, issued),
        expires_on=validity.expires_on(text, issued if _is_first_version(facts, issued) else None),
        repeals=_repeals(text),
        status=_status(facts),
        level=level,
        region=region_of_document(facts, level),
        language=language(text),
        coverage=_coverage(text),
    )


def _file_date(stem: str) -> date | None:
    match = STEM_DATE.search(STEM_COPY.sub("", stem))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _date_issued(facts: Facts) -> date | None:
    """The last adoption or amendment, or the file name's date where that is later; else the signature's."""
    days = [step.day for step in facts.steps if step.made]
    named = _file_date(facts.stem)
    if days or named:
        return max([*days, *([named] if named else [])])
    if facts.signature[1]:
        return facts.signature[1]
    field = DATE_FIELD.search("\n".join(facts.head))
    return history.day_in("{}年{}月{}日".format(*field.groups())) if field else None


def _effective_from(facts: Facts, issued: date | None) -> date | None:
    """Commencement of this version: an amended law's last article tells when the first one commenced."""
    days = [step.day for step in facts.steps if not step.made]
    clause = _last_articles(facts.text)
    days += [day for m in COMMENCES.finditer(clause) if (day := history.day_in(m.group(1)))]
    later = [day for day in days if issued is None or day >= issued]
    if later:
        return later[0]
    at_once = bool(COMMENCES_AT_ONCE.search(clause)) and _is_first_version(facts, issued)
    return issued if at_once else None


def _repeals(text: str) -> tuple[str, ...]:
    """Titles of the documents that the last articles declare repealed."""
    return tuple(
        dict.fromkeys(
            title for sentence in REPEALS.findall(_last_articles(text)) for title in TITLE.findall(sentence)
        )
    )


def _is_first_version(facts: Facts, issued: date | None) -> bool:
    """Whether 自公布之日 means the day of issue: of an amended text it means that of the first version."""
    return {step.day for step in facts.steps if step.made} <= {issued}


def _last_articles(text: str) -> str:
    """The last articles of a law, or the end of another document."""
    starts = [m.start() for m in ARTICLE.finditer(text)]
    return text[starts[-LAST_ARTICLES] :] if len(starts) >= LAST_ARTICLES else text[-1500:]


def _status(facts: Facts) -> Status:
    said = STATUS_FIELD.search("\n".join(facts.head))
    return STATUSES.get(said.group(1), Status.REPEALED) if said else Status.UNKNOWN


def _coverage(text: str) -> Coverage:
    """Complete where the articles run from the first without a gap to one that says when they commence."""
    matches = list(ARTICLE.finditer(text))
    expected = 1
    for match in matches:
        if to_int(match.group(1)) == expected:
            expected += 1
    whole = expected - 1
    last = re.search(rf"^(?:#+\s*)?第{'x' if not matches else matches[-1].group(1)}条", text, re.MULTILINE)
    if whole < LAST_ARTICLES or last is None or to_int(matches[-1].group(1)) != whole:
        return Coverage.UNKNOWN
    ends = "施行" in (end := _last_articles(text)) or "实施" in end or "废止" in end
    return Coverage.COMPLETE if ends else Coverage.UNKNOWN
