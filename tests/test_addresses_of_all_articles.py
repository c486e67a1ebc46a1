"""Every article of the 47 real laws is found by its address; articles are counted in the files themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from parkbot.answers import AnswerStatus, RefusalReason
from parkbot.domain import Filters, Found
from parkbot.names import bare_title

ARTICLE = re.compile(r"^(第[一二三四五六七八九十百零]+条)[\s\u3000]+(.+)", re.MULTILINE)

# Title → (what is later, what is earlier, the year of the earlier, a day on which the earlier one applied).
VERSIONS = {
    "保障中小企业款项支付条例": (
        "保障中小企业款项支付条例(2025-03-17)",
        "保障中小企业款项支付条例(2020-07-05)",
        2020,
        date(2024, 6, 1),
    ),
    "上海市优化营商环境条例": (
        "上海市优化营商环境条例(2024-09-27)",
        "上海市优化营商环境条例(2020-04-10)",
        2020,
        date(2024, 6, 1),
    ),
}
EARLIER = {earlier for _, earlier, _, _ in VERSIONS.values()}


@dataclass(frozen=True)
class Article:
    stem: str
    title: str
    number: int
    label: str
    opening: str


@pytest.fixture(scope="module")
def articles(shared: Path) -> dict[str, list[Article]]:
    """The articles of each file, in its order."""
    found: dict[str, list[Article]] = {}
    for path in sorted((shared / "corpus" / "laws").glob("*/*.md")):
        text = path.read_text(encoding="utf-8")
        title = text.splitlines()[0].removeprefix("# ").strip()
        found[path.stem] = [
            Article(path.stem, title, number, match[1], match[2].strip()[:20])
            for number, match in enumerate(ARTICLE.finditer(text), 1)
        ]
    return found


@pytest.fixture(scope="module")
def stems(laws) -> dict[str, str]:
    """The name of the file that each document came from."""
    return {document.id: Path(document.source).stem for document in laws.documents()}


def misses(laws, stems, asked: Iterator[tuple[str, Article]], filters: Filters | None = None) -> list[str]:
    """The questions that don't bring the article first, by its address, with its own words."""
    missed = []
    for question, article in asked:
        results = laws.search(question, filters=filters)
        first = results[0] if results else None
        if not (
            first
            and first.found_by == (Found.ADDRESS,)
            and stems[first.document_id] == article.stem
            and first.locator == article.label
            and re.match(rf"{article.label}\s+{re.escape(article.opening)}", first.text)
        ):
            missed.append(f"{question} → {first and first.measure_id}")
    return missed


def test_the_files_hold_the_articles_that_this_test_believes(articles):
    assert len(articles) == 47 and sum(map(len, articles.values())) == 3004
    assert len(articles["节约能源法(2018-10-26)"]) == 87
    assert all(len({article.label for article in held}) == len(held) for held in articles.values())


@pytest.mark.parametrize("form", ["《{full}》{label}", "{bare}第{number}条", "{bare}{number}条怎么规定？"])
def test_every_article_of_every_law_comes_first(laws, stems, articles, form):
    asked = [
        (form.format(full=a.title, bare=bare_title(a.title), label=a.label, number=a.number), a)
        for stem, held in articles.items()
        if stem not in EARLIER
        for a in held
    ]
    assert len(asked) == 3004 - 80 - 29
    assert misses(laws, stems, iter(asked)) == []


@pytest.mark.parametrize("title", VERSIONS)
class TestTwoVersions:
    def test_without_a_date_it_is_the_later_one(self, laws, stems, articles, title):
        later = VERSIONS[title][0]
        assert misses(laws, stems, ((f"《{title}》{a.label}", a) for a in articles[later])) == []

    @pytest.mark.parametrize("form", ["《{}》（{}）{}", "《{}》（{}年）{}", "{1}年的{0}{2}", "{}{}年版{}"])
    def test_a_year_in_the_question_brings_the_earlier_one(self, laws, stems, articles, title, form):
        _, earlier, year, _ = VERSIONS[title]
        asked = ((form.format(title, year, a.label), a) for a in articles[earlier])
        assert misses(laws, stems, asked) == []

    def test_a_day_brings_the_version_of_that_day(self, laws, stems, articles, title):
        later, earlier, _, day = VERSIONS[title]
        for stem, filters in ((earlier, Filters(as_of=day)), (later, Filters(as_of=date(2026, 1, 1)))):
            asked = ((f"《{title}》{a.label}", a) for a in articles[stem])
            assert misses(laws, stems, asked, filters) == []

    def test_a_later_article_does_not_stand_in_for_one_that_the_earlier_version_lacks(
        self, laws, articles, title
    ):
        later, earlier, year, day = VERSIONS[title]
        beyond = articles[later][len(articles[earlier])]
        for question, filters in (
            (f"《{title}》（{year}）{beyond.label}", None),
            (f"《{title}》{beyond.label}", Filters(as_of=day)),
        ):
            answer = laws.ask(question, filters=filters)
            assert answer.status is AnswerStatus.REFUSED, answer.text
            assert answer.refusal.reason is RefusalReason.NO_SUCH_ARTICLE


A31 = ("节约能源法(2018-10-26)", "第三十一条", None)


@pytest.mark.parametrize(
    ("question", "stem", "locator", "focus"),
    [
        ("节能法31条", *A31),
        ("节能法第31条", *A31),
        ("节约能源法第三十一条", *A31),
        ("节约能源法第３１条", *A31),
        ("《节约能源法》第 31 条", *A31),
        ("《中华人民共和国节约能源法》第三十一条的内容", *A31),
        ("第三十一条 节约能源法", *A31),
        ("请问《节约能源法》第三十一条是怎么规定的？", *A31),
        ("Article 31 of the Energy Conservation Law", *A31),
        ("article 31 of China's energy conservation law", *A31),
        ("Energy Conservation Law of the PRC, Art. 31", *A31),
        ("Energy Conservation Law, Article 31", *A31),
        ("环保税法第二条", "环境保护税法(2018-10-26)", "第二条", None),
        ("环境保护税法实施条例第2条", "环境保护税法实施条例(2017-12-25)", "第二条", None),
        ("环境噪声污染防治法第五条", "环境噪声污染防治法(2018-12-29)", "第五条", None),
        ("噪声污染防治法第五条", "噪声污染防治法(2021-12-24)", "第五条", None),
        ("节约用水条例第五条", "节约用水条例(2024-03-09)", "第五条", None),
        ("山东省节约用水条例第五条", "山东省节约用水条例(2021-12-03)", "第五条", None),
        ("优化营商环境条例第五条", "优化营商环境条例(2019-10-22)", "第五条", None),
        ("能源法第十条", "能源法(2024-11-08)", "第十条", None),
        ("可再生能源法第十条", "可再生能源法(2009-12-26)", "第十条", None),
        ("水法第十条", "水法(2016-07-02)", "第十条", None),
        # Paragraphs.
        (
            "节约能源法第五条第二款",
            "节约能源法(2018-10-26)",
            "第五条",
            "国务院和县级以上地方各级人民政府每年向本级人民代表大会或者其常务委员会报告节能工作。",
        ),
        (
            "节能法31条第1款",
            "节约能源法(2018-10-26)",
            "第三十一条",
            "国家鼓励工业企业采用高效、节能的电动机、锅炉、窑炉、风机、泵类等设备，"
            "采用热电联产、余热余压利用、洁净煤以及先进的用能监测和控制等技术。",
        ),
        (
            "Article 6, paragraph 2 of the Energy Conservation Law",
            "节约能源法(2018-10-26)",
            "第六条",
            "省、自治区、直辖市人民政府每年向国务院报告节能目标责任的履行情况。",
        ),
        (
            "Energy Conservation Law Art. 6(2)",
            "节约能源法(2018-10-26)",
            "第六条",
            "省、自治区、直辖市人民政府每年向国务院报告节能目标责任的履行情况。",
        ),
        (
            "paragraph 2 of article 6 of the energy conservation law",
            "节约能源法(2018-10-26)",
            "第六条",
            "省、自治区、直辖市人民政府每年向国务院报告节能目标责任的履行情况。",
        ),
        # Items.
        ("安全生产法第九十七条第（二）项", "安全生产法(2021-06-10)", "第九十七条", "（二）"),
        ("安全生产法97条第3项", "安全生产法(2021-06-10)", "第九十七条", "（三）"),
        ("安全生产法第九十七条第一款第七项", "安全生产法(2021-06-10)", "第九十七条", "（七）"),
        # A paragraph or an item that is not there: the article, and nothing marked.
        ("节能法第三十一条第九款", *A31),
        ("安全生产法第九十七条第二十项", "安全生产法(2021-06-10)", "第九十七条", None),
    ],
)
def test_written_forms(laws, stems, question, stem, locator, focus):
    results = laws.search(question)
    assert [(stems[result.document_id], result.locator) for result in results] == [(stem, locator)]
    marked = results[0].focus and results[0].focus.of(results[0].text)
    if focus is not None and len(focus) == 3:
        assert marked is not None and marked.startswith(focus) and "\n" not in marked
    else:
        assert marked == focus


def test_several_articles_come_in_the_order_of_the_question(laws):
    results = laws.search("《节约能源法》第八十二条和第五十三条")
    assert [result.locator for result in results] == ["第八十二条", "第五十三条"]
    assert [block.citations for block in laws.ask("节能法第82条、第53条").blocks if block.citations] == [
        (1,),
        (2,),
    ]


def test_an_article_that_is_not_there_is_not_made_up(laws):
    answer = laws.ask("《节约能源法》第二百条怎么规定？")
    assert answer.status is AnswerStatus.REFUSED and answer.citations == ()
    assert answer.text == "《中华人民共和国节约能源法》共八十七条，没有第二百条。"
    assert laws.search("《节约能源法》第二百条") == ()


def test_an_exact_address_with_a_further_question_brings_the_article_first_and_more(laws):
    results = laws.search("节约能源法第五十三条说的报告里要写哪些能源消费情况？")
    assert (results[0].locator, results[0].found_by) == ("第五十三条", (Found.ADDRESS,))
    assert len(results) > 1
