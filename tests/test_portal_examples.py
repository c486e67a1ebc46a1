"""The examples of `examples/portal`, run as a developer runs them, against a real server."""

import json
import os
import runpy
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import uvicorn

from keyed import HIDDEN, keyed
from parkbot.access import Scope

PORTAL = Path(__file__).parent.parent / "examples" / "portal"
QUESTION = f"《{HIDDEN}办法》第一条"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The address and a key of a running server, as the examples read them."""
    with keyed(tmp_path_factory.mktemp("data")) as site:
        _, secret = site.key("park-a", scopes=(Scope.ASK, Scope.READ))
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(site.app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield {**os.environ, "PARKBOT_URL": address, "PARKBOT_KEY": secret}
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()
        assert not thread.is_alive()


def run(command, environment):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_python_asks_streams_searches_and_reads(environment):
    said = run([sys.executable, PORTAL / "ask.py", QUESTION], environment)
    answer, _, rest = said.partition("\nstream: ")
    assert "十七元" in answer
    assert f"[1] 《{HIDDEN}办法》第一条" in answer.splitlines()
    lines = rest.splitlines()
    kinds = lines[0].split()
    assert kinds[0] == "status" and kinds[-1] == "answer" and {"citation", "block"} < set(kinds)
    assert f"《{HIDDEN}办法》第一条" in next(line for line in lines if line.startswith("search: "))
    assert next(line for line in lines if line.startswith("measure: "))


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_asks_streams_searches_and_reads(environment):
    said = run(["sh", PORTAL / "ask.sh"], environment)
    parts = dict(part.split("\n", 1) for part in said.removeprefix("# ").split("\n# "))
    assert json.loads(parts["ask"])["question"] == "园区怎么利用余热余压？"
    assert "event: status" in parts["stream"] and "event: answer" in parts["stream"]
    found = json.loads(parts["search"])["results"][0]
    assert json.loads(parts["measure"])["measure"]["text"] == found["text"]


def test_curl_stops_at_a_key_that_is_none(environment):
    done = subprocess.run(
        ["sh", PORTAL / "ask.sh"],
        env={**environment, "PARKBOT_KEY": "sk_wrong"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "unauthenticated" in done.stdout


def test_the_portal_serves_its_pages_with_the_key_in_them_and_nothing_else():
    with runpy.run_path(str(PORTAL / "serve.py"))["Portal"](0, "http://127.0.0.1:8080/", "pk_mine") as portal:
        thread = threading.Thread(target=portal.serve_forever, daemon=True)
        thread.start()
        try:
            with urllib.request.urlopen(f"{portal.address}/widget.html") as response:
                page, policy = response.read().decode(), response.headers["content-security-policy"]
            assert '<script src="http://127.0.0.1:8080/widget.js" data-key="pk_mine"' in page
            assert "unsafe" not in policy
            for path in ("../serve.py", "%2e%2e/serve.py", "serve.py", "missing.html", "pages/own.js"):
                with pytest.raises(urllib.error.HTTPError):
                    urllib.request.urlopen(f"{portal.address}/{path}")
        finally:
            portal.shutdown()
            thread.join()
