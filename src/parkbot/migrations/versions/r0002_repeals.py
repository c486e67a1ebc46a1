"""Which documents a document repeals, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns; documents that are there repeal nothing until they are read again."""
    op.add_column("documents", sa.Column("repeals", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("documents", sa.Column("repeals_on", sa.Date))


def downgrade() -> None:
    """Drops the columns."""
    with op.batch_alter_table("documents") as documents:
        documents.drop_column("repeals")
        documents.drop_column("repeals_on")
