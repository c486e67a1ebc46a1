"""Does a law that is named still apply? Told by what the library holds of its end or its beginning."""

from datetime import date

import pytest

from parkbot.answering import in_force as said
from parkbot.domain import Document, Filters, Level, Measure, Span, Status, TextKind
from parkbot.questions import analyse
from parkbot.retrieval import in_force
from parkbot.retrieval.address import Catalogue

CODE = Document(
    "园区法典",
    "",
    id="code",
    text_kind=TextKind.DIGEST,
    repeals=("园区环保法",),
    repeals_on=date(2026, 8, 15),
    effective_from=date(2026, 8, 15),
)
LAWS = [
    Document(f"中华人民共和国{title}", "", id=id, level=Level.NATIONAL_LAW, status=Status.IN_FORCE)
    for id, title in (("env", "园区环保法"), ("energy", "园区节能法"), ("sea", "海洋园区环保法"))
]
TEXTS = {
    "code": ("废止 园区环保法随之废止。", "适用提示 园区节能法、海洋园区环保法不在上述清单内。"),
    "env": ("第一条 园区要环保。", "第九条 本法自1990年1月1日起施行。"),
    "energy": ("第一条 园区要节能。", "第八条 本法自2008年4月1日起施行。"),
    "sea": ("第一条 海洋园区要环保。",),
}


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue((CODE, *LAWS))


def measures_of(document_id):
    return [
        Measure(f"{document_id}:{place}", document_id, place, text[:3], (), text, Span(0, len(text)))
        for place, text in enumerate(TEXTS[document_id])
    ]


def asked(catalogue, text, as_of=date(2026, 11, 27)):
    return in_force.document_asked_about(analyse(text), catalogue, Filters(as_of=as_of))


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("园区环保法还有效吗？", "env"),
        ("《园区节能法》废止了没有", "energy"),
        ("园区环保法废止以后，园区节能法是否有效？", "energy"),
        ("园区节能法规定的排污证还有效吗？", None),
        ("园区节能法要求的现行有效的标准有哪些？", None),
        ("园区节能法第一条还有效吗？", None),
        ("园区节能法还有效吗？不达标怎么罚？", None),
        ("园区节能法在园区法典施行后还有效吗？", "energy"),
        ("园区环保法被园区法典废止了吗？", "env"),
        ("园区节能法对园区有什么要求？", None),
        ("设备的检定还有效吗？", None),
    ],
)
def test_the_document_is_the_one_asked_about(catalogue, question, document):
    found = asked(catalogue, question)
    assert (found and found.id) == document


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("园区环保法还有效吗？", ["code:0"]),
        ("园区节能法还有效吗？", ["energy:1", "code:1"]),
        ("海洋园区环保法还有效吗？", ["code:1"]),
    ],
)
def test_what_tells_is_the_measure_that_ends_it_or_the_one_with_which_it_began(catalogue, question, told):
    document = asked(catalogue, question)
    assert [
        source.measure.id for source in in_force.declared(document, catalogue, Filters(), measures_of)
    ] == told


def test_the_day_of_the_question_counts(catalogue):
    assert asked(catalogue, "园区环保法还有效吗？").status is Status.REPEALED
    # Its end was known already: what holds then is not said in a line.
    assert asked(catalogue, "园区环保法还有效吗？", date(2026, 8, 1)) is None


def test_a_filter_shuts_out_what_tells_of_it(catalogue):
    document = asked(catalogue, "园区节能法还有效吗？")
    told = in_force.declared(document, catalogue, Filters(document_id="energy"), measures_of)
    assert [source.measure.id for source in told] == ["energy:1"]


def test_the_answer_says_it_first(catalogue):
    ended = said.answer(asked(catalogue, "园区环保法还有效吗？"), "zh", None)
    assert ended == "《园区环保法》据公开资料已由《园区法典》代替（2026-08-15），其条文资料库尚未收录。"
    energy = said.answer(asked(catalogue, "园区节能法还有效吗？"), "en", "Park Energy Law")
    assert energy.startswith("The library has no record that Park Energy Law")
