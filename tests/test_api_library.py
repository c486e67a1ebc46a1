"""Lists by page, what has not changed, edits of what was read, uploads that are sent again or wait."""

import asyncio
import json
import threading

import httpx
import pytest
from anyio import to_thread
from fastapi import HTTPException, Response
from fastapi.testclient import TestClient

from keyed import LOCAL_TOKEN, keyed
from parkbot.access import OPERATOR, Scope
from parkbot.api.idempotency import Replies
from parkbot.errors import BadInput, Unavailable
from parkbot.index.dense import DenseIndex


@pytest.fixture
def site(tmp_path):
    with keyed(tmp_path) as site:
        for number in range(4):
            site.assistant.add_document(
                f"d{number}.md", f"# 办法{number}\n\n园区应当节能{number}。\n".encode()
            )
        yield site


@pytest.fixture
def client(site):
    return site.client()


def pages(client, path, member):
    """Every page, following the links."""
    while path:
        response = client.get(path)
        yield [entry["id"] for entry in response.json()[member]]
        link = response.headers.get("link", "")
        assert bool(link) == (response.json()["next_cursor"] is not None)
        path = link.partition(">")[0].removeprefix("<")


def test_documents_come_by_page(client):
    whole = [entry["id"] for entry in client.get("/v1/documents").json()["documents"]]
    paged = list(pages(client, "/v1/documents?limit=2", "documents"))
    assert [len(page) for page in paged] == [2, 2, 1] and sum(paged, []) == whole


def test_a_cursor_outlives_what_was_before_it(client):
    first = client.get("/v1/documents", params={"limit": 2}).json()
    assert client.delete(f"/v1/documents/{first['documents'][1]['id']}").status_code == 204
    rest = client.get("/v1/documents", params={"cursor": first["next_cursor"]}).json()["documents"]
    assert [entry["id"] for entry in rest] == ["d2", "d3", "shared"]


def test_measures_come_by_page_in_their_order(site, client):
    text = "# 条例\n\n" + "\n\n".join(f"第{n}条 园区应当做第{n}件事。" for n in "一二三四五六七八九")
    site.assistant.add_document("条例.md", text.encode())
    paged = list(pages(client, "/v1/measures?document_id=条例&limit=4", "measures"))
    assert sum(paged, []) == [f"条例:a{n}" for n in range(1, 10)]


@pytest.mark.parametrize("cursor", ["%", "é", "_w", "a"])
def test_a_cursor_that_no_page_gave(client, cursor):
    assert client.get("/v1/documents", params={"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/documents/d1", "/v1/measures?document_id=d1"])
def test_what_has_not_changed_is_not_sent_again(client, path):
    first = client.get(path)
    tag = first.headers["etag"]
    again = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.patch("/v1/documents/d1", json={"title": "新办法"}).status_code == 200
    changed = client.get(path, headers={"If-None-Match": tag})
    if path.startswith("/v1/documents"):
        assert changed.status_code == 200 and changed.headers["etag"] != tag


def test_nobody_changes_what_they_have_not_seen(client):
    tag = client.get("/v1/documents/d1").headers["etag"]
    first = client.patch("/v1/documents/d1", json={"region": "江苏"}, headers={"If-Match": tag})
    assert first.status_code == 200
    late = client.patch("/v1/documents/d1", json={"region": "浙江"}, headers={"If-Match": tag})
    assert late.status_code == 412 and late.headers["content-type"] == "application/problem+json"
    assert client.delete("/v1/documents/d1", headers={"If-Match": tag}).status_code == 412
    assert client.get("/v1/documents/d1").json()["region"] == "江苏"
    seen = {"If-Match": first.headers["etag"]}
    assert client.patch("/v1/documents/d1", json={"region": "浙江"}, headers=seen).status_code == 200


def test_an_upload_that_is_sent_again_is_not_done_again(site, client):
    def sent(text="园区应当公布。", key="k1"):
        file = {"file": ("新.md", text.encode())}
        return client.post("/v1/documents", files=file, headers={"Idempotency-Key": key})

    first, again = sent(), sent()
    assert (first.status_code, again.status_code) == (201, 201) and first.content == again.content
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    assert sent("另一份。").status_code == 422
    assert sent(key="k2").status_code == 200  # without the key: unchanged
    assert sent(" ", key="k3").status_code == 422 and sent(key="k3").status_code == 200  # errors are not kept


def uploaded(client, text, headers=None):
    """The events of an upload, and the ids of all."""
    file = {"file": ("长.md", text.encode())}
    response = client.post("/v1/documents", files=file, data={"stream": "true"}, headers=headers)
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/event-stream")
    fields = [
        dict(line.split(": ", 1) for line in each.split("\n")) for each in response.text.split("\n\n")[:-1]
    ]
    return [(each["event"], json.loads(each["data"])) for each in fields], [each["id"] for each in fields]


def test_an_upload_tells_how_far_it_is(client):
    text = "# 长办法\n\n" + "\n\n".join(f"第{n}条 园区应当做第{n}件事。" for n in range(1, 101))
    told, ids = uploaded(client, text, {"Idempotency-Key": "k"})
    *steps, (last, document) = told
    assert {name for name, _ in steps} == {"progress"} and len(steps) > 1
    done = [step["done"] for _, step in steps]
    assert done == sorted(done) and done[-1] == steps[-1][1]["total"] >= 100
    assert (last, document["outcome"], document["measures"]) == ("document", "added", 100)
    assert uploaded(client, text, {"Last-Event-ID": ids[0]})[0] == told[1:]
    assert uploaded(client, text, {"Idempotency-Key": "k"})[0] == [("document", document)]
    assert uploaded(client, text)[0] == [("document", document | {"outcome": "unchanged", "measures": 0})]


def test_an_upload_that_fails_says_so_in_its_stream(site, client):
    [(event, problem)], _ = uploaded(client, " ")
    assert (event, problem["status"], problem["instance"]) == ("error", 422, "/v1/documents")
    uploaded(client, "园区应当节能。", {"Idempotency-Key": "k"})
    [(event, problem)], _ = uploaded(client, "园区应当节水。", {"Idempotency-Key": "k"})
    assert (event, problem["type"]) == ("error", "urn:parkbot:problem:bad-input")
    reader = site.client(site.key("park-a", scopes=(Scope.READ,))[1])
    file = {"file": ("新.md", b"text")}
    assert reader.post("/v1/documents", files=file, data={"stream": "true"}).status_code == 403


def sent(client, source, text, name="通知.md", **more):
    file = {"file": (name, f"# 通知\n\n{text}\n".encode())}
    return client.post("/v1/documents", files=file, data={"source": source, **more})


def test_files_of_other_machines_are_documents_of_their_own(client):
    first, second = (sent(client, f"/srv/{n}/notice.md", f"园区应当做第{n}件事。").json() for n in "ab")
    assert [each["outcome"] for each in (first, second)] == ["added", "added"]
    assert [each["source"] for each in (first, second)] == [f"upload:/srv/{n}/notice.md" for n in "ab"]
    for each, n in ((first, "a"), (second, "b")):
        assert f"第{n}件事" in client.get(f"/v1/documents/{each['document_id']}").json()["text"]
    again = sent(client, "/srv/a/notice.md", "园区应当做第a件事。")
    assert again.json() == first | {"outcome": "unchanged", "measures": 0}


def test_a_path_is_the_operators_and_what_is_held_under_one_keeps_it(site, client):
    held = sent(site.client(LOCAL_TOKEN), "/srv/a/notice.md", "园区应当节能。").json()
    assert held["source"] == "/srv/a/notice.md"
    replaced = sent(client, "/srv/a/notice.md", "园区应当节水。").json()
    assert replaced == held | {"outcome": "replaced"}
    other = sent(client, "/srv/b/notice.md", "园区应当节地。").json()
    assert other["document_id"] != held["document_id"]
    assert "节水" in client.get(f"/v1/documents/{held['document_id']}").json()["text"]


def test_nothing_that_is_sent_passes_for_what_ships(site, client):
    for sender in (client, site.client(LOCAL_TOKEN)):
        refused = sent(sender, "bundled:x.md", "园区应当节能。")
        assert refused.status_code == 422 and "bundled:" in refused.json()["detail"]


def test_a_change_that_failed_can_be_tried_again(client, monkeypatch):
    def away(*_):
        raise Unavailable("the Chroma server does not answer")

    for name, change, status in (
        ("replace", lambda: client.patch("/v1/documents/d1", json={"title": "新办法"}), 200),
        ("remove", lambda: client.delete("/v1/documents/d1"), 404),  # done meanwhile
    ):
        monkeypatch.setattr(DenseIndex, name, away)
        assert change().status_code == 503
        assert client.get("/v1/documents/d1").status_code == 404
        monkeypatch.undo()
        assert change().status_code == status


def test_who_waits_to_change_the_library_keeps_nobody_else_waiting(site):
    async def crowded():
        transport = httpx.ASGITransport(site.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:

            async def change(n):
                if n % 3 == 0:
                    return await client.patch("/v1/documents/d1", json={"region": "江苏"})
                file = {"file": (f"n{n}.md", f"园区应当做第{n}件事。".encode())}
                streams = {"stream": "true"} if n % 3 == 1 else {}
                return await client.post("/v1/documents", files=file, data=streams)

            with site.assistant._library.alone():
                changes = [asyncio.create_task(change(n)) for n in range(60)]
                await asyncio.sleep(1)
                async with asyncio.timeout(20):
                    for path in ("/v1/health", "/v1/ready", "/v1/documents"):
                        assert (await client.get(path)).status_code == 200
                assert not any(change.done() for change in changes)
            return [response.status_code for response in await asyncio.gather(*changes)]

    assert {*asyncio.run(crowded())} == {200, 201}
    assert len(site.assistant.documents()) == 45


def test_while_all_threads_are_busy_it_is_still_said_who_may_come_in_and_that_the_server_is_up(site):
    site.key("park-a")
    may_end = threading.Event()

    async def busy():
        slow = [asyncio.create_task(to_thread.run_sync(may_end.wait)) for _ in range(60)]
        transport = httpx.ASGITransport(site.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            try:
                await asyncio.sleep(0.5)
                async with asyncio.timeout(20):
                    return [(await client.get(f"/v1/{path}")).status_code for path in ("health", "documents")]
            finally:
                may_end.set()
                await asyncio.gather(*slow)

    assert asyncio.run(busy()) == [200, 401]


def test_two_at_once_are_one():
    replies, begun, may_end = Replies(), threading.Event(), threading.Event()

    def slow():
        begun.set()
        may_end.wait(10)
        return Response(b"{}", 201)

    running = threading.Thread(target=replies.once, args=(OPERATOR, "k", "f", slow))
    running.start()
    begun.wait(10)
    with pytest.raises(HTTPException) as caught:
        replies.once(OPERATOR, "k", "f", slow)
    may_end.set()
    running.join()
    assert caught.value.status_code == 409
    assert replies.once(OPERATOR, "k", "f", slow).status_code == 201
    with pytest.raises(BadInput):
        replies.once(OPERATOR, "k", "another", slow)


def test_a_page_under_a_borrowed_name_cannot_use_the_tools(site):
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    with TestClient(site.app) as client:
        for origin, status in (
            ("http://evil.example", 403),
            ("http://127.0.0.1:8080", 200),
            ("http://[::1]:8080", 200),
        ):
            host = origin.partition("//")[2]
            headers = {**accept, "Origin": origin, "Host": host}
            assert client.post("/mcp", json=call, headers=headers).status_code == status
        none = {"Origin": "http://[x", "Sec-Fetch-Site": "same-origin"}
        assert client.post("/mcp", json=call, headers=accept | none).status_code == 403
        assert client.post("/mcp", json=call, headers=accept).status_code == 200
    assert site.client().post("/mcp", json=call, headers=accept).status_code == 503  # not running


def test_a_body_that_the_tools_cannot_read_is_told_as_a_problem(site):
    with TestClient(site.app) as client:
        response = client.post("/mcp", content="x", headers={"Content-Type": "text/plain"})
        assert response.status_code == 400 and response.json()["instance"] == "/mcp"
        assert response.headers["content-type"] == "application/problem+json"


def test_who_brings_no_key_is_told_so_in_openais_shape(site):
    site.key()
    for method, path in (("GET", "/v1/models"), ("POST", "/v1/chat/completions")):
        response = site.client().request(method, path)
        assert response.status_code == 401 and response.json()["error"]["code"] == "unauthenticated"
