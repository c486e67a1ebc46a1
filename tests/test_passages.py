import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkbot.domain import Document, Measure, Span
from parkbot.index.passages import Passage, front_of, passages, texts, vectors
from parkbot.traits import E5, STRONG, STUDENT

LAW = Document(title="节约能源法", text="", id="energy")


def measure(text: str, **changes) -> Measure:
    given = {"section_path": ("第二章 节能管理", "第一节"), "title": "余热利用", **changes}
    return Measure("energy:a31", "energy", 0, "第三十一条", text=text, span=Span(0, len(text)), **given)


def bodies(text: str, **changes) -> list[str]:
    whole = measure(text, **changes)
    found = passages(LAW, whole)
    place = front_of(LAW, whole)
    assert all(passage.measure_id == whole.id and passage.place == place for passage in found)
    return [passage.words for passage in found]


def test_where_a_measure_stands_is_in_front_of_its_words():
    cut = passages(LAW, measure("国家鼓励余热利用。"))
    whole = "节约能源法 第二章 节能管理 第一节 余热利用\n国家鼓励余热利用。"
    assert texts(LAW, cut, STRONG) == [whole]
    assert texts(LAW, cut, STUDENT) == [whole]


def test_a_title_apart_comes_first():
    cut = passages(LAW, measure("国家鼓励余热利用。"))
    assert texts(LAW, cut, E5) == ["节约能源法", "余热利用\n国家鼓励余热利用。"]


def test_the_questions_that_a_measure_answers_are_embedded_with_its_first_words():
    asked = measure("国家鼓励余热利用。" * 60, questions=("废热怎么用？", "Where does waste heat go?"))
    first, *others = texts(LAW, passages(LAW, asked), E5)[1:]
    assert first.endswith("国家鼓励余热利用。\n废热怎么用？\nWhere does waste heat go?")
    assert others and not any("废热" in text for text in others)


def test_a_measure_without_text_is_still_found_by_its_title():
    assert texts(LAW, passages(LAW, measure("")), E5)[1:] == ["余热利用"]


def test_the_place_of_a_measure_in_one_line():
    assert front_of(LAW, measure("")) == "节约能源法 第二章 节能管理 第一节 余热利用"


def test_vectors_are_turned_towards_the_title_and_have_unit_length():
    asked = []

    def embed(texts):
        asked.append(list(texts))
        return np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)

    cut = [Passage("a", "", "", "甲"), Passage("b", "", "", "乙")]
    turned = vectors(LAW, cut, E5, embed)
    assert asked == [["节约能源法", "甲", "乙"]]
    assert np.linalg.norm(turned, axis=1) == pytest.approx([1, 1])
    assert turned[0, 0] == turned[1, 0] > 0 and turned[0, 1] == turned[1, 2] > turned[0, 0]


def test_a_long_measure_is_cut_where_paragraphs_begin():
    one, two = "一" * 300 + "。", "二" * 300 + "。"
    assert bodies(f"{one}\n{two}") == [one, two]


def test_items_on_one_line_are_borders_too():
    items = ["（一）" + "甲，" * 120, "（二）" + "乙，" * 120]
    spans = (Span(0, len(items[0])), Span(len(items[0]), len(items[0]) * 2))
    assert bodies("".join(items), items=tuple(zip(("（一）", "（二）"), spans, strict=True))) == items


def test_a_long_paragraph_is_cut_where_sentences_end():
    sentence = "企业应当采取节能措施并如实报送。"
    assert all(body.endswith("。") for body in bodies(sentence * 60))


def test_english_is_not_cut_within_a_word():
    words = "operators shall report every year " * 40
    assert {word for body in bodies(words) for word in body.split()} == set(words.split())


@given(st.text(alphabet="节能。，；\n a.", max_size=2500), st.lists(st.integers(0, 2500), max_size=5))
def test_nothing_is_lost_and_every_part_fits(text: str, starts: list[int]):
    paragraphs = tuple(Span(start, len(text)) for start in starts if start <= len(text))
    parts = bodies(text, paragraphs=paragraphs)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part) <= 400 for part in parts)
