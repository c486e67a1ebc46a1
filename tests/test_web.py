"""The whole web application over the real assistant and the knowledge that ships."""

import asyncio
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from parkbot import build
from parkbot.api import create_app
from parkbot.settings import Settings
from parkbot.ui import answers
from parkbot.ui.examples import EXAMPLES

NOTICE = """---
title: 园区食堂补贴办法
---

# 园区食堂补贴办法

第一条 园区食堂每餐补贴八元，由园区管理委员会承担。
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    assistant = build.assistant(Settings(data_dir=tmp_path_factory.mktemp("data")), owner="tests")
    assistant.ensure_bundled_knowledge()
    yield assistant
    assistant.close()


@pytest.fixture(scope="module")
def client(assistant):
    async def build_app():
        return create_app(assistant, Settings())

    return TestClient(asyncio.run(build_app()))


@pytest.mark.parametrize("question", [question for group in EXAMPLES.values() for question in group])
def test_every_question_that_the_page_offers_is_answered(client, question):
    answer = client.post("/v1/ask", json={"question": question}).json()
    assert answer["status"] == "answered", answer["text"]
    assert answer["citations"]
    for citation in answer["citations"]:
        found = client.get(f"/v1/measures/{quote(citation['measure_id'])}").json()
        for cited in citation["quotes"]:
            assert found["measure"]["text"][cited["start"] : cited["end"]] == cited["text"]


@pytest.mark.parametrize("language", list(EXAMPLES))
def test_every_marker_on_the_page_opens_a_measure_with_something_marked(client, assistant, language):
    html = list(answers.streamed(EXAMPLES[language][0], assistant.asking(EXAMPLES[language][0])))[-1]
    links = BeautifulSoup(html, "lxml").select("a.cite")
    assert links
    for link in links:
        page = client.get(link["href"])
        assert page.status_code == 200 and BeautifulSoup(page.text, "lxml").select("mark")


def test_a_refusal_is_shown_as_one_with_links_that_lead_somewhere(client, assistant):
    html = BeautifulSoup(
        list(answers.streamed("园区食堂补贴多少钱一餐？", assistant.asking("园区食堂补贴多少钱一餐？")))[-1],
        "lxml",
    )
    assert html.select_one(".refusal") and not html.select(".claim")
    for link in html.select(".nearest a"):
        assert client.get(link["href"]).status_code == 200
    assert len(html.select("p.refusal-message")) == 1 and "· 《" not in html.text


def test_health_tells_what_ships(client):
    health = client.get("/v1/health").json()
    assert health["status"] == "ok" and health["documents"] == 43 and health["measures"] == 738
    assert health["checked_on"]


def test_an_upload_answers_at_once_is_corrected_and_removed(client):
    added = client.post("/v1/documents", files={"file": ("食堂.md", NOTICE.encode())})
    assert added.status_code == 201, added.text
    path = f"/v1/documents/{quote(added.json()['document_id'])}"
    question = {"question": "园区食堂每餐补贴多少？"}
    answer = client.post("/v1/ask", json=question).json()
    assert answer["status"] == "answered" and "八元" in answer["text"]

    assert client.patch(path, json={"document_number": "园管〔2026〕1号"}).status_code == 200
    document = client.get(path).json()
    assert document["document_number"] == "园管〔2026〕1号" and document["measures"]

    again = client.post("/v1/documents", files={"file": ("食堂.md", NOTICE.encode())})
    assert again.status_code == 200 and again.json()["outcome"] == "unchanged"
    assert client.delete(path).status_code == 204 and client.get(path).status_code == 404
    assert client.post("/v1/ask", json=question).json()["status"] == "refused"


def test_what_ships_cannot_be_removed(client):
    response = client.delete("/v1/documents/ndrc-2025-910-zero-carbon-parks")
    assert response.status_code == 422 and "PARKBOT_BUNDLED_KNOWLEDGE" in response.json()["detail"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("空.md", b""), ("a.md", bytes(range(256)) * 40), ("a.exe", b"MZ"), ("a.pdf", b"%PDF-1.7 broken")],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(client, name, data):
    response = client.post("/v1/documents", files={"file": (name, data)})
    assert response.status_code == 422
    assert response.json()["type"] == "urn:parkbot:problem:unreadable-file"
    assert "\n" not in response.json()["detail"]
    assert client.get("/v1/health").json()["documents"] == 43
