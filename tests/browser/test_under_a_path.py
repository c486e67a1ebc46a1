"""The page and the widget under a path of another site, in a real browser behind a real proxy."""

from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from proxy import shown_under
from served import environment, served

LAW = "# 样例节能条例\n\n第一条 园区应当公布能源消费总量。\n\n第二条 企业应当利用余热余压。\n"
ROOT = "/parkbot"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    variables = environment(
        folder / "d",
        PARKBOT_EMBEDDING_MODEL="constant",
        PARKBOT_BUNDLED_KNOWLEDGE="false",
        PARKBOT_ROOT_PATH=ROOT,
    )
    with served(variables) as (_, behind), shown_under(ROOT, behind) as shown:
        files = {"file": ("条例.md", LAW.encode())}
        httpx.post(f"{shown}/v1/documents", files=files, trust_env=False).raise_for_status()
        yield shown


@pytest.fixture
def page(browser, address):
    """An empty page; it fails the test if anything was asked for outside of the path, or missing."""
    context = browser.new_context(locale="zh-CN")
    page, astray = context.new_page(), []

    def look(response):
        ours = urlsplit(response.url).path.startswith(ROOT + "/")
        if response.url.startswith("http") and (not ours or response.status >= 400):
            astray.append((response.status, response.url))

    page.on("response", look)
    yield page
    context.close()
    # Gradio's own, for installing an app; ours is none. A browser looks for the icon by itself.
    assert [each for each in astray if not each[1].endswith(("/manifest.json", "/favicon.ico"))] == []


def test_the_page_answers_and_opens_what_it_cites(page, address):
    page.goto(address + "/")
    page.locator("#question").fill("样例节能条例第二条")
    page.locator("#question").press("Enter")
    expect(page.locator("#log")).to_contain_text("余热余压", timeout=20_000)
    page.locator("#log [data-measure]").first.click()
    expect(page.locator(".panel, [data-panel]").first).to_contain_text("第二条", timeout=20_000)


def test_the_frame_answers(page, address):
    page.goto(address + "/embed")
    question = page.locator("textarea, input").first
    question.fill("样例节能条例第二条")
    question.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("企业应当利用余热余压", timeout=20_000)
