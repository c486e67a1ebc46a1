"""What is said of a document's force: beside a source that has ended, and to who asks whether it has."""

from datetime import date

from parkbot.answering.wording import document_name
from parkbot.domain import Document, Language, Status
from parkbot.names import bare_title


def warning(document: Document, language: Language, title_en: str | None) -> str:
    """The notice beside a source that has ended, or has not begun."""
    if language == "en":
        known = _known_en(document, document_name(document, "en", title_en))
        return f"⚠ {known}{'; this is its former text.' if document.status is Status.REPEALED else '.'}"
    if document.status is Status.REPEALED:
        end = "。以下是废止前的规定。" if document.successor else "，以下为其废止前的内容。"
    else:
        end = "，仅供参考。" if document.status is Status.EXPIRED else "。"
    return f"⚠ {_known_zh(document)}{end}"


def answer(document: Document, language: Language, title_en: str | None) -> str:
    """What the library knows of a document's force, said to who asks for it."""
    name = document_name(document, language, title_en)
    if document.status.has_ended or document.status is Status.NOT_YET_IN_FORCE:
        return f"{_known_en(document, name)}." if language == "en" else f"{_known_zh(document)}。"
    if language == "en":
        return f"The library has no record that {name} was repealed or has expired."
    return f"资料库中没有{name}已废止或失效的记录。"


def _known_zh(document: Document) -> str:
    title = bare_title(document.title)
    match document.status:
        case Status.REPEALED if document.successor:
            where = "" if document.successor.is_held else "，其条文资料库尚未收录"
            source = "" if document.successor.is_held else "据公开资料"
            by = f"已由《{document.successor.title}》代替{_day_zh(document.repealed_on)}"
            return f"《{title}》{source}{by}{where}"
        case Status.REPEALED:
            return f"《{title}》据资料库已废止{_day_zh(document.repealed_on)}"
        case Status.SUPERSEDED:
            since = f"，新版本自{document.superseded_on}起施行" if document.superseded_on else ""
            return f"以下是《{title}》的旧版本{since}"
        case Status.NOT_YET_IN_FORCE:
            since = f"自{document.effective_from}起施行，" if document.effective_from else ""
            return f"《{title}》{since}目前尚未生效"
        case _:
            return f"《{title}》规定的期限已过{_day_zh(document.expires_on)}"


def _known_en(document: Document, title: str) -> str:
    match document.status:
        case Status.REPEALED if document.successor:
            where = "" if document.successor.is_held else ", whose text the library does not hold"
            by = f"was replaced by {document.successor.title}{_day_en(document.repealed_on)}{where}"
            return f"As far as is known, {title} {by}"
        case Status.REPEALED:
            return f"{title} is repealed{_day_en(document.repealed_on)}, as far as the library knows"
        case Status.SUPERSEDED:
            since = f"; the new one applies from {document.superseded_on}" if document.superseded_on else ""
            return f"This is an old version of {title}{since}"
        case Status.NOT_YET_IN_FORCE:
            since = f" applies from {document.effective_from}; it" if document.effective_from else ""
            return f"{title}{since} is not yet in force"
        case _:
            return f"The period that {title} sets is over{_day_en(document.expires_on)}"


def _day_zh(day: date | None) -> str:
    return f"（{day}）" if day else ""


def _day_en(day: date | None) -> str:
    return f" ({day})" if day else ""
