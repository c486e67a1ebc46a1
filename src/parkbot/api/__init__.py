"""HTTP: the API under /v1 and the pages; the only place where errors become status codes."""

from parkbot.api.app import create_app

__all__ = ["create_app"]
