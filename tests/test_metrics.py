"""What an operator watches: /metrics, /v1/ready and the log, over a real library."""

import io
import json
import logging
from dataclasses import replace

import pytest

from keyed import HIDDEN, LOCAL_TOKEN, QUESTION, keyed
from parkbot.access import Scope
from parkbot.api import logs
from parkbot.settings import Settings


@pytest.fixture(scope="module")
def park(tmp_path_factory):
    with keyed(tmp_path_factory.mktemp("data"), log_questions=False) as opened:
        yield opened


@pytest.fixture
def log(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure(Settings(log_format="json", log_level="info"))
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for name in ("parkbot", "uvicorn", "opentelemetry"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.NOTSET)


def test_requests_answers_stages_and_the_library_are_counted_without_anybodys_words(park):
    _, secret = park.key("park-a", scopes=(Scope.ASK,))
    _, admin = park.key("*", scopes=(Scope.ADMIN,))
    park.client(secret).post("/v1/ask", json={"question": QUESTION, "space": "park-a"}).raise_for_status()
    park.client(secret).get("/v1/measures/no-such:1")
    page = park.client(admin).get("/metrics")
    assert page.status_code == 200
    lines = page.text.splitlines()
    assert 'parkbot_request_seconds_count{method="POST",route="/v1/ask",status="200"} 1.0' in lines
    assert 'parkbot_request_seconds_count{method="GET",route="/v1/measures/*",status="404"} 1.0' in lines
    assert any(line.startswith('parkbot_answers_total{answerer="extractive",status=') for line in lines)
    assert any(line.startswith('parkbot_answer_stage_seconds_count{stage="embed"} 1') for line in lines)
    assert f"parkbot_documents {park.assistant.health().documents:.1f}" in lines
    assert HIDDEN not in page.text and "park-a" not in page.text


def test_nobody_makes_a_series_of_their_own(park):
    """Each would stay in memory for good; HTTP lets a method be any word."""
    stranger = park.client("sk_wrong", **{"X-Request-Id": "made-up", "User-Agent": "made-up"})
    for number in range(3):
        stranger.request(f"MADEUP{number}", "/v1/ask")
        stranger.get(f"/made-up/{number}")
        stranger.get(f"/v1/documents/made-up-{number}/made-up")
    page = park.client(LOCAL_TOKEN).get("/metrics").text
    assert "MADEUP" not in page and "made-up" not in page
    assert 'parkbot_request_seconds_count{method="other",route="/v1/ask",status="405"} 3.0' in page


def test_only_an_admin_key_reads_the_metrics(park):
    _, secret = park.key("park-a", scopes=(Scope.ASK, Scope.READ))
    assert park.client().get("/metrics").status_code == 401
    assert park.client(secret).get("/metrics").status_code == 403
    assert park.client(LOCAL_TOKEN).get("/metrics").status_code == 200


def test_without_any_key_whoever_is_on_this_machine_reads_them(tmp_path):
    with keyed(tmp_path) as alone:
        assert alone.client(Host="127.0.0.1").get("/metrics").status_code == 200
        assert alone.client(Host="evil.example").get("/metrics").status_code == 403


def test_ready_says_no_while_the_first_indexing_runs(park, monkeypatch):
    assert park.client().get("/v1/ready").json()["status"] == "ok"
    at_work = replace(park.assistant.health(), status="indexing")
    monkeypatch.setattr(park.assistant, "health", lambda: at_work)
    reply = park.client().get("/v1/ready")
    assert reply.status_code == 503 and reply.headers["content-type"] == "application/problem+json"
    assert park.client().get("/v1/health").status_code == 200


def test_answers_are_counted_while_they_are_given(park):
    def running():
        lines = park.client(LOCAL_TOKEN).get("/metrics").text.splitlines()
        return next(line for line in lines if line.startswith("parkbot_running_answers "))

    happening = park.assistant.asking(QUESTION)
    assert running() == "parkbot_running_answers 0.0"
    next(happening)
    assert running() == "parkbot_running_answers 1.0"
    happening.close()  # who asked has gone
    assert running() == "parkbot_running_answers 0.0"
    park.assistant.ask(QUESTION)
    assert running() == "parkbot_running_answers 0.0"


def test_the_log_tells_who_asked_what_address_and_never_the_question(park, log):
    key, secret = park.key("park-a", scopes=(Scope.ASK,))
    reply = park.client(secret).post("/v1/ask", json={"question": QUESTION, "space": "park-a"})
    answer, request = log()
    assert answer["outcome"] == reply.json()["status"] and answer["ms"] > 0
    told = {"method": "POST", "route": "/v1/ask", "status": 200, "key": key.id}
    assert told.items() <= request.items()
    assert answer["request_id"] == request["request_id"] == reply.headers["X-Request-Id"]
    assert HIDDEN not in json.dumps([answer, request], ensure_ascii=False)


def test_a_request_that_is_turned_away_is_logged_without_the_key_of_the_last_one(park, log):
    _, secret = park.key("park-a", scopes=(Scope.ASK,))
    park.client(secret).get("/v1/documents")
    park.client("sk_wrong").get("/v1/documents")
    assert [(line["status"], line["key"]) for line in log()] == [(403, None), (401, None)]


def test_the_question_is_in_the_log_where_the_operator_wants_it(park, log):
    logs.answer(park.assistant.ask(QUESTION), with_question=True)
    assert [line.get("question") for line in log()] == [None, QUESTION]
