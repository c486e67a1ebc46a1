"""Articles that a measure names in its own document, and when an answer shows them."""

import pytest

from parkbot.answering.extractive import ExtractiveAnswerer
from parkbot.domain import Document, Evidence, Found, Level, Measure, Source, Span
from parkbot.questions import analyse
from parkbot.retrieval.places import Place
from parkbot.retrieval.references import referred


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("违反本条例第五十四条第一款规定，处二万元以上罚款。", (Place(54, paragraph=1),)),
        ("依照本法第五条、本法第七条之一的规定办理。", (Place(5), Place(7, 1))),
        ("依照《中华人民共和国环境保护法》第五条的规定处罚。", ()),
        ("违反本法第三十一条规定的。", ()),
        ("See Article 5 and Article 7 of the Energy Law.", (Place(5),)),
        ("as defined in Article 22 of Regulation (EU) 2023/1542", ()),
        ("Article 15(1)(a) of Directive 2009/125/EC and Article 6(2)", (Place(6, paragraph=2),)),
    ],
)
def test_places_named_in_the_same_document(text, places):
    measure = Measure("law:a31", "law", 0, "第三十一条", (), text, Span(0, len(text)))
    assert referred(measure) == places


def source(locator: str, text: str) -> Source:
    held = Document("上海市环境保护条例", "", id="shanghai", level=Level.LOCAL_REGULATION)
    measure = Measure(f"shanghai:{locator}", "shanghai", 0, locator, (), text, Span(0, len(text)))
    return Source(held, measure, 1.0, (Found.DENSE,))


def test_the_article_that_a_quote_names_is_shown_beside_it():
    fine = source("第八十条", "违反本条例第五十四条第一款规定，噪声超标的，处二万元以上二十万元以下的罚款。")
    duty = source("第五十四条", "工业企业噪声不得超过环境噪声排放标准。")
    evidence = Evidence((fine,), True, referred={fine.measure.id: (duty,)})
    answerer = ExtractiveAnswerer(lambda _: None, lambda _: None)
    draft = answerer.answer(analyse("噪声超标罚多少"), evidence, lambda _: 1.0)
    assert [citation.locator for citation in draft.citations] == ["第八十条", "第五十四条"]
    assert draft.blocks[1].text == "上文所指第五十四条：“工业企业噪声不得超过环境噪声排放标准。”[2]"


@pytest.mark.parametrize(("named", "shown"), [("Article 2", True), ("Article 22", False)])
def test_an_article_is_not_named_by_a_number_that_only_begins_like_its_own(named, shown):
    fine = source("Article 9", f"Who fails to report as {named} says shall pay a fine of EUR 500.")
    duty = source("Article 2", "Operators shall report each year.")
    evidence = Evidence((fine,), True, referred={fine.measure.id: (duty,)})
    answerer = ExtractiveAnswerer(lambda _: None, lambda _: None)
    draft = answerer.answer(analyse("How high is the fine?"), evidence, lambda _: 1.0)
    assert ("Article 2" in [citation.locator for citation in draft.citations]) is shown


def test_an_article_of_an_annex_is_named_without_the_annex():
    fine = source("附件 第八条", "违反本办法第五条规定的，处二万元罚款。")
    duty = source("附件 第五条", "企业应当报送报告。")
    evidence = Evidence((fine,), True, referred={fine.measure.id: (duty,)})
    answerer = ExtractiveAnswerer(lambda _: None, lambda _: None)
    draft = answerer.answer(analyse("不报送罚多少"), evidence, lambda _: 1.0)
    assert [citation.locator for citation in draft.citations] == ["附件 第八条", "附件 第五条"]
    assert draft.blocks[0].text.startswith("《上海市环境保护条例》附件 第八条：")


def test_what_the_first_sources_refer_to_is_part_of_the_evidence(laws):
    evidence = laws.evidence("《上海市环境保护条例》工业噪声超标罚款", k=10)
    assert evidence.referred.keys() <= {source.measure.id for source in evidence.sources}
    named = [article for articles in evidence.referred.values() for article in articles]
    assert named and all(article.found_by == (Found.REFERENCE,) for article in named)
