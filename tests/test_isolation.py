"""No route shows one park what another holds, or changes it: tried with every id, filter and space."""

import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Mount

from keyed import ALL, HIDDEN, LOCAL_TOKEN, PORTAL, QUESTION, keyed
from parkbot.access import Scope
from parkbot.api.routes import needs_at
from parkbot.domain import Filters

NAMES = (
    "park-a",
    "PARK-A",
    "park-a ",
    "*",
    "%",
    "park-b,park-a",
    "shared,park-a",
    "' OR '1'='1",
    "park_a",
    "\0",
)
"""What somebody might write to get at the space of others."""
TITLE = f"{HIDDEN}办法"
PARK_A = Filters(spaces=("shared", "park-a"))
CONVERSATION: dict[str, str] = {}
"""Id of a conversation of the other park, which somebody may have got hold of."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with keyed(tmp_path_factory.mktemp("isolation")) as site:
        kept = site.assistant.ask(QUESTION, filters=PARK_A, conversation_id="new", owner=site.owner)
        site.conversation = kept.conversation_id
        CONVERSATION["id"] = kept.conversation_id
        yield site


@pytest.fixture(scope="module")
def intruder(site):
    """Who may do everything, in another space."""
    with TestClient(
        site.app,
        raise_server_exceptions=False,
        headers={"Authorization": f"Bearer {site.key('park-b', scopes=ALL)[1]}"},
        follow_redirects=False,
    ) as client:
        yield client


@pytest.fixture(autouse=True)
def unharmed(site):
    """What the other park holds, which must be the same after each attempt."""
    before = held(site)
    yield
    assert held(site) == before


def held(site):
    spaces = ("park-a", "shared")
    documents = [
        (document, site.assistant.measures_of(document.id, spaces))
        for document in site.assistant.documents(spaces)
    ]
    return documents, site.assistant.conversation(site.conversation, spaces, site.owner)


def shows_nothing(response) -> bool:
    """Whether a response keeps to itself what is hidden; a title that was asked for may come back."""
    assert response.status_code < 500, response.text
    title_is_told = TITLE in response.text and TITLE not in response.request.content.decode(errors="ignore")
    return "十七元" not in response.text and "由管委会发放" not in response.text and not title_is_told


Attempt = Callable[[TestClient, str, str], list]
"""Requests of the client for the other park's document and measure; what came back."""


def bodies(**fields: str) -> list[dict[str, str]]:
    return [fields, *({**fields, "space": space} for space in NAMES)]


def params() -> list[dict[str, str]]:
    return [{}, *({"space": space} for space in NAMES)]


def ask(client, document, measure):
    questions = (QUESTION, f"《{TITLE}》第一条", f"{TITLE}第二条", measure)
    asked = [body for question in questions for body in bodies(question=question)]
    asked += [{**body, "stream": True} for body in asked]
    filtered = {
        "question": QUESTION,
        "region": "江苏",
        "language": "zh",
        "level": "unknown",
        "status": "unknown",
    }
    return [
        client.post("/v1/ask", json=body) for body in [*asked, filtered, {**filtered, "conversation_id": "x"}]
    ]


def search(client, document, measure):
    searched = [body for query in (QUESTION, HIDDEN, document) for body in bodies(query=query)]
    return [client.post("/v1/search", json=body) for body in searched]


def documents(client, document, measure):
    return [client.get("/v1/documents", params=given) for given in params()]


def one_document(client, document, measure):
    ids = (document, quote(document, safe=""), document.upper(), f"{document}/", f"x/../{document}", "%")
    return [client.get(f"/v1/documents/{id}", params=given) for id in ids for given in params()]


def upload(client, document, measure):
    file = {"file": ("park-a.md", "# 伪造\n\n第一条 伪造的补贴为一元。\n".encode())}
    own_id = {
        "file": ("x.md", f"---\nid: {document}\ntitle: 伪造\n---\n\n第一条 伪造的补贴为一元。\n".encode())
    }
    attempts = [
        client.post("/v1/documents", files=file, data={"space": space}) for space in ("park-a", "shared", "*")
    ]
    attempts.append(client.post("/v1/documents", files=file))
    assert {attempt.status_code for attempt in attempts} == {403}
    taken = client.post("/v1/documents", files=own_id, data={"space": "park-b", "source": "upload:park-a.md"})
    assert taken.status_code == 201 and taken.json()["document_id"] != document
    assert client.delete(f"/v1/documents/{taken.json()['document_id']}").status_code == 204
    return attempts


def edit(client, document, measure):
    change = {"title": "伪造"}
    return [client.patch(f"/v1/documents/{document}", json=change, params=given) for given in params()]


def remove(client, document, measure):
    return [client.delete(f"/v1/documents/{document}", params=given) for given in params()]


def measures(client, document, measure):
    return [client.get("/v1/measures", params={"document_id": document, **given}) for given in params()]


def one_measure(client, document, measure):
    return [client.get(f"/v1/measures/{measure}", params=given) for given in params()]


def measure_page(client, document, measure):
    asked = [{**given, **view} for given in params() for view in ({}, {"view": "panel"})]
    return [client.get(f"/measures/{measure}", params=given) for given in asked]


def conversations(client, document, measure):
    return [client.get("/v1/conversations", params=given) for given in params()]


def one_conversation(client, document, measure):
    id = CONVERSATION["id"]
    ids = (id, id.upper(), f"{id}/export", f"x/../{id}")
    return [client.get(f"/v1/conversations/{each}", params=given) for each in ids for given in params()]


def export(client, document, measure):
    address = f"/v1/conversations/{CONVERSATION['id']}/export"
    asked = [{**given, "format": kind} for given in params() for kind in ("json", "markdown")]
    return [client.get(address, params=given) for given in asked]


def remove_conversation(client, document, measure):
    address = f"/v1/conversations/{CONVERSATION['id']}"
    return [client.delete(address, params=given) for given in params()]


def remove_conversations(client, document, measure):
    return [client.delete("/v1/conversations", params=given) for given in params()]


def go_on(client, document, measure):
    body = {"question": "多少元？", "conversation_id": CONVERSATION["id"]}
    return [
        client.post("/v1/ask", json={**given, "stream": stream})
        for given in bodies(**body)
        for stream in (False, True)
    ]


def feedback(client, document, measure):
    body = {"conversation_id": CONVERSATION["id"], "position": 0, "rating": "up"}
    told = [client.post("/v1/feedback", json=given) for given in bodies(**body)]
    assert {response.status_code for response in told} <= {403, 404, 422}
    return told


def chat(client, document, measure):
    questions = [[{"role": "user", "content": text}] for text in (QUESTION, f"《{TITLE}》第一条", measure)]
    asked = [
        {**body, "messages": messages, "stream": stream}
        for messages in questions
        for body in bodies()
        for stream in (False, True)
    ]
    return [client.post("/v1/chat/completions", json=body) for body in asked]


def mcp(client, document, measure):
    calls = [
        {"name": name, "arguments": {**body, **arguments}}
        for name, arguments in (
            ("ask_policy", {"question": QUESTION}),
            ("search_measures", {"query": QUESTION}),
            ("get_measure", {"id": measure}),
            ("list_documents", {}),
        )
        for body in bodies()
    ]
    accept = {"Accept": "application/json, text/event-stream"}
    called = [{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call} for call in calls]
    return [client.post("/mcp", json=call, headers=accept) for call in called]


def keys(client, document, measure):
    return [client.get("/v1/keys", params=given) for given in params()]


def make_key(client, document, measure):
    made = [client.post("/v1/keys", json={"name": "x", "spaces": [space, "park-b"]}) for space in NAMES]
    assert {response.status_code for response in made} <= {403, 422}
    return made


ATTEMPTS: dict[tuple[str, str], Attempt] = {
    ("POST", "/v1/ask"): lambda *attempt: [*ask(*attempt), *go_on(*attempt)],
    ("POST", "/v1/search"): search,
    ("GET", "/v1/documents"): documents,
    ("POST", "/v1/documents"): upload,
    ("GET", "/v1/documents/{id:path}"): one_document,
    ("PATCH", "/v1/documents/{id:path}"): edit,
    ("DELETE", "/v1/documents/{id:path}"): remove,
    ("GET", "/v1/measures"): measures,
    ("GET", "/v1/measures/{id:path}"): one_measure,
    ("GET", "/measures/{id:path}"): measure_page,
    ("GET", "/v1/conversations"): conversations,
    ("DELETE", "/v1/conversations"): remove_conversations,
    ("GET", "/v1/conversations/{id}"): one_conversation,
    ("GET", "/v1/conversations/{id}/export"): export,
    ("DELETE", "/v1/conversations/{id}"): remove_conversation,
    ("POST", "/v1/feedback"): feedback,
    ("POST", "/v1/chat/completions"): chat,
    ("POST", "/mcp"): mcp,
    ("GET", "/v1/keys"): keys,
    ("POST", "/v1/keys"): make_key,
}
HOLD_NOTHING = {
    *(
        ("GET", path)
        for path in (
            *("/openapi.json", "/docs", "/signin", "/v1/health", "/v1/ready", "/widget.js", "/embed"),
            *("/v1/models", "/v1/models/{model}", "/metrics"),
        )
    ),
    *(("POST", path) for path in ("/signin", "/signout")),
    ("DELETE", "/v1/keys/{id}"),  # in test_gate: others' keys are not found
}
GRADIO = {
    *("/", "/config", "/gradio_api/info", "/gradio_api/startup-events", "/gradio_api/app_id"),
    *("/gradio_api/heartbeat/{session_hash}", "/gradio_api/queue/data", "/gradio_api/queue/join"),
    *("/gradio_api/cancel", "/gradio_api/reset"),
}
"""What of Gradio can be reached and may touch the library; its files of script and style apart."""


def test_no_route_is_forgotten(site):
    there = {
        (method, route.path)
        for route in iter_route_contexts(site.app.routes)
        for method in getattr(route, "methods", None) or ()
        if method != "HEAD" and not route.path.endswith("{rest:path}")
    }
    assert there == ATTEMPTS.keys() | HOLD_NOTHING
    described = {
        (method.upper(), path) for path, each in site.app.openapi()["paths"].items() for method in each
    }
    assert {(method, path.replace(":path", "")) for method, path in there} >= described


def test_every_route_is_in_the_table_and_what_holds_anything_needs_a_scope(site):
    for method, path in ATTEMPTS:
        assert needs_at(path)[method].scope is not None, path
    for method, path in HOLD_NOTHING:
        assert method in needs_at(path), path


def test_nothing_more_of_gradio_can_be_reached(site):
    (page,) = [route.app for route in site.app.routes if isinstance(route, Mount) and route.path == ""]
    reachable = {
        route.path
        for route in iter_route_contexts(page.routes)
        if (needs := needs_at(re.sub(r"\{.*?\}", "x", route.path)))
        and any(need.scope for need in needs.values())
    }
    assert GRADIO - {"/gradio_api/queue/join"} <= reachable | {"/gradio_api/queue/join"}
    assert {path.rstrip("/") or "/" for path in reachable} <= GRADIO, reachable


@pytest.mark.parametrize(("method", "path"), ATTEMPTS)
def test_another_parks_document_is_neither_shown_nor_changed(site, intruder, method, path):
    document = site.documents["park-a"]
    for response in ATTEMPTS[method, path](intruder, document, f"{document}:a1"):
        assert shows_nothing(response), (response.request.url, response.request.content, response.text)


@pytest.mark.parametrize(
    "attempt", [ask, search, chat, documents, one_document, measures, one_measure, measure_page]
)
def test_whose_it_is_can_see_that_the_attempts_were_at_something(site, attempt):
    document = site.documents["park-a"]
    owner = site.client(site.key("park-a")[1])
    assert not all(shows_nothing(each) for each in attempt(owner, document, f"{document}:a1"))


def test_whose_it_is_can_see_it_through_mcp(tmp_path):
    with keyed(tmp_path) as site:
        secret = site.key("park-a")[1]
        with TestClient(site.app, headers={"Authorization": f"Bearer {secret}"}) as owner:
            document = site.documents["park-a"]
            assert not all(shows_nothing(each) for each in mcp(owner, document, f"{document}:a1"))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/documents/{}", 404),
        ("PATCH", "/v1/documents/{}", 404),
        ("DELETE", "/v1/documents/{}", 404),
        ("GET", "/v1/measures?document_id={}", 200),  # no measures, of either
        ("GET", "/v1/measures/{}:a1", 404),
        ("GET", "/measures/{}:a1", 404),
    ],
)
@pytest.mark.parametrize("space", ["", "park-a"])
def test_what_is_others_looks_like_what_is_not_there(site, intruder, method, path, status, space):
    def told(id):
        address = path.format(id) + (f"{'&' if '?' in path else '?'}space={space}" if space else "")
        body = {"json": {"title": "伪造"}} if method == "PATCH" else {}
        response = intruder.request(method, address, **body)
        named = re.sub(r'"request_id":"\w+"', "", response.text)
        return response.status_code, named.replace(quote(id), "ID").replace(id, "ID")

    hidden, missing = told(site.documents["park-a"]), told("park-a.nothing")
    assert hidden == missing and hidden[0] == (403 if space else status)


def test_a_space_that_exists_looks_like_one_that_does_not(intruder):
    def told(space):
        response = intruder.post("/v1/search", json={"query": QUESTION, "space": space})
        return response.status_code, response.json()["detail"].replace(space, "SPACE")

    assert told("park-a") == told("park-z") and told("park-a")[0] == 403


def test_the_shared_library_is_read_by_all_and_changed_by_those_who_name_it(site, intruder):
    shared = site.documents["shared"]
    assert intruder.get(f"/v1/documents/{shared}").status_code == 200
    assert intruder.patch(f"/v1/documents/{shared}", json={"title": "x"}).status_code == 403
    assert intruder.delete(f"/v1/documents/{shared}").status_code == 403
    writer = site.client(site.key("shared", scopes=(Scope.READ, Scope.WRITE))[1])
    title = site.assistant.document(shared).title
    assert writer.patch(f"/v1/documents/{shared}", json={"title": title}).status_code == 200


def others_conversation(site):
    """A conversation of the other park's key, which has quoted what is hidden."""
    owner = site.client(site.key("park-a", scopes=ALL)[1])
    begun = owner.post("/v1/ask", json={"question": f"《{TITLE}》第一条", "conversation_id": "new"})
    assert "十七元" in begun.text
    return owner, begun.json()["conversation_id"]


def test_a_conversation_is_its_owners(site, intruder):
    owner, id = others_conversation(site)
    sister = site.client(site.key("park-a", scopes=ALL)[1])
    for other in (intruder, sister):
        going_on = {"question": "那第二条呢？", "conversation_id": id}
        rated = {"rating": "up", "conversation_id": id, "position": 0}
        tried = [
            *(
                other.get(f"/v1/conversations/{id}{end}")
                for end in ("", "/export", "/export?format=markdown")
            ),
            other.delete(f"/v1/conversations/{id}"),
            other.post("/v1/ask", json=going_on),
            other.post("/v1/feedback", json=rated),
        ]
        assert [each.status_code for each in tried] == [404] * 6
        streamed = other.post("/v1/ask", json={**going_on, "stream": True})
        assert all(shows_nothing(each) for each in (*tried, streamed)) and "event: error" in streamed.text
        assert id not in other.get("/v1/conversations").text
        assert other.delete("/v1/conversations").status_code == 204
    assert "十七元" in owner.get(f"/v1/conversations/{id}").text
    assert id in owner.get("/v1/conversations").text


def test_visitors_of_a_page_cannot_list_or_delete_each_others_conversations(site):
    visitor = site.client(site.publishable("park-b"), Origin=PORTAL)
    assert visitor.get("/v1/conversations").status_code == 403
    assert visitor.delete("/v1/conversations").status_code == 403


# The page -------------------------------------------------------------------------------------------


def asked_on_the_page(client, question):
    """What Gradio's own endpoint answers, as the page would get it."""
    dependencies = client.get("/config").json()["dependencies"]
    (event,) = [each for each in dependencies if each.get("api_name") == "ask"]
    body = {"fn_index": event["id"], "data": [question, None], "session_hash": f"s{abs(hash(question))}"}
    joined = client.post("/gradio_api/queue/join", json=body)
    assert joined.status_code == 200, joined.text
    with client.stream(
        "GET", "/gradio_api/queue/data", params={"session_hash": body["session_hash"]}
    ) as events:
        return json.dumps([line for line in events.iter_lines() if line], ensure_ascii=False)


def test_the_page_shows_what_the_key_opens(site, intruder):
    owner = TestClient(site.app, headers={"Authorization": f"Bearer {site.key('park-a')[1]}"})
    said = asked_on_the_page(owner, f"《{TITLE}》第一条")
    assert "十七元" in said
    said = asked_on_the_page(intruder, f"《{TITLE}》 第一条")
    assert "process_completed" in said and "十七元" not in said


@pytest.mark.parametrize("path", sorted(GRADIO))
def test_gradio_answers_nobody_without_a_key(site, path):
    assert site.keys.exist() or site.key("park-a")
    address = path.replace("{session_hash}", "x")
    for method in needs_at(address):
        assert site.client().request(method, address).status_code == 401


def test_gradio_answers_no_widget_of_another_site(site):
    widget = site.client(site.publishable("park-b"))
    for headers in ({}, {"Origin": "https://evil.example"}):
        assert widget.post("/gradio_api/queue/join", json={}, headers=headers).status_code == 403


def test_a_widget_reads_its_spaces_and_no_others(site):
    widget = site.client(site.publishable("park-b", per_minute=10_000), Origin=PORTAL)
    document = site.documents["park-a"]
    for attempt in (ask, one_measure, measure_page):
        assert all(shows_nothing(each) for each in attempt(widget, document, f"{document}:a1"))
    assert widget.get(f"/v1/measures/{site.documents['park-b']}:a1").status_code == 200


def test_the_operator_sees_every_space_that_they_name(site):
    found = site.client(LOCAL_TOKEN).get(
        f"/v1/documents/{site.documents['park-a']}", params={"space": "park-a"}
    )
    assert found.status_code == 200
