"""The real page in a real browser: ask, open a source, switch; and nothing from another host, ever."""

import os
import shutil
import socket
import threading
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import expect, sync_playwright

from parkbot.domain import IndexProgress
from parkbot.settings import Settings
from standin import CANTEEN, EVIL, FINE, HEAT, HEAT_LAW, HEAT_NOTICE, HOSTILE_TEXT, PENALTY, VAGUE, web_app

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 812}


@pytest.fixture(scope="module")
def browser():
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        reason = "no Chromium found; `apt-get install chromium` brings one"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server():
    """A running server; the app that it serves is `server.app`."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = _in_thread(lambda: web_app(Settings()))
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    app.state.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    yield app
    running.should_exit = True
    thread.join(timeout=10)
    listener.close()
    assert not thread.is_alive()


def _in_thread(make):
    """What `make` gives, made in a thread: Playwright keeps a loop running in this one."""
    made = []
    thread = threading.Thread(target=lambda: made.append(make()))
    thread.start()
    thread.join()
    return made[0]


@pytest.fixture
def open_page(browser, server):
    """Opens the chat; afterwards no request may have left this host, and no error stood on the console."""
    contexts, requested, complaints = [], [], []

    def opened(path="/", *, complains=False, **context_options):
        options = {"viewport": DESKTOP, "locale": "zh-CN", **context_options}
        context = browser.new_context(base_url=server.state.address, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requested.append(request.url))
        if not complains:
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        if path == "/":
            expect(page.locator("[data-checked]")).to_be_visible(timeout=20_000)
        return page

    yield opened
    for context in contexts:
        context.close()
    hosts = {urlsplit(url).netloc for url in requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(server.state.address).netloc}
    assert complaints == []


def ask(page, question):
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")
    turn = page.locator("[data-turn]").last
    expect(turn.locator("h2.question")).to_have_text(question)
    expect(turn.locator("[data-working]")).to_have_count(0)
    return turn


def test_a_question_is_answered_and_its_source_opens_with_the_quote_marked(open_page):
    page = open_page()
    turn = ask(page, HEAT)
    expect(turn.locator("p.claim")).to_have_count(3)
    chip = turn.locator("a.cite").first
    chip.click()
    panel = page.locator("[data-panel]")
    expect(panel.locator("mark")).to_have_text(HEAT_LAW.text[35:])
    expect(panel.locator(".text")).to_have_text(HEAT_LAW.text)
    expect(panel).to_contain_text("未见废止（核对至 2026-11）")
    panel.locator('[rel="next"]').click()
    expect(panel.locator(".text")).to_have_text(FINE.text)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(chip).to_be_focused()
    assert page.url.endswith("/")


def test_the_source_has_a_page_of_its_own(open_page):
    page = open_page()
    ask(page, HEAT).locator("a.cite").first.click()
    with page.expect_popup() as popup:
        page.locator(".own-page a").click()
    expect(popup.value.locator("mark")).to_have_text(HEAT_LAW.text[35:])
    assert "/measures/" in popup.value.url


def test_examples_suggestions_and_choices_ask(open_page):
    page = open_page()
    page.locator("[data-ask]:visible").first.click()
    expect(page.locator(".sources")).to_be_visible()
    expect(page.locator("[data-welcome]")).to_be_hidden()
    page.locator(".suggestions button").click()
    expect(page.locator("[data-turn]").last.locator("strong")).to_have_text("一万元以上五万元以下")
    expect(page.locator("[data-working]")).to_have_count(0)
    ask(page, VAGUE).locator("button").first.click()
    expect(page.locator("[data-turn]").last.locator("h2")).to_have_text(PENALTY)


def test_the_newest_question_comes_to_the_top_and_the_form_stays_in_sight(open_page):
    page = open_page()
    for question in (HEAT, PENALTY, CANTEEN):
        newest = ask(page, question)
    page.wait_for_function("turn => turn.getBoundingClientRect().top < 40", arg=newest.element_handle())
    expect(page.locator("[data-composer]")).to_be_in_viewport(ratio=1)
    page.evaluate("window.scrollTo(0, 0)")
    expect(page.locator("[data-composer]")).to_be_in_viewport(ratio=1)


def test_a_refusal_offers_what_is_nearest(open_page):
    turn = ask(open_page(), CANTEEN)
    expect(turn.locator(".refusal")).to_contain_text("无法回答")
    turn.locator(".nearest a").click()
    expect(turn.page.locator("[data-panel]")).to_contain_text("摘要，非原文")


def test_a_bad_question_is_one_friendly_line(open_page):
    page = open_page()
    page.locator("#question").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-hint]")).to_have_text("请先输入一个问题。")
    expect(ask(page, "问" * 3000).locator(".failed")).to_contain_text("请输入一个问题")
    expect(ask(page, PENALTY).locator("p.claim")).to_be_visible()


def test_a_question_asked_while_another_is_answered_for_long_is_not_lost(open_page, server, monkeypatch):
    go_on, answer = threading.Event(), server.state.assistant.ask

    def slow(*arguments, **more):
        go_on.wait(20)
        return answer(*arguments, **more)

    monkeypatch.setattr(server.state.assistant, "ask", slow)
    page = open_page()
    field, hint = page.locator("#question"), page.locator("[data-hint]")
    field.fill(HEAT)
    page.keyboard.press("Enter")
    expect(page.locator("[data-working]")).to_be_visible()
    expect(field).to_have_value("")
    field.fill(PENALTY)
    page.keyboard.press("Enter")
    expect(hint).to_have_text("上一个问题还在回答，请稍候。")
    # However long it takes: Gradio passes over a question that comes before the last one's end.
    page.locator("[data-composer]").evaluate("form => { form.dataset.patience = 0; }")
    page.wait_for_timeout(5100)
    page.keyboard.press("Enter")
    expect(hint).to_have_text("还没有收到回应，请稍后再试。", timeout=10_000)
    expect(field).to_have_value(PENALTY)
    go_on.set()
    expect(page.locator("[data-turn]").last.locator(".sources")).to_be_visible()
    expect(field).to_have_value(PENALTY)
    page.keyboard.press("Enter")
    expect(page.locator("[data-turn]").last.locator("h2")).to_have_text(PENALTY)
    expect(field).to_have_value("")
    expect(hint).to_be_hidden()


def test_a_question_that_was_refused_stays_in_the_field_and_can_be_asked_again(open_page):
    page = open_page(complains=True)
    problem = {"status": 429, "detail": "the key was used too often"}
    page.route("**/queue/join*", lambda route: route.fulfill(status=429, json=problem))
    page.locator("#question").fill(PENALTY)
    page.keyboard.press("Enter")
    expect(page.locator("[data-hint]")).to_have_text("还没有收到回应，请稍后再试。", timeout=10_000)
    expect(page.locator("#question")).to_have_value(PENALTY)
    page.unroute("**/queue/join*")
    page.locator("#question").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-turn] p.claim")).to_be_visible()
    expect(page.locator("#question")).to_have_value("")


def test_the_source_that_was_opened_last_is_shown_and_none_that_was_closed(open_page):
    page = open_page()
    turn = ask(page, HEAT)
    panel, held = page.locator("[data-panel]"), []
    page.route("**/measures/*a31*", lambda route: held.append(route))
    turn.locator("a.cite").nth(0).click()
    turn.locator("a.cite").nth(1).click()
    expect(panel.locator(".text")).to_have_text(HEAT_NOTICE.text)
    held.pop().continue_()
    page.wait_for_timeout(500)
    expect(panel.locator(".text")).to_have_text(HEAT_NOTICE.text)
    page.keyboard.press("Escape")
    turn.locator("a.cite").nth(0).click()
    page.keyboard.press("Escape")
    held.pop().continue_()
    page.wait_for_timeout(500)
    expect(panel).to_be_hidden()
    expect(page.locator("[aria-current]")).to_have_count(0)


def test_what_people_think_of_an_answer_stays_shown_beside_the_next_one(open_page, server, monkeypatch):
    answer, positions = server.state.assistant.ask, iter(range(9))

    def kept(*arguments, **more):
        given = answer(*arguments, **more)
        return replace(given, conversation_id="c1", position=next(positions))

    monkeypatch.setattr(server.state.assistant, "ask", kept)
    page = open_page()
    sent = []
    page.route(
        "**/v1/feedback",
        lambda route: (sent.append(route.request.post_data_json), route.fulfill(status=201, json={})),
    )
    down = ask(page, HEAT).locator('[data-rate="down"]')
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    ask(page, PENALTY)
    turns = page.locator("[data-turn]")
    expect(turns.nth(0).locator('[data-rate="down"]')).to_have_attribute("aria-pressed", "true")
    expect(turns.nth(0).locator(".thanks")).to_be_visible()
    expect(turns.nth(1).locator('[aria-pressed="true"]')).to_have_count(0)
    assert sent == [{"rating": "down", "conversation_id": "c1", "position": 0}]


def test_language_and_theme_are_switched_and_remembered(open_page):
    page = open_page()
    expect(page.locator("[data-composer] button")).to_have_text("提问", use_inner_text=True)
    page.locator('[data-switch="language"]').click()
    page.locator('[data-switch="theme"]').click()
    page.reload()
    expect(page.locator("[data-composer] button")).to_have_text("Ask", use_inner_text=True)
    expect(page.locator("#question")).to_have_attribute("placeholder", "Type your question")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto("/measures/" + FINE.id)
    expect(page.locator("h1.locator")).to_be_visible()
    expect(page.locator(".badge.level")).to_have_text("national law", use_inner_text=True)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_browsers_language_and_theme_come_first(open_page):
    page = open_page(locale="en-GB", color_scheme="dark")
    expect(page.locator(".welcome h2")).to_have_text(
        "Ask about policy; every sentence has its source", use_inner_text=True
    )
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_nothing_hostile_comes_to_life(open_page):
    page = open_page()
    title = page.title()
    turn = ask(page, EVIL)
    turn.locator("a.cite").click()
    expect(page.locator("[data-panel] .text")).to_have_text(HOSTILE_TEXT)
    assert page.locator("#log img, #log script, [data-panel] img, [data-panel] script").count() == 0
    assert page.title() == title


def test_on_a_phone_nothing_is_cut_off_and_the_source_comes_over_the_answer(open_page):
    page = open_page(viewport=PHONE, has_touch=True, is_mobile=True)
    turn = ask(page, HEAT)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    turn.locator("a.cite").nth(1).tap()
    panel = page.locator("[data-panel]")
    expect(panel.locator("mark")).to_be_in_viewport()
    box = panel.bounding_box()
    assert box["x"] == 0 and box["width"] == PHONE["width"]
    panel.locator("[data-close]").tap()
    expect(panel).to_be_hidden()


def test_while_the_library_is_indexed_the_page_says_how_far_it_is(open_page, server):
    assistant = server.state.assistant
    ready = assistant.progress
    assistant.progress = IndexProgress(done=12, total=43, ready=False)
    try:
        page = open_page()
        expect(page.locator("[data-progress]")).to_contain_text("12/43")
        expect(ask(page, PENALTY).locator("p.claim")).to_be_visible()
    finally:
        assistant.progress = ready
    expect(page.locator("[data-progress]")).to_be_hidden(timeout=10_000)


def test_enter_that_chooses_a_word_does_not_send(open_page):
    page = open_page()
    page.locator("#question").fill("余热")
    page.locator("#question").dispatch_event(
        "keydown", {"key": "Enter", "isComposing": True, "bubbles": True}
    )
    page.wait_for_timeout(300)
    assert page.locator("[data-turn]").count() == 0


@pytest.mark.parametrize("path", ["/docs", f"/measures/{FINE.id}?quote=0-6"])
def test_the_other_pages_stay_on_this_host(open_page, path):
    page = open_page(path)
    expect(page.get_by_text("/v1/ask") if path == "/docs" else page.locator("mark")).to_be_visible()
    page.wait_for_load_state("networkidle")
