"""Questions put to a real assistant over a small made-up library, with pseudo-random vectors."""

from dataclasses import replace

import pytest

from evaluated import FILES
from parkbot import build
from parkbot.answers import AnswerStatus, RefusalReason
from parkbot.errors import BadInput
from parkbot.evaluation.holdings import holdings
from parkbot.evaluation.running import check_loaded, put
from parkbot.evaluation.runs import Version
from parkbot.evaluation.suites import Kind, Question, Suite
from parkbot.settings import Settings

METERS = "water-2024:a2"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("evaluated"), embedding_model="constant", bundled_knowledge=False
    )
    assistant = build.assistant(settings, owner="tests")
    for name, text in FILES.items():
        assistant.add_document(name, text.encode())
    assistant.refresh()
    yield assistant
    assistant.close()


@pytest.fixture(scope="module")
def held(assistant):
    return holdings(assistant)


def question(text="园区用水法第二条", gold=(METERS,), kind=Kind.NATURAL, superseded=()):
    return Question("made-up", "q1", "zh", kind, text, gold, superseded)


def asked(assistant, held, *questions):
    return put(assistant, questions, held, lambda done, total: None)


def test_a_digest_is_the_same_as_the_article_in_the_latest_version(held):
    assert held.official == {"water-digest:m01": METERS, "water-digest:m02": METERS}
    assert held.one("water-digest:m03") == "water-digest:m03"
    assert held.one("water-2019:a2") == "water-2019:a2"


def test_without_the_official_text_a_digest_stands_for_itself(tmp_path):
    settings = Settings(data_dir=tmp_path, embedding_model="constant", bundled_knowledge=False)
    alone = build.assistant(settings, owner="tests")
    try:
        alone.add_document("digest.md", FILES["digest.md"].encode())
        assert holdings(alone).official == {}
    finally:
        alone.close()


@pytest.mark.parametrize("gold", [(METERS,), ("water-digest:m01",), ("water-digest:m02", METERS)])
def test_a_hit_on_the_article_counts_whichever_text_is_gold(assistant, held, gold):
    (outcome,) = asked(assistant, held, question(gold=gold))
    assert (outcome.gold, outcome.gold_absent, outcome.first_rank) == (1, 0, 1)
    assert outcome.found.gold_ranks == (1,)
    assert outcome.given.cites_gold_first


def test_an_address_is_found_without_a_confidence(assistant, held):
    (outcome,) = asked(assistant, held, question())
    assert outcome.found.first[0] == METERS and outcome.found.confidence is None
    assert outcome.given.status is AnswerStatus.ANSWERED
    assert outcome.given.claims == outcome.given.cited > 0
    assert outcome.given.quotes == outcome.given.verbatim > 0
    assert "total" in outcome.given.timings_ms


def test_ranks_are_those_of_a_search(assistant, held):
    text = "没有计量器具要罚多少"
    results = [result.measure_id for result in assistant.search(text, k=100)]
    gold = ("water-2024:a3", METERS)
    (outcome,) = asked(assistant, held, question(text, gold=gold, kind=Kind.MULTI))
    assert outcome.found.gold_ranks == tuple(sorted(results.index(id) + 1 for id in gold))
    assert outcome.found.first == tuple(results[:10])
    confidence = assistant.evidence(text, k=100).confidence
    assert 0 < outcome.found.confidence < 1
    assert outcome.found.confidence == pytest.approx(confidence, abs=1e-4)


def test_what_cannot_be_answered_is_asked_too(assistant, held):
    (outcome,) = asked(assistant, held, question("园区用水法第二百条", gold=(), kind=Kind.NO_SUCH_ARTICLE))
    assert outcome.given.status is AnswerStatus.REFUSED and outcome.is_withheld
    assert outcome.given.refusal is RefusalReason.NO_SUCH_ARTICLE
    assert outcome.gold == 0 and outcome.found.gold_ranks == ()


def test_a_question_whose_gold_is_not_held_is_not_asked(assistant, held):
    missing = question(gold=("别的法-2020:a1",))
    partly = question(gold=("别的法-2020:a1", METERS))
    not_loaded, half_loaded = asked(assistant, held, missing, partly)
    assert (not_loaded.gold, not_loaded.gold_absent) == (0, 1)
    assert not_loaded.found is not_loaded.given is None
    assert (half_loaded.gold, half_loaded.gold_absent, half_loaded.first_rank) == (1, 1, 1)


def test_a_suite_that_is_not_loaded_at_all_names_its_documents(held):
    absent = [question(gold=(f"法{number}:a1",)) for number in range(12)]
    suite = Suite("elsewhere", "0", tuple(absent))
    with pytest.raises(BadInput, match=r"^elsewhere: .*ingest 法0, 法1, .*法9 and 2 more"):
        check_loaded((suite,), held)
    unanswerable = Suite("none", "0", (question("?", gold=(), kind=Kind.OFF_TOPIC),))
    check_loaded((replace(suite, questions=(*absent, question())), unanswerable), held)


@pytest.mark.parametrize(
    ("text", "version"),
    [("园区用水法第二条", Version.IN_FORCE), ("2019年园区用水法第二条", Version.SUPERSEDED)],
)
def test_the_version_that_comes_first_is_noted(assistant, held, text, version):
    both = question(text, kind=Kind.SUPERSEDED, superseded=("water-2019:a2",))
    (outcome,) = asked(assistant, held, both)
    assert outcome.found.version is outcome.given.version is version
    assert outcome.given.cites_gold_first is (version is Version.IN_FORCE)
    # Where the older version is not held, coming first is no merit.
    (outcome,) = asked(assistant, held, replace(both, superseded=("water-1999:a2",)))
    assert outcome.found.version is outcome.given.version is None


def test_a_quote_that_is_not_at_its_place_and_a_claim_without_source_are_counted(
    assistant, held, monkeypatch
):
    answer = assistant.ask("园区用水法第二条")
    (citation,) = answer.citations
    moved = replace(citation.quotes[0], start=citation.quotes[0].start + 1)
    claim = next(block for block in answer.blocks if block.citations)
    tampered = replace(
        answer,
        blocks=(claim, replace(claim, citations=()), replace(claim, citations=(1, 9))),
        citations=(replace(citation, quotes=(citation.quotes[0], moved)),),
    )
    monkeypatch.setattr(assistant, "ask", lambda text: tampered)
    (outcome,) = asked(assistant, held, question())
    assert (outcome.given.claims, outcome.given.cited) == (3, 1)
    assert (outcome.given.quotes, outcome.given.verbatim) == (2, 1)


def test_progress_is_reported_after_each_question(assistant, held):
    steps = []
    put(assistant, [question(), question()], held, lambda *step: steps.append(step))
    assert steps == [(1, 2), (2, 2)]
