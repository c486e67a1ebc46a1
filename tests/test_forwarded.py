"""What a proxy says of where a request came in: believed of those that the operator named."""

import asyncio
import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from fastapi.testclient import TestClient

from parkbot.api.forwarded import Forwarded
from parkbot.settings import Settings
from repository import REPOSITORY
from standin import PENALTY, web_app


@pytest.mark.parametrize(
    ("peer", "status"), [("127.0.0.1", 200), ("10.1.2.3", 200), ("10.9.9.9", 403), ("testclient", 403)]
)
def test_the_host_that_a_page_was_asked_of_is_known_by_trusted_proxies_only(peer, status):
    headers = {"X-Forwarded-Host": "policy.park.example", "Origin": "http://policy.park.example"}
    app = Forwarded(web_app(Settings()), "127.0.0.1, 10.1.2.0/24")

    async def asked():
        transport = httpx.ASGITransport(app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.post("/v1/ask", json={"question": PENALTY}, headers=headers)

    assert asyncio.run(asked()).status_code == status


@pytest.mark.parametrize("page", ["running.md", "running.zh-CN.md"])
def test_through_the_proxy_that_is_documented_a_page_at_any_port_may_ask(page):
    documented = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    variable = re.search(r"proxy_set_header Host (\$\w+);", documented)[1]
    host = {"$host": "10.1.2.3", "$http_host": "10.1.2.3:8081"}[variable]  # as nginx has them
    headers = {"Host": host, "Origin": "http://10.1.2.3:8081"}
    with TestClient(web_app(Settings())) as client:
        assert client.post("/v1/ask", json={"question": PENALTY}, headers=headers).status_code == 200


def test_a_container_looks_after_its_health_without_the_proxy_that_it_is_told_of():
    dockerfile = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    _, option, code = json.loads(re.search(r"HEALTHCHECK [^[]*(\[.*\])", dockerfile)[1])

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Healthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        code = code.replace(":8080", f":{server.server_address[1]}")
        ran = subprocess.run(
            [sys.executable, option, code], env={"HTTP_PROXY": "http://127.0.0.1:9"}, capture_output=True
        )
        server.shutdown()
    assert ran.returncode == 0, ran.stderr
