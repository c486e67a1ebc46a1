"""An answer that a chat model writes, streamed to the clients of others sentence by sentence."""

import threading
import time
from contextlib import contextmanager

import httpx
import openai
import pytest
from fastapi.testclient import TestClient
from langchain_openai import ChatOpenAI

from parkbot.api import events
from parkbot.settings import Settings
from scripted_llm import Reply, serving
from served import environment, served
from standin import PENALTY, StandIn, web_app
from test_generative import ENCOURAGED, FINE, FINE_CLAIM, HEAT, HEAT_CLAIM, LAW, answer_of

REFUSED = "园区食堂补贴多少钱一餐？"
GOOD = answer_of((HEAT_CLAIM, "综合利用"), (ENCOURAGED, "国家鼓励"))


@pytest.fixture(scope="module")
def model():
    with serving() as server:
        yield server


@contextmanager
def writing(model, folder):
    """A server that has one law, and lets the model write about it."""
    chat_model = {"PARKBOT_LLM_MODEL": "scripted", "PARKBOT_LLM_BASE_URL": model.url}
    variables = environment(folder, PARKBOT_BUNDLED_KNOWLEDGE="false", PARKBOT_LLM_RETRIES="0", **chat_model)
    with served(variables) as (process, url):
        file = {"file": ("条例.md", LAW.encode())}
        assert httpx.post(f"{url}/v1/documents", files=file, trust_env=False).status_code == 201
        yield process, url


@pytest.fixture(scope="module")
def url(model, tmp_path_factory):
    with writing(model, tmp_path_factory.mktemp("data")) as (_, url):
        yield url


@pytest.fixture
def create(url):
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:

        def create(question, **more):
            messages = [{"role": "user", "content": question}]
            return client.chat.completions.create(model="parkbot", messages=messages, **more)

        yield create


def slowly(seen, finished):
    """A script that writes its second sentence only when the first was seen."""

    def script(prompt):
        def pieces():
            yield f"{HEAT_CLAIM}[{prompt.marker('综合利用')}]\n国家"
            seen.wait(10)
            finished.set()
            yield f"{ENCOURAGED.removeprefix('国家')}[{prompt.marker('国家鼓励')}]"

        return Reply(pieces())

    return script


@pytest.mark.parametrize("front_end", ["openai", "langchain"])
def test_the_first_checked_sentence_comes_before_the_model_has_finished(create, url, model, front_end):
    seen, finished = threading.Event(), threading.Event()
    model.script = slowly(seen, finished)
    if front_end == "openai":
        stream = create(HEAT, stream=True)
        pieces = (chunk.choices[0].delta.content for chunk in stream)
    else:
        chain = ChatOpenAI(base_url=f"{url}/v1", api_key="none", model="parkbot", max_retries=0)
        pieces = (chunk.content for chunk in chain.stream(HEAT))
    first = next(piece for piece in pieces if piece)
    assert first == f"{HEAT_CLAIM}[1]" and not finished.is_set()
    seen.set()
    rest = "".join(piece for piece in pieces if piece)
    assert finished.is_set() and rest.startswith(f"\n\n{ENCOURAGED}[2]\n\n")
    model.script = GOOD
    assert first + rest == create(HEAT).choices[0].message.content


def invents(prompt):
    return f"余热利用项目免税三年。[{prompt.marker('综合利用')}]"


def breaks_off(prompt):
    return Reply(f"{HEAT_CLAIM}[{prompt.marker('综合利用')}]\n国家鼓励", cut=True)


@pytest.mark.parametrize(
    ("question", "script"),
    [
        (HEAT, GOOD),
        (FINE, answer_of((FINE_CLAIM, "五万元"))),
        (HEAT, invents),  # nothing of it is shown: quotes instead
        (HEAT, breaks_off),  # what was shown stays, with a notice
        (HEAT, lambda prompt: Reply(status=500)),
        ("样例节能法第三条", GOOD),
        (REFUSED, GOOD),
    ],
)
def test_text_and_annotations_of_a_stream_are_those_of_the_whole_answer(create, model, question, script):
    model.script = script
    whole = create(question)
    with create(question, stream=True) as stream:
        chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks]
    message = whole.choices[0].message
    assert "".join(delta.content or "" for delta in deltas) == message.content
    (annotations,) = [delta.annotations for delta in deltas if hasattr(delta, "annotations")]
    assert annotations == [each.model_dump() for each in message.annotations]
    assert chunks[-1].parkbot_status == whole.parkbot_status
    for cited in (annotation["url_citation"] for annotation in annotations):
        assert f"[{cited['marker']}]" in message.content[cited["start_index"] : cited["end_index"]]


def test_comments_that_keep_a_connection_open_disturb_no_client(monkeypatch):
    class Slow(StandIn):
        def ask(self, question, **more):
            time.sleep(0.2)
            return super().ask(question, **more)

    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.05)
    app = web_app(Settings())
    app.state.assistant = Slow()
    with TestClient(app, base_url="http://127.0.0.1") as http:
        asked = {"model": "parkbot", "messages": [{"role": "user", "content": PENALTY}]}
        assert "\n\n: " in http.post("/v1/chat/completions", json=asked | {"stream": True}).text
        client = openai.OpenAI(base_url="http://127.0.0.1/v1", api_key="none", http_client=http)
        stream = client.chat.completions.create(**asked, stream=True)
        content = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
        assert content == client.chat.completions.create(**asked).choices[0].message.content
