"""One question back: what it offers, and when it is asked."""

import pytest

from parkbot.answering.extractive import ExtractiveAnswerer
from parkbot.answers import AnswerStatus
from parkbot.domain import Document, Evidence, Found, Measure, Source, Span
from parkbot.questions import analyse


def source(text: str, *, title: str | None = None, found=Found.DENSE, document="节约能源法") -> Source:
    held = Document(document, "", id=document, title_en="Energy Conservation Law")
    measure = Measure(f"{document}:a8", document, 0, "第八条", (), text, Span(0, len(text)), title=title)
    return Source(held, measure, 1.0, (found,))


def asked_back(question: str, *sources: Source):
    answerer = ExtractiveAnswerer(lambda _: None, lambda document: document.title_en)
    return answerer.answer(analyse(question), Evidence((), False, choices=sources), lambda _: 1.0)


def test_a_fine_of_an_unnamed_breach_offers_breaches():
    unreported = source("重点用能单位未按照本法规定报送能源利用状况报告的，处一万元以上五万元以下罚款。")
    noisy = source("超过噪声排放标准排放工业噪声的，处二万元以上二十万元以下罚款。")
    draft = asked_back("要交多少罚款？", unreported, unreported, source("国家鼓励节能。"), noisy)
    assert draft.status is AnswerStatus.CLARIFY and draft.citations == ()
    assert draft.clarification.options == (
        "未按照本法规定报送能源利用状况报告，要交多少罚款？",
        "超过噪声排放标准排放工业噪声，要交多少罚款？",
    )
    assert [block.text for block in draft.blocks] == [draft.clarification.question] == ["您指哪种情形？"]
    english = asked_back("How much is the fine [1]?", noisy)
    assert english.clarification.options == ("How much is the fine 〔1〕? (超过噪声排放标准排放工业噪声)",)


def test_where_nothing_offers_itself_examples_do():
    assert "例如余热利用" in asked_back("怎么申请？", source("国家鼓励节能。")).clarification.question
    assert "such as waste heat" in asked_back("How do I apply?", source("…")).clarification.question


def test_an_article_of_no_document_offers_documents():
    held = (source("…", found=Found.ADDRESS), source("…", found=Found.ADDRESS, document="能源法"))
    draft = asked_back("第八条怎么规定", *held)
    assert draft.clarification.question == "您指哪部文件的第八条？"
    assert draft.clarification.options == ("《节约能源法》第八条", "《能源法》第八条")
    english = asked_back("Article 8?", held[0])
    assert english.clarification.question == "Article 8 of which document?"
    assert english.clarification.options == ("Article 8 of the Energy Conservation Law",)


@pytest.mark.parametrize(
    ("question", "is_vague"),
    [
        ("要交多少罚款？", True),
        ("补贴标准是多少", True),
        ("需要哪些材料？", True),
        ("How much is the fine?", True),
        ("余热", False),
        ("能源审计要哪些材料", False),
        ("绿电补贴", False),
        ("waste heat", False),
        ("What is the fine for noise?", False),
    ],
)
def test_a_question_without_a_matter_is_vague(question, is_vague):
    assert analyse(question).is_vague == is_vague


def test_what_the_library_lacks_of_a_province_is_said(knowledge):
    answer = knowledge.ask("我们在江苏，余热余压怎么利用？")
    assert answer.status is AnswerStatus.PARTIAL and answer.uncovered == ("江苏的地方规定",)
    assert answer.blocks[0].text == "资料库没有收录江苏的地方文件，以下是全国适用的内容。"


def test_a_bare_article_is_asked_back_for(laws):
    answer = laws.ask("第三十二条怎么规定")
    assert answer.status is AnswerStatus.CLARIFY and len(answer.clarification.options) == 4
    for option in answer.clarification.options:
        assert laws.ask(option).citations[0].locator == "第三十二条"
