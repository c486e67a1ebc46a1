"""What a reader of one format makes of a file, before its metadata is read from the text."""

from dataclasses import dataclass, field

from parkbot.domain import Document


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a file, and what the file says of itself outside the text.

    `declared` holds the values of front matter, and `declared_fields` which of its
    fields were declared: a declared null stays null. `title` and `source_url` are
    what the format offers beside the text (the title element of a web page).
    """

    text: str
    title: str | None = None
    source_url: str | None = None
    declared: Document | None = None
    declared_fields: frozenset[str] = field(default_factory=frozenset)
