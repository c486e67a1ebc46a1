"""A browser, and servers for it that run away from Playwright's loop."""

import os
import shutil
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import sync_playwright

from keyed import keyed
from parkbot.settings import Settings
from standin import web_app

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    """Not for the session: Playwright's loop would run on in the tests of other folders."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        reason = "no Chromium found; `apt-get install chromium` brings one"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def parkbot(tmp_path_factory):
    """A real assistant behind keys; `parkbot.address` is where it listens."""

    @contextmanager
    def made():
        with keyed(tmp_path_factory.mktemp("data")) as site:
            yield site.app, site

    yield from served(made)


@pytest.fixture(scope="module")
def open_parkbot():
    """The stand-in without keys: `open_parkbot.state.assistant`, `.state.address`."""

    @contextmanager
    def made():
        app = web_app(Settings())
        yield app, app.state

    yield from served(made)


def served(made: Callable[[], AbstractContextManager[tuple[FastAPI, object]]]):
    """Makes an app in a thread of its own and serves it there until the test goes on after the yield."""
    ready, over, found = threading.Event(), threading.Event(), {}

    def run():
        try:
            with made() as (app, known):
                listener = socket.create_server(("127.0.0.1", 0))
                config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
                known.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
                found.update(known=known, server=uvicorn.Server(config))
                ready.set()
                found["server"].run(sockets=[listener])
                listener.close()
        finally:
            ready.set()
            over.set()

    threading.Thread(target=run, daemon=True).start()
    assert ready.wait(60) and found
    yield found["known"]
    found["server"].should_exit = True
    assert over.wait(20)
