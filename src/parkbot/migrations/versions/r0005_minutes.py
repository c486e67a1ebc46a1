"""How often a key was used in a minute, for processes that count together."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "key_minutes",
        sa.Column("key_id", sa.String, sa.ForeignKey("keys.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("minute", sa.Integer, primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drops the table."""
    op.drop_table("key_minutes")
