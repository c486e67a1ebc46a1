"""Runs the revisions on the connection that the library hands over."""

from alembic import context

from parkbot.library.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most of a table; alembic then copies it.
    render_as_batch=True,
)
context.run_migrations()
