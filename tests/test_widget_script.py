"""The widget's script and its page for frames, as they are served."""

import gzip
import re

import pytest
from fastapi.testclient import TestClient

from keyed import LOCAL_TOKEN, PORTAL, keyed
from parkbot.domain import Level, Status
from parkbot.settings import Settings
from parkbot.ui.labels import DIGEST, LEVEL, STATUS, URL_MISSING
from parkbot.widget import script
from standin import web_app


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with keyed(tmp_path_factory.mktemp("data")) as site:
        yield site


def test_the_script_is_small():
    assert len(gzip.compress(script().plain, mtime=0)) < 25_000
    assert gzip.decompress(script().compressed) == script().plain


def test_the_script_is_for_every_page_and_is_sent_once(site):
    client = site.client(Origin="https://anywhere.example")
    got = client.get("/widget.js")
    assert got.content == script().plain
    assert got.headers["content-type"].startswith("text/javascript")
    assert got.headers["content-encoding"] == "gzip"
    assert got.headers["access-control-allow-origin"] == "*"
    assert got.headers["cache-control"] == "public, max-age=600"
    again = client.get("/widget.js", headers={"If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.headers["etag"] != got.headers["etag"]
    assert plain.content == script().plain


def test_the_script_makes_no_markup_code_styles_or_notes():
    text = script().plain.decode()
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.style\b"
    forbidden += r"|localStorage|sessionStorage|document\.cookie|indexedDB"
    assert re.findall(forbidden, text) == []


def words():
    """The words of the script: name → (Chinese, English)."""
    text = script().plain.decode().partition("const WORDS = {")[2].partition("\n  };")[0]
    entry = re.compile(r'^    (?:"([^"]+)"|(\w+)): \[\s*"([^"]+)",\s*"([^"]+)"', re.MULTILINE)
    return {quoted or plain: (zh, en) for quoted, plain, zh, en in entry.findall(text)}


def test_the_script_speaks_as_the_page_does():
    said = words()
    for level in Level:
        assert said[level.value] == (LEVEL[level].zh, LEVEL[level].en)
    for status in Status:
        name = "unknown_status" if status is Status.UNKNOWN else status.value
        assert said[name] == (STATUS[status].zh, STATUS[status].en)
    assert said["digest"] == (DIGEST.zh, DIGEST.en)
    assert said["missing"] == (URL_MISSING.zh, URL_MISSING.en)


def ancestors(response):
    assert response.status_code == 200
    return response.headers["content-security-policy"].partition("frame-ancestors ")[2]


def test_without_keys_only_pages_of_this_machine_frame_the_chat():
    client = TestClient(web_app(Settings()))
    assert ancestors(client.get("/embed")) == "'self' http://localhost:* http://127.0.0.1:*"


def test_with_keys_the_chat_is_framed_by_the_sites_of_its_key(site):
    key = site.publishable(origins=(PORTAL, "https://second.example"))
    client = site.client()
    assert ancestors(client.get("/embed", params={"key": key})) == f"'self' {PORTAL} https://second.example"
    _, secret = site.key("park-a", origins=(PORTAL,))
    for other in ("", "pk_unknown", secret, LOCAL_TOKEN):
        assert ancestors(client.get("/embed", params={"key": other})) == "'self'"


def test_what_is_asked_for_never_stands_in_the_page_for_frames(site):
    hostile = {"key": "x", "title": "<script>alert(1)</script>", "greeting": '"><img src=x>'}
    assert site.client().get("/embed", params=hostile).content == site.client().get("/embed").content


def test_how_current_the_library_is_can_be_read_by_sites_that_have_a_key_and_no_others(site):
    site.publishable()
    allowed = site.client(Origin=PORTAL).get("/v1/health")
    assert allowed.headers["access-control-allow-origin"] == PORTAL
    other = site.client(Origin="https://other.example").get("/v1/health")
    assert other.status_code == 200 and "access-control-allow-origin" not in other.headers
