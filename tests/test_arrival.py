"""Requests that do not come in whole: none holds a connection for as long as it likes."""

import asyncio
import json
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from parkbot.api.arrival import Arrival
from served import environment, served


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    variables = environment(
        tmp_path_factory.mktemp("data"),
        PARKBOT_EMBEDDING_MODEL="constant",
        PARKBOT_BUNDLED_KNOWLEDGE="false",
        PARKBOT_REQUEST_TIMEOUT="1",
    )
    with served(variables) as (_, url):
        yield urlsplit(url).hostname, urlsplit(url).port


def answered(address, *parts):
    """What the server says until it hangs up, each part 0.4 s after the one before."""
    with socket.create_connection(address, timeout=15) as connection:
        for part in parts:
            connection.sendall(part.encode())
            time.sleep(0.4)
        said = b""
        while part := connection.recv(65536):
            said += part
        return said.decode()


@pytest.mark.parametrize(
    ("path", "kind", "begins"),
    [
        *((path, "application/json", "{ ") for path in ("/v1/ask", "/v1/chat/completions", "/mcp")),
        ("/gradio_api/queue/join", "application/json", "{ "),
        ("/v1/documents", "multipart/form-data; boundary=x", "--"),
        ("/signin", "application/x-www-form-urlencoded", "ke"),
    ],
)
@pytest.mark.parametrize("body", ["Content-Length: 900", "Transfer-Encoding: chunked"])
def test_a_body_that_never_comes_ends_with_a_problem(address, path, kind, begins, body):
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nContent-Type: {kind}\r\n{body}\r\n\r\n"
    is_chunked = body.endswith("chunked")
    said = answered(address, head, *(f"1\r\n{byte}\r\n" if is_chunked else byte for byte in begins))
    status, _, rest = said.partition("\r\n")
    headers, _, problem = rest.partition("\r\n\r\n")
    assert status == "HTTP/1.1 408 Request Timeout", said
    assert "x-content-type-options: nosniff" in headers and "connection: close" in headers.lower()
    if path == "/v1/chat/completions":
        assert json.loads(problem)["error"]["code"] == "request_timeout"
    else:
        assert json.loads(problem)["instance"] == path and "application/problem+json" in headers


@pytest.mark.parametrize("before", ["", "GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"])
def test_a_head_that_never_comes_is_hung_up_on(address, before):
    begun = time.monotonic()
    said = answered(address, before + "GET / HTTP/1.1\r\n", "Host: 127.0.0.1\r\n", "X: ")
    assert bool(said) == bool(before) and said.count("HTTP/1.1") == bool(before)
    assert time.monotonic() - begun < 4


def test_a_stream_outlasts_the_limit(address):
    url = f"http://{address[0]}:{address[1]}/gradio_api/heartbeat/x"
    with httpx.stream("GET", url, trust_env=False, timeout=3) as page, pytest.raises(httpx.ReadTimeout):
        list(page.iter_raw())


def test_what_came_in_whole_may_take_its_time():
    sent = []

    async def slow(scope, receive, send):
        while (await receive())["more_body"]:
            pass
        await asyncio.sleep(0.3)
        await send({"type": "http.response.start", "status": 200})
        assert (await receive())["type"] == "http.disconnect"

    parts = iter(
        [
            {"type": "http.request", "body": b"x", "more_body": True},
            {"type": "http.request", "body": b"x", "more_body": False},
            {"type": "http.disconnect"},
        ]
    )

    async def receive():
        return next(parts)

    async def send(message):
        sent.append(message["status"])

    scope = {"type": "http", "path": "/", "headers": [(b"content-length", b"2")]}
    asyncio.run(Arrival(slow, 0.1)(scope, receive, send))
    assert sent == [200]
