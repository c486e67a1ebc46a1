"""The widget in a real browser: on another site's page under a strict policy, in a frame, and by itself."""

import json
import runpy
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pydantic import TypeAdapter

from keyed import HIDDEN, TEXTS
from parkbot import build, local_token
from parkbot.settings import Settings
from served import environment, served
from standin import CANTEEN, EVIL, FINE, HEAT, HEAT_LAW, HOSTILE_TEXT, PENALTY, VAGUE

Portal = runpy.run_path(str(Path(__file__).parents[2] / "examples/portal/serve.py"))["Portal"]
NAMED = f"《{HIDDEN}办法》第一条"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 812}
WCAG = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
}


@contextmanager
def portal(parkbot, key=""):
    """The demo portal on an origin of its own (`localhost`, where ParkBot is at 127.0.0.1)."""
    with Portal(0, parkbot.address, key) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            served.shutdown()
            thread.join()


@pytest.fixture
def allowed(parkbot):
    """The portal with a key that is for it."""
    with portal(parkbot) as served:
        served.key = parkbot.publishable(origins=(served.address,))
        yield served


@pytest.fixture
def open_page(browser):
    """Opens a page; afterwards it has asked no other host than those named, and complained of nothing."""
    contexts, requested, complaints, hosts = [], [], [], set()

    def opened(address, *others, complains=False, **options):
        context = browser.new_context(**{"viewport": DESKTOP, "locale": "zh-CN", **options})
        contexts.append(context)
        hosts.update(urlsplit(one).netloc for one in (address, *others))
        page = context.new_page()
        page.on("request", lambda request: requested.append(request))
        if not complains:
            page.on("console", lambda said: complaints.append(said.text) if said.type != "log" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    opened.requested = requested
    yield opened
    kept = [context.storage_state() for context in contexts]
    for context in contexts:
        context.close()
    assert {urlsplit(request.url).netloc for request in requested} <= hosts
    assert complaints == []
    assert all(state == {"cookies": [], "origins": []} for state in kept)


def ask(page, question):
    """Asks in the widget (or in a frame that holds it); the turn, when it is whole."""
    page.get_by_role("textbox").fill(question)
    page.get_by_role("textbox").press("Enter")
    turn = page.locator(".turn").last
    expect(turn.locator(".asked")).to_have_text(question)
    expect(turn.locator(".working")).to_have_count(0)
    return turn


def bodies(open_page, path):
    """What was posted to an address of the server."""
    return [
        json.loads(request.post_data)
        for request in open_page.requested
        if request.method == "POST" and urlsplit(request.url).path == path
    ]


# On another site's page ----------------------------------------------------------------------------


def test_a_page_of_another_site_shows_a_cited_answer_opens_its_source_and_asks_on(
    open_page, allowed, parkbot
):
    page = open_page(f"{allowed.address}/widget.html", parkbot.address)
    page.get_by_role("button", name="打开政策助手").click()
    dialog = page.get_by_role("dialog", name="青岚政策助手")
    turn = ask(dialog, NAMED)
    expect(turn.locator("p.claim")).to_contain_text("十七元")
    turn.locator(".cite").first.click()
    source = dialog.locator(".source")
    expect(source.locator(".document")).to_have_text(f"《{HIDDEN}办法》")
    expect(source.locator(".text")).to_have_text(f"第一条 {HIDDEN}每吨十七元。")
    expect(source.locator("mark")).to_contain_text("十七元")
    expect(source).to_contain_text("官方网址待补")
    page.keyboard.press("Escape")
    expect(turn.locator(".cite").first).to_be_focused()
    ask(dialog, f"《{HIDDEN}办法》第二条")
    expect(dialog.locator(".turn").last.locator("p.claim")).to_contain_text("管委会")
    first, second = bodies(open_page, "/v1/ask")
    assert first["conversation_id"] == "new" and second["conversation_id"]
    expect(dialog.locator(".foot")).to_contain_text("不构成法律意见")


def test_on_a_page_from_right_to_left_it_is_read_as_ever(open_page, allowed, parkbot):
    page = open_page(f"{allowed.address}/widget.html", parkbot.address)
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.get_by_role("button", name="打开政策助手").click()
    turn = ask(page.get_by_role("dialog"), NAMED)
    assert turn.evaluate("turn => getComputedStyle(turn).direction") == "ltr"


def test_where_a_site_puts_another_body_into_its_page_the_chat_stays(open_page, allowed, parkbot):
    page = open_page(f"{allowed.address}/widget.html", parkbot.address)
    page.get_by_role("button", name="打开政策助手").click()
    ask(page.get_by_role("dialog"), NAMED)
    page.evaluate("document.body.replaceWith(document.createElement('body'))")
    expect(page.locator(".turn p.claim")).to_contain_text("十七元")
    page.evaluate("document.querySelector('parkbot-widget').remove()")  # the site's own wish
    page.wait_for_timeout(100)
    expect(page.locator("parkbot-widget")).to_have_count(0)


def test_a_page_of_a_site_that_the_key_does_not_name_gets_nothing(open_page, allowed, parkbot):
    with portal(parkbot, allowed.key) as other:
        page = open_page(f"{other.address}/widget.html", parkbot.address, complains=True)
        page.get_by_role("button", name="打开政策助手").click()
        turn = ask(page.get_by_role("dialog"), NAMED)
        expect(turn.locator(".failed")).to_contain_text("未获授权")
        expect(turn.locator(".claim")).to_have_count(0)
        assert "十七元" not in page.locator("parkbot-widget .panel").inner_text()


def test_a_key_that_was_revoked_is_told_in_one_line(open_page, allowed, parkbot):
    revoked = next(key for key in parkbot.keys.all() if allowed.address in key.origins)
    parkbot.publishable(origins=(allowed.address,))  # the site keeps another one
    parkbot.keys.revoke(revoked.id)
    page = open_page(f"{allowed.address}/widget.html", parkbot.address, complains=True)
    page.get_by_role("button", name="打开政策助手").click()
    expect(ask(page.get_by_role("dialog"), NAMED).locator(".failed")).to_contain_text("访问密钥无效")


def test_a_secret_key_in_a_page_is_not_sent(open_page, parkbot):
    with portal(parkbot, "sk_secret") as careless:
        page = open_page(f"{careless.address}/widget.html", parkbot.address)
        page.get_by_role("button", name="打开政策助手").click()
        expect(ask(page.get_by_role("dialog"), NAMED).locator(".failed")).to_contain_text("sk_…")
    assert all("authorization" not in request.headers for request in open_page.requested)


def test_a_frame_shows_the_chat_on_the_sites_of_its_key_and_on_no_other(open_page, allowed, parkbot):
    page = open_page(f"{allowed.address}/iframe.html", parkbot.address)
    frame = page.frame_locator("iframe")
    expect(ask(frame, NAMED).locator("p.claim")).to_contain_text("十七元")
    with portal(parkbot, allowed.key) as other:
        page = open_page(f"{other.address}/iframe.html", parkbot.address, complains=True)
        page.wait_for_load_state("networkidle")
        expect(page.frame_locator("iframe").locator("parkbot-widget")).to_have_count(0)


def test_without_keys_a_page_of_this_machine_frames_the_chat(open_page, open_parkbot):
    with portal(open_parkbot) as local:
        page = open_page(f"{local.address}/iframe.html", open_parkbot.address)
        expect(ask(page.frame_locator("iframe"), PENALTY).locator("p.claim")).to_be_visible()


def test_a_front_end_of_ones_own_shows_the_answer_and_its_sources(open_page, allowed, parkbot):
    page = open_page(f"{allowed.address}/own.html", parkbot.address)
    page.get_by_role("textbox").fill(NAMED)
    page.get_by_role("button", name="提问").click()
    answer = page.get_by_role("region", name="回答")
    expect(answer).to_contain_text("十七元")
    expect(answer.locator("li")).to_contain_text([f"《{HIDDEN}办法》第一条"])


# What it shows -------------------------------------------------------------------------------------


@pytest.fixture
def chat(open_page, open_parkbot):
    """Opens the chat by itself, over the stand-in."""

    def opened(query="", **options):
        return open_page(f"{open_parkbot.address}/embed{query}", **options)

    return opened


def test_claims_have_chips_sources_marks_and_neighbours(chat):
    page = chat()
    turn = ask(page, HEAT)
    expect(turn.locator("p.claim")).to_have_count(3)
    expect(turn.locator(".sources li")).to_have_count(3)
    expect(turn.locator(".sources li").nth(1)).to_contain_text("摘要，非原文")
    expect(turn.locator(".sources li").nth(2)).to_contain_text("评论")
    turn.get_by_role("button", name="出处 1：《中华人民共和国节约能源法》第三十一条").click()
    source = page.locator(".source")
    expect(source.locator("mark")).to_have_text(HEAT_LAW.text[35:])
    expect(source.locator(".text")).to_have_text(HEAT_LAW.text)
    expect(source).to_contain_text("未见废止（核对至 2026-11）")
    expect(source.locator(".path")).to_have_text("第三章 合理使用与节约能源第二节 工业节能")
    assert source.get_by_role("link").get_attribute("href") == "https://flk.npc.gov.cn/detail"
    source.locator(".neighbours .after").click()
    expect(source.locator(".text")).to_have_text(FINE.text)
    turn.locator(".cite").nth(1).click()
    expect(source).to_contain_text("不是官方原文")


def test_figures_asked_for_stand_out_and_suggestions_ask(chat):
    page = chat()
    ask(page, HEAT).get_by_role("button", name=PENALTY).click()
    expect(page.locator(".turn").last.locator("strong")).to_have_text("一万元以上五万元以下")


def test_an_unclear_question_is_asked_back(chat):
    page = chat()
    ask(page, VAGUE).get_by_role("button", name=PENALTY).click()
    expect(page.locator(".turn").last.locator(".asked")).to_have_text(PENALTY)


def test_a_refusal_says_so_once_and_opens_what_is_nearest(chat):
    page = chat()
    turn = ask(page, CANTEEN)
    expect(turn.locator(".blocks")).to_contain_text("无法回答")
    assert turn.inner_text().count("关于开展零碳园区建设的通知") == 1
    turn.locator(".entry").click()
    expect(page.locator(".source")).to_contain_text("摘要，非原文")


def test_nothing_hostile_comes_to_life(chat):
    page = chat()
    title = page.title()
    turn = ask(page, EVIL)
    turn.locator(".cite").click()
    source = page.locator(".source")
    expect(source.locator(".text")).to_have_text(HOSTILE_TEXT)
    expect(source).to_contain_text("官方网址待补")
    assert page.locator("parkbot-widget :is(img, script, iframe)").count() == 0
    assert source.get_by_role("link").count() == 0
    assert page.title() == title


def test_options_of_the_address_and_the_switch_of_language(chat):
    page = chat("?title=Qinglan&colour=%23a03c00&language=en&greeting=Welcome&questions=One%3F|Two%3F")
    expect(page.locator(".welcome")).to_have_text("WelcomeFor exampleOne?Two?")
    expect(page.get_by_role("main", name="Qinglan")).to_be_visible()
    fill = page.locator(".send").evaluate("button => getComputedStyle(button).backgroundColor")
    assert fill == "rgb(160, 60, 0)"
    ask(page, HEAT).locator(".cite").first.click()
    expect(page.locator(".source")).to_contain_text("no repeal found (checked 2026-11)")
    page.get_by_role("button", name="切换到中文").click()
    expect(page.locator(".source")).to_contain_text("未见废止（核对至 2026-11）")
    expect(page.get_by_role("textbox")).to_have_attribute("placeholder", "输入您的问题")
    expect(page.locator(".turn .sources .lead")).to_have_text("出处")


def test_a_text_that_changed_since_the_answer_is_not_marked_by_mistake(chat, open_parkbot):
    page = chat()
    turn = ask(page, PENALTY)
    found = open_parkbot.assistant.measure(FINE.id, ("shared",))
    changed = {"measure": {**as_json(found.measure), "text": "第八十二条已经改写。"}}
    page.route(
        "**/v1/measures/**",
        lambda route: route.fulfill(json={**as_json(found), **changed}),
    )
    turn.locator(".cite").click()
    expect(page.locator(".source .notice")).to_contain_text("有更新")
    expect(page.locator(".source .notice")).to_contain_text(FINE.text)
    expect(page.locator(".source mark")).to_have_count(0)


def as_json(value):
    return TypeAdapter(type(value)).dump_python(value, mode="json")


def test_without_the_measure_the_quotes_of_the_answer_are_shown(chat):
    page = chat(complains=True)
    turn = ask(page, PENALTY)
    page.route("**/v1/measures/**", lambda route: route.abort())
    turn.locator(".cite").click()
    expect(page.locator(".source .notice")).to_contain_text("没能打开条文全文")
    expect(page.locator(".source mark")).to_have_text(FINE.text)


# When things go wrong ------------------------------------------------------------------------------


def test_a_failure_is_one_line_and_can_be_tried_again(chat, open_parkbot):
    page = chat()
    open_parkbot.assistant.broken = RuntimeError("inside")
    try:
        turn = ask(page, PENALTY)
        expect(turn.locator(".failed")).to_contain_text("出了点问题")
    finally:
        open_parkbot.assistant.broken = None
    turn.get_by_role("button", name="重试").click()
    expect(turn.locator("p.claim")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)


def test_an_empty_or_endless_question_is_one_friendly_line(chat):
    page = chat()
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("请先输入一个问题。")
    page.get_by_role("textbox").evaluate("field => field.removeAttribute('maxlength')")
    expect(ask(page, "问" * 3000).locator(".failed")).to_contain_text("写短一些")


def test_too_many_questions_are_told_with_the_time_to_wait(chat):
    page = chat(complains=True)
    limit = {"status": 429, "detail": "the key was used too often"}
    page.route(
        "**/v1/ask", lambda route: route.fulfill(status=429, json=limit, headers={"Retry-After": "180"})
    )
    expect(ask(page, PENALTY).locator(".failed")).to_contain_text("请过 3 分钟 再试")


def test_an_answer_on_its_way_can_be_stopped_and_asked_again(chat, open_parkbot, monkeypatch):
    go_on, answer = threading.Event(), open_parkbot.assistant.ask

    def slow(*arguments, **more):
        go_on.wait(20)
        return answer(*arguments, **more)

    monkeypatch.setattr(open_parkbot.assistant, "ask", slow)
    page = chat()
    page.get_by_role("textbox").fill(PENALTY)
    page.get_by_role("textbox").press("Enter")
    turn = page.locator(".turn")
    expect(turn.locator(".working")).to_have_text("正在查找依据…")
    page.get_by_role("button", name="停止").click()
    expect(turn).to_contain_text("已停止。")
    expect(turn.locator(".claim")).to_have_count(0)
    go_on.set()
    turn.get_by_role("button", name="重新提问").click()
    expect(turn.locator("p.claim")).to_be_visible()


def test_a_stream_that_breaks_is_taken_up_where_it_broke(chat):
    block = {"kind": "claim", "text": "第一句。", "citations": [], "support": "quoted", "emphasis": []}
    answer = {
        "question": PENALTY, "standalone_question": PENALTY, "language": "zh", "status": "answered",
        "text": "第一句。\n第二句。", "blocks": [block, {**block, "text": "第二句。"}], "citations": [],
        "refusal": None, "clarification": None, "uncovered": [], "warnings": [], "suggestions": [],
        "conversation_id": None,
    }  # fmt: skip
    parts = [
        f"id: abc:1\nevent: status\ndata: {{}}\n\nid: abc:2\nevent: block\ndata: {json.dumps(block)}\n\n",
        f": on its way\n\nid: abc:3\nevent: answer\ndata: {json.dumps(answer)}\n\n",
    ]
    page, sent = chat(), []

    def serve(route):
        sent.append(route.request.headers.get("last-event-id"))
        route.fulfill(body=parts[len(sent) - 1], content_type="text/event-stream")

    page.route("**/v1/ask", serve)
    turn = ask(page, PENALTY)
    expect(turn.locator("p.claim")).to_have_text(["第一句。", "第二句。"])
    assert sent == [None, "abc:2"]


def test_what_people_think_of_an_answer_is_sent_with_what_it_cited(chat, open_page):
    page = chat()
    page.route("**/v1/feedback", lambda route: route.fulfill(status=201, json={"id": "f1"}))
    turn = ask(page, PENALTY)
    turn.get_by_role("button", name="没帮助").click()
    expect(turn.get_by_role("status")).to_have_text("谢谢，已记下。")
    expect(turn.get_by_role("button", name="没帮助")).to_have_attribute("aria-pressed", "true")
    assert bodies(open_page, "/v1/feedback") == [{"rating": "down", "measure_ids": [FINE.id]}]


def test_feedback_names_the_turn_of_a_conversation_and_a_new_one_begins_at_the_first(
    chat, open_page, open_parkbot, monkeypatch
):
    answer, told = open_parkbot.assistant.ask, iter([("a", 4), ("a", 7), ("b", 0)])

    def held(*arguments, **more):
        name, position = next(told)  # by the server: others may have asked in between
        return replace(answer(*arguments, **more), conversation_id=f"conversation-{name}", position=position)

    monkeypatch.setattr(open_parkbot.assistant, "ask", held)
    page = chat()
    page.route("**/v1/feedback", lambda route: route.fulfill(status=201, json={"id": "f1"}))
    ask(page, HEAT)
    ask(page, PENALTY).get_by_role("button", name="有帮助", exact=True).click()
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, PENALTY).get_by_role("button", name="有帮助", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("谢谢，已记下。")
    meant = [(said["conversation_id"], said["position"]) for said in bodies(open_page, "/v1/feedback")]
    assert meant == [("conversation-a", 7), ("conversation-b", 0)]
    assert [said["conversation_id"] for said in bodies(open_page, "/v1/ask")] == [
        "new",
        "conversation-a",
        "new",
    ]


# With a server in a process of its own --------------------------------------------------------------


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """`parkbot serve` with a law in it; its address, its data folder, and a client of its operator."""
    folder = tmp_path_factory.mktemp("data")
    constant = {"PARKBOT_EMBEDDING_MODEL": "constant", "PARKBOT_BUNDLED_KNOWLEDGE": "false"}
    with served(environment(folder, **constant)) as (_, address):
        token = local_token.read(folder)
        with httpx.Client(
            base_url=address, headers={"Authorization": f"Bearer {token}"}, trust_env=False
        ) as operator:
            law = {"file": ("法.md", TEXTS["park-a"].encode())}
            assert operator.post("/v1/documents", files=law).status_code == 201
            yield SimpleNamespace(address=address, folder=folder, operator=operator)


def test_feedback_is_kept_and_a_follow_up_understood(open_page, running):
    with portal(running) as page_of_portal:
        wanted = {"name": "widget", "kind": "publishable", "origins": [page_of_portal.address]}
        page_of_portal.key = running.operator.post("/v1/keys", json=wanted).json()["secret"]
        page = open_page(f"{page_of_portal.address}/widget.html", running.address)
        page.get_by_role("button", name="打开政策助手").click()
        dialog = page.get_by_role("dialog")
        expect(ask(dialog, NAMED).locator("p.claim")).to_contain_text("十七元")
        turn = ask(dialog, "下一条呢？")
        expect(turn.locator(".understood")).to_contain_text("第二条")
        expect(turn.locator("p.claim")).to_contain_text("由管委会发放")
        turn.get_by_role("button", name="没帮助").click()
        expect(turn.get_by_role("status")).to_have_text("谢谢，已记下。")
        # What a page keeps is gone with it: nothing of a visitor is stored in their browser.
        page.reload()
        page.get_by_role("button", name="打开政策助手").click()
        expect(page.locator(".turn")).to_have_count(0)
    with build.approvals(Settings(data_dir=running.folder)) as approvals:
        (kept,) = approvals.given()
    assert (kept.question, kept.rating) == (f"《{HIDDEN}办法》第二条", "down")
    assert kept.measure_ids == ("法:a2",)


# For everybody -------------------------------------------------------------------------------------


def violations(page):
    found = Axe().run(page, options=WCAG).response
    assert len(found["passes"]) > 10
    return [
        (violation["id"], [node["html"][:200] + str(node["any"])[:300] for node in violation["nodes"]])
        for violation in found["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_portals_page(open_page, allowed, parkbot, scheme):
    page = open_page(f"{allowed.address}/widget.html", parkbot.address, color_scheme=scheme)
    expect(page.get_by_role("button", name="打开政策助手")).to_be_visible()
    assert violations(page) == []
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="打开政策助手").click()
    assert violations(page) == []
    ask(page.get_by_role("dialog"), NAMED).locator(".cite").first.click()
    expect(page.locator(".source .text")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["", "&colour=%23ffd400"])
def test_axe_finds_nothing_in_the_chat_whatever_the_portals_colour(chat, scheme, colour):
    page = chat(f"?language=zh{colour}", color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator(".welcome")).to_be_visible()
    assert violations(page) == []
    for question in (HEAT, PENALTY, CANTEEN, VAGUE):
        ask(page, question)
    assert violations(page) == []
    page.locator(".cite").nth(1).click()
    expect(page.locator(".source .digest-note")).to_be_visible()
    assert violations(page) == []


def test_the_keyboard_is_enough_and_stays_in_the_dialog(open_page, allowed, parkbot):
    page = open_page(f"{allowed.address}/widget.html", parkbot.address)
    bubble = page.get_by_role("button", name="打开政策助手")
    bubble.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type(NAMED)
    page.keyboard.press("Enter")
    turn = page.locator(".turn")
    expect(turn.locator(".feedback")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_focused()
    stops = [next_stop(page) for _ in range(30)]
    assert None not in stops, "the focus left the dialog"
    assert len(set(stops)) < 30 and any("出处 1" in stop for stop in stops)
    while "出处 1" not in next_stop(page, "Shift+Tab"):
        pass
    page.keyboard.press("Enter")
    expect(page.locator(".source .text")).to_be_visible()
    stops = [next_stop(page) for _ in range(12)]
    assert None not in stops and not any("出处 1" in stop for stop in stops), "the answer is covered"
    page.keyboard.press("Escape")
    expect(turn.locator(".cite").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(bubble).to_be_focused()


def next_stop(page, key="Tab"):
    """What has the focus after the key, by its name; None outside of the widget."""
    page.keyboard.press(key)
    return page.evaluate(
        """() => {
            const inside = document.activeElement?.shadowRoot?.activeElement;
            return inside ? inside.getAttribute("aria-label") || inside.textContent || inside.tagName : null;
        }"""
    )


def test_enter_that_chooses_a_word_does_not_send(chat):
    page = chat()
    field = page.get_by_role("textbox")
    field.fill("余热")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    page.wait_for_timeout(300)
    assert page.locator(".turn").count() == 0


def test_answers_are_read_out_politely_and_only_once(chat):
    page = chat()
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    log.evaluate(
        """log => {
            window.added = [];
            new MutationObserver((changes) => {
                for (const change of changes) for (const node of change.addedNodes) {
                    if (!change.target.closest("[aria-live='off']")) window.added.push(node.textContent);
                }
            }).observe(log, { childList: true, subtree: true });
        }"""
    )
    ask(page, PENALTY)
    assert sum(FINE.text in text for text in page.evaluate("window.added")) == 1


def test_on_a_phone_it_fills_the_screen_and_nothing_is_cut_off(open_page, allowed, parkbot):
    page = open_page(
        f"{allowed.address}/widget.html", parkbot.address, viewport=PHONE, has_touch=True, is_mobile=True
    )
    page.get_by_role("button", name="打开政策助手").tap()
    dialog = page.get_by_role("dialog")
    page.wait_for_timeout(300)
    assert dialog.bounding_box() == {"x": 0, "y": 0, **PHONE}
    turn = ask(dialog, NAMED)
    turn.locator(".cite").first.tap()
    expect(dialog.locator(".source mark")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    dialog.evaluate("panel => Promise.all(panel.getAnimations({subtree: true}).map(each => each.finished))")
    inner = dialog.evaluate(
        "panel => [...panel.querySelectorAll('*')].map(e => e.getBoundingClientRect().right)"
    )
    assert max(inner) <= PHONE["width"]
    dialog.get_by_role("button", name="返回回答").tap()
    dialog.get_by_role("button", name="关闭").tap()
    expect(dialog).to_be_hidden()
