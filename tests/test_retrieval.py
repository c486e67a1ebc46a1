"""The small pure parts of retrieval: glossary, fusion, the decision to refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkbot.retrieval.fusion import fused, normalised
from parkbot.retrieval.glossary import translated
from parkbot.retrieval.sufficiency import Signals, best_by_chance, is_sufficient, probability


@pytest.mark.parametrize(
    ("words", "wording", "rest"),
    [
        (["waste", "heat"], "余热", ()),
        (["Waste", "Heat", "zebras"], "余热", ("zebras",)),
        (["permits"], "许可证", ()),
    ],
)
def test_english_terms_are_carried_over(words, wording, rest):
    carried = translated(words)
    assert wording in {wording for wordings in carried.terms for wording in wordings}
    assert carried.rest == rest


def test_a_term_is_carried_over_once():
    assert len(translated(["energy", "and", "energy"]).terms) == 1


@given(st.lists(st.text(max_size=12), max_size=12))
def test_the_glossary_takes_any_words(words):
    carried = translated(words)
    assert all(wordings for wordings in carried.terms)


def test_normalised_scores_run_from_one_to_nothing():
    assert normalised([("a", 9.0), ("b", 6.0), ("c", 3.0)]) == {"a": 1.0, "b": 0.5, "c": 0.0}
    assert normalised([("a", 2.0)]) == {"a": 1.0}
    assert normalised([]) == {}


def test_fusion_weighs_both_lists():
    dense, lexical = [("a", 3.0), ("b", 2.0), ("c", 1.0)], [("b", 8.0), ("d", 1.0)]
    assert [id for id, _ in fused(dense, lexical, 0.9)][:2] == ["a", "b"]
    assert [id for id, _ in fused(dense, lexical, 0.3)][:2] == ["b", "a"]
    assert {id for id, _ in fused(dense, lexical, 0.5)} == {"a", "b", "c", "d"}


def test_more_of_every_signal_makes_an_answer_likelier():
    weak = Signals("zh", dense=-2.0, agreement=0, known=0.2)
    for strong in (
        Signals("zh", dense=0.5, agreement=0, known=0.2),
        Signals("zh", dense=-1.5, agreement=8, known=0.2),
        Signals("zh", dense=-1.5, agreement=0, known=1.0),
    ):
        assert probability(strong) > probability(weak)
    assert not is_sufficient(weak)
    assert is_sufficient(Signals("zh", dense=1.0, agreement=6, known=1.0))


def test_the_best_of_more_measures_stands_out_further_by_chance():
    assert best_by_chance(745) == pytest.approx(3.64, abs=0.01)
    assert best_by_chance(80_000) > best_by_chance(745)
    assert best_by_chance(0) > 0
