"""A person signs in on the page; a page of another site asks with a publishable key, or may not."""

import os
import shutil
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import uvicorn
from playwright.sync_api import expect, sync_playwright

from keyed import HIDDEN, QUESTION, keyed

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


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
def site(tmp_path_factory):
    """The app with keys, at `site.address`; built and run away from Playwright's loop."""
    ready, over, found = threading.Event(), threading.Event(), {}

    def run():
        with keyed(tmp_path_factory.mktemp("data")) as site:
            listener = socket.create_server(("127.0.0.1", 0))
            server = uvicorn.Server(
                uvicorn.Config(site.app, log_level="warning", timeout_graceful_shutdown=1)
            )
            site.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            found.update(site=site, server=server)
            ready.set()
            server.run(sockets=[listener])
            listener.close()
        over.set()

    threading.Thread(target=run, daemon=True).start()
    assert ready.wait(60)
    yield found["site"]
    found["server"].should_exit = True
    assert over.wait(20)


@contextmanager
def portal():
    """An empty page on an origin of its own; its address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>portal</title>")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_person_gives_the_key_once_asks_and_signs_out(browser, site):
    _, secret = site.key("park-a")
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(site.address)
    expect(page.get_by_role("heading", name="请输入访问密钥")).to_be_visible()
    page.get_by_label("密钥").fill("sk_wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("密钥").fill(secret)
    page.get_by_role("button", name="登录").click()
    page.locator("[data-composer] textarea").fill(f"《{HIDDEN}办法》第一条")
    page.keyboard.press("Enter")
    page.locator("#log a.cite").first.click()
    expect(page.locator("[data-panel]")).to_contain_text("十七元")
    assert page.evaluate("document.cookie") == "parkbot_signed_in=1"
    page.get_by_role("button", name="退出").first.click()
    expect(page.get_by_role("heading", name="请输入访问密钥")).to_be_visible()
    page.goto(f"{site.address}/measures/{site.documents['park-a']}:a1")
    expect(page.get_by_role("heading", name="请输入访问密钥")).to_be_visible()
    assert HIDDEN not in page.content()
    context.close()


def test_who_is_signed_out_meanwhile_is_told_so_where_they_look(browser, site):
    key, secret = site.key("park-a")
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(site.address)
    page.get_by_label("密钥").fill(secret)
    page.get_by_role("button", name="登录").click()
    page.locator("#question").fill(f"《{HIDDEN}办法》第一条")
    page.keyboard.press("Enter")
    source = page.locator("#log a.cite").first
    expect(source).to_be_visible()
    site.keys.revoke(key.id)
    source.click()
    expect(page.locator("[data-panel-body]")).to_contain_text("请在 /signin 登录")
    assert "{" not in page.locator("[data-panel-body]").inner_text()
    page.locator("#question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_text("请在 /signin 登录").last).to_be_visible()
    context.close()


ASK = """async ([address, key, question]) => {
    const headers = { "Authorization": `Bearer ${key}`, "Content-Type": "application/json" };
    try {
        const body = JSON.stringify({ question });
        const response = await fetch(`${address}/v1/ask`, { method: "POST", headers, body });
        return [response.status, (await response.json()).status, response.headers.get("X-Request-Id")];
    } catch (error) {
        return [0, String(error), null];
    }
}"""


def test_a_page_asks_from_a_site_that_the_key_allows_and_from_no_other(browser, site):
    with portal() as allowed, portal() as other:
        widget = site.publishable(origins=(allowed,))
        page = browser.new_page()
        page.goto(allowed)
        status, answered, request_id = page.evaluate(ASK, [site.address, widget, QUESTION])
        assert (status, answered) == (200, "answered") and request_id
        page.goto(other)
        assert page.evaluate(ASK, [site.address, widget, QUESTION])[0] == 0
        page.close()
