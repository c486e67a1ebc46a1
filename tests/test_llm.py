"""A real chat model over what ships: what it writes may be poor, what reaches the user may not.

Needs PARKBOT_LLM_BASE_URL (an OpenAI-compatible server); the other PARKBOT_LLM_* settings apply.
"""

import os
from contextlib import closing

import pytest

from parkbot import build
from parkbot.answering import wording
from parkbot.answers import AnswerStatus, BlockKind, Support
from parkbot.settings import load
from parkbot.verification import Premise

pytestmark = [
    pytest.mark.llm,
    pytest.mark.skipif(
        "PARKBOT_LLM_BASE_URL" not in os.environ,
        reason="no chat model: PARKBOT_LLM_BASE_URL names an OpenAI-compatible server",
    ),
]
ANSWERED = (
    "我们园区想利用余热余压，有什么依据？",
    "未报送能源利用状况报告，罚多少？",
    "绿电直连的自发自用比例有什么要求？",
    "What is the fine for not reporting energy use?",
)
REFUSED = ("园区食堂补贴多少钱一餐？", "今天北京天气怎么样？")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    settings = load(
        data_dir=tmp_path_factory.mktemp("live"), llm_model=os.environ.get("PARKBOT_LLM_MODEL", "local")
    )
    with closing(build.assistant(settings, owner="tests")) as assistant:
        assistant.ensure_bundled_knowledge()
        yield assistant


@pytest.mark.parametrize("question", ANSWERED)
def test_an_answer_holds_only_what_its_measures_bear_out(assistant, question):
    answer = assistant.ask(question)
    assert answer.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)
    verifier, by_marker = build.verifier(), {citation.marker: citation for citation in answer.citations}
    claims = [block for block in answer.blocks if block.kind is BlockKind.CLAIM]
    assert claims
    for claim in claims:
        cited = [by_marker[marker] for marker in claim.citations]
        measures = [assistant.measure(citation.measure_id) for citation in cited]
        for citation, found in zip(cited, measures, strict=True):
            for quote in citation.quotes:
                assert found.measure.text[quote.start : quote.end] == quote.text
        if claim.support is Support.VERIFIED:
            premises = [Premise(f.document.title, f.measure.locator, f.measure.text) for f in measures]
            words = claim.text.partition("：" if "译文" in claim.text else "): ")[2] or claim.text
            for found in measures:  # the name before a comment's words is ours
                words = words.removeprefix(wording.from_comment(found.document, answer.language))
            for marker in claim.citations:
                words = words.replace(f"[{marker}]", "")
            assert verifier.verify(words, premises).supported, claim.text


@pytest.mark.parametrize("question", REFUSED)
def test_what_is_not_covered_is_refused_without_asking_the_model(assistant, question):
    answer = assistant.ask(question)
    assert answer.status is AnswerStatus.REFUSED and answer.answerer == "extractive"
