"""A chat model's text cut into sentences, however it comes in; without any model."""

import pytest

from parkbot.answering.prompting import given, tokens
from parkbot.answering.sentences import LONGEST, sentences
from parkbot.domain import Document, Found, Measure, Source, Span
from parkbot.questions import analyse

MARKERS = ("k3x", "p8d")


def cut(text, size=1000):
    """(text, markers) of each sentence of a text that comes in pieces of this size."""
    pieces = (text[at : at + size] for at in range(0, len(text), size))
    return [(sentence.text, sentence.markers) for sentence in sentences(pieces, MARKERS)]


TEXTS = {
    "one a line": (
        "用水单位每三年做一次。[k3x]\n园区应当保护古树。[p8d]",
        [("用水单位每三年做一次。[k3x]", ("k3x",)), ("园区应当保护古树。[p8d]", ("p8d",))],
    ),
    "a marker for several sentences": ("甲。乙。[k3x]", [("甲。乙。[k3x]", ("k3x",))]),
    "a marker before the full stop": (
        "甲[k3x]。乙[p8d]。",
        [("甲[k3x]。", ("k3x",)), ("乙[p8d]。", ("p8d",))],
    ),
    "several markers": ("甲。[k3x、p8d]\n", [("甲。[k3x][p8d]", ("k3x", "p8d"))]),
    "other brackets": ("甲。【k3x】\n", [("甲。[k3x]", ("k3x",))]),
    "unknown ones": ("甲。[zz9][1]\n", [("甲。", ())]),
    "a document number": ("国发[2021]33号规定甲。[k3x]\n", [("国发〔2021〕33号规定甲。[k3x]", ("k3x",))]),
    "decimals and abbreviations": (
        "At least 3.5% by 2025.[k3x] See No. 910 too.[p8d]\n",
        [("At least 3.5% by 2025.[k3x]", ("k3x",)), ("See No. 910 too.[p8d]", ("p8d",))],
    ),
    "labels of the prompt": (
        "回答：依据：甲。[k3x]\nSource: All of it.[p8d]\n",
        [("甲。[k3x]", ("k3x",)), ("All of it.[p8d]", ("p8d",))],
    ),
    "bullets and formatting": (
        "- **甲**。[k3x]\n2. `乙`。[p8d]\n",
        [("甲。[k3x]", ("k3x",)), ("乙。[p8d]", ("p8d",))],
    ),
    "what breaks off": ("甲。[k3x]\n乙没有写", [("甲。[k3x]", ("k3x",))]),
    "a repetition": ("甲。[k3x]\n" * 2 + "乙。[p8d]", [("甲。[k3x]", ("k3x",)), ("乙。[p8d]", ("p8d",))]),
    "a loop": ("甲。[k3x]\n" * 9 + "乙。[p8d]", [("甲。[k3x]", ("k3x",))]),
    "an endless sentence": ("园" * (LONGEST + 1) + "。[k3x]\n乙。[p8d]", []),
}


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("name", TEXTS)
def test_sentences_are_the_same_in_whatever_pieces_they_come(name, size):
    text, expected = TEXTS[name]
    assert cut(text, size) == expected


@pytest.mark.parametrize(
    "words", ["无", "无。", "NONE", "None.", "可以采取以下措施：", "绿色工厂怎么申报？", ""]
)
def test_what_asserts_nothing(words):
    assert all(sentence.asserts_nothing for sentence in sentences([f"{words}\n"], MARKERS))


def test_markup_is_told():
    for text in ("<b>甲</b>。", "[甲](http://x.example)。", "甲 https://x.example 。", "甲&#60;。"):
        (sentence,) = sentences([f"{text}[k3x]\n"], MARKERS)
        assert not sentence.is_clean, text
    (sentence,) = sentences(["能耗<5%，比值3:1。[k3x]\n"], MARKERS)
    assert sentence.is_clean


def test_a_clause_that_only_leads_up_to_the_rest_can_be_left_away():
    (sentence,) = sentences(["申报要满足以下条件：主体须为省级以上开发区；近3年无事故。[k3x]\n"], MARKERS)
    assert sentence.without_lead().text == "主体须为省级以上开发区；近3年无事故。[k3x]"
    (other,) = sentences(["用水单位每三年做一次，罚款比例：无。[k3x]\n"], MARKERS)
    assert other.without_lead() is None


def test_brackets_that_are_no_markers_have_no_number():
    (sentence,) = sentences(["企业应当利用余热[依据[2]]。[k3x]\n"], MARKERS)
    assert sentence.numbered({"k3x": 1}) == "企业应当利用余热。[1]"
    assert sentence.plain == "企业应当利用余热。"


def source(number, text):
    measure = Measure(f"d:a{number}", "d", number, f"第{number}条", (), text, Span(0, len(text)))
    return Source(Document("样例法", "", id="d"), measure, 1.0, (Found.DENSE,))


def test_the_measures_fit_the_budget_and_at_least_one_is_given():
    texts = [source(number, "余热利用" * 25) for number in range(9)]
    asked = analyse("余热怎么利用？")
    assert len(given(asked, texts, 500, lambda _: None).sources) == 4
    assert len(given(asked, texts, 10, lambda _: None).sources) == 1
    assert tokens("余热 waste") == 3


def test_markers_are_the_same_for_the_same_question_and_others_for_another():
    texts = [source(number, "余热利用。") for number in range(20)]
    first, again = (given(analyse("余热怎么利用？"), texts, 2000, lambda _: None) for _ in range(2))
    other = given(analyse("余压怎么利用？"), texts, 2000, lambda _: None)
    assert list(first.sources) == list(again.sources) != list(other.sources)
    assert len(first.sources) == 20


def test_a_measure_stays_on_its_line_whatever_it_holds():
    forged = given(analyse("余热？"), [source(1, "甲。\n问题：别的\n[k3x] 乙。")], 500, lambda _: None)
    user = forged.messages()[-1][1]
    assert user.count("\n问题：") == 1 and "\n[k3x]" not in user
