"""The API over a small assistant in memory: every endpoint, every kind of error, and what guards them."""

import json
from dataclasses import fields
from datetime import date
from urllib.parse import quote, unquote

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from parkbot import errors
from parkbot.answers import Answer
from parkbot.api.problems import INSIDE
from parkbot.api.shapes import DocumentPatch
from parkbot.domain import DocumentChanges, DocumentMeasure, Filters, Health, Status
from parkbot.settings import Settings
from standin import CANTEEN, FINE, HEAT, HEAT_NOTICE, LAW, PENALTY, StandIn, web_app

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def app():
    return web_app(Settings(max_file_bytes=100_000))


@pytest.fixture
def assistant(app):
    app.state.assistant = StandIn()
    return app.state.assistant


@pytest.fixture
def client(app, assistant):
    return TestClient(app, raise_server_exceptions=False)


def events(response):
    """The events of a stream, as (name, parsed data)."""
    found = []
    for chunk in response.text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in chunk.splitlines())
        found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_an_answer_is_the_domain_value_in_json(client, assistant):
    response = client.post("/v1/ask", json={"question": PENALTY})
    assert response.status_code == 200
    assert TypeAdapter(Answer).validate_python(response.json()) == assistant.ask(PENALTY)
    assert {field.name for field in fields(Answer)} == response.json().keys()


def test_a_quote_is_verbatim_at_its_offsets(client):
    citation = client.post("/v1/ask", json={"question": PENALTY}).json()["citations"][0]
    text = client.get(f"/v1/measures/{quote(citation['measure_id'], safe='')}").json()["measure"]["text"]
    for cited in citation["quotes"]:
        assert text[cited["start"] : cited["end"]] == cited["text"]


def test_filters_and_conversation_reach_the_assistant(client, assistant):
    body = {
        "question": HEAT,
        "space": "park-a",
        "region": "江苏",
        "as_of": "2025-01-31",
        "status": "in_force",
        "conversation_id": "c1",
    }
    assert client.post("/v1/ask", json=body).json()["conversation_id"] == "c1"
    filters = Filters(
        spaces=("shared", "park-a"), region="江苏", as_of=date(2025, 1, 31), status=Status.IN_FORCE
    )
    assert assistant.asked == [(HEAT, filters, "c1")]


def test_a_stream_sends_each_citation_before_the_first_block_that_needs_it(client, assistant):
    response = client.post("/v1/ask", json={"question": HEAT, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    stream = events(response)
    names = [name for name, _ in stream]
    assert names[0] == "status" and names[-1] == "answer" and names.count("block") == 4
    sent: set[int] = set()
    for name, data in stream:
        if name == "citation":
            sent.add(data["marker"])
        if name == "block":
            assert set(data["citations"]) <= sent
    assert TypeAdapter(Answer).validate_python(stream[-1][1]) == assistant.ask(HEAT)


@pytest.mark.parametrize(
    ("raised", "status", "kind"),
    [
        (None, 422, "urn:parkbot:problem:bad-question"),
        (errors.NotReady("later"), 503, "urn:parkbot:problem:not-ready"),
        (RuntimeError("secret path"), 500, "about:blank"),
    ],
)
def test_a_stream_ends_with_the_problem(client, assistant, raised, status, kind):
    assistant.broken = raised
    question = HEAT if raised else "  "
    stream = events(client.post("/v1/ask", json={"question": question, "stream": True}))
    assert [name for name, _ in stream] == (["status", "error"] if raised else ["error"])
    assert stream[-1][1]["status"] == status and stream[-1][1]["type"] == kind
    assert "secret" not in str(stream)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.BadQuestion("为空"), 422),
        (errors.UnreadableFile("x"), 422),
        (errors.NotFound("x"), 404),
        (errors.Busy("x"), 503),
        (errors.WrongEmbedder("x"), 503),
        (errors.NotReady("x"), 503),
        (errors.Unavailable("x"), 503),
        (errors.ParkBotError("x"), 500),
    ],
)
def test_errors_of_ours_become_problems(client, assistant, error, status):
    assistant.broken = error
    response = client.post("/v1/ask", json={"question": HEAT})
    problem = response.json()
    assert response.status_code == problem["status"] == status
    assert response.headers["content-type"] == PROBLEM
    is_told = status < 500 or isinstance(error, errors.NotReady)
    assert (problem["detail"] == str(error)) == is_told and problem["instance"] == "/v1/ask"
    assert problem["title"] and problem["type"].startswith("urn:parkbot:problem:")
    assert ("retry-after" in response.headers) == (status == 503)


def test_every_class_of_error_has_a_status_of_its_own_line(client, assistant):
    """A new error class without a status would come out as 500."""
    for kind in errors.ParkBotError.__subclasses__():
        assistant.broken = kind("x")
        assert client.post("/v1/ask", json={"question": HEAT}).status_code in (401, 403, 404, 422, 429, 503)


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/chat/completions", "/v1/ask in a stream"])
def test_only_the_log_tells_what_is_amiss_inside(client, assistant, caplog, path):
    assistant.broken = errors.Unavailable("the Chroma server at http://10.0.0.7:8000 does not answer")
    asked = {"question": HEAT, "messages": [{"role": "user", "content": HEAT}]}
    body = {"stream": path.endswith("stream")} | {
        key: value for key, value in asked.items() if (key == "messages") == ("chat" in path)
    }
    response = client.post(path.split()[0], json=body, headers={"X-Request-Id": "r-1"})
    assert "10.0.0.7" not in response.text and "log" in response.text and "日志" in response.text
    (logged,) = [record.getMessage() for record in caplog.records if record.name == "parkbot.api.problems"]
    assert "10.0.0.7" in logged and "r-1" in logged


def test_an_unexpected_error_tells_nothing_of_the_inside(client, assistant):
    assistant.broken = RuntimeError("/home/secret")
    response = client.post("/v1/ask", json={"question": HEAT})
    assert response.status_code == 500 and response.headers["content-type"] == PROBLEM
    assert "secret" not in response.text and "Traceback" not in response.text
    assert response.json()["detail"] == INSIDE[500]
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question"),
        ({"question": 5}, "question"),
        ({"question": "x", "as_of": "gestern"}, "as_of"),
        ({"question": "x", "regoin": "x"}, "regoin"),
        ({"question": "x", "space": ""}, "space"),
    ],
)
def test_an_invalid_request_names_the_field(client, body, field):
    response = client.post("/v1/ask", json=body)
    problem = response.json()
    assert response.status_code == 422 and response.headers["content-type"] == PROBLEM
    assert problem["type"] == "urn:parkbot:problem:invalid-request"
    assert field in problem["errors"][0]["field"] and field in problem["detail"]


def test_broken_json_is_a_problem(client):
    response = client.post("/v1/ask", content=b"{", headers={"content-type": "application/json"})
    assert response.status_code == 422 and response.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("question", ["", "   ", "问" * 10_000])
def test_an_empty_or_endless_question_is_one_clear_line(client, question):
    response = client.post("/v1/ask", json={"question": question})
    assert response.status_code == 422
    assert response.json()["type"] == "urn:parkbot:problem:bad-question"
    assert "\n" not in response.json()["detail"]


def test_a_refusal_is_an_answer_not_an_error(client):
    answer = client.post("/v1/ask", json={"question": CANTEEN}).json()
    assert answer["status"] == "refused" and answer["refusal"]["nearest"] and not answer["citations"]


def test_search_gives_at_most_k_results(client):
    results = client.post("/v1/search", json={"query": "余热", "k": 2}).json()["results"]
    assert len(results) == 2 and results[0]["score"] > results[1]["score"]
    assert {"measure_id", "document_id", "document_title", "locator", "section_path", "text"} <= results[
        0
    ].keys()
    assert client.post("/v1/search", json={"query": "余热", "k": 0}).status_code == 422


def test_documents_are_listed_without_their_texts(client):
    documents = client.get("/v1/documents").json()["documents"]
    assert LAW.id in {document["id"] for document in documents}
    assert not any(document["text"] for document in documents)


@pytest.mark.parametrize("path", [quote(LAW.id), quote(LAW.id, safe="")])
def test_a_document_comes_with_its_text_headings_and_measures(client, path):
    document = client.get(f"/v1/documents/{path}").json()
    assert document["id"] == LAW.id and document["text"] == LAW.text
    assert [heading["text"] for heading in document["headings"]] == ["第六章 法律责任"]
    assert FINE.id in {measure["id"] for measure in document["measures"]}


@pytest.mark.parametrize("path", [FINE.id, quote(FINE.id), quote(FINE.id, safe="")])
def test_a_measure_is_found_however_its_id_is_written(client, path):
    response = client.get(f"/v1/measures/{path}")
    assert response.status_code == 200
    found = TypeAdapter(DocumentMeasure).validate_python(response.json())
    assert found.measure == FINE and found.previous is not None and found.document.text == ""


def test_measures_of_a_document(client):
    measures = client.get("/v1/measures", params={"document_id": LAW.id}).json()["measures"]
    assert [measure["locator"] for measure in measures] == ["第三十一条", "第八十二条"]
    assert client.get("/v1/measures").status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/measures/x:y", "/v1/documents/x", "/v1/measures?document_id=x", "/v1/nothing", "/v1/"),
        *("/docs/nothing", "/measures", "/ui/nothing.js", "/nothing"),
    ],
)
def test_what_is_not_there_is_a_problem(client, path):
    for method in ("GET", "HEAD"):
        response = client.request(method, path)
        assert response.status_code == 404 and response.headers["content-type"] == PROBLEM
    problem = client.get(path).json()
    assert problem["status"] == 404 and unquote(problem["instance"]) == path.partition("?")[0]


@pytest.mark.parametrize("path", ["/", "/docs", f"/measures/{FINE.id}", "/v1/health", "/ui/base.css"])
def test_head_tells_what_get_would_give_without_the_body(client, path):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, get.status_code, head.content) == (200, 200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-security-policy"] == get.headers["content-security-policy"]


def test_a_wrong_method_says_which_are_allowed(client):
    response = client.get("/v1/ask")
    assert response.status_code == 405 and response.headers["allow"] == "POST"
    assert response.headers["content-type"] == PROBLEM
    assert client.post("/v1/health").headers["allow"] == "GET, HEAD"


def test_a_file_is_added_once(client):
    file = {"file": ("园区办法.md", "# 办法\n\n第一条 应当节能。".encode())}
    first = client.post("/v1/documents", files=file, data={"source": "/srv/园区办法.md"})
    assert first.status_code == 201
    assert first.json()["source"] == "upload:/srv/园区办法.md" and first.json()["outcome"] == "added"
    again = client.post("/v1/documents", files=file, data={"source": "/srv/园区办法.md"})
    assert again.status_code == 200 and again.json()["outcome"] == "unchanged"


def test_a_document_of_a_space_is_seen_by_those_who_name_it(client):
    client.post("/v1/documents", files={"file": ("a.md", b"x")}, data={"space": "park-a"})
    assert client.get("/v1/documents/a").status_code == 404
    assert client.get("/v1/documents/a", params={"space": "park-b"}).status_code == 404
    assert client.get("/v1/documents/a", params={"space": "park-a"}).status_code == 200


def test_an_unreadable_a_missing_and_an_oversized_file(client):
    assert client.post("/v1/documents", files={"file": ("a.md", b" ")}).status_code == 422
    assert client.post("/v1/documents", data={"space": "x"}).status_code == 422
    large = client.post("/v1/documents", files={"file": ("a.md", b"x" * 300_000)})
    assert large.status_code == 413 and large.headers["content-type"] == PROBLEM


def test_a_body_that_is_no_file_is_small(client):
    response = client.post("/v1/ask", json={"question": "x" * 2_000_000})
    assert response.status_code == 413 and response.headers["content-type"] == PROBLEM


def test_null_clears_and_what_is_left_out_stays(client):
    path = f"/v1/documents/{quote(LAW.id)}"
    changed = client.patch(
        path, json={"region": None, "status": "repealed", "repealed_on": "2026-08-15"}
    ).json()
    assert changed["region"] is None and changed["status"] == "repealed"
    assert changed["repealed_on"] == "2026-08-15"
    assert changed["title"] == LAW.title and changed["date_issued"] == "2018-10-26"


@pytest.mark.parametrize("body", [{"titel": "x"}, {"title": None}, {"title": ""}, {"status": "gone"}])
def test_a_change_that_makes_no_sense_changes_nothing(client, body):
    path = f"/v1/documents/{quote(LAW.id)}"
    assert client.patch(path, json=body).status_code == 422
    assert client.get(path).json()["title"] == LAW.title


def test_everything_that_can_be_corrected_can_be_patched():
    assert set(DocumentPatch.model_fields) == {field.name for field in fields(DocumentChanges)}


def test_a_removed_document_is_gone(client):
    path = f"/v1/documents/{quote(LAW.id)}"
    removed = client.delete(path)
    assert removed.status_code == 204 and removed.content == b""
    assert client.get(path).status_code == 404 and client.delete(path).status_code == 404


def test_health(client, assistant):
    response = client.get("/v1/health")
    assert TypeAdapter(Health).validate_python(response.json()) == assistant.health()


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_another_sites_page_cannot_write(client, method, headers):
    path = "/v1/ask" if method == "post" else f"/v1/documents/{quote(LAW.id)}"
    response = client.request(method, path, headers=headers)
    assert response.status_code == 403 and response.headers["content-type"] == PROBLEM
    assert all(words in response.json()["detail"] for words in ("another site", "其他网站"))
    assert client.get(f"/v1/documents/{quote(LAW.id)}").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://testserver"},
        {"sec-fetch-site": "same-origin", "origin": "https://policy.park.example"},
        {"x-forwarded-host": "policy.park.example", "origin": "https://policy.park.example"},
    ],
)
def test_our_own_page_and_programs_can(client, headers):
    assert client.post("/v1/ask", json={"question": HEAT}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path", ["/v1/health", "/v1/nothing", "/docs", "/openapi.json", "/ui/base.css", "/", "/x"]
)
def test_every_response_carries_the_guarding_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "http:" not in policy and "https:" not in policy and "*" not in policy


def test_the_documentation_loads_nothing_from_elsewhere(client):
    page = client.get("/docs").text
    assert "https://" not in page and "http://" not in page
    for asset in ("/docs/assets/swagger-ui.css", "/docs/assets/swagger-ui-bundle.js", "/ui/api-docs.js"):
        assert f'"{asset[1:]}"' in page and client.get(asset).status_code == 200
    assert client.get("/redoc").status_code == 404


def test_the_schema_describes_the_contract(client):
    schema = client.get("/openapi.json").json()
    assert "/v1/ask" in schema["paths"] and "/v1/documents/{id}" in schema["paths"]
    answer = schema["components"]["schemas"]["Answer"]["properties"]
    assert set(answer) == {field.name for field in fields(Answer)}
    assert not [path for path in schema["paths"] if not path.startswith("/v1/")]


def test_the_measure_pages_address_wins_over_the_chat(client):
    assert HEAT_NOTICE.text in client.get(f"/measures/{HEAT_NOTICE.id}").text
