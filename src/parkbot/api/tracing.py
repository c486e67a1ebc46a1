"""Traces for OpenTelemetry: a span for each request and for the stages of its answer. No words of anybody's.

Off unless OTEL_EXPORTER_OTLP_ENDPOINT says where they go; the other OTEL_* variables are the SDK's own.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parkbot import spans
from parkbot.answers import Answer
from parkbot.api.request_ids import current
from parkbot.api.routes import template_of

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"

_log = logging.getLogger(__name__)


def provider() -> "TracerProvider | None":
    """What makes and sends spans; None where they are not wanted, or cannot be made (the log says so)."""
    if not os.environ.get(ENDPOINT):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        _log.warning("%s is set, but nothing is traced: install `parkbot[telemetry]`", ENDPOINT)
        return None
    ours = Resource.create({"service.name": "parkbot", "service.version": version("parkbot")})
    # Ours, not the process's: what other libraries trace is none of this. OTEL_SERVICE_NAME comes last.
    made = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()), shutdown_on_exit=False)
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return made


def name_outcome(answer: Answer) -> None:
    """The request that is being traced, if one is, came to this answer."""
    from opentelemetry.trace import get_current_span

    get_current_span().set_attributes(
        {"parkbot.answer.status": answer.status.value, "parkbot.answer.answerer": answer.answerer}
    )


class Traced:
    """ASGI middleware inside that of the request ids: a span around each request.

    It goes on with the trace that the request names (W3C `traceparent`). The app's end sends what is left.
    """

    def __init__(self, app: ASGIApp, made: "TracerProvider") -> None:
        self._app = app
        self._provider = made
        self._tracer = made.get_tracer("parkbot", version("parkbot"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and trace that."""
        if scope["type"] == "lifespan":
            try:
                await self._app(scope, receive, send)
            finally:
                await run_in_threadpool(self._provider.shutdown)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._request(scope) as span, spans.told_to(self._stage):
            await self._app(scope, receive, _with_status(send, span))

    @contextmanager
    def _request(self, scope: Scope) -> "Iterator[Span]":
        from opentelemetry.trace import SpanKind, use_span

        method, route = scope["method"], template_of(scope["path"])
        span = self._tracer.start_span(
            f"{method} {route}",
            context=_caller_s_trace(scope),
            kind=SpanKind.SERVER,
            attributes={
                "http.request.method": method,
                "http.route": route,
                "parkbot.request_id": current() or "",
            },
        )
        # The message of an error may hold what somebody wrote.
        with use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
            yield span

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        # Never the current span: some stages lie in generators, which another thread may go on with.
        span = self._tracer.start_span(name)
        try:
            yield
        finally:
            span.end()


def _caller_s_trace(scope: Scope) -> "Context":
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    headers = Headers(scope=scope)
    named = {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}
    return TraceContextTextMapPropagator().extract(named)


def _with_status(send: Send, span: "Span") -> Send:
    from opentelemetry.trace import StatusCode

    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            span.set_attribute("http.response.status_code", message["status"])
            if message["status"] >= 500:
                span.set_status(StatusCode.ERROR)
        await send(message)

    return noted
