"""What is in force on a day: versions, repeals that others declare, terms, commencements to come."""

from dataclasses import replace
from datetime import date

import pytest

from parkbot import readers
from parkbot.answers import BlockKind
from parkbot.domain import Document, Filters, Level, Status, Successor, TextKind
from parkbot.retrieval.address import Catalogue
from parkbot.retrieval.force import on, status_on, with_known_force

DAY = date(2026, 11, 22)


def law(title: str, year: int, **fields) -> Document:
    return Document(
        f"中华人民共和国{title}", "", id=f"{title}-{year}", date_issued=date(year, 1, 1), **fields
    )


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, Status.UNKNOWN),
        ({"status": Status.IN_FORCE}, Status.IN_FORCE),
        ({"repealed_on": DAY}, Status.REPEALED),
        ({"repealed_on": date(2027, 1, 1), "status": Status.REPEALED}, Status.IN_FORCE),
        ({"status": Status.REPEALED}, Status.REPEALED),
        ({"expires_on": DAY}, Status.UNKNOWN),
        ({"expires_on": date(2025, 12, 31), "status": Status.IN_FORCE}, Status.EXPIRED),
        ({"effective_from": date(2027, 1, 1)}, Status.NOT_YET_IN_FORCE),
        ({"status": Status.NOT_YET_IN_FORCE}, Status.NOT_YET_IN_FORCE),
        ({"status": Status.NOT_YET_IN_FORCE, "effective_from": date(2026, 1, 1)}, Status.IN_FORCE),
        ({"superseded_on": date(2022, 1, 1), "expires_on": date(2020, 1, 1)}, Status.SUPERSEDED),
    ],
)
def test_the_status_on_a_day_follows_from_the_dates(fields, status):
    assert status_on(law("节约能源法", 2018, **fields), DAY) is status


def test_a_version_ends_when_the_next_commences():
    old, new = with_known_force(
        [
            law("条例", 2020, level=Level.ADMINISTRATIVE_REGULATION),
            law("条例", 2025, level=Level.ADMINISTRATIVE_REGULATION, effective_from=date(2025, 6, 1)),
        ]
    )
    assert old.superseded_on == date(2025, 6, 1) and new.superseded_on is None
    assert on(old, date(2025, 5, 31)).status is Status.UNKNOWN
    assert on(old, date(2025, 6, 1)).status is Status.SUPERSEDED


@pytest.mark.parametrize(
    "other",
    [
        {"level": Level.LOCAL_REGULATION, "region": "浙江"},
        {"level": Level.LOCAL_DOCUMENT, "region": "江苏"},
        {"level": Level.LOCAL_REGULATION, "region": "江苏", "date_issued": date(2020, 1, 1)},
    ],
)
def test_a_namesake_of_another_region_kind_or_a_copy_supersedes_nothing(other):
    mine = law("园区条例", 2020, level=Level.LOCAL_REGULATION, region="江苏")
    held = [mine, replace(law("园区条例", 2025), id="other", **other)]
    assert [each.superseded_on for each in with_known_force(held)] == [None, None]
    assert Catalogue(held).allowed(Filters(), None) is None


def test_a_repeal_that_another_document_declares_counts():
    noise = law("噪声污染防治法", 2021)
    code = law("生态环境法典", 2026, repeals=("噪声污染防治法",), repeals_on=date(2026, 8, 15))
    known, _ = with_known_force([noise, replace(code, text_kind=TextKind.DIGEST)])
    assert known.repealed_on == date(2026, 8, 15)
    assert known.successor == Successor("生态环境法典", is_held=False)
    assert status_on(known, DAY) is Status.REPEALED
    assert status_on(known, date(2026, 8, 14)) is Status.UNKNOWN


def test_a_law_is_not_repealed_by_what_was_there_before_it():
    later = law("噪声污染防治法", 2030)
    code = law("生态环境法典", 2026, repeals=("噪声污染防治法",), repeals_on=date(2026, 8, 15))
    known, _ = with_known_force([later, code])
    assert known.repealed_on is None and known.successor is None


def test_what_repeals_the_one_of_its_own_title_repeals_neither_itself_nor_a_copy():
    old = law("排污许可管理办法（试行）", 2018)
    new = law("排污许可管理办法", 2024, repeals=(old.title,), repeals_on=date(2024, 7, 1))
    copy = replace(new, id="copy")
    elsewhere = replace(old, id="elsewhere", region="浙江")
    held = with_known_force([old, new, copy, elsewhere])
    assert [each.repealed_on for each in held] == [date(2024, 7, 1), None, None, None]
    assert {new.id, copy.id} <= Catalogue(held).allowed(Filters(), None)


def test_what_a_held_text_replaced_is_found_only_for_an_earlier_day():
    old = law("环境噪声污染防治法", 2018)
    new = law("噪声污染防治法", 2021, effective_from=date(2022, 6, 5), repeals=("环境噪声污染防治法",))
    catalogue = Catalogue([old, new, law("能源法", 2024)])
    assert catalogue.allowed(Filters(), None) == {"噪声污染防治法-2021", "能源法-2024"}
    assert "环境噪声污染防治法-2018" in catalogue.allowed(Filters(as_of=date(2021, 12, 31)), None)


def test_a_version_to_come_stands_after_the_one_in_force():
    now = law("条例", 2020)
    to_come = law("条例", 2026, effective_from=date(2999, 1, 1))
    catalogue = Catalogue([now, to_come])
    assert [document.id for document in catalogue.versions("条例")] == ["条例-2020", "条例-2026"]


def test_the_last_article_says_what_it_repeals():
    text = "\n".join(
        [
            "# 中华人民共和国噪声污染防治法",
            "第一条 为了防治噪声污染，制定本法。",
            "第二条 本法所称噪声，是指干扰周围生活环境的声音。",
            "第三条 依照《中华人民共和国立法法》制定办法。",
            "第四条 本法自2022年6月5日起施行。《中华人民共和国环境噪声污染防治法》同时废止。",
        ]
    )
    document = readers.read("噪声污染防治法.md", text.encode())
    assert document.repeals == ("中华人民共和国环境噪声污染防治法",)


@pytest.mark.parametrize("number", ["（国家发展和改革委员会令2016年第44号）", "(环境保护部令 第48号)", ""])
def test_a_repealed_document_may_stand_with_its_number(number):
    last = f"第三条 本办法自2024年7月1日起施行。《旧办法》{number}同时废止。"
    text = f"# 办法\n\n第一条 甲。\n\n第二条 乙。\n\n{last}"
    assert readers.read("办法.md", text.encode()).repeals == ("旧办法",)


def test_a_repealed_law_is_quoted_under_a_warning_that_names_what_took_its_place(knowledge):
    cited = next(iter(knowledge.measures_of("law-cleaner-production")))
    question = f"《清洁生产促进法》{cited.locator}"
    answer = knowledge.ask(question)
    warning = next(block.text for block in answer.blocks if block.kind is BlockKind.NOTICE)
    assert "已由《生态环境法典》代替（2026-08-15），其条文资料库尚未收录" in warning
    assert answer.citations[0].status is Status.REPEALED
    before = knowledge.ask(question, filters=Filters(as_of=date(2026, 8, 14)))
    assert before.warnings == () and before.citations[0].status is Status.IN_FORCE
