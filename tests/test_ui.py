"""What people see: answers and measures as HTML, with everything that comes from outside escaped."""

import asyncio
import base64
import hashlib
import math
import re
import subprocess
import sys
from dataclasses import replace

import gradio as gr
import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from parkbot.access import ANYBODY
from parkbot.domain import Span
from parkbot.errors import BadInput, BadQuestion, NotReady, Unavailable, WrongEmbedder
from parkbot.settings import Settings
from parkbot.ui import answers, create_page, measure_page
from parkbot.ui.examples import EXAMPLES
from parkbot.ui.html import measure_url, web_address
from parkbot.ui.marking import lines
from standin import (
    CANTEEN,
    EVIL,
    FINE,
    HEAT,
    HEAT_ARTICLE,
    HEAT_NOTICE,
    HOSTILE_MEASURE,
    HOSTILE_TEXT,
    LAW,
    NOTICE,
    PENALTY,
    VAGUE,
    StandIn,
    web_app,
)


@pytest.fixture(scope="module")
def client():
    return TestClient(web_app(Settings()), raise_server_exceptions=False)


def test_an_event_that_lacks_values_writes_nothing_of_the_others_into_the_log():
    async def made():  # outside of a loop Gradio leaves loops unclosed
        return create_page(StandIn(), patience_s=1)

    page = asyncio.run(made())
    (ask,) = [event for event in page.fns.values() if event.api_name == "ask"]
    with pytest.raises(gr.Error) as refused:
        page.validate_inputs(ask, ['问题\n{"level": "INFO", "message": "forged"}'])
    assert "forged" not in str(refused.value) and not refused.value.print_exception


def test_what_an_open_page_holds_is_kept_however_long_nobody_asks():
    async def made():
        return create_page(StandIn(), patience_s=1)

    (talk,) = [block for block in asyncio.run(made()).blocks.values() if isinstance(block, gr.State)]
    assert talk.time_to_live == math.inf


def test_the_page_waits_for_an_answer_longer_than_the_chat_model_may_take():
    page = TestClient(web_app(Settings(llm_timeout=200))).get("/config").text
    assert float(re.search(r'data-patience=\\"([\d.]+)', page)[1]) > 200


def steps(question):
    """The HTML of a turn at every step of its answer."""
    return [BeautifulSoup(html, "lxml") for html in answers.streamed(question, StandIn().asking(question))]


def shown(question):
    return steps(question)[-1]


def measure(id, *marks, whole=True):
    html = measure_page.render(StandIn().measure(id, ("shared",)), marks, whole=whole)
    return BeautifulSoup(html, "lxml")


# Answers


def test_every_claim_ends_in_a_marker_that_opens_its_measure_with_the_quote_marked():
    claims = shown(HEAT).select("p.claim")
    assert [claim.select_one("a.cite").text for claim in claims] == ["1", "2", "3"]
    first = claims[0].select_one("a.cite")
    quote = StandIn().ask(HEAT).citations[0].quotes[0]
    assert first["href"].endswith(f":a31?quote={quote.start}-{quote.end}")
    assert "第三十一条" in first["aria-label"]
    assert "[1]" not in claims[0].text


def test_a_marker_is_cut_only_where_the_block_owns_it():
    html = shown(EVIL)
    assert [link.text for link in html.select("a.cite")] == ["1"]


def test_an_answer_grows_block_by_block_and_ends_with_its_sources():
    grown = steps(HEAT)
    assert [len(step.select("p.claim, p.frame")) for step in grown] == [0, 0, 2, 3, 4, 4]
    assert all(step.select("[data-working]") and not step.select(".sources") for step in grown[:-1])
    assert not grown[-1].select("[data-working]")


def test_sources_say_what_they_are():
    law, notice, article = shown(HEAT).select(".sources li")
    assert "未见废止（核对至 2026-11）" in law.text and "摘要" not in law.text
    assert "发改环资〔2025〕910号" in notice.text and "摘要，非原文" in notice.text
    assert "评论" in article.text and "效力" not in article.text  # a comment has no force to be known


def test_the_sources_of_an_english_answer_are_described_in_english():
    answer = replace(StandIn().ask(HEAT), language="en")
    law, notice, comment = BeautifulSoup(
        list(answers.streamed(answer.question, [answer]))[-1], "lxml"
    ).select(".sources li")
    assert "Article 31" in law.text and "no repeal found (checked 2026-11)" in law.text
    assert "item I(4) (一、（四）)" in notice.text and "digest, not the original text" in notice.text
    assert "commentary" in comment.text and "评论" not in comment.text


def test_a_marker_is_named_in_the_language_of_its_answer():
    answer = StandIn().ask(PENALTY)
    named = [
        BeautifulSoup([*answers.streamed(PENALTY, [each])][-1], "lxml").select_one("a.cite")["aria-label"]
        for each in (answer, replace(answer, language="en"))
    ]
    assert named[0].startswith("出处 1：《") and named[1].startswith("Source 1: 《")


def test_what_the_library_does_not_cover_is_said_once():
    answer = StandIn().ask(PENALTY)
    answer = replace(answer, text=f"{answer.text}\n以上内容没有写明罚则。", uncovered=("罚则", "期限"))
    html = BeautifulSoup([*answers.streamed(PENALTY, [answer])][-1], "lxml")
    assert html.select_one(".uncovered").text.endswith(" 期限")
    answer = replace(answer, uncovered=("罚则",))
    assert "uncovered" not in [*answers.streamed(PENALTY, [answer])][-1]


def test_only_of_a_turn_that_was_kept_people_are_asked_what_they_think():
    answer = StandIn().ask(PENALTY)
    assert "data-rate" not in [*answers.streamed(PENALTY, [answer])][-1]
    kept = replace(answer, conversation_id="c1", position=7)
    html = BeautifulSoup([*answers.streamed(PENALTY, [kept])][-1], "lxml")
    line = html.select_one(".feedback")
    assert (line["data-conversation"], line["data-position"]) == ("c1", "7")


def test_the_figure_asked_for_is_marked():
    assert shown(PENALTY).select_one("p.claim strong").text == "一万元以上五万元以下"


def test_a_refusal_looks_like_one_and_links_to_what_is_nearest():
    html = shown(CANTEEN)
    card = html.select_one(".refusal")
    assert card.text.count("无法回答") == 1
    link = card.select_one("a[data-measure]")
    assert link["href"] == f"measures/{HEAT_NOTICE.id}"
    assert card.text.count(HEAT_NOTICE.locator) == 1 and "加入资料库" in card.text
    assert not html.select(".claim, .sources")


def test_choices_and_suggestions_are_buttons_that_ask():
    assert [button["data-ask"] for button in shown(VAGUE).select("button")] == [PENALTY, HEAT]
    assert [button["data-ask"] for button in shown(HEAT).select(".suggestions button")] == [PENALTY]


def test_nothing_from_a_document_or_a_question_is_interpreted():
    html = shown(EVIL)
    assert not html.select("script, img, strong, em, b, i, u")
    assert {link["href"].partition("?")[0] for link in html.select("a")} == {"measures/hostile:p-1"}
    assert html.select_one("h2.question").text == EVIL
    assert HOSTILE_TEXT in html.select_one("p.claim").text
    assert not [name for tag in html.find_all(True) for name in tag.attrs if name.startswith("on")]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (BadQuestion("x"), "请输入一个问题"),
        (NotReady("x"), "正在建立索引"),
        (BadInput("没有这个地区"), "没有这个地区"),
        (Unavailable("http://secret:8000"), "暂时无法回答"),
        (WrongEmbedder("/data/secret"), "cannot be answered just now"),
        (RuntimeError("/home/secret"), "出了点问题"),
    ],
)
def test_an_error_is_one_friendly_line(error, line):
    from parkbot.ui import page

    assistant = StandIn()
    assistant.broken = error
    working, failed = page.Answering(assistant, page.Talk(), ANYBODY).steps("<b>问</b>")
    assert "data-working" in working
    html = BeautifulSoup(failed, "lxml")
    assert line in html.select_one(".failed").text and "secret" not in failed
    assert html.select_one("h2").text == "<b>问</b>"


# Measures


def test_a_measure_stands_whole_in_its_document():
    page = measure(FINE.id, Span(0, 6), Span(60, 80))
    assert page.select_one("h1.locator").text == "第八十二条"
    assert page.select_one(".text").text.strip() == FINE.text
    assert [mark.text for mark in page.select("mark")] == [FINE.text[0:6], FINE.text[60:80]]
    assert LAW.title in page.title.text and "第六章 法律责任" in page.select_one(".section-path").text
    assert page.select_one("a.official")["href"] == LAW.source_url
    assert page.select_one('[rel="prev"]')["href"] == measure_url("节约能源法-2018:a31")
    assert not page.select('[rel="next"], .digest')


def test_a_digest_is_marked_as_one_everywhere():
    page = measure(HEAT_NOTICE.id)
    assert "摘要，非原文" in page.select_one(".badge.digest").text
    assert page.select_one(".digest-note") and page.select_one("a.official")["href"] == NOTICE.source_url
    assert "园区企业" in page.text


def test_commentary_is_marked_and_a_missing_address_is_said():
    page = measure(HEAT_ARTICLE.id)
    assert "评论" in page.select_one(".badge.commentary").text
    assert "官方网址待补" in page.text and not page.select("a.official")


@pytest.mark.parametrize("url", ["http://[x", "http://[", "javascript:x", "ftp://x", "", None])
def test_an_address_that_is_none_is_not_linked(url):
    opened = StandIn().measure(FINE.id, ("shared",))
    page = measure_page.render(replace(opened, document=replace(opened.document, source_url=url)))
    assert web_address(url) is None and FINE.text[:20] in page and "官方网址待补" in page


def test_the_page_says_when_it_was_checked_and_what_it_is_not():
    footer = measure(FINE.id).select_one("footer").text
    assert "2026-11-22" in footer and "不构成法律意见" in footer and "not legal advice" in footer


def test_the_panel_is_the_same_measure_without_a_page_around_it():
    panel = measure_page.render(StandIn().measure(FINE.id, ("shared",)), (Span(0, 6),), whole=False)
    assert "<html" not in panel and "<script" not in panel
    assert BeautifulSoup(panel, "lxml").select_one(".own-page a")["href"].endswith("a82?quote=0-6")


def test_a_hostile_document_stays_text():
    page = measure(HOSTILE_MEASURE.id, Span(0, 30))
    assert {script.get("src") for script in page.select("script")} == {"ui/base.js"}
    assert not page.select("main img, main b, main i, main u, main strong, main script, a.official")
    assert page.select_one(".text").text.strip() == HOSTILE_TEXT
    assert "官方网址待补" in page.text


@pytest.mark.parametrize("quote", ["", "x", "5", "9-3", "-1-4", "3-999999", "1" * 50 + "-2", "١-٢"])
def test_an_odd_mark_in_the_address_breaks_nothing(client, quote):
    response = client.get(f"/measures/{FINE.id}", params={"quote": quote})
    assert response.status_code == 200 and "逾期不改正的" in BeautifulSoup(response.text, "lxml").text


def test_marks_come_from_the_address(client):
    response = client.get(f"/measures/{FINE.id}?quote=0-2&quote=4-6&view=panel")
    marks = BeautifulSoup(response.text, "lxml").select("mark")
    assert [mark.text for mark in marks] == [FINE.text[0:2], FINE.text[4:6]]


def test_a_measure_that_is_not_there_has_a_friendly_page(client):
    response = client.get("/measures/没有<b>这条</b>")
    assert response.status_code == 404 and response.headers["content-type"].startswith("text/html")
    html = BeautifulSoup(response.text, "lxml")
    assert "没有找到这一条" in html.text and not html.select("main b") and html.select('a[href="./"]')


def test_pages_need_no_inline_script_or_style(client):
    response = client.get(f"/measures/{FINE.id}")
    assert "unsafe" not in response.headers["content-security-policy"]
    html = BeautifulSoup(response.text, "lxml")
    assert not html.select("style, script:not([src]), [style]")


# Marks


@given(st.text("节能a\n　 😀", max_size=40), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50))))
def test_marking_keeps_every_character_and_marks_just_the_spans(text, pairs):
    marks = [Span(min(pair), max(pair)) for pair in pairs]
    cut = lines(text, marks)
    written = [line for line in text.split("\n") if line.strip()]
    assert ["".join(piece.text for piece in line) for line in cut] == written
    inside = {at for mark in marks for at in range(mark.start, min(mark.end, len(text)))}
    offsets = iter(at for line in _offsets(text) if text[line[0] : line[1]].strip() for at in range(*line))
    for line in cut:
        for piece in line:
            assert piece.text
            for _ in piece.text:
                assert (next(offsets) in inside) == piece.marked


def _offsets(text):
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


@given(st.text(min_size=1, max_size=30).filter(lambda id: "\x00" not in id))
def test_an_address_of_any_id_leads_back_to_it(id):
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(measure_url(id, [Span(1, 2)]))
    assert unquote(parts.path) == f"measures/{id}" and parts.query == "quote=1-2"


# The chat page


def test_gradio_publishes_one_event_and_opens_nothing_else(client):
    config = client.get("/config").json()
    assert [event["api_name"] for event in config["dependencies"]] == ["ask"]
    assert not config.get("footer_links") and not config["analytics_enabled"]
    assert set(client.get("/gradio_api/info").json()["named_endpoints"]) == {"/ask"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/gradio_api/upload"),
        ("post", "/gradio_api/run/ask"),
        ("post", "/gradio_api/call/ask"),
        ("post", "/gradio_api/component_server"),
        ("get", "/gradio_api/file=/etc/hostname"),
        ("get", "/gradio_api/proxy=http://evil.example/"),
        ("get", "/gradio_api/runs"),
        ("get", "/gradio_api/vibe-code"),
        ("get", "/monitoring"),
        ("get", "/monitoring/summary"),
        ("post", "/login"),
        ("get", "/svelte/x"),
        ("get", "/nothing"),
    ],
)
def test_gradios_other_doors_are_shut(client, method, path):
    assert client.request(method, path).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [({"fn_index": 99999, "data": [], "session_hash": "x"}, 500), ({"data": []}, 400), ({"data": 1}, 422)],
)
def test_what_gradio_cannot_use_is_told_as_a_problem(client, body, status):
    response = client.post("/gradio_api/queue/join", json=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["instance"] == "/gradio_api/queue/join" and response.json()["detail"]


def test_the_page_allows_just_the_inline_scripts_that_it_has(client):
    response = client.get("/", headers={"accept-encoding": "br, gzip"})
    policy = response.headers["content-security-policy"]
    scripts = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", response.text, re.DOTALL)
    assert len(scripts) > 2
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    script_policy = re.search("script-src ([^;]*)", policy)[1]
    assert "unsafe-inline" not in script_policy


def test_there_are_six_questions_to_start_with_in_either_language():
    assert set(EXAMPLES) == {"zh-CN", "en"}
    assert all(len(set(questions)) == 6 for questions in EXAMPLES.values())


def test_gradio_is_imported_only_for_a_page():
    code = "import sys, parkbot.api, parkbot.ui; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
