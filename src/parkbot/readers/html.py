"""Web pages → Content: what a reader sees of the page, as Markdown lines."""

import re
from typing import TYPE_CHECKING

from parkbot.errors import UnreadableFile
from parkbot.readers.content import Content
from parkbot.readers.encoding import decode, refuse_binary
from parkbot.readers.tables import markdown_table
from parkbot.readers.text import SUPERSCRIPTS, tidy

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PageElement, Tag

LONGEST = 5_000_000
"""Characters of a page; parsing takes about a second for each million."""

CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
CHARSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
}
"""Declared names and the codec that reads them; UTF-8 and UTF-16 are told by their bytes."""

DROPPED = frozenset(
    "script style noscript template nav footer aside iframe object embed svg math canvas head"
    " button input select textarea audio video map area".split()
)
BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure form header hr"
    " html li main ol p pre section summary table ul h1 h2 h3 h4 h5 h6 br".split()
)
HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
BLANKS = re.compile(r"[ \t\r\n\f\v\xa0]+")
BREAK_IN_CHINESE = re.compile(rf"(?<=[{WIDE}])[ \t]*\n\s*(?=[{WIDE}])")
WIDEST_CELL = 50
"""Columns or rows that one cell may span: real tables stay far below."""


def read_html(name: str, data: bytes) -> Content:
    """The page's headings, paragraphs, lists and tables; nothing that is not shown.

    Raises:
        UnreadableFile: as `decode`, or nothing of the page is text.
    """
    from bs4 import BeautifulSoup

    text = _decoded(name, data)
    if len(text) > LONGEST:
        raise UnreadableFile(f"{name}: the page has {len(text):,} characters; split it into smaller pages")
    try:
        soup = BeautifulSoup(text, "lxml")
        lines = _Renderer().render(soup)
    except RecursionError as error:
        raise UnreadableFile(f"{name}: the page is nested too deeply; save it as plain text") from error
    body = tidy(lines)
    if not body:
        raise UnreadableFile(f"{name}: the page shows no text; save the page after it has loaded, or as PDF")
    return Content(text=body, title=_title(soup), source_url=_address(soup))


def _decoded(name: str, data: bytes) -> str:
    """By the charset that the page declares, unless its bytes say otherwise."""
    declared = CHARSET.search(data[:8192])
    codec = CHARSETS.get(declared.group(1).decode("ascii").lower()) if declared else None
    if codec and b"\x00" not in data[:8192]:
        refuse_binary(name, data)
        try:
            return data.decode(codec).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            pass  # many pages declare a charset that they are not in: the bytes decide
    return decode(name, data, longest_line=LONGEST)


def _title(soup: "BeautifulSoup") -> str | None:
    title = soup.title.get_text() if soup.title else ""
    return _flat(title) or None


def _address(soup: "BeautifulSoup") -> str | None:
    from bs4.element import Tag

    link = soup.find("link", rel="canonical")
    address = str(link.get("href", "")) if isinstance(link, Tag) else ""
    return address if address.startswith(("http://", "https://")) else None


def _flat(text: str) -> str:
    """Text on one line: breaks inside Chinese vanish, other blanks become one."""
    return BLANKS.sub(" ", BREAK_IN_CHINESE.sub("", text)).strip(" \u3000")


def _hidden(tag: "Tag") -> bool:
    if tag.name in DROPPED or tag.has_attr("hidden"):
        return True
    return str(tag.get("aria-hidden", "")) == "true" or bool(HIDDEN_STYLE.search(str(tag.get("style", ""))))


class _Renderer:
    """Walks a page once; inline text gathers in `line` until a block ends it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []

    def render(self, root: "Tag") -> str:
        self.walk(root)
        self.end_line()
        return "\n".join(self.lines)

    def walk(self, node: "Tag") -> None:
        for child in node.children:
            self.visit(child)

    def visit(self, child: "PageElement") -> None:
        from bs4.element import NavigableString, PreformattedString, Tag

        if isinstance(child, Tag):
            if not _hidden(child):
                self.visit_tag(child)
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            self.line.append(_shown(child))

    def visit_tag(self, tag: "Tag") -> None:
        if tag.name == "br":
            self.end_line()
        elif re.fullmatch("h[1-6]", tag.name):
            self.block(tag, "#" * int(tag.name[1]) + " ")
        elif tag.name == "table" and (rows := _data_rows(tag)):
            self.end_line()
            self.lines += ["", *markdown_table(rows), ""]
        elif tag.name == "pre":
            self.end_line()
            self.lines += ["", *tag.get_text().split("\n"), ""]
        elif tag.name == "li":
            self.item(tag)
        elif tag.name in BLOCKS or tag.name == "tr":
            self.end_line()
            self.lines.append("")
            self.walk(tag)
            self.end_line()
            self.lines.append("")
        else:
            self.walk(tag)
            if tag.name in ("td", "th"):
                self.end_line()

    def block(self, tag: "Tag", mark: str) -> None:
        """A heading: one line, whatever stands inside."""
        self.end_line()
        text = _flat(_seen(tag))
        self.lines += ["", mark + text, ""] if text else []

    def item(self, tag: "Tag") -> None:
        """A list item; what it holds beyond its first line follows below it."""
        self.end_line()
        first = len(self.lines)
        self.walk(tag)
        self.end_line()
        while first < len(self.lines) and not self.lines[first]:
            del self.lines[first]
        if first < len(self.lines) and not self.lines[first].startswith(("- ", "|")):
            self.lines[first] = "- " + self.lines[first]

    def end_line(self) -> None:
        text = _flat("".join(self.line))
        self.line = []
        if text:
            self.lines.append(text)


def _seen(tag: "Tag") -> str:
    """Text of a tag without what is hidden in it."""
    from bs4.element import NavigableString, PreformattedString, Tag

    parts = []
    for child in tag.children:
        if isinstance(child, Tag):
            if not _hidden(child):
                inner = _seen(child)
                parts.append(f" {inner} " if child.name in BLOCKS else inner)
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            parts.append(_shown(child))
    return "".join(parts)


def _shown(text: "NavigableString") -> str:
    """Characters of a page, raised digits as such: 10<sup>4</sup> is not 104."""
    return text.translate(SUPERSCRIPTS) if text.find_parent("sup") else str(text)


def _data_rows(table: "Tag") -> list[list[str]]:
    """Rows of a table that holds data; none for one that only lays out a page."""
    if table.find("table") or table.find(re.compile("h[1-6]")):
        return []
    rows: list[list[str]] = []
    spans: dict[int, tuple[int, str]] = {}
    for row in table.find_all("tr"):
        rows.append(_spread(row, spans))
    widths = {len(row) for row in rows if row}
    return [row for row in rows if any(row)] if widths and max(widths) > 1 else []


def _spread(row: "Tag", spans: dict[int, tuple[int, str]]) -> list[str]:
    """Cells of a row, those that span repeated; `spans` carries cells that reach into rows below."""
    cells: list[str] = []

    def fill_from_above() -> None:
        while len(cells) in spans:
            column = len(cells)
            left, text = spans.pop(column)
            if left > 1:
                below[column] = (left - 1, text)
            cells.append(text)

    below: dict[int, tuple[int, str]] = {}
    for cell in row.find_all(["td", "th"], recursive=False):
        fill_from_above()
        text = "" if _hidden(cell) else _flat(_seen(cell))
        for _ in range(_span(cell, "colspan")):
            if (down := _span(cell, "rowspan")) > 1:
                below[len(cells)] = (down - 1, text)
            cells.append(text)
    fill_from_above()
    spans |= below
    return cells


def _span(cell: "Tag", attribute: str) -> int:
    value = str(cell.get(attribute, "1")).strip()[:4]
    return min(max(int(value), 1), WIDEST_CELL) if value.isascii() and value.isdigit() else 1
