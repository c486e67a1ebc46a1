"""What holds of every answer: verbatim quotes, markers with citations, no rule in our own words.

Asked are the tuning halves of the suites, in both languages, of what ships and of the 47 real laws.
"""

import json
import re
from itertools import pairwise

import pytest

from parkbot.answering.quoting import holds_statement
from parkbot.answering.sought import FINDS
from parkbot.answers import Answer, AnswerStatus, BlockKind, RefusalReason, Support
from parkbot.conversation.parts import split
from parkbot.domain import Level, TextKind
from parkbot.questions import analyse
from repository import REPOSITORY

COPIED = (
    "text_kind",
    "status",
    "level",
    "region",
    "issuers",
    "document_number",
    "date_issued",
    "source_url",
    "checked_on",
)

MARKER = re.compile(r"\[(\d+)\]")


def questions(*suites: str) -> list[str]:
    """The questions of the tuning halves, and a third of them in English."""
    found = []
    for suite in suites:
        lines = (REPOSITORY / "eval" / "suites" / f"{suite}.jsonl").read_text(encoding="utf-8").splitlines()
        entries = [entry for entry in map(json.loads, lines) if entry.get("half") == "tuning"]
        found += [entry["question"] for entry in entries]
        found += [entry["question_en"] for entry in entries[::3]]  # to be quick
    return found


def addresses(assistant) -> list[str]:
    """An address in each document, and one that it does not have."""
    asked = []
    for document in assistant.documents():
        measures = assistant.measures_of(document.id)
        asked += [f"《{document.title}》{measures[n].locator}" for n in (0, len(measures) // 2)]
        asked.append(f"《{document.title}》第九百条")
    return asked


@pytest.fixture(scope="module", params=["knowledge", "laws"])
def assistant(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def answers(assistant) -> list[Answer]:
    asked = (
        questions("digests", "laws", "unanswerable")
        + addresses(assistant)
        + [
            "Article 31 of the Energy Conservation Law",
            "Article 900 of the Energy Conservation Law",
            "节约能源法第三十一条第一款",
            "《数据安全法》第三条",
            "What does the «Data Law» say?",
        ]
    )
    return [assistant.ask(question) for question in asked]


@pytest.fixture(scope="module")
def answered(answers) -> list[Answer]:
    given = (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)
    return [answer for answer in answers if answer.status in given]


@pytest.fixture(scope="module")
def opened(assistant, answered):
    """Every cited measure in its document."""
    ids = {citation.measure_id for answer in answered for citation in answer.citations}
    return {id: assistant.measure(id) for id in ids}


def test_there_is_something_to_look_at(assistant, answers, answered):
    refused = [answer for answer in answers if answer.status is AnswerStatus.REFUSED]
    assert len(answered) > 150 and len(refused) > 40
    asked_back = [answer for answer in answers if answer.status is AnswerStatus.CLARIFY]
    assert len(answered) + len(refused) + len(asked_back) == len(answers) and len(asked_back) > 10
    assert {answer.language for answer in answered} == {answer.language for answer in refused} == {"zh", "en"}
    cited = [citation for answer in answered for citation in answer.citations]
    assert len({citation.measure_id for citation in cited}) > 200
    reasons = {answer.refusal.reason for answer in refused}
    assert reasons >= {RefusalReason.NO_SUCH_ARTICLE, RefusalReason.NO_SUCH_DOCUMENT}
    # With pseudo-random vectors nothing looks far away.
    assert RefusalReason.NOT_COVERED in reasons or assistant.health().embedder == "constant"


def test_every_quote_is_verbatim_at_its_offsets(answered, opened):
    for answer in answered:
        for citation in answer.citations:
            text = opened[citation.measure_id].measure.text
            assert citation.quotes
            for quote in citation.quotes:
                assert 0 <= quote.start < quote.end <= len(text)
                assert text[quote.start : quote.end] == quote.text, answer.question
                assert quote.text == quote.text.strip()
            for before, after in pairwise(citation.quotes):
                assert before.end <= after.start, answer.question


def test_a_citation_says_what_the_library_says_of_its_measure(answered, opened):
    for answer in answered:
        for citation in answer.citations:
            document, measure = opened[citation.measure_id].document, opened[citation.measure_id].measure
            for field in COPIED:
                assert getattr(citation, field) == getattr(document, field), (answer.question, field)
            assert (citation.document_id, citation.document_title) == (document.id, document.title)
            assert (citation.locator, citation.section_path) == (measure.locator, measure.section_path)


def test_every_marker_has_a_citation_and_every_citation_a_marker(answered):
    for answer in answered:
        markers = [citation.marker for citation in answer.citations]
        assert markers == list(range(1, len(markers) + 1)), answer.question
        claims = [block for block in answer.blocks if block.kind is BlockKind.CLAIM]
        assert sorted(marker for block in claims for marker in block.citations) == markers
        for block in claims:
            assert block.text.endswith("".join(f"[{marker}]" for marker in block.citations))
        assert {int(marker) for marker in MARKER.findall(answer.text)} == set(markers), answer.text


def test_the_text_is_the_blocks(answers):
    for answer in answers:
        assert answer.blocks and answer.text == "\n".join(block.text for block in answer.blocks)
        assert all(block.text.strip() for block in answer.blocks)


def test_a_claim_holds_the_words_of_its_quotes_and_only_frames_of_ours_besides(answered):
    for answer in answered:
        by_marker = {citation.marker: citation for citation in answer.citations}
        for block in answer.blocks:
            if block.kind is not BlockKind.CLAIM:
                continue
            assert block.support is Support.QUOTED and len(block.citations) == 1
            citation = by_marker[block.citations[0]]
            rest = block.text.removesuffix(f"[{citation.marker}]")
            for quote in citation.quotes:
                words = quote.text if citation.text_kind is TextKind.DIGEST else f"“{quote.text}”"
                assert words in rest, answer.question
                rest = rest.replace(words, "", 1)
            # What is left names the source, and ends where the quote began.
            assert rest == "" or rest.rstrip().endswith(("：", ":")), rest


def test_a_digest_is_shown_whole_marked_as_one_and_never_in_quotation_marks(answered, opened):
    seen = 0
    for answer in answered:
        digests = {c.marker: c for c in answer.citations if c.text_kind is TextKind.DIGEST}
        for block in answer.blocks:
            for citation in (digests[marker] for marker in block.citations if marker in digests):
                seen += 1
                (quote,) = citation.quotes
                text = opened[citation.measure_id].measure.text
                assert text.endswith(quote.text) and len(text) - len(quote.text) < 40
                before, after = block.text.split(quote.text, 1)
                assert not before.endswith(("“", '"', "「")) and not after.startswith(("”", '"', "」"))
                assert ("摘要" if answer.language == "zh" else "digest") in before.lower(), answer.text
    kinds = {citation.text_kind for answer in answered for citation in answer.citations}
    assert bool(seen) == (TextKind.DIGEST in kinds)


def test_frames_and_notices_rest_on_nothing_and_quote_nothing(answers, opened):
    for answer in answers:
        for block in answer.blocks:
            if block.kind is BlockKind.CLAIM:
                continue
            assert block.citations == () and block.support is None and block.emphasis == ()
            assert not MARKER.search(block.text), block.text
            for citation in answer.citations:
                assert all(quote.text not in block.text for quote in citation.quotes if len(quote.text) > 12)


def test_a_refusal_is_one_and_claims_nothing(answers):
    for answer in answers:
        if answer.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL):
            assert answer.refusal is None and answer.clarification is None
            assert any(block.kind is BlockKind.CLAIM for block in answer.blocks), answer.question
            assert bool(answer.uncovered) == (answer.status is AnswerStatus.PARTIAL)
            continue
        if answer.status is AnswerStatus.CLARIFY:
            assert answer.refusal is None and answer.citations == ()
            assert answer.clarification is not None
            assert answer.text == answer.clarification.question
            continue
        assert answer.refusal is not None and answer.refusal.message == answer.blocks[0].text
        assert answer.citations == ()
        assert all(block.kind is BlockKind.FRAME for block in answer.blocks)
        assert len(answer.refusal.nearest) <= 3


def test_what_a_refusal_calls_near_can_be_opened(assistant, answers):
    near = {near for answer in answers if answer.refusal for near in answer.refusal.nearest}
    for measure in near:
        opened = assistant.measure(measure.measure_id)
        assert (opened.document.title, opened.measure.locator) == (measure.document_title, measure.locator)


def test_no_quote_is_a_bare_heading(answered):
    quoted = [quote.text for answer in answered for citation in answer.citations for quote in citation.quotes]
    assert [text for text in quoted if not holds_statement(text)] == []


def test_emphasis_lies_on_figures_inside_the_text(answered):
    figure_questions = 0
    for answer in answered:
        question = analyse(answer.question)
        find = whole = FINDS.get(question.asked)
        parts = split(answer.question, question.language)
        for block in answer.blocks:
            if block.kind is BlockKind.FRAME:
                # Of several questions that one counts whose words stand above.
                named = [part for part in parts if part.rstrip("？?。. ") in block.text]
                find = FINDS.get(analyse(named[0]).asked, whole) if named else whole
            for span in block.emphasis:
                assert 0 <= span.start < span.end <= len(block.text), answer.question
            for before, after in pairwise(block.emphasis):
                assert before.end <= after.start, answer.question
            if block.emphasis and question.wants_figure:
                figure_questions += 1
                assert all(find(span.of(block.text)) for span in block.emphasis), block
    assert figure_questions > 20


def test_a_paragraph_asked_for_is_marked_in_its_article(laws):
    answer = laws.ask("节约能源法第六条第二款")
    (claim,) = (block for block in answer.blocks if block.kind is BlockKind.CLAIM)
    (span,) = claim.emphasis
    assert span.of(claim.text) == "省、自治区、直辖市人民政府每年向国务院报告节能目标责任的履行情况。"
    assert claim.text.startswith("“国家实行节能目标责任制")


def test_what_is_no_longer_in_force_is_marked_where_it_is_read(answered, opened):
    ended = 0
    for answer in answered:
        statuses = {opened[c.measure_id].document.status.value for c in answer.citations}
        warned = [block for block in answer.blocks if block.kind is BlockKind.NOTICE and "⚠" in block.text]
        assert bool(warned) == bool(statuses & {"repealed", "expired"}), answer.question
        assert {block.text for block in warned} == set(answer.warnings)
        ended += bool(warned)
    assert ended or not any(document.document.status.value == "repealed" for document in opened.values())


def test_an_answer_in_english_says_that_the_words_are_chinese(answered, opened):
    english = [answer for answer in answered if answer.language == "en"]
    for answer in english:
        languages = {opened[citation.measure_id].document.language for citation in answer.citations}
        notices = " ".join(block.text for block in answer.blocks if block.kind is BlockKind.NOTICE)
        assert ("Chinese" in notices) == ("zh" in languages), answer.question
    assert english


def test_no_question_takes_more_than_four_sources_and_no_document_more_than_two(answered):
    for answer in answered:
        cited = [citation.document_id for citation in answer.citations]
        assert len(cited) <= 4 and max(map(cited.count, cited)) <= 2, answer.question


@pytest.mark.parametrize("question", ["园区怎么利用余热余压？", "我们园区想利用余热余压，有什么依据？"])
def test_waste_heat_is_answered_by_law_ministry_and_the_seed_article(knowledge, question):
    answer = knowledge.ask(question)
    levels = [citation.level for citation in answer.citations]
    assert levels == sorted(levels, key=lambda level: level.authority)
    assert {Level.NATIONAL_LAW, Level.MINISTRY_DOCUMENT, Level.COMMENTARY} <= set(levels)
    assert answer.citations[-1].document_id == "chen-lvjun-2023-park-green-lowcarbon"
