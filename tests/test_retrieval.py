"""The small pure parts of retrieval: glossary, fusion, the decision to refuse."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkbot.domain import Document
from parkbot.glossary import translated
from parkbot.retrieval.abroad import countries_asked_about
from parkbot.retrieval.fusion import fused
from parkbot.retrieval.region import applies_in, is_local, provinces_named, says_where_only
from parkbot.retrieval.sufficiency import THRESHOLD, Signals, Sufficiency, best_by_chance
from parkbot.traits import STUDENT

DECISION = Sufficiency.fitted_for(STUDENT)


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


def none(_measure_id: str) -> float:
    return 0.0


def test_fusion_weighs_both_lists():
    dense = [("a", 3.0), ("b", 2.0), ("c", 1.0)]
    assert [id for id, _ in fused(dense, [("b", 0.4), ("d", 0.1)], 2.0, none)] == ["a", "b", "c", "d"]
    assert [id for id, _ in fused(dense, [("b", 0.6), ("d", 0.1)], 2.0, none)][:2] == ["b", "a"]


def test_fused_scores_run_from_one_to_nothing():
    ranking = fused([("a", 3.0), ("b", 2.0), ("c", 1.0)], [], 2.0, none)
    assert ranking == [("a", 1.0), ("b", 0.5), ("c", 0.0)]
    assert fused([("a", 2.0)], [], 2.0, none) == [("a", 1.0)]
    assert fused([], [], 2.0, none) == []


def test_what_is_known_besides_counts():
    dense = [("a", 3.0), ("b", 2.8)]
    assert [id for id, _ in fused(dense, [], 2.0, {"a": 0.0, "b": 0.5}.__getitem__)] == ["b", "a"]


@pytest.mark.parametrize(
    ("question", "provinces"),
    [
        ("我们在淄博，想参考上海的做法", {"山东", "上海"}),
        ("A plant in Xi'an", {"陕西"}),
        ("Suzhou", {"江苏", "安徽"}),
        ("各部门的说法大同小异", set()),
        ("大同市的园区", {"山西"}),
        ("How do we act in order?", set()),
        ("复合肥企业怎么办排污许可证？", set()),
        ("企业每天水耗多少要做水平衡测试？", set()),
        ("更新余热锅炉、推广安装热泵有补贴吗？", set()),
        ("国家规定西部地区日照时数怎么算", set()),
        ("推广安徽合肥的经验", {"安徽"}),
        ("国内江苏的园区", {"江苏"}),
        ("项目建成都要验收吗", set()),
        ("成都的园区", {"四川"}),
    ],
)
def test_provinces_that_a_question_names(question, provinces):
    assert provinces_named(question) == provinces


@pytest.mark.parametrize(
    ("question", "is_only_where"),
    [
        ("我们在江苏，余热余压怎么利用？", True),
        ("咱们厂位于河北省，锅炉要不要改？", True),
        ("We are in Jiangsu. How can waste heat be used?", True),
        ("Our plant is located in Hebei, must it report?", True),
        ("江苏对余热利用补贴多少钱？", False),
        ("我们在江苏的项目能拿多少补贴？", False),
        ("我们在江苏，河北的补贴也能拿吗？", False),
        ("余热怎么利用？", False),
    ],
)
def test_where_the_asker_is_is_not_what_is_asked_about(question, is_only_where):
    assert says_where_only(question) == is_only_where


def test_a_document_of_no_or_every_region_applies_everywhere():
    for region in (None, "CN", "INTL"):
        assert applies_in(Document("法", "", region=region), frozenset({"山东"}))
    assert applies_in(Document("法", "", region="山东省"), frozenset({"山东"}))
    assert not applies_in(Document("法", "", region="上海"), frozenset({"山东"}))
    assert is_local(Document("法", "", region="上海"))


@pytest.mark.parametrize(
    ("question", "countries"),
    [
        ("韩国对固废焚烧收多少税？", {"KR"}),
        ("Does the UK Environment Agency licence heat networks?", {"GB"}),
        ("Which authority does the US Clean Air Act name?", {"US"}),
        ("我们是日资企业，产品出口到德国，危废怎么管？", set()),
        ("Our German-owned plant ships goods to Japan: do we need a permit?", set()),
        ("tell us about industrial parks", set()),
        ("近日本园区要申报零碳园区，依法国家给什么支持", set()),
        ("云南非化石能源占比是多少", set()),
        ("日本的零碳园区怎么建", {"JP"}),
    ],
)
def test_a_question_for_another_countrys_rules_is_told_from_one_that_names_a_country(question, countries):
    assert countries_asked_about(question) == countries


WEAK = Signals(
    "zh",
    dense=-1.5,
    cosine=0.1,
    lexical=0.3,
    agreement=0,
    known=0.2,
    covered=0.2,
    words=1,
    wants_figure=True,
    wants_facts=True,
    rule=-1.0,
    is_elsewhere=True,
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_signal_counts_in_its_direction(language):
    weak = replace(WEAK, language=language)
    for better in (
        {"dense": 0.5},
        {"cosine": 0.6},
        {"lexical": 1.5},
        {"agreement": 8},
        {"known": 1.0},
        {"covered": 1.0},
        {"words": 6},
        {"wants_figure": False},
        {"wants_facts": False},
        {"rule": 1.0},
        {"is_elsewhere": False},
    ):
        assert DECISION.probability(replace(weak, **better)) >= DECISION.probability(weak)
    assert DECISION.probability(weak) < THRESHOLD
    strong = Signals(
        language,
        dense=1.0,
        cosine=0.6,
        lexical=2.0,
        agreement=6,
        known=1.0,
        covered=0.9,
        words=6,
        wants_figure=False,
        wants_facts=False,
        rule=1.0,
        is_elsewhere=False,
    )
    assert DECISION.probability(strong) >= THRESHOLD


def test_the_best_of_more_measures_stands_out_further_by_chance():
    assert best_by_chance(745) == pytest.approx(3.64, abs=0.01)
    assert best_by_chance(80_000) > best_by_chance(745)
    assert best_by_chance(0) > 0
