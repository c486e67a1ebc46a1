"""Whether the act that a question asks about is what the measures found for it punish."""

from dataclasses import replace

import pytest

from parkbot.domain import Found, Source
from parkbot.measures import split
from parkbot.models.student import StudentEmbedder
from parkbot.questions import analyse
from parkbot.retrieval.punishing import Likeness, Punishing, likeness, penalties_ahead
from parkbot.traits import E5
from test_extractive import law


@pytest.fixture
def found():
    """A duty and its penalty, as a search found them."""
    document = law("企业应当报送能源报告。", "不报送能源报告的，处一万元以上五万元以下罚款。")
    _, measures = split(document)
    return [Source(document, measure, 1.0, (Found.DENSE,)) for measure in measures[:2]]


def test_the_first_measure_that_punishes_is_laid_beside_the_question(found):
    known = likeness(found, punished=1.5, weigh=lambda text: 0.5 if "罚款" in text else 0.1, confidence=0.8)
    assert known == Likeness(punished=1.5, covered=0.5, confidence=0.8)


def test_where_nothing_punishes_nothing_is_known(found):
    assert likeness(found[:1], punished=1.5, weigh=lambda _: 1.0, confidence=0.8) is None


@pytest.mark.parametrize(("score", "first"), [(0.9, "penalty"), (0.8, "duty")])
def test_what_punishes_stands_before_a_duty_that_is_little_nearer(found, score, first):
    duty, penalty = replace(found[0], score=1.0), replace(found[1], score=score)
    placed = penalties_ahead([duty, penalty])
    assert placed[0].measure == {"duty": duty, "penalty": penalty}[first].measure
    assert {source.score for source in placed} == {1.0, score}


def test_each_sign_counts_in_its_direction():
    decision = Punishing.fitted_for(StudentEmbedder().traits)
    middling = Likeness(punished=0.0, covered=0.3, confidence=0.9)
    usual = decision.probability(middling)
    for sign in ("punished", "covered", "confidence"):
        better = replace(middling, **{sign: getattr(middling, sign) + 0.1})
        assert decision.probability(better) > usual


def test_of_an_embedder_that_nothing_was_fitted_for_nothing_is_known():
    decision = Punishing.fitted_for(E5)
    assert decision.probability(Likeness(1.0, 1.0, 1.0)) is None


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("没接能耗在线监测会被罚款吗？", "没接能耗在线监测"),
        ("循环化改造不达标罚多少？", "循环化改造不达标"),
        ("厂里没设固废管理员，要担什么责任", "厂里没设固废管理员"),
        ("零碳园区没建成，最高罚多少钱？", "零碳园区没建成"),
        ("What is the fine for skipping the energy review?", "skipping the energy review"),
        ("没做环评就开工，查到会怎么处理？", "没做环评就开工"),
        ("一直没装在线监测，会不会停产？", "一直没装在线监测"),
        ("罚多少？", ""),
    ],
)
def test_a_matter_is_what_is_left_when_the_penalty_is_not_asked(question, matter):
    assert analyse(question).without_penalty == matter
