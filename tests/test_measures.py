"""Splitting: every article once, every word kept, a mention is no heading."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkbot import readers
from parkbot.domain import Document, Heading, Measure, pieces
from parkbot.measures import split

LAW = """# 中华人民共和国节水法

2001年3月1日 第九届全国人民代表大会常务委员会第二十次会议通过

2018年10月26日 第十三届全国人民代表大会常务委员会第六次会议修正

## 第一章 总则

第一条 为了节约用水，制定本法。

第二条 用水单位应当节约用水。

第五条规定的措施另行公布。

第三条 国家鼓励下列行为：

（一）中水回用；

（二）雨水收集。

违反前款规定的，不予支持。

第三条之一 园区可以统一供水。

## 第二章 法律责任

第四条 违反本法第二条规定的，处一万元以下罚款。
"""

NOTICE = """# 关于园区节水的通知

各园区：

为落实节水要求，现通知如下。

一、总体要求

到2027年，园区用水效率提高一成。

二、主要任务

（一）推进中水回用。新建园区应当建设中水管网。

（二）加强计量

1.安装水表。所有企业安装远程水表。

2.公开数据。每季度公开用水数据。

三、申报条件

（一）申报园区应当具备以下条件：

1.用水量达到标准；

2.三年内没有处罚。

（二）材料于6月底前报送。

某某市水务局

2026年3月1日
"""


def divided(text: str, language: str = "zh") -> tuple[tuple[Heading, ...], tuple[Measure, ...]]:
    return split(Document(title="t", text=text, id="d", language=language))  # type: ignore[arg-type]


def assert_nothing_lost(text: str, headings, measures) -> None:
    at = 0
    for piece in pieces(headings, measures):
        assert piece.span.start >= at
        assert not text[at : piece.span.start].strip()
        at = piece.span.end
        if isinstance(piece, Measure):
            assert piece.span.of(text) == piece.text
            assert all(span.of(piece.text).strip() for span in piece.paragraphs)
    assert not text[at:].strip()
    assert len({measure.id for measure in measures}) == len(measures)


def test_law_gives_one_measure_for_each_article():
    headings, measures = divided(LAW)
    assert [m.locator for m in measures] == ["第一条", "第二条", "第三条", "第三条之一", "第四条"]
    assert [m.id for m in measures] == ["d:a1", "d:a2", "d:a3", "d:a3-1", "d:a4"]
    assert measures[-1].section_path == ("第二章 法律责任",)
    assert "第五条规定的措施另行公布。" in measures[1].text
    assert_nothing_lost(LAW, headings, measures)


def test_items_belong_to_their_paragraph():
    _, measures = divided(LAW)
    article = measures[2]
    assert [span.of(article.text)[:6] for span in article.paragraphs] == ["国家鼓励下列", "违反前款规定"]
    assert [label for label, _ in article.items] == ["（一）", "（二）"]
    assert article.items[1][1].of(article.text) == "（二）雨水收集。"


def test_notice_is_split_at_its_innermost_numbers():
    headings, measures = divided(NOTICE)
    assert [m.locator for m in measures] == [
        "第1段",
        "一",
        "二、（一）",
        "二、（二）1.",
        "二、（二）2.",
        "三、（一）",
        "三、（二）",
    ]
    by_locator = {m.locator: m for m in measures}
    assert by_locator["二、（二）1."].section_path == ("二、主要任务", "（二）加强计量")
    assert by_locator["三、（一）"].text.endswith("2.三年内没有处罚。")
    assert by_locator["一"].title == "总体要求"
    assert [h.text for h in headings][-2:] == ["某某市水务局", "2026年3月1日"]
    assert_nothing_lost(NOTICE, headings, measures)


@pytest.mark.parametrize(
    ("text", "locators"),
    [
        (
            "# Act\n\nArticle 1 Scope\nThis act applies to parks.\n\nArticle 2 Duty\n"
            "Operators shall report, see\nArticle 1 of this act.\n",
            ["Article 1", "Article 2"],
        ),
        (
            "1.1 Parks report yearly.\n\n1.2 Reports are public.\n\n2.1 Fines apply.\n",
            ["1.1", "1.2", "2.1"],
        ),
        (
            "Parks should consider:\n- reuse of heat\n- reuse of water\n\nThey report each year.\n",
            ["Paragraph 1", "Paragraph 2"],
        ),
    ],
)
def test_english_forms(text, locators):
    headings, measures = divided(text, "en")
    assert [m.locator for m in measures] == locators
    assert_nothing_lost(text, headings, measures)


def test_a_numbered_label_with_a_colon_alone_opens_an_annex():
    annex = "附件1：\n\n一、报送材料\n\n企业应当报送报告。\n\n二、报送时间\n\n每年三月。"
    _, measures = divided(f"{NOTICE}\n\n{annex}")
    assert [m.locator for m in measures[-2:]] == ["附件1 一、", "附件1 二、"]


def test_long_commentary_is_cut_into_sentence_groups():
    sentence = "园区应当梯级利用能源，把高品位热能先用于发电，再用于供热。"
    text = sentence * 12
    headings, measures = divided(text)
    assert len(measures) > 1
    assert all(len(m.text) <= 150 and m.text.endswith("。") for m in measures)
    assert [m.locator for m in measures][:2] == ["第1段（1）", "第1段（2）"]
    assert_nothing_lost(text, headings, measures)


def test_declared_measure_keeps_its_id_and_attributes():
    text = (
        "# 文章\n\n## 节能\n\n### 能源梯级利用 {#m21}\n\n- 出处：第三段\n- 主体：园区、企业\n"
        "- 主题：cascade-use\n\n按能源品位逐级使用。\n"
    )
    headings, (measure,) = divided(text)
    assert (measure.id, measure.locator, measure.title) == ("d:m21", "第三段", "能源梯级利用")
    assert measure.actors == ("园区", "企业")
    assert measure.text == "按能源品位逐级使用。"
    assert measure.section_path == ("节能",)
    assert_nothing_lost(text, headings, (measure,))


def test_a_declared_measure_brings_the_questions_that_it_answers():
    text = (
        "# 文章\n\n### 能源梯级利用 {#m21}\n\n- 出处：第三段\n- 问：蒸汽怎么用才不浪费？\n"
        "- 问：Which heat goes where first?\n- 问：余热、分级用能\n\n按能源品位逐级使用。\n"
    )
    headings, (measure,) = divided(text)
    asked = ("蒸汽怎么用才不浪费？", "Which heat goes where first?", "余热、分级用能")
    assert (measure.questions, measure.text) == (asked, "按能源品位逐级使用。")
    assert_nothing_lost(text, headings, (measure,))


def test_ids_of_unnumbered_paragraphs_survive_an_insertion():
    _, before = divided("第一个想法。\n\n第二个想法。\n")
    _, after = divided("插入的想法。\n\n第一个想法。\n\n第二个想法。\n")
    assert {m.id for m in before} < {m.id for m in after}


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "第一条 甲。",
                    "第二条 乙：",
                    "（一）丙；",
                    "一、丁",
                    "二、戊。",
                    "1.己",
                    "# 庚",
                    "## 第一章 辛",
                    "- 壬",
                    "|a|b|",
                    "附件1",
                    "Article 1 x",
                    "1.2 y",
                    "",
                    "2026年3月1日",
                    "#### 癸 {#m01}",
                ]
            ),  # fmt: skip
            st.text(max_size=30),
        ),
        max_size=25,
    )
)
def test_no_text_is_ever_lost(lines):
    text = "\n".join(lines)
    headings, measures = divided(text)
    assert_nothing_lost(text, headings, measures)


def test_all_real_laws_give_exactly_one_measure_for_each_article(shared: Path):
    files = sorted((shared / "corpus/laws").glob("*/*.md"))
    assert len(files) == 47
    for file in files:
        document = readers.read(file.name, file.read_bytes()).with_id("d")
        written = re.findall(r"(?m)^第[一二三四五六七八九十百零]+条(?=[ 　])", document.text)
        headings, measures = split(document)
        articles = [m.locator for m in measures if m.id.startswith("d:a")]
        assert articles == written, file.name
        assert_nothing_lost(document.text, headings, measures)
