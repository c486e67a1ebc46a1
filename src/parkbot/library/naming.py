"""Ids of documents: readable, stable across re-ingests, and never shared by two documents."""

import hashlib
import os
import re
import stat
import unicodedata
from pathlib import PurePath

from parkbot.domain import SHARED_SPACE, Document
from parkbot.errors import BadInput

_DECLARABLE = re.compile(r"[\w.-]+")
_SCHEME = re.compile(r"^\w+:")
_SEPARATORS = re.compile(r"[\W_]+")
_MAX_SLUG = 80


def wanted_id(document: Document) -> str:
    """The id that a document would have if it were alone.

    Outside the shared space every id begins with the space's name: a park can neither take an
    id of the shared library away nor learn from a clash what another park holds.

    Raises:
        BadInput: the file declares an id that cannot stand in an address.
    """
    if document.id and not _DECLARABLE.fullmatch(document.id):
        raise BadInput(
            f"{document.source or document.title}: the id {document.id!r} cannot be used; "
            "an id has letters, digits, '.', '_' and '-' only"
        )
    name = document.id or slug(_stem(document.source)) or slug(document.title) or "document"
    if document.space == SHARED_SPACE:
        return name
    prefix = _prefix(document.space)
    return name if name.startswith(prefix) else prefix + name


def slug(text: str) -> str:
    """Letters and digits of any script, with one '-' for all that stands between them."""
    # Files from macOS spell é in two code points; the id must not depend on that.
    composed = unicodedata.normalize("NFC", text)
    return _SEPARATORS.sub("-", composed).strip("-")[:_MAX_SLUG].rstrip("-")


def distinguished(id: str, document: Document) -> str:
    """The id for a document whose wanted one belongs to another."""
    return f"{id}-{_tag(document.space + document.source)}"


def is_file(source: str) -> bool:
    """Whether a source names a file of this machine, be it there or not; an upload's does not."""
    return os.path.isabs(source)


def is_gone(source: str) -> bool:
    """Whether a source is a file that is not there any more; where nobody may look, it is not."""
    if not is_file(source):
        return False
    try:
        return not stat.S_ISREG(os.lstat(source).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False


def _prefix(space: str) -> str:
    """How the ids of a space begin; where its slug is not its name, a tag tells it from its likes."""
    name = slug(space)
    return f"{name}." if name == space else f"{name}-{_tag(space)}.".lstrip("-")


def _tag(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def _stem(source: str) -> str:
    return PurePath(_SCHEME.sub("", source)).stem
