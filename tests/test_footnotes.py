"""An answer as Markdown with footnotes: what it shows, and what a front end must not make of it."""

import re
from dataclasses import replace
from datetime import date

import pytest

from parkbot.api.footnotes import footnoted
from parkbot.domain import TextKind
from standin import CANTEEN, EVIL, HEAT, NOTICE, PENALTY, VAGUE, StandIn


def shown(question, **changes):
    answer = replace(StandIn().ask(question), **changes)
    return answer, footnoted(answer, date(2026, 11, 22), lambda id: f"http://here/measures/{id}")


def test_each_annotation_frames_the_claim_that_rests_on_it():
    answer, text = shown(HEAT)
    framed = [
        (text.content[each.url_citation.start_index : each.url_citation.end_index], each.url_citation.marker)
        for each in text.annotations
    ]
    assert framed == [(block.text, marker) for block in answer.blocks for marker in block.citations]


def test_a_citation_leads_to_the_official_address_or_to_the_measures_page():
    _, text = shown(HEAT)
    urls = [annotation.url_citation.url for annotation in text.annotations]
    assert urls[1] == NOTICE.source_url and urls[2].startswith("http://here/measures/chen-lvjun")


def test_the_sources_stand_at_the_end_with_what_must_be_read_with_them():
    answer, text = shown(HEAT)
    (sources,) = [part for part in text.content.split("\n\n") if part.startswith("[1] ")]
    law, notice, article = sources.splitlines()
    assert law.startswith("[1] 《中华人民共和国节约能源法》第三十一条") and "摘要，非原文" not in law
    assert "摘要，非原文" in notice and NOTICE.source_url in notice
    assert "评论" in article and answer.citations[2].text_kind is TextKind.DIGEST


def test_a_refusal_a_question_back_and_a_warning_are_told():
    assert "无法回答" in shown(CANTEEN)[1].content
    assert PENALTY in shown(VAGUE)[1].content
    assert "\n\n⚠ 已废止\n\n" in shown(PENALTY, warnings=("已废止",))[1].content


def test_what_documents_say_is_no_markup():
    answer, text = shown(EVIL)
    assert "](" not in text.content and not re.search(r"(?<!\\)(?:\\\\)*<[a-zA-Z/!?]", text.content)
    assert not re.search(r"(?<!\\)(?:\\\\)*[*~]", text.content)
    (annotation,) = text.annotations
    quote = annotation.url_citation.quotes[0]
    assert quote.text == answer.citations[0].quotes[0].text  # verbatim where it is data


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("5~10%，20~30%", r"5\~10%，20\~30%"),
        ("[甲](http://evil.example)", r"[甲]\(http://evil.example)"),
        ("[1]: http://evil.example", r"[1]\: http://evil.example"),
        ("<img src=x>", r"\<img src=x>"),
        (r"\<img src=x>", r"\\\<img src=x>"),
        (r"[甲]\(http://evil.example)", r"[甲]\\(http://evil.example)"),
        (r"\*甲\*", r"\\\*甲\\\*"),
        ("小于<5", "小于<5"),
        ("一\n二", "一  \n二"),
    ],
)
def test_what_markdown_would_change_is_escaped(said, written):
    answer, _ = shown(PENALTY)
    block = replace(answer.blocks[0], text=said)
    text = footnoted(replace(answer, blocks=(block,)), None, str)
    assert text.content.startswith(f"{written}\n\n")
