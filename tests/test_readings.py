"""A follow-up is searched for in every way in which it may be meant."""

import pytest

from parkbot.answers import AnswerStatus
from parkbot.conversation.memory import Turn
from parkbot.conversation.readings import readings, readings_in_doubt
from parkbot.questions import Reading, analyse
from parkbot.retrieval.fusion import averaged


def turn(question: str, standalone: str | None = None) -> Turn:
    return Turn(question, standalone or question, "zh", AnswerStatus.ANSWERED, "节能审查", frozenset())


def shares(read: tuple[Reading, ...]) -> dict[str, float]:
    return {each.question.text: round(each.share, 3) for each in read}


def test_the_question_before_counts_and_the_one_that_brought_the_subject_up():
    before = [turn("多久批完？", "节能审查，多久批完？"), turn("节能审查归谁管？")]
    assert shares(readings(analyse("不批怎么办？"), before)) == {
        "节能审查，多久批完，不批怎么办？": 0.25,
        "节能审查归谁管，不批怎么办？": 0.25,
        "不批怎么办？": 0.25,
    }


def test_what_may_stand_alone_does_so_for_the_greater_part():
    read = readings_in_doubt(analyse("绿证也算吗？"), [turn("非化石能源要占多少？")])
    assert shares(read) == {"非化石能源要占多少，绿证也算吗？": 0.4}


def test_where_both_are_one_question_it_counts_for_both():
    assert shares(readings(analyse("罚多少？"), [turn("未批先建怎么办？")] * 2)) == {
        "未批先建怎么办，罚多少？": 0.5,
        "罚多少？": 0.25,
    }


def test_in_english_a_colon_stands_between():
    read = readings(analyse("who checks it?"), [turn("Who must report energy use?")])
    assert next(iter(read)).question.text == "Who must report energy use: who checks it?"


def test_an_average_gives_nothing_to_what_a_reading_did_not_find():
    ranked = averaged([([("a", 1.0), ("b", 0.5)], 0.5), ([("b", 1.0), ("c", 0.0)], 0.5)])
    assert [id for id, _ in ranked] == ["b", "a", "c"]
    assert dict(ranked) == pytest.approx({"b": 1.0, "a": 2 / 3, "c": 0.0})
