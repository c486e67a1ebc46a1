"""Our own words around the quotes, in both languages. They assert nothing about policy."""

import re
from collections.abc import Sequence

from parkbot.answering.locators import locator
from parkbot.answers import Quote
from parkbot.domain import Document, Language, Level, Measure, Missing, Status, TextKind
from parkbot.errors import Trouble
from parkbot.names import bare_title
from parkbot.numerals import to_chinese
from parkbot.questions import Asked

_ENDED_ZH = {
    Status.REPEALED: "已废止",
    Status.SUPERSEDED: "旧版本",
    Status.EXPIRED: "期限已过",
    Status.NOT_YET_IN_FORCE: "尚未施行",
}
_ENDED_EN = {
    Status.REPEALED: "repealed",
    Status.SUPERSEDED: "old version",
    Status.EXPIRED: "period over",
    Status.NOT_YET_IN_FORCE: "not yet in force",
}


def document_name(document: Document, language: Language, title_en: str | None) -> str:
    """How an answer names a document: 《节约能源法》, or its English title with the Chinese one."""
    title = bare_title(document.title)
    if language == "zh":
        return f"《{title}》" if document.language == "zh" else document.title
    if title_en and document.language == "zh":
        return f"{title_en} ({title})"
    return title


def source_note(document: Document, language: Language) -> str:
    """What a reader must know of a source at once: year, comment, summary, no longer in force."""
    year = str(document.date_issued.year) if document.date_issued else ""
    zh = {
        "commentary": "评论" if document.level is Level.COMMENTARY else "",
        "digest": "摘要" if document.text_kind is TextKind.DIGEST else "",
        "status": _ENDED_ZH.get(document.status, ""),
    }
    en = {
        "commentary": "commentary" if zh["commentary"] else "",
        "digest": "digest" if zh["digest"] else "",
        "status": _ENDED_EN.get(document.status, ""),
    }
    words = zh if language == "zh" else en
    shows_year = document.text_kind is TextKind.DIGEST
    parts = [part for part in (year if shows_year else "", *words.values()) if part]
    if not parts:
        return ""
    return f"（{'，'.join(parts)}）" if language == "zh" else f" ({', '.join(parts)})"


def digest_mark(language: Language) -> str:
    """What stands before a digest's words where no note beside its title says it already."""
    return "Digest, not the original text: " if language == "en" else "摘要，非原文："


def quoted(quotes: Sequence[Quote], document: Document) -> str:
    """The words of a source: official ones in quotation marks, a digest's without."""
    if document.text_kind is TextKind.DIGEST:
        return " ".join(quote.text for quote in quotes) if document.language == "en" else _joined(quotes)
    return "".join(f"“{quote.text}”" for quote in quotes)


def _joined(quotes: Sequence[Quote]) -> str:
    return "".join(quote.text for quote in quotes)


def lead(topic: str | None, language: Language) -> str:
    """The line above several sources."""
    if language == "en":
        return "What the library holds on this:"
    return f"关于{topic}：" if topic else "资料库中与此有关的内容："


def may_punish_another(language: Language) -> str:
    """The line above penalties that may be for another act than the one asked about."""
    if language == "en":
        return (
            "It is not certain that what follows punishes the act you ask about; compare the cases it names."
        )
    return "未能确定下列条文处罚的是否就是所问的行为，请对照条文写明的情形。"


def lead_of_parts(parts: Sequence[str], language: Language) -> str:
    """The line above what answers one of several questions, or more of them together."""
    named = [_unmarked(part).rstrip("？?。. ") for part in parts]
    if language == "en":
        return f"On {' and '.join(f'“{part}”' for part in named)}:"
    return f"关于{''.join(f'“{part}”' for part in named)}："


def part_not_covered(part: str, language: Language) -> str:
    """That one of several questions has no answer in the library."""
    named = _unmarked(part).rstrip("？?。. ")
    if language == "en":
        return f"The library holds nothing that answers “{named}”."
    return f"资料库里没有能回答“{named}”的规定。"


def only_chinese() -> str:
    """The notice under an English answer that quotes Chinese."""
    return "Official Chinese wording; the library holds no English text of these documents."


def only_chinese_digest() -> str:
    """The same where only digests are shown."""
    return "Chinese digests in ParkBot's words, not the official wording; no English text is in the library."


def asked_for(asked: Asked, language: Language) -> str | None:
    """What a question asks for, where it is something that a quote holds or lacks."""
    words = _ASKED_FOR.get(asked)
    return words[language] if words else None


_ASKED_FOR: dict[Asked, dict[Language, str]] = {
    Asked.FIGURE: {"zh": "具体数额或期限", "en": "a figure"},
    Asked.DATE: {"zh": "具体时间", "en": "a date"},
    Asked.LEAD_TIME: {"zh": "提前多久", "en": "how long before"},
    Asked.PENALTY: {"zh": "罚则", "en": "a penalty"},
    Asked.DEFINITION: {"zh": "定义", "en": "a definition"},
}


def not_said(what: str, language: Language) -> str:
    """That the quotes above lack what was asked for."""
    return f"Nothing quoted here states {what}." if language == "en" else f"以上内容没有写明{what}。"


def not_covered(topic: str | None, language: Language, *, has_nearest: bool) -> str:
    """The refusal of a question that the library does not answer."""
    if language == "en":
        near = " The nearest that it does hold:" if has_nearest else ""
        return f"The library holds nothing that answers this, so no answer is given.{near}"
    about = f"关于“{_unmarked(topic)}”的规定" if topic else "能回答这个问题的规定"
    near = "较接近的内容：" if has_nearest else ""
    return f"资料库里没有{about}，无法回答。{near}"


def no_penalty(language: Language, *, has_nearest: bool) -> str:
    """The refusal of a question of a penalty, where what is found punishes other acts."""
    if language == "en":
        near = " The nearest that it does hold:" if has_nearest else ""
        return f"The library names no penalty for this act, so no answer is given.{near}"
    near = "较接近的内容：" if has_nearest else ""
    return f"资料库里没有找到对这一行为的罚则，无法回答。{near}"


def add_documents(language: Language) -> str:
    """What to do after a refusal."""
    if language == "en":
        return "Add the document that rules on this to the library, then ask again."
    return "把相关文件加入资料库后可以再问。"


def no_such_article(missing: Missing, language: Language) -> str:
    """An article that a document has not; how many it has is said only of a complete text."""
    title = bare_title(missing.document.title)
    if language == "en":
        where = locator(missing.locator, "en")
        if missing.articles is not None:
            return f"{title} has {missing.articles} articles; there is no {where}."
        return f"The library holds only part of {title}; {where} is not in it."
    if missing.articles is not None:
        full = missing.document.title
        return f"《{full}》共{to_chinese(missing.articles)}条，没有{missing.locator}。"
    return f"资料库只收录了《{title}》的部分条文，其中没有{missing.locator}。"


def no_such_document(title: str, language: Language) -> str:
    """A law or document that a question names and the library does not hold."""
    title = _unmarked(title)
    if language == "en":
        return f"The library does not hold {title}, so no answer about it is given."
    return f"资料库没有收录《{title}》，无法回答有关它的问题。"


def empty_library(language: Language) -> str:
    """The refusal before anything has been indexed."""
    if language == "en":
        return "The library holds no documents yet. Add some, or wait until the first indexing is done."
    return "资料库里还没有文件。请先加入文件，或等待首次建立索引完成。"


_SPACED_OUT = re.compile("(?<=[总分附罚])\\s+(?=则)")


def article_heading(document: Document, measure: Measure, language: Language, title_en: str | None) -> str:
    """The line above a named article: document, chapter, locator, what is known of its force."""
    # Statutes space their last chapter out (附 则); a digest's measure may be all of its section.
    path = _SPACED_OUT.sub("", " ".join(measure.section_path))
    parts = (
        document_name(document, language, title_en) + source_note(document, language),
        path,
        locator(measure.locator, language),
    )
    return " · ".join(dict.fromkeys(part for part in parts if part))


def neighbours(locators: Sequence[str], language: Language) -> str:
    """The line under a named article."""
    joined = " · ".join(locator(written, language) for written in locators)
    return f"Neighbouring articles: {joined}" if language == "en" else f"相邻条文：{joined}"


def no_such_paragraph(number: int, document: Document, language: Language) -> str:
    """The notice above an article whose paragraph was asked for and cannot be shown by itself."""
    if language == "en":
        if document.text_kind is TextKind.DIGEST:
            return (
                f"The library holds only a digest of this article; paragraph {number} cannot be told apart."
            )
        return f"The library's text of this article shows no paragraph {number}; all of it follows."
    paragraph = f"第{to_chinese(number)}款"
    if document.text_kind is TextKind.DIGEST:
        return f"资料库只收录了该条的摘要，无法区分其中的{paragraph}。"
    return f"资料库的该条文本中分辨不出{paragraph}，以下是该条全文。"


def article_question(document: Document, written: str, language: Language, title_en: str | None) -> str:
    """A question for one article, as it can be asked in the answer's language."""
    where = locator(written, language)
    if language == "en" and title_en and where.startswith("Article "):
        return f"{where} of the {title_en}"
    return f"《{bare_title(document.title)}》{written}"


def title_question(document: Document, title: str, language: Language) -> str:
    """A question for a measure that goes by a title of its own."""
    if language == "en":
        return f"What does {document.title} say on {title}?"
    return f"《{bare_title(document.title)}》：{title}"


def _unmarked(asked: str) -> str:
    """Words of a question, in which [2033] must not look like a marker of a citation."""
    return re.sub(r"\[(\d+)\]", r"〔\1〕", asked)


def referred(measure: Measure, language: Language) -> str:
    """What stands before the words of an article that the quote before it names."""
    where = locator(measure.locator, language)
    return f"{where}, referred to above: " if language == "en" else f"上文所指{where}："


def which_document(written: str, language: Language) -> str:
    """The question back where an article is named and its document is not."""
    if language == "en":
        return f"{locator(written, language)} of which document?"
    return f"您指哪部文件的{written}？"


def what_else(matter: str, language: Language) -> str:
    """The question that asks for all there is on a matter."""
    return f"What are all the rules on {matter}?" if language == "en" else f"{matter}有哪些规定？"


def which_matter(language: Language, *, has_options: bool) -> str:
    """The question back where the matter is not named."""
    if language == "en":
        example = (
            "" if has_options else " Please name it, such as waste heat, energy reports or green factories."
        )
        return f"Which matter do you mean?{example}"
    example = "" if has_options else "请说明是哪件事，例如余热利用、能源利用状况报告、绿色工厂申报。"
    return f"您指哪种情形？{example}"


def about(matter: str, question: str, language: Language) -> str:
    """A vague question made complete by a matter."""
    question = _unmarked(question)
    return f"{question} ({matter})" if language == "en" else f"{matter}，{question}"


def local_rules(province: str, language: Language) -> str:
    """What the library lacks of a province."""
    return f"local rules of {province}" if language == "en" else f"{province}的地方规定"


def only_national(provinces: Sequence[str], language: Language) -> str:
    """The notice above an answer about provinces of which the library holds nothing."""
    if language == "en":
        return f"The library holds no document of {' or '.join(provinces)}; this applies nationwide."
    return f"资料库没有收录{'、'.join(provinces)}的地方文件，以下是全国适用的内容。"


def translated(language: Language) -> str:
    """What stands before a checked sentence in another language than its source."""
    return "In English (unofficial translation): " if language == "en" else "中文大意（非官方译文）："


def from_comment(document: Document, language: Language) -> str:
    """What stands before a checked sentence that rests on a comment, or on what is not in force."""
    title, note = bare_title(document.title), source_note(document, language)
    return f"{title}{note}: " if language == "en" else f"《{title}》{note}："


def left_out(count: int, language: Language) -> str:
    """The line that says that a chat model wrote more than could be shown."""
    if language == "en":
        sentences = "one sentence" if count == 1 else f"{count} sentences"
        return f"Left out: {sentences} of the chat model, not borne out by what is cited or beside the point."
    return f"模型另写的{count}句内容未能由所引条款证实，或不切题，已略去。"


def cut_short(trouble: Trouble, language: Language) -> str:
    """The warning under an answer whose writing broke off."""
    reason = (_TROUBLE_EN if language == "en" else _TROUBLE_ZH)[trouble]
    if language == "en":
        return f"⚠ The answer is incomplete: {reason}. What stands above was checked."
    return f"⚠ 回答未写完：{reason}。以上是中断前已核对的部分。"


def without_model(trouble: Trouble, language: Language) -> str:
    """The warning under quotes that stand where a chat model should have written."""
    reason = (_TROUBLE_EN if language == "en" else _TROUBLE_ZH)[trouble]
    if language == "en":
        return f"⚠ {reason[0].upper()}{reason[1:]}; these are the words of the measures instead."
    return f"⚠ {reason}，以上直接摘录条款。"


_TROUBLE_ZH = {
    Trouble.UNREACHABLE: "连不上对话模型",
    Trouble.KEY: "对话模型拒绝了密钥",
    Trouble.QUOTA: "对话模型额度用尽或过于繁忙",
    Trouble.SLOW: "对话模型未能按时答完",
    Trouble.BROKE_OFF: "与对话模型的连接中断",
    Trouble.FAILED: "对话模型出错",
}
_TROUBLE_EN = {
    Trouble.UNREACHABLE: "the chat model cannot be reached",
    Trouble.KEY: "the chat model refuses its key",
    Trouble.QUOTA: "the chat model is out of quota or too busy",
    Trouble.SLOW: "the chat model did not finish in time",
    Trouble.BROKE_OFF: "the connection to the chat model broke off",
    Trouble.FAILED: "the chat model failed",
}
