"""A server that is stopped finishes the answers that it is giving, over the API and on its page."""

import json
import signal
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from parkbot.cli.serving import seconds_to_finish
from parkbot.settings import Settings
from scripted_llm import serving
from test_generative import ENCOURAGED, HEAT, HEAT_CLAIM
from test_openai_streaming import slowly, writing


@contextmanager
def over_the_api(client):
    with client.stream("POST", "/v1/ask", json={"question": HEAT, "stream": True}) as told:
        yield told.iter_text()


@contextmanager
def on_the_page(client):
    """As the page does it; its heartbeat stays open for as long as it."""
    (ask,) = client.get("/config").json()["dependencies"]
    session = {"session_hash": "s1"}
    with client.stream("GET", "/gradio_api/heartbeat/s1") as heartbeat:
        next(heartbeat.iter_raw())
        body = {"fn_index": ask["id"], "data": [HEAT, None], **session}
        client.post("/gradio_api/queue/join", json=body).raise_for_status()
        with client.stream("GET", "/gradio_api/queue/data", params=session) as told:
            yield (json.dumps(json.loads(line[5:]), ensure_ascii=False) for line in told.iter_lines() if line)


@pytest.mark.parametrize("asked", [over_the_api, on_the_page])
def test_an_answer_that_has_begun_is_finished(asked, tmp_path):
    seen, finished = threading.Event(), threading.Event()
    with (
        serving() as model,
        writing(model, tmp_path) as (process, url),
        httpx.Client(base_url=url, trust_env=False, timeout=30) as client,
    ):
        model.script = slowly(seen, finished)
        with asked(client) as told:
            assert any(HEAT_CLAIM in part for part in told) and not finished.is_set()
            process.send_signal(signal.SIGTERM)
            time.sleep(2)
            seen.set()
            assert any(ENCOURAGED in part for part in told)
        assert process.wait(20) == 0


def test_a_chat_model_has_all_its_time_to_finish():
    assert seconds_to_finish(Settings()) == seconds_to_finish(Settings(llm_timeout=300)) >= 10
    assert seconds_to_finish(Settings(llm_model="m", llm_timeout=300)) >= 310
