"""The YAML block above a Markdown document: every key known, every value possible."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from parkbot.domain import Coverage, Document, Level, Status, TextKind
from parkbot.errors import UnreadableFile

LONGEST = 200_000
"""Characters of front matter; more is no front matter."""

NULLS = frozenset(("", "null", "Null", "NULL", "~"))
KEY_LINE = re.compile(r"---\s*\n\s*[A-Za-z_]\w*\s*:")

Value: TypeAlias = str | date | tuple[str, ...] | None


class Impossible(Exception):
    """A value that its key cannot have; the message says which it could."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What front matter says: a document without text, and which of its fields were named."""

    document: Document
    fields: frozenset[str]


def parse(name: str, text: str) -> tuple[Declared | None, str]:
    """What the front matter of `text` declares (None: it has none) and the text below it.

    Raises:
        UnreadableFile: an unknown key or impossible value; the message names the key and the mend.
    """
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler()
    if not handler.detect(text):
        return None, text
    try:
        block, body = handler.split(text)
    except ValueError as error:
        if KEY_LINE.match(text):
            raise UnreadableFile(
                f"{name}: the front matter is never closed; end it with a line ---"
            ) from error
        return None, text
    values = _mapping(name, block)
    if values is None:
        return None, text
    return _declared(name, values), body


def _mapping(name: str, block: str) -> dict[str, object] | None:
    """The block's keys with their scalars as written; None where it is no mapping (a rule between texts)."""
    import yaml

    if len(block) > LONGEST:
        return None
    try:
        # BaseLoader leaves scalars as strings, so that a wrong date is reported with its key.
        values = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506  # builds strings, lists and dicts only
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise UnreadableFile(
            f"{name}: the front matter is not YAML{where}; quote values that hold ': ' or begin with a mark"
        ) from error
    return {str(key): value for key, value in values.items()} if isinstance(values, dict) else None


def _declared(name: str, values: dict[str, object]) -> Declared:
    changes: dict[str, Value] = {}
    for key, raw in values.items():
        if key not in KEYS:
            raise UnreadableFile(
                f"{name}: unknown key {key!r} in the front matter; remove it or use one of {', '.join(KEYS)}"
            )
        try:
            value = KEYS[key](raw)
        except Impossible as error:
            raise UnreadableFile(f"{name}: {key} in the front matter is {raw!r}; {error}") from error
        if key in FIELDS:
            changes[key] = value
    document = replace(Document(title="", text=""), **changes)  # type: ignore[arg-type]  # KEYS gives each its type
    return Declared(document, frozenset(changes))


def _text_or_null(raw: object) -> str | None:
    if not isinstance(raw, str):
        raise Impossible("write it as one line of text, or null")
    return None if raw in NULLS else raw.strip()


def _text(raw: object) -> str:
    value = _text_or_null(raw)
    if value is None:
        raise Impossible("it must not be empty; fill it in or remove the key")
    return value


def _texts(raw: object) -> tuple[str, ...]:
    if isinstance(raw, str) and raw in NULLS:
        return ()
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise Impossible("write it as a list of texts, each on a line of its own after '- '")
    return tuple(raw)


def _date(raw: object) -> date | None:
    if isinstance(raw, str) and raw in NULLS:
        return None
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", raw):
        try:
            return date.fromisoformat(raw)
        except ValueError as error:
            raise Impossible("there is no such day; write YYYY-MM-DD, or null") from error
    raise Impossible("write it as YYYY-MM-DD, or null")


def _id(raw: object) -> str:
    value = _text(raw)
    if not re.fullmatch(r"[a-z0-9]+([-.][a-z0-9]+)*", value):
        raise Impossible("use lower-case letters, digits and hyphens")
    return value


def _one_of(values: type[StrEnum]) -> Callable[[object], StrEnum]:
    def read(raw: object) -> StrEnum:
        try:
            return values(_text(raw))
        except ValueError as error:
            raise Impossible(f"use one of {', '.join(values)}") from error

    return read


def _language(raw: object) -> str:
    if raw not in ("zh", "en"):
        raise Impossible("use zh or en")
    return str(raw)


FIELDS: dict[str, Callable[[object], Value]] = {
    "id": _id,
    "title": _text,
    "title_en": _text_or_null,
    "issuers": _texts,
    "document_number": _text_or_null,
    "date_issued": _date,
    "effective_from": _date,
    "expires_on": _date,
    "repealed_on": _date,
    "repeals": _texts,
    "repeals_on": _date,
    "status": _one_of(Status),
    "level": _one_of(Level),
    "region": _text_or_null,
    "language": _language,
    "source_url": _text_or_null,
    "text_kind": _one_of(TextKind),
    "coverage": _one_of(Coverage),
    "grade": _text_or_null,
    "checked_on": _date,
    "summary": _text_or_null,
}
"""Keys that a Document keeps."""

KEYS: dict[str, Callable[[object], Value]] = FIELDS | {
    "original_effective_from": _date,
    "repealed_by": _text_or_null,
    "verified_from": _texts,
}
"""All that front matter may say; what is not in FIELDS is for the people who keep the documents."""
