"""File → Document: the text of a policy document and all that can be read of its metadata.

One module a format; `metadata` reads from the text what the file does not declare.
Splitting the text into measures is not done here.
"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePath

from parkbot.domain import SHARED_SPACE, Document, TextKind
from parkbot.errors import UnreadableFile
from parkbot.readers.content import Content

__all__ = ["SUFFIXES", "read"]

SUFFIXES = frozenset((".md", ".txt", ".html", ".htm", ".pdf"))
"""Endings of the files that can be read."""

ALWAYS_READ = frozenset(("title", "language"))
"""What is read from the text of a digest too; the rest of a digest's metadata is declared or unknown."""


def read(name: str, data: bytes, *, source: str = "", space: str = SHARED_SPACE) -> Document:
    """The document in a file called `name`, without an id unless the file declares one.

    Raises:
        UnreadableFile: one line that names the file, says what is wrong and what mends it.
    """
    from parkbot.readers import metadata

    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableFile(
            f"{name}: files ending in {suffix or 'nothing'} are not read; save it as one of"
            f" {', '.join(sorted(SUFFIXES))}"
        )
    content = _reader(suffix)(name, data)
    document = metadata.infer(content.text, PurePath(name).stem, title=content.title)
    if content.source_url:
        document = replace(document, source_url=content.source_url)
    return replace(
        _with_declared(document, content),
        text=content.text,
        source=source,
        space=space,
        content_hash=sha256(data).hexdigest(),
    )


def _reader(suffix: str) -> Callable[[str, bytes], Content]:
    if suffix == ".pdf":
        from parkbot.readers.pdf import read_pdf

        return read_pdf
    if suffix in (".html", ".htm"):
        from parkbot.readers.html import read_html

        return read_html
    if suffix == ".md":
        from parkbot.readers.markdown import read_markdown

        return read_markdown
    from parkbot.readers.text import read_text

    return read_text


def _with_declared(inferred: Document, content: Content) -> Document:
    """What the file declares, over what was read from its text."""
    declared = content.declared
    if declared is None:
        return inferred
    if declared.text_kind is TextKind.DIGEST:
        # A digest tells of another document: dates and numbers in its sentences are not its own.
        kept = {field: getattr(inferred, field) for field in ALWAYS_READ - content.declared_fields}
        return replace(declared, **kept)
    return replace(inferred, **{field: getattr(declared, field) for field in content.declared_fields})
