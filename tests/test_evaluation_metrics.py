"""Scores against values worked out by hand."""

import os
import subprocess
import sys
from math import log2

import pytest

from evaluated import not_asked, outcome
from parkbot.answers import AnswerStatus
from parkbot.evaluation import intervals, ranking, tables
from parkbot.evaluation.metrics import ALL_BUT_MULTI, MANAGERS, scores
from parkbot.evaluation.runs import Topic, Version
from parkbot.evaluation.suites import Kind

REFUSED, CLARIFY, PARTIAL = AnswerStatus.REFUSED, AnswerStatus.CLARIFY, AnswerStatus.PARTIAL


def values(found, topic, **which):
    return {
        score.metric: (score.value, score.n)
        for score in found
        if score.topic is topic and all(getattr(score, name) == value for name, value in which.items())
    }


def test_ranking_metrics_of_single_questions():
    first, list_of_three, missed = (
        outcome(ranks=(1,)),
        outcome(ranks=(3, 12), gold=3),
        outcome(ranks=(), gold=1),
    )
    found = ranking.by_question((first, list_of_three, missed))
    ideal = 1 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert {metric: list(found[metric]) for metric in found} == {
        "R@1": [1, 0, 0],
        "R@5": [1, pytest.approx(1 / 3), 0],
        "R@10": [1, pytest.approx(1 / 3), 0],
        "R@100": [1, pytest.approx(2 / 3), 0],
        "hit@1": [1, 0, 0],
        "hit@10": [1, 1, 0],
        "MRR@10": [1, pytest.approx(1 / 3), 0],
        "nDCG@10": [1, pytest.approx(1 / log2(4) / ideal), 0],
    }


def test_a_hit_beyond_ten_counts_for_r_at_100_only():
    found = ranking.by_question((outcome(ranks=(11,)),))
    assert {metric for metric, value in found.items() if value[0]} == {"R@100"}


def test_no_questions_have_no_metrics():
    assert {len(values) for values in ranking.by_question(()).values()} == {0}


def test_ranx_leaves_the_home_folder_alone(tmp_path):
    program = (
        "from evaluated import outcome; from parkbot.evaluation import ranking;"
        "print(ranking.by_question((outcome(),))['MRR@10'][0])"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("IR_DATASETS_HOME", None)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1.0\n"
    assert not (tmp_path / ".ir_datasets").exists()


def test_the_interval_of_a_share_is_wilsons():
    eight_of_ten = intervals.share([True] * 8 + [False] * 2)
    assert (eight_of_ten.value, eight_of_ten.n) == (0.8, 10)
    # z = 1.96: (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)
    assert (eight_of_ten.low, eight_of_ten.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_the_interval_of_a_mean_holds_it_and_is_the_same_every_time():
    sample = [0.0, 0.1, 0.5, 1.0, 1.0, 0.3]
    estimate = intervals.mean(sample)
    assert estimate.low < estimate.value < estimate.high
    assert estimate == intervals.mean(sample)
    assert (intervals.mean([0.5] * 4).low, intervals.mean([0.5] * 4).high) == (0.5, 0.5)


def test_one_value_has_no_interval():
    assert intervals.mean([0.5]) == intervals.Estimate(0.5, None, None, 1)


def test_percentiles():
    assert intervals.percentile([float(n) for n in range(101)], 95).value == 95


def test_refusal_is_judged_over_all_questions():
    found = scores(
        (
            outcome("answered"),
            outcome("wrongly refused", status=REFUSED),
            outcome("half answered", status=PARTIAL),
            outcome("asked back", status=CLARIFY),
            outcome("off", kind=Kind.OFF_TOPIC, status=REFUSED),
            outcome("near", kind=Kind.NEAR_MISS),
            outcome("near, asked back", kind=Kind.NEAR_MISS, status=CLARIFY),
            outcome("vague, asked back", kind=Kind.TOO_VAGUE, status=CLARIFY),
            outcome("vague, refused", kind=Kind.TOO_VAGUE, status=REFUSED),
            outcome("vague, half answered", kind=Kind.TOO_VAGUE, status=PARTIAL),
            not_asked(),
        )
    )
    assert values(found, Topic.REFUSAL) == {
        "refusal precision": (3 / 4, 4),
        "refusal recall": (3 / 6, 6),
        "false-refusal rate": (1 / 4, 4),
        "asked back": (1 / 4, 4),
    }
    assert values(found, Topic.BY_KIND, kind="too-vague") == {"refusal recall": (2 / 3, 3)}
    assert values(found, Topic.BY_KIND, kind="near-miss") == {"refusal recall": (0, 2)}
    assert values(found, Topic.BY_KIND, kind="natural") == {"false-refusal rate": (1 / 4, 4)}


def test_the_brier_score_is_of_questions_with_a_confidence():
    found = scores(
        (
            outcome("a", confidence=0.8),
            outcome("b", confidence=0.4, kind=Kind.OFF_TOPIC),
            outcome("by its address"),
        )
    )
    assert values(found, Topic.REFUSAL)["Brier score"] == (pytest.approx((0.2**2 + 0.4**2) / 2), 2)


def test_quotes_and_claims_are_counted_over_all_answers():
    found = scores(
        (
            outcome("a", claims=3, cited=3, quotes=4, verbatim=4),
            outcome("b", claims=2, cited=1, quotes=1, verbatim=0),
            outcome("c", claims=0, cited=0, quotes=0, verbatim=0, status=REFUSED),
        )
    )
    assert values(found, Topic.GROUNDING) == {
        "verbatim quotes": (4 / 5, 5),
        "claims with citations": (4 / 5, 5),
    }


def test_the_version_in_force_is_judged_where_both_are_held():
    found = scores(
        (
            outcome("a", kind=Kind.SUPERSEDED, version=Version.IN_FORCE, found_version=Version.IN_FORCE),
            outcome("b", kind=Kind.SUPERSEDED, version=Version.SUPERSEDED, cites_gold_first=False),
            outcome("c", kind=Kind.SUPERSEDED, cites_gold_first=None, status=REFUSED),
            outcome("d", version=Version.SUPERSEDED),
        )
    )
    assert values(found, Topic.VERSION) == {
        "cited before the superseded one": (1 / 2, 2),
        "found before the superseded one": (1, 1),
        "gold measure cited first": (1 / 2, 2),
    }


def test_latency_is_by_stage_and_language():
    took = [{"embed": float(n), "total": 2.0 * n} for n in range(101)]
    found = scores(
        (
            *(outcome(str(n), timings_ms=times) for n, times in enumerate(took)),
            outcome("by its address", timings_ms={"total": 100.0}),
            outcome("en", language="en", timings_ms={"total": 7.0}),
        )
    )
    assert values(found, Topic.LATENCY, language="zh", kind="embed") == {
        "p50 ms": (50, 101),
        "p95 ms": (95, 101),
    }
    assert values(found, Topic.LATENCY, language="zh", kind="total")["p50 ms"] == (100, 102)
    assert values(found, Topic.LATENCY, language="en", kind="total")["p50 ms"] == (7, 1)


def test_questions_are_pooled_by_language():
    found = scores(
        (
            outcome("a", ranks=(1,)),
            outcome("b", ranks=(2,), kind=Kind.COLLOQUIAL, suite="other"),
            outcome("c", ranks=(), kind=Kind.NUMERIC),
            outcome("d", ranks=(1,), gold=2, kind=Kind.MULTI),
            outcome("e", kind=Kind.OFF_TOPIC),
            outcome("f", ranks=(), language="en"),
            not_asked(),
        )
    )

    def reciprocal(**which):
        return values(found, Topic.RETRIEVAL, **which)["MRR@10"]

    assert reciprocal(language="zh", kind=MANAGERS) == (0.75, 2)
    assert reciprocal(language="zh", kind=ALL_BUT_MULTI) == (0.5, 3)
    assert reciprocal(language="zh", suite="other", kind="colloquial") == (0.5, 1)
    assert reciprocal(language="en", kind=MANAGERS) == (0, 1)
    assert not values(found, Topic.RETRIEVAL, kind="off-topic")


def test_tables_have_groups_down_and_metrics_across():
    found = tables.tables(scores((outcome("a"), outcome("b", ranks=(2,)), outcome("c", kind=Kind.OFF_TOPIC))))
    by_topic = {table.topic: table for table in found}
    retrieval = by_topic[Topic.RETRIEVAL]
    row = next(row for row in retrieval.rows if row.labels == ("made-up", "zh", "natural"))
    cells = dict(zip(retrieval.metrics, row.cells, strict=True))
    assert row.n == 2
    assert (cells["MRR@10"].value, cells["hit@10"].value) == (".750", "1.000")
    assert cells["hit@1"].interval == ".09–.91"
    refusal = by_topic[Topic.REFUSAL]
    assert refusal.labels[-1] == "metric"
    lines = {row.labels[-1]: (row.n, row.cells[0].value) for row in refusal.rows}
    assert lines == {
        "refusal recall": (1, ".000"),
        "false-refusal rate": (2, ".000"),
        "asked back": (2, ".000"),
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0312, "+.031"), (-0.5, "-.500"), (0.0, "+.000"), (1.0, "+1.000"), (-10.0, "-10.000")],
)
def test_differences_have_a_sign(value, text):
    assert tables.signed(value) == text
