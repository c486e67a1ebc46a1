"""What a request must be allowed to do to reach an address; what is not listed here cannot be reached."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from parkbot.access import Scope


@dataclass(frozen=True, slots=True)
class Need:
    """What a caller needs; `scope` None: nothing. `counts`: it is one of the key's questions of the day.

    `or_no_keys`: as long as no key was made, everybody may whom the server hears.
    """

    scope: Scope | None
    counts: bool = False
    or_no_keys: bool = False


OPEN = Need(None)
ASK = Need(Scope.ASK)
READ = Need(Scope.READ)
WRITE = Need(Scope.WRITE)
ADMIN = Need(Scope.ADMIN)
WATCH = Need(Scope.ADMIN, or_no_keys=True)
QUESTION = Need(Scope.ASK, counts=True)
SEARCH = Need(Scope.READ, counts=True)

_TABLE: tuple[tuple[str, Mapping[str, Need]], ...] = (
    (r"/v1/(health|ready)", {"GET": OPEN}),
    (r"/metrics", {"GET": WATCH}),
    (r"/signin", {"GET": OPEN, "POST": OPEN}),
    (r"/signout", {"POST": OPEN}),
    (r"/v1/keys", {"GET": ADMIN, "POST": ADMIN}),
    (r"/v1/keys/[^/]+", {"DELETE": ADMIN}),
    (r"/v1/ask", {"POST": QUESTION}),
    (r"/v1/search", {"POST": SEARCH}),
    (r"/v1/documents", {"GET": READ, "POST": WRITE}),
    (r"/v1/documents/.+", {"GET": READ, "PATCH": WRITE, "DELETE": WRITE}),
    (r"/v1/measures", {"GET": READ}),
    (r"/v1/measures/.+", {"GET": ASK}),
    (r"/v1/conversations", {"GET": ASK, "DELETE": ASK}),
    (r"/v1/conversations/.+", {"GET": ASK, "DELETE": ASK}),
    (r"/v1/feedback", {"POST": ASK}),
    (r"/v1/chat/completions", {"POST": QUESTION}),
    (r"/v1/models(/.+)?", {"GET": ASK}),
    (r"/mcp", {"POST": SEARCH}),
    (r"/measures/.+", {"GET": ASK}),
    # Descriptions, styles and scripts, which hold nothing of the library.
    (r"/docs|/docs/assets/.+|/openapi\.json|/ui/.+|/widget\.js|/embed", {"GET": OPEN}),
    (r"/assets/.+|/static/.+|/theme\.css|/favicon\.ico|/robots\.txt|/manifest\.json", {"GET": OPEN}),
    # Gradio also serves uploads, files, recordings, a run history and a code editor; the page needs none.
    (r"/|/config|/gradio_api/(info|startup-events|app_id|heartbeat/[^/]+|queue/data)", {"GET": ASK}),
    (r"/gradio_api/(cancel|reset)", {"POST": ASK}),
    (r"/gradio_api/queue/join", {"POST": QUESTION}),
)
_ROUTES = tuple((re.compile(pattern), needs) for pattern, needs in _TABLE)


def template_of(path: str) -> str:
    """What is fixed of a (decoded) path that the table lists, with * for the rest: a label, never an id.

    >>> template_of("/v1/measures/a-law:12"), template_of("/v1/ask"), template_of("/nowhere")
    ('/v1/measures/*', '/v1/ask', 'none')
    """
    if not needs_at(path):
        return "none"
    parts = path.split("/")
    fixed = 3 if parts[1] == "v1" else 2
    return "/".join(parts[:fixed]) + "/*" * (len(parts) > fixed)


def needs_at(path: str) -> dict[str, Need]:
    """What each method needs at a (decoded) path; none, if there is nothing at it.

    HEAD needs what GET does.
    """
    for pattern, needs in _ROUTES:
        if pattern.fullmatch(path):
            return {**needs, "HEAD": needs["GET"]} if "GET" in needs else dict(needs)
    return {}
