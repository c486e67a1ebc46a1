"""Runs on disk, comparisons, and the page: it must load nothing from anywhere."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from evaluated import not_asked, outcome, run_of
from parkbot.answers import AnswerStatus
from parkbot.errors import BadInput, ParkBotError
from parkbot.evaluation import report, runs
from parkbot.evaluation.comparing import compare
from parkbot.evaluation.metrics import scores
from parkbot.evaluation.suites import Kind

REFUSED = AnswerStatus.REFUSED

OUTCOMES = (
    outcome("a", ranks=(1,), confidence=0.91),
    outcome("b", ranks=(4,), confidence=0.42, language="en"),
    outcome("c", ranks=(1, 7), gold=3, kind=Kind.MULTI, confidence=1.0),
    outcome("d", kind=Kind.OFF_TOPIC, status=REFUSED, confidence=0.0),
    not_asked(),
)


@pytest.fixture(scope="module")
def run():
    return run_of(OUTCOMES, scores=scores(OUTCOMES))


# On disk ----------------------------------------------------------------------------------------


def test_a_run_comes_back_as_it_was(run, tmp_path):
    path = tmp_path / "new" / "run.json"
    runs.save(run, path)
    assert runs.load(path) == run
    text = path.read_text(encoding="utf-8")
    assert sum('"id": ' in line for line in text.splitlines()) == len(OUTCOMES)
    assert "用水法" in text


def test_an_empty_run_comes_back_too(tmp_path):
    runs.save(run_of(()), tmp_path / "run.json")
    assert runs.load(tmp_path / "run.json") == run_of(())


def test_another_format_is_refused(run, tmp_path):
    path = tmp_path / "run.json"
    runs.save(run, path)
    path.write_text(
        path.read_text(encoding="utf-8").replace("parkbot-run/1", "parkbot-run/0"), encoding="utf-8"
    )
    with pytest.raises(BadInput, match=r"run\.json: no run of the format parkbot-run/1 \(format"):
        runs.load(path)
    with pytest.raises(BadInput, match="cannot be read"):
        runs.load(tmp_path / "nothing.json")


def test_a_folder_that_cannot_be_written_to_is_named(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ParkBotError, match="cannot be written"):
        runs.save(run, tmp_path / "file" / "run.json")


# Two runs ---------------------------------------------------------------------------------------


def test_two_runs_are_compared_question_by_question():
    before = run_of(
        (
            outcome("same", ranks=(2,)),
            outcome("up", ranks=(4,)),
            outcome("down", ranks=(1,)),
            outcome("now refused", ranks=(1,)),
            outcome("no longer answered", kind=Kind.NEAR_MISS),
            outcome("gone"),
            not_asked("x"),
        ),
        "before",
    )
    after = run_of(
        (
            outcome("same", ranks=(2,)),
            outcome("up", ranks=(1,)),
            outcome("down", ranks=()),
            outcome("now refused", ranks=(1,), status=REFUSED),
            outcome("no longer answered", kind=Kind.NEAR_MISS, status=REFUSED),
            outcome("new"),
            not_asked("x"),
        ),
        "after",
    )
    found = compare(before, after)
    assert (found.before, found.after, found.matched, found.unmatched) == ("before", "after", 5, 2)
    assert (found.better, found.worse) == (2, 2)
    assert {change.id: change.is_better for change in found.changes} == {
        "up": True,
        "down": False,
        "now refused": False,
        "no longer answered": True,
    }
    down = next(change for change in found.changes if change.id == "down")
    assert (down.rank_before, down.rank_after) == (1, None)
    differences = {row.metric: row for row in found.differences}
    reciprocal = differences["MRR@10"]
    assert reciprocal.before == pytest.approx((1 / 2 + 1 / 4 + 1 + 1) / 4)
    assert reciprocal.after == pytest.approx((1 / 2 + 1 + 0 + 1) / 4)
    assert reciprocal.change.value == pytest.approx((3 / 4 - 1) / 4)
    assert -1 < reciprocal.change.low < reciprocal.change.value < reciprocal.change.high < 0.75
    assert differences["false-refusal rate"].change.value == 0.25
    assert (differences["refusal recall"].before, differences["refusal recall"].after) == (0, 1)


def test_a_rightly_given_answer_outweighs_its_rank():
    refused = run_of((outcome("a", ranks=(1,), status=REFUSED),))
    answered = run_of((outcome("a", ranks=(5,)),))
    (change,) = compare(refused, answered).changes
    assert change.is_better and (change.rank_before, change.rank_after) == (1, 5)


def test_languages_are_compared_apart():
    spoken = run_of((outcome("a", language="en"),))
    assert {row.language for row in compare(spoken, spoken).differences} == {"en"}


# The page ---------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Collects what a browser might load, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.addresses, self.text = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("href", "src", "srcset", "data")]

    def handle_data(self, data):
        self.text += data + " "


def test_the_page_loads_nothing(run):
    html = report.html(run, compare(run, run))
    page = Page(html)
    assert page.tags.count("svg") == 3
    assert not set(page.tags) & {"script", "link", "iframe", "img", "object", "embed", "base"}
    assert all(address.startswith("#") for address in page.addresses)
    assert not re.search(r"https?:|@import|url\((?!#)", html)


def test_the_page_says_what_was_run_and_what_was_not(run):
    text = " ".join(Page(report.html(run)).text.split())
    for words in ("a CPU", "3 documents, 8 measures", "constant", "tuning half", "parkbot eval"):
        assert words in text
    assert "Not loaded, and so not asked and in no figure: made-up 1" in text
    assert "Compared with" not in text
    assert "MRR@10" in text and "false-refusal rate" in text and "p95 ms" in text


def test_the_page_tells_of_gold_that_is_only_partly_held():
    partly = run_of((replace(outcome("a", ranks=(1,), gold=1), gold_absent=2),))
    assert "Of 1 questions the library holds only some of the gold measures" in report.html(partly)


def test_the_page_shows_a_comparison():
    before = run_of((outcome("a", ranks=(3,)),), "before")
    after = run_of((outcome("a", ranks=(1,)),), "after")
    text = " ".join(Page(report.html(after, compare(before, after))).text.split())
    assert "Compared with before" in text and "1 better , 0 worse" in text
    assert "made-up a zh natural 3 1 answered answered" in text


def test_names_are_escaped():
    hostile = "<script>alert(1)</script>"
    spoiled = run_of((outcome("a", suite=hostile),), name=hostile)
    spoiled = replace(spoiled, scores=scores(spoiled.outcomes))
    html = report.html(spoiled)
    assert hostile not in html and "&lt;script&gt;" in html


def test_a_run_without_answers_has_a_page_without_plots():
    page = Page(report.html(run_of((not_asked(),))))
    assert "svg" not in page.tags
