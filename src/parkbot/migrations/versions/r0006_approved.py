"""Questions that an operator approved to learn from."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "approved",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("space", sa.String, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("measure_ids", sa.JSON, nullable=False),
        sa.Column("approved", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    """Drops the table."""
    op.drop_table("approved")
