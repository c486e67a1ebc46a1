"""Documents with their texts, headings and measures."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    _documents()
    op.create_table(
        "texts",
        _document_id(primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )
    _measures()
    op.create_table(
        "headings",
        _document_id(primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("span", sa.JSON, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
    )
    generations = op.create_table(
        "generations",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
    )
    # Begins at the time, not at 0: an index left over from a library that was deleted must not
    # pass for one of this library.
    op.bulk_insert(generations, [{"id": 1, "generation": time.time_ns() // 1_000_000}])


def downgrade() -> None:
    """Drops the tables."""
    for table in ("generations", "headings", "measures", "texts", "documents"):
        op.drop_table(table)


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("content_hash", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("overrides", sa.JSON, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text),
        sa.Column("summary", sa.Text),
        sa.Column("issuers", sa.JSON, nullable=False),
        sa.Column("document_number", sa.Text),
        sa.Column("date_issued", sa.Date),
        sa.Column("effective_from", sa.Date),
        sa.Column("expires_on", sa.Date),
        sa.Column("repealed_on", sa.Date),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("region", sa.String),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("source_url", sa.Text),
        sa.Column("text_kind", sa.String, nullable=False),
        sa.Column("coverage", sa.String, nullable=False),
        sa.Column("grade", sa.String),
        sa.Column("checked_on", sa.Date),
        sa.UniqueConstraint("space", "source", name="uq_documents_space_source"),
    )


def _measures() -> None:
    op.create_table(
        "measures",
        sa.Column("id", sa.String, primary_key=True),
        _document_id(nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("locator", sa.Text, nullable=False),
        sa.Column("section_path", sa.JSON, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("span", sa.JSON, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("actors", sa.JSON, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("paragraphs", sa.JSON, nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
    )
    op.create_index("ix_measures_document_position", "measures", ["document_id", "position"], unique=True)


def _document_id(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(
        "document_id",
        sa.String,
        sa.ForeignKey("documents.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=nullable,
    )
