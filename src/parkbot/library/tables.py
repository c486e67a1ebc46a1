"""The tables. The migrations under `parkbot/migrations` make them; a test holds both together."""

from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

REVISION = "0007"
"""The last migration; a database that is already there is opened without loading alembic."""


class State(StrEnum):
    """How far a document has come. Only a ready one answers."""

    INDEXING = "indexing"
    READY = "ready"
    REMOVING = "removing"


metadata = MetaData()

# Metadata columns hold what is in force: the file's value, or the officer's where there is one.
# `overrides` holds the officer's values apart, so that they outlive a changed file.
documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("space", String, nullable=False),
    Column("source", String, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("state", String, nullable=False),
    Column("overrides", JSON, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_en", Text),
    Column("summary", Text),
    Column("issuers", JSON, nullable=False),
    Column("document_number", Text),
    Column("date_issued", Date),
    Column("effective_from", Date),
    Column("expires_on", Date),
    Column("repealed_on", Date),
    Column("repeals", JSON, nullable=False, server_default="[]"),
    Column("repeals_on", Date),
    Column("status", String, nullable=False),
    Column("level", String, nullable=False),
    Column("region", String),
    Column("language", String, nullable=False),
    Column("source_url", Text),
    Column("text_kind", String, nullable=False),
    Column("coverage", String, nullable=False),
    Column("grade", String),
    Column("checked_on", Date),
    UniqueConstraint("space", "source", name="uq_documents_space_source"),
)

# Apart from `documents`, so that a list of documents reads no page of text.
texts = Table(
    "texts",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
)

measures = Table(
    "measures",
    metadata,
    Column("id", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("locator", Text, nullable=False),
    Column("section_path", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("span", JSON, nullable=False),
    Column("title", Text),
    Column("actors", JSON, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("figures", JSON, nullable=False),
    Column("paragraphs", JSON, nullable=False),
    Column("items", JSON, nullable=False),
    Column("questions", JSON, nullable=False, server_default="[]"),
    Index("ix_measures_document_position", "document_id", "position", unique=True),
)

headings = Table(
    "headings",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("span", JSON, nullable=False),
    Column("level", Integer, nullable=False),
)

# One row. Indexes carry the generation that they were made from.
generations = Table(
    "generations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", BigInteger, nullable=False),
)

# Times are UTC. A turn holds its whole answer, so that it shows what was quoted when it was given.
conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("space", String, nullable=False),
    Column("owner", String),
    Column("title", Text, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("updated", DateTime, nullable=False),
    Index("ix_conversations_updated", "updated"),
)

turns = Table(
    "turns",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("standalone_question", Text, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("created", DateTime, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", String, primary_key=True),
    Column("space", String, nullable=False),
    Column("owner", String),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE")),
    Column("position", Integer),
    Column("measure_ids", JSON, nullable=False),
    Column("rating", String, nullable=False),
    Column("comment", Text, nullable=False),
    Column("created", DateTime, nullable=False),
)

# Apart from `feedback`, which goes with its conversation: what was approved stays. The id is the feedback's.
approved = Table(
    "approved",
    metadata,
    Column("id", String, primary_key=True),
    Column("space", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("measure_ids", JSON, nullable=False),
    Column("approved", DateTime, nullable=False),
)

# Times are UTC without a zone: SQLite has none. Of a key and of a session only a hash is here.
keys = Table(
    "keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("hash", String, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("spaces", JSON, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("per_minute", Integer),
    Column("per_day", Integer),
    Column("expires_on", Date),
    Column("created", DateTime, nullable=False),
    Column("last_used", DateTime),
    Column("revoked", DateTime),
)

key_usage = Table(
    "key_usage",
    metadata,
    Column("key_id", String, ForeignKey("keys.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("used", Integer, nullable=False),
)

# Minutes since 1970. Only where several processes count together; one alone counts in its memory.
key_minutes = Table(
    "key_minutes",
    metadata,
    Column("key_id", String, ForeignKey("keys.id", ondelete="CASCADE"), primary_key=True),
    Column("minute", Integer, primary_key=True),
    Column("used", Integer, nullable=False),
)

key_sessions = Table(
    "key_sessions",
    metadata,
    Column("hash", String, primary_key=True),
    Column("key_id", String, ForeignKey("keys.id", ondelete="CASCADE"), nullable=False),
    Column("ends", DateTime, nullable=False),
)
