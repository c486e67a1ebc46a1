"""The log of requests and answers: plain lines or JSON, without anybody's words unless asked for.

python-json-logger makes the standard library's records into JSON, uvicorn's as well as ours.
"""

import logging
import sys
from contextvars import ContextVar

from parkbot.answers import Answer
from parkbot.api.request_ids import current
from parkbot.settings import Settings

_requests = logging.getLogger("parkbot.requests")
_answers = logging.getLogger("parkbot.answers")
_key: ContextVar[str | None] = ContextVar("key", default=None)


def configure(settings: Settings) -> None:
    """Send every record of this process to standard error, as the settings have it."""
    handler = logging.StreamHandler(sys.stderr)
    if settings.log_format == "json":
        from pythonjsonlogger.json import JsonFormatter

        form = "%(asctime)s %(levelname)s %(name)s %(message)s"
        handler.setFormatter(JsonFormatter(form, rename_fields={"asctime": "time", "levelname": "level"}))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for name in ("parkbot", "uvicorn", "opentelemetry"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(settings.log_level.upper())


def forget_key() -> None:
    """A request begins: nobody knows yet whose it is."""
    _key.set(None)


def name_key(key_id: str | None) -> None:
    """The request that is being answered came with this key."""
    _key.set(key_id)


def request(method: str, route: str, status: int, seconds: float) -> None:
    """A request that was answered."""
    milliseconds = round(seconds * 1000, 1)
    facts: dict[str, object] = {"request_id": current(), "method": method, "route": route, "status": status}
    facts |= {"ms": milliseconds, "key": _key.get()}
    line = f"{method} {route} {status} {milliseconds} ms key={_key.get()} request={current()}"
    _requests.info(line, extra=facts)


def answer(given: Answer, *, with_question: bool) -> None:
    """An answer that was given; its question only where the operator wants that."""
    facts: dict[str, object] = {
        "request_id": current(),
        "outcome": given.status.value,
        "answerer": given.answerer,
        "ms": given.timings_ms.get("total"),
    }
    line = f"{facts['outcome']} by {given.answerer} in {facts['ms']} ms request={current()}"
    if with_question:
        facts["question"] = given.question
        line += f" question={given.question!r}"
    _answers.info(line, extra=facts)
