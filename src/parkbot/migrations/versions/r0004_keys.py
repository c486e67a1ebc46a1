"""Keys, what was asked with them on a day, and the sessions of those who signed in with one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "keys",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("hash", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("spaces", sa.JSON, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("origins", sa.JSON, nullable=False),
        sa.Column("per_minute", sa.Integer),
        sa.Column("per_day", sa.Integer),
        sa.Column("expires_on", sa.Date),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("last_used", sa.DateTime),
        sa.Column("revoked", sa.DateTime),
    )
    op.create_table(
        "key_usage",
        sa.Column("key_id", sa.String, sa.ForeignKey("keys.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
    )
    op.create_table(
        "key_sessions",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("key_id", sa.String, sa.ForeignKey("keys.id", ondelete="CASCADE"), nullable=False),
        sa.Column("ends", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    """Drops the tables."""
    for table in ("key_sessions", "key_usage", "keys"):
        op.drop_table(table)
