"""Markdown → Content: strict front matter, no comments."""

import re

from parkbot.errors import UnreadableFile
from parkbot.numerals import CHINESE
from parkbot.readers.content import Content
from parkbot.readers.encoding import decode
from parkbot.readers.frontmatter import Declared, parse
from parkbot.readers.text import tidy

EMPHASIS = re.compile(r"(\*\*|__)(?=\S)([^*_\n]+?)(?<=\S)\1")
ARTICLE_HEADING = re.compile(rf"^#{{1,6}}\s+(?=第[{CHINESE}\d]+条(?![例款])[^\n{{]*$)", re.MULTILINE)


def read_markdown(name: str, data: bytes) -> Content:
    """Text below the front matter, and what the front matter declares.

    Raises:
        UnreadableFile: as `decode`, or the front matter has an unknown key or an impossible value.
    """
    declared, body = parse(name, decode(name, data))
    text = tidy(plain(without_comments(body)))
    if not text:
        raise UnreadableFile(f"{name}: no text stands below the front matter; add the document's text")
    if declared is None:
        return Content(text=text)
    return _content(text, declared)


def _content(text: str, declared: Declared) -> Content:
    return Content(text=text, declared=declared.document, declared_fields=declared.fields)


def plain(text: str) -> str:
    """Text without emphasis, and articles that are written as headings as the lines that they are.

    >>> plain("## **第一条** 为了节能，制定本办法。")
    '第一条 为了节能，制定本办法。'
    """
    return ARTICLE_HEADING.sub("", EMPHASIS.sub(r"\2", text))


def without_comments(text: str) -> str:
    """Text without `<!-- … -->`; one that is never closed is text.

    A scan and not a regular expression: that one takes quadratic time on unclosed comments.
    """
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        kept.append(text[at:start])
        at = end + 3
    return "".join(kept) + text[at:]
