"""Traces, as a real receiver of OTLP over HTTP gets them."""

import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from keyed import HIDDEN, QUESTION, keyed
from parkbot.access import Scope
from parkbot.api import tracing

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Receiver(ThreadingHTTPServer):
    """Keeps what is sent to it."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.paths, self.bodies = [], []

    @property
    def resources(self):
        return [
            each for body in self.bodies for each in ExportTraceServiceRequest.FromString(body).resource_spans
        ]

    @property
    def spans(self):
        return [span for each in self.resources for scope in each.scope_spans for span in scope.spans]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802
        self.server.paths.append(self.path)
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver(monkeypatch):
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv(tracing.ENDPOINT, f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server
        server.shutdown()
        thread.join()


@contextmanager
def running(folder):
    """A client of an app that begins and ends, with a key to ask; at the end all spans are sent."""
    with keyed(folder) as park:
        _, secret = park.key("park-a", scopes=(Scope.ASK,))
        with park.client(secret) as client:
            yield client


def attributes(of):
    return {each.key: each.value.string_value or each.value.int_value for each in of.attributes}


def by_name(receiver):
    return {span.name: span for span in receiver.spans}


@pytest.mark.parametrize("stream", [False, True])
def test_a_request_and_its_stages_are_one_trace_without_anybodys_words(receiver, tmp_path, stream):
    with running(tmp_path) as client:
        asked = {"question": QUESTION, "conversation_id": "new", "stream": stream}
        named = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-Id": "req-1"}
        reply = client.post("/v1/ask", json=asked, headers=named)
        assert reply.status_code == 200 and HIDDEN in reply.text
    assert set(receiver.paths) == {"/v1/traces"}
    found = by_name(receiver)
    request = found.pop("POST /v1/ask")
    assert {"address", "conversation", "embed", "dense", "lexical", "texts", "answer", "suggestions"} <= set(
        found
    )
    assert {span.trace_id.hex() for span in receiver.spans} == {TRACE}
    assert request.parent_span_id.hex() == PARENT
    assert {span.parent_span_id for span in found.values()} == {request.span_id}
    for span in found.values():
        assert request.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
        assert span.end_time_unix_nano <= request.end_time_unix_nano
    told = attributes(request)
    status = told.pop("parkbot.answer.status")
    assert f'"status":"{status}"' in reply.text
    assert told == {
        "http.request.method": "POST",
        "http.route": "/v1/ask",
        "http.response.status_code": 200,
        "parkbot.request_id": "req-1",
        "parkbot.answer.answerer": "extractive",
    }
    sent = b"".join(receiver.bodies)
    assert HIDDEN.encode() not in sent and b"park-a" not in sent
    assert attributes(receiver.resources[0].resource)["service.name"] == "parkbot"


def test_ids_are_no_part_of_a_name_and_trouble_is_marked_without_its_message(receiver, tmp_path, monkeypatch):
    monkeypatch.setenv("OTEL_SERVICE_NAME", "park-portal")

    def broken(*_, **__):
        raise RuntimeError(HIDDEN)

    with running(tmp_path) as client:
        client.get("/v1/measures/no-such-measure:1")
        monkeypatch.setattr(client.app.state.assistant, "ask", broken)
        assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 500
    found = by_name(receiver)
    assert attributes(found["GET /v1/measures/*"])["http.response.status_code"] == 404
    assert [found[name].status.code for name in ("GET /v1/measures/*", "POST /v1/ask")] == [0, 2]
    sent = b"".join(receiver.bodies)
    assert b"no-such-measure" not in sent and HIDDEN.encode() not in sent
    assert attributes(receiver.resources[0].resource)["service.name"] == "park-portal"


def test_nothing_is_traced_unless_it_is_said_where_to(receiver, tmp_path, monkeypatch):
    monkeypatch.delenv(tracing.ENDPOINT)
    with running(tmp_path) as client:
        assert client.app.state.tracing is None
        client.post("/v1/ask", json={"question": QUESTION}).raise_for_status()
    assert receiver.bodies == []


def test_without_the_extra_the_server_goes_on_and_the_log_names_the_mend(monkeypatch, caplog):
    monkeypatch.setenv(tracing.ENDPOINT, "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    assert tracing.provider() is None
    assert "parkbot[telemetry]" in caplog.text


def test_an_answer_comes_though_nobody_takes_the_spans(tmp_path, monkeypatch):
    monkeypatch.setenv(tracing.ENDPOINT, "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with running(tmp_path) as client:
        assert client.post("/v1/ask", json={"question": QUESTION}).json()["status"]
