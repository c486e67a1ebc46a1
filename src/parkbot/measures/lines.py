"""What kind of line is it? Numbering, headings, bullets: judged line by line, without memory.

Whether a number really opens a measure depends on its neighbours; `numbering` decides that.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from parkbot.domain import Span
from parkbot.numerals import CHINESE, to_int


class Kind(Enum):
    """Forms of numbering, outermost first where they occur together."""

    ANNEX = "附件"
    CODE = "编"
    CHAPTER = "章"
    SECTION = "节"
    ENGLISH_SECTION = "Section"
    ARTICLE = "条"
    ENGLISH_ARTICLE = "Article"
    HAN = "一、"
    HAN_BRACKETED = "（一）"
    ARABIC = "1."
    ARABIC_BRACKETED = "（1）"
    DECIMAL = "1.2.3"

    @property
    def is_division(self) -> bool:
        """Whether such a line only groups what follows it."""
        return self in (Kind.ANNEX, Kind.CODE, Kind.CHAPTER, Kind.SECTION)

    @property
    def is_article(self) -> bool:
        """Whether it is an article of a statute."""
        return self in (Kind.ARTICLE, Kind.ENGLISH_ARTICLE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank; `span` is trimmed of white space.

    `numbers` are the values of its numbering, (31, 1) for 第三十一条之一, (1, 2, 3) for 1.2.3.
    `label` is the numbering as written, `body` the offset in `text` at which the rest begins.
    `markdown_level` is 1 to 6 for Markdown headings, else 0.
    `is_separated` says that white space or a full stop sets the label off from the rest.
    """

    text: str
    span: Span
    markdown_level: int = 0
    declared_id: str | None = None
    kind: Kind | None = None
    numbers: tuple[int, ...] = ()
    label: str = ""
    body: int = 0
    is_separated: bool = False

    @property
    def title(self) -> str:
        """The line as a heading reads: without Markdown marks and without a declared id."""
        bare = self.text.lstrip("#").strip() if self.markdown_level else self.text
        return DECLARED_ID.sub("", bare).strip()

    @property
    def after_label(self) -> str:
        """What follows the numbering at once, with its white space."""
        return self.text[self.text.index(self.label) + len(self.label) :]

    @property
    def rest(self) -> str:
        """What stands after the numbering."""
        return self.text[self.body :].strip()

    @property
    def is_sentence(self) -> bool:
        """Whether it ends as a sentence, a clause or an item does, or is too long for a heading."""
        return bool(SENTENCE_END.search(self.text)) or len(self.text) > 60

    @property
    def is_table_row(self) -> bool:
        """Whether it is a row of a Markdown table."""
        return self.text.startswith("|")

    @property
    def is_bullet(self) -> bool:
        """Whether it is an unnumbered list item."""
        return bool(BULLET.match(self.text))


HEADING = re.compile(r"(#{1,6})\s+")
DECLARED_ID = re.compile(r"\s*\{#([\w.-]+)\}\s*$")
SENTENCE_END = re.compile(r"[。；;！？!?：:，,]['”’」』）)]*$|[a-z)]\.$")
BULLET = re.compile(r"[-*•·●▪◆■]\s+\S")
REFERENCE_AFTER_ARTICLE = re.compile(r"(?:规定|所|第|和|、|，|,|至|到|的|中|或|以及|及|与|之规定|同)")

_HAN = f"[{CHINESE}]+"
_NUMBER = rf"(?:{_HAN}|\d+)"
_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.ANNEX, re.compile(rf"附\s*[件录表](?P<n>{_NUMBER})?\s*(?=[:：\s.．、]|$)")),
    (Kind.CODE, re.compile(rf"第(?P<n>{_NUMBER})(?:分编|编)(?=\s|$|[^，。的])")),
    (Kind.CHAPTER, re.compile(rf"第(?P<n>{_NUMBER})章(?=\s|$|[^，。的、和第])")),
    (Kind.SECTION, re.compile(rf"第(?P<n>{_NUMBER})节(?=\s|$|[^，。的、和第])")),
    (Kind.ARTICLE, re.compile(rf"第\s?(?P<n>{_NUMBER})\s?条(?:之(?P<m>{_HAN}))?")),
    (Kind.HAN_BRACKETED, re.compile(rf"[（(](?P<n>{_HAN})[）)]")),
    (Kind.HAN, re.compile(rf"(?P<n>{_HAN})、")),
    (Kind.ARABIC_BRACKETED, re.compile(r"[（(](?P<n>\d{1,2})[）)]")),
    (Kind.DECIMAL, re.compile(r"(?P<n>\d{1,2}(?:\.\d{1,2}){1,4})(?=\.?[\s　]+\S|[\u4e00-\u9fff《“])")),
    (Kind.ARABIC, re.compile(r"(?P<n>\d{1,2})(?:[.．](?!\d)|、)")),
    (Kind.ENGLISH_ARTICLE, re.compile(r"(?:Article|ARTICLE|Art\.)\s+(?P<n>\d+)(?=[\s.:]|$)")),
    (Kind.ENGLISH_SECTION, re.compile(r"(?:Section|SECTION|Sec\.)\s+(?P<n>\d+(?:\.\d+)*)(?=[\s.:]|$)")),
)


def lines_of(text: str) -> Iterator[Line]:
    """The lines of `text` that are not blank, classified."""
    at = 0
    for raw in text.split("\n"):
        start = at + len(raw) - len(raw.lstrip())
        at += len(raw) + 1
        stripped = raw.strip()
        if stripped:
            yield _classified(stripped, Span(start, start + len(stripped)))


def _classified(text: str, span: Span) -> Line:
    heading = HEADING.match(text)
    level, begin = (len(heading[1]), heading.end()) if heading else (0, 0)
    declared = DECLARED_ID.search(text) if heading else None
    for kind, form in _FORMS:
        if found := form.match(text, begin):
            numbers = _numbers(found)
            if numbers is None:
                continue
            after = text[found.end() : found.end() + 1]
            label = text[begin : found.end()].strip()
            body = found.end() + len(text[found.end() :]) - len(text[found.end() :].lstrip(" 　\t.:：．"))
            is_separated = after == "" or after in " 　\t.:：．"
            return Line(text, span, level, declared and declared[1], kind, numbers, label, body, is_separated)
    return Line(text, span, level, declared and declared[1], body=begin)


def _numbers(found: re.Match[str]) -> tuple[int, ...] | None:
    """Values of the groups; () for an annex without a number; None for what is no numeral."""
    values: list[int] = []
    for written in found.groups():
        for part in (written or "").split("."):
            if part:
                value = to_int(part)
                if value is None:
                    return None
                values.append(value)
    return tuple(values)
