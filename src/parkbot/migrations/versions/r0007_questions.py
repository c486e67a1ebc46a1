"""Questions that a measure answers, beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; measures that are there have none until their documents are read again."""
    op.add_column("measures", sa.Column("questions", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drops the column."""
    with op.batch_alter_table("measures") as measures:
        measures.drop_column("questions")
