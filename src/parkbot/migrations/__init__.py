"""How the tables came to be: alembic revisions, applied when a library is opened."""
