"""Suites: what a line means, what is refused and where, and that the suites that ship are sound."""

import pytest

from evaluated import entry, write
from parkbot.errors import BadInput
from parkbot.evaluation.suites import Half, Kind, find, read
from repository import REPOSITORY


def test_a_line_with_english_holds_two_questions(tmp_path):
    path = write(tmp_path / "water.jsonl", entry(question_en="Must we meter water?"))
    suite = read(path)
    assert suite.name == "water"
    assert [(q.language, q.text) for q in suite.questions] == [
        ("zh", "企业要不要装水表？"),
        ("en", "Must we meter water?"),
    ]
    assert {(q.id, q.kind, q.gold, q.half) for q in suite.questions} == {
        ("q1", Kind.NATURAL, ("water-2024:a2",), Half.TUNING)
    }


def test_a_line_without_a_half_is_for_reporting_and_an_english_one_stands_alone(tmp_path):
    alone = entry(language="en", question="Must we meter water?")
    del alone["half"]
    (question,) = read(write(tmp_path / "s.jsonl", alone, "")).questions
    assert (question.language, question.half) == ("en", Half.REPORTING)


def test_halves_and_languages_are_chosen(tmp_path):
    lines = (entry("a", question_en="A?"), entry("b", half="reporting", question_en="B?"))
    suite = read(write(tmp_path / "s.jsonl", *lines))

    def chosen(half, *languages):
        return [(q.id, q.language) for q in suite.chosen(half, languages).questions]

    assert chosen(Half.TUNING, "zh", "en") == [("a", "zh"), ("a", "en")]
    assert chosen(Half.REPORTING, "en") == [("b", "en")]
    assert chosen(Half.ALL, "zh") == [("a", "zh"), ("b", "zh")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "Invalid JSON"),
        (entry(kind="natura"), "kind: "),
        (entry(half="both"), "half: "),
        (entry(gold=[1]), "gold.0: "),
        (entry(question=""), "question: "),
        (entry(golden=[]), "golden: "),
        (entry(answerable=False), "answerable"),
        (entry(gold=[], answerable=True), "gold measures"),
        (entry(kind="off-topic"), "off-topic has answerable False"),
        (entry(language="en", question_en="A?"), "beside a Chinese question"),
        (entry("good"), "the id good was given to another question"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_number(tmp_path, line, words):
    path = write(tmp_path / "bad.jsonl", entry("good"), line)
    with pytest.raises(BadInput) as refused:
        read(path)
    assert str(refused.value).startswith(f"{path}, line 2: ") and words in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff"])
def test_a_file_without_questions_is_refused(tmp_path, content):
    path = tmp_path / "s.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"s\.jsonl: "):
        read(path)


def test_suites_are_found_by_name_or_path(tmp_path):
    a, b = (write(tmp_path / name, entry()) for name in ("a.jsonl", "b.jsonl"))
    (elsewhere := tmp_path / "elsewhere").mkdir()
    c, other_a = (write(elsewhere / name, entry()) for name in ("c.jsonl", "a.jsonl"))
    assert find((), tmp_path) == (a, b)
    assert find(("b", str(c)), tmp_path) == (b, c)
    with pytest.raises(BadInput, match="no suite zzz; known are a, b"):
        find(("zzz",), tmp_path)
    with pytest.raises(BadInput, match="same name"):
        find(("a", str(other_a)), tmp_path)
    with pytest.raises(BadInput, match="no suites here"):
        find((), None)


def test_the_suites_of_the_repository_are_sound():
    suites = {path.stem: read(path) for path in find((), REPOSITORY / "eval" / "suites")}
    assert {"laws", "digests", "unanswerable", "seed_article"} <= suites.keys()
    assert {question.half for question in suites["seed_article"].questions} == {Half.REPORTING}
    unanswerable = {question.kind.is_answerable for question in suites["unanswerable"].questions}
    assert unanswerable == {False}
