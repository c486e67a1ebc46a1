"""ParkBot under a path of another site: a real server behind a real proxy that takes the path away."""

import json
import uuid
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup

from parkbot.errors import BadSettings
from parkbot.settings import load
from proxy import shown_under
from served import environment, served

LAW = "# 样例节能条例\n\n第一条 园区应当公布能源消费总量。\n\n第二条 企业应当利用余热余压。\n"
ROOT = "/parkbot"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A client whose addresses begin with that of the proxy; there is one law, and no key."""
    folder = tmp_path_factory.mktemp("data") / "d"
    variables = environment(
        folder,
        PARKBOT_EMBEDDING_MODEL="constant",
        PARKBOT_BUNDLED_KNOWLEDGE="false",
        PARKBOT_ROOT_PATH=ROOT,
    )
    with (
        served(variables) as (_, address),
        shown_under(ROOT, address, "https") as shown,
        httpx.Client(base_url=shown, trust_env=False, timeout=60) as client,
    ):
        client.address, client.folder = shown, folder
        added = client.post("/v1/documents", files={"file": ("条例.md", LAW.encode())})
        client.measure = f"{added.json()['document_id']}:a2"
        yield client


def addresses(page):
    """Where a browser goes from a page, by itself or on a click."""
    html = BeautifulSoup(page.text, "lxml")
    base = urljoin(str(page.url), html.base["href"]) if html.base else str(page.url)
    for tag, name in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
        for found in html.find_all(tag, attrs={name: True}):
            if found.get("rel") == ["manifest"]:
                continue  # Gradio's own, for installing an app; ours is none
            yield urljoin(base, found[name])


@pytest.mark.parametrize("path", ["/", "/docs", "/embed", "/signin", "/measures/{}", "/measures/none"])
def test_every_address_of_every_page_leads_back_through_the_proxy(site, path):
    page = site.get(path.format(site.measure))
    found = [address for address in addresses(page) if urlsplit(address).scheme == "http"]
    assert found
    for address in found:
        assert address.startswith(site.address + "/"), address
        assert httpx.get(address, trust_env=False, timeout=60).status_code == 200, address


def test_the_page_asks_and_cites_through_the_proxy(site):
    config = site.get("/config").json()
    assert config["root"].replace("https:", "http:") == site.address
    (ask,) = [each["id"] for each in config["dependencies"] if each["api_name"] == "ask"]
    name = uuid.uuid4().hex
    body = {"data": ["样例节能条例第二条", None], "fn_index": ask, "session_hash": name}
    site.post("/gradio_api/queue/join", json=body).raise_for_status()
    with site.stream("GET", "/gradio_api/queue/data", params={"session_hash": name}) as told:
        done = next(line for line in told.iter_lines() if "process_completed" in line)
    answer = json.loads(done.removeprefix("data: "))["output"]["data"][0]
    assert f'href="measures/{quote(site.measure, safe=":")}' in json.dumps(answer).replace('\\"', '"')


def test_the_api_s_own_addresses_have_the_path(site):
    assert site.get("/openapi.json").json()["servers"] == [{"url": ROOT}]
    link = site.get(
        "/v1/measures", params={"document_id": site.measure.partition(":")[0], "limit": 1}
    ).headers["link"]
    assert link.startswith(f"<{ROOT}/v1/measures?")
    body = {"model": "parkbot", "messages": [{"role": "user", "content": "样例节能条例第二条"}]}
    answer = site.post("/v1/chat/completions", json=body).json()
    # By the scheme that the proxy told: it is one of those that are believed.
    measures = site.address.replace("http:", "https:") + "/measures/"
    assert measures in json.dumps(answer)


def test_events_and_tools_come_through(site):
    with site.stream("POST", "/v1/ask", json={"question": "样例节能条例第二条", "stream": True}) as events:
        assert any(line == "event: answer" for line in events.iter_lines())
    listed = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    tools = site.post("/mcp", json=listed, headers={"Accept": "application/json, text/event-stream"})
    assert "ask_policy" in tools.text


def test_a_browser_is_led_to_sign_in_and_back_and_its_session_is_for_the_path_alone(site):
    # With a key from here on: the last test of this module.
    token = {"Authorization": f"Bearer {_local_token(site)}"}
    made = site.post("/v1/keys", json={"name": "office"}, headers=token)
    secret = made.json()["secret"]
    wanted = f"/measures/{site.measure}"
    asked = site.get(wanted, headers={"Accept": "text/html"})
    assert asked.status_code == 303 and asked.headers["location"].startswith(
        f"{ROOT}/signin?next=%2Fmeasures"
    )
    form = httpx.get(urljoin(site.address, asked.headers["location"]), trust_env=False)
    next = BeautifulSoup(form.text, "lxml").find("input", {"name": "next"})["value"]
    signed = site.post("/signin", data={"key": secret, "next": next})
    assert (signed.status_code, signed.headers["location"].startswith(f"{ROOT}/measures/")) == (303, True)
    cookies = signed.headers.get_list("set-cookie")
    assert len(cookies) == 2 and all(f"Path={ROOT}/" in each and "Secure" in each for each in cookies)
    session = {"Cookie": "; ".join(each.partition(";")[0] for each in cookies)}
    assert httpx.get(
        urljoin(site.address, signed.headers["location"]), headers=session, trust_env=False
    ).is_success
    out = site.post("/signout", headers=session)
    assert out.headers["location"] == f"{ROOT}/signin"
    assert all(f"Path={ROOT}/" in each for each in out.headers.get_list("set-cookie"))


def _local_token(site):
    return (site.folder / "parkbot.token").read_text()


@pytest.mark.parametrize("path", ["parkbot", "/parkbot/", "//evil.example", '/"><script>', "/a b"])
def test_a_path_that_is_none_is_refused(monkeypatch, path):
    monkeypatch.setenv("PARKBOT_ROOT_PATH", path)
    with pytest.raises(BadSettings, match="PARKBOT_ROOT_PATH"):
        load()
