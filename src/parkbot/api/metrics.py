"""What Prometheus reads at /metrics: requests, answers, stages, the library. No words of anybody's."""

import os
import time
from http import HTTPMethod
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parkbot.answers import Answer
from parkbot.api import logs
from parkbot.api.access import assistant_of
from parkbot.api.routes import template_of

if TYPE_CHECKING:
    from parkbot.assistant import PolicyAssistant

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

router = APIRouter()


class Metrics:
    """The counts of one process; with several workers, of all together (PROMETHEUS_MULTIPROC_DIR)."""

    def __init__(self, assistant: "PolicyAssistant") -> None:
        self._assistant = assistant
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "parkbot_request_seconds",
            "Requests, and how long they took.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._answers = Counter(
            "parkbot_answers_total",
            "Answers by what they came to.",
            ("status", "answerer"),
            registry=self.registry,
        )
        self._stages = Histogram(
            "parkbot_answer_stage_seconds",
            "What each stage of an answer took.",
            ("stage",),
            buckets=SECONDS,
            registry=self.registry,
        )
        running = Gauge(
            "parkbot_running_answers",
            "Answers that are being given.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        assistant.observed_by(self.answered)
        assistant.watched_by(running.track_inprogress)

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, status).observe(seconds)

    def answered(self, answer: Answer) -> None:
        """Count an answer."""
        self._answers.labels(answer.status.value, answer.answerer).inc()
        for stage, milliseconds in answer.timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)

    def page(self) -> bytes:
        """All of it as Prometheus reads it."""
        counts = self.registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            from prometheus_client.multiprocess import MultiProcessCollector

            counts = CollectorRegistry()
            MultiProcessCollector(counts)  # type: ignore[no-untyped-call]  # the library says no types here
        health = self._assistant.health()
        held = CollectorRegistry()
        for name, value in (("documents", health.documents), ("measures", health.measures)):
            Gauge(f"parkbot_{name}", f"{name.capitalize()} in the library.", registry=held).set(value)
        return generate_latest(counts) + generate_latest(held)


class Observed:
    """ASGI middleware: counts each request and writes its line into the log."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note how."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        logs.forget_key()
        try:
            await self._app(scope, receive, noted)
        finally:
            seconds = time.perf_counter() - started
            method, route = _known(scope["method"]), template_of(scope["path"])
            self._metrics.requested(method, route, status, seconds)
            logs.request(method, route, status, seconds)


def _known(method: str) -> str:
    """The method as a label: HTTP lets it be any word, and each would be a series that stays."""
    return method if method in HTTPMethod.__members__ else "other"


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """For Prometheus."""
    assistant_of(request)
    page: bytes = request.app.state.metrics.page()
    return Response(page, media_type=CONTENT_TYPE_LATEST)
