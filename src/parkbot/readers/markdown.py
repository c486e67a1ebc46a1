"""Markdown → Content: strict front matter, no comments."""

from parkbot.errors import UnreadableFile
from parkbot.readers.content import Content
from parkbot.readers.encoding import decode
from parkbot.readers.frontmatter import Declared, parse
from parkbot.readers.text import tidy


def read_markdown(name: str, data: bytes) -> Content:
    """Text below the front matter, and what the front matter declares.

    Raises:
        UnreadableFile: as `decode`, or the front matter has an unknown key or an impossible value.
    """
    declared, body = parse(name, decode(name, data))
    text = tidy(without_comments(body))
    if not text:
        raise UnreadableFile(f"{name}: no text stands below the front matter; add the document's text")
    if declared is None:
        return Content(text=text)
    return _content(text, declared)


def _content(text: str, declared: Declared) -> Content:
    return Content(text=text, declared=declared.document, declared_fields=declared.fields)


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
