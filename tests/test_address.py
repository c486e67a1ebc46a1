"""Exact addresses in the many ways people write them."""

from datetime import date

import pytest

from parkbot.domain import Coverage, Document, Filters, Level, Measure, Missing, Status, TextKind
from parkbot.measures import split
from parkbot.names import bare_title
from parkbot.retrieval.address import Catalogue, Named
from parkbot.retrieval.articles import Articles
from parkbot.retrieval.places import Place, place_of
from parkbot.retrieval.titles import unheld_name


def document(id: str, title: str, issued: str | None = None, **fields) -> Document:
    return Document(title=title, text="", id=id, date_issued=issued and date.fromisoformat(issued), **fields)


CATALOGUE = Catalogue(
    [
        document("energy", "中华人民共和国节约能源法", "2018-10-26", level=Level.NATIONAL_LAW),
        document(
            "energy-digest",
            "节约能源法（园区相关条文）",
            text_kind=TextKind.DIGEST,
            title_en="Energy Conservation Law (articles relevant to parks)",
            status=Status.IN_FORCE,
        ),
        document("noise", "中华人民共和国噪声污染防治法", "2021-12-24"),
        document("noise-old", "中华人民共和国环境噪声污染防治法", "2018-12-29"),
        document("pay-old", "保障中小企业款项支付条例", "2020-07-05", level=Level.ADMINISTRATIVE_REGULATION),
        document("pay", "保障中小企业款项支付条例", "2025-03-17", level=Level.ADMINISTRATIVE_REGULATION),
        document("water", "节约用水条例", "2024-03-09"),
        document("saving", "节约能源条例", "2020-03-09"),
        document("tax", "中华人民共和国环境保护税法", "2018-10-26"),
        document("tax-rules", "中华人民共和国环境保护税法实施条例", "2017-12-25"),
        document("zero", "关于开展零碳园区建设的通知", document_number="发改环资〔2025〕910号"),
    ]
)


@pytest.mark.parametrize(
    ("question", "id", "places"),
    [
        ("节约能源法第三十一条", "energy", [Place(31)]),
        ("节能法31条第1款", "energy", [Place(31, paragraph=1)]),
        ("《节约能源法》第３１条", "energy", [Place(31)]),
        ("《中华人民共和国节约能源法》第三十一条第一款第（二）项", "energy", [Place(31, 0, 1, 2)]),
        ("节约能源法第二百条怎么规定？", "energy", [Place(200)]),
        ("Article 31 of the Energy Conservation Law", "energy", [Place(31)]),
        ("Energy Conservation Law of the PRC, Art. 31(2)", "energy", [Place(31, paragraph=2)]),
        ("paragraph 2 of article 31 of China's energy conservation law", "energy", [Place(31, paragraph=2)]),
        ("环境噪声污染防治法第五条", "noise-old", [Place(5)]),
        ("噪声污染防治法第五条之二", "noise", [Place(5, 2)]),
        ("环境保护税法实施条例第3条", "tax-rules", [Place(3)]),
        ("环境保护税法第3条", "tax", [Place(3)]),
        ("节能条例第三条", "saving", [Place(3)]),
        ("节约能源法规定的第3条", "energy", [Place(3)]),
        ("节约能源法第三条和第四条", "energy", [Place(3), Place(4)]),
        ("保障中小企业款项支付条例第五条", "pay", [Place(5)]),
        ("2020年的保障中小企业款项支付条例第五条", "pay-old", [Place(5)]),
        ("《保障中小企业款项支付条例》（2020）第五条", "pay-old", [Place(5)]),
        ("发改环资〔2025〕910号说了什么", "zero", []),
        ("发改环资[2025]910号说了什么", "zero", []),
        ("发改环资（2025）910号说了什么", "zero", []),
        ("节约能源法第三十一、三十二条", "energy", [Place(31), Place(32)]),
        ("节约能源法第31-33条", "energy", [Place(31), Place(32), Place(33)]),
        ("节约能源法第三十一条至第三十二条", "energy", [Place(31), Place(32)]),
        ("节约能源法第三十一和三十二条", "energy", [Place(31), Place(32)]),
        ("节约能源法1、第三十一条说什么；2、第三十二条呢", "energy", [Place(31), Place(32)]),
        ("节约能源法对有3、4条生产线的企业有什么要求？", "energy", []),
        ("节能法31条2款", "energy", [Place(31, paragraph=2)]),
        ("Articles 31 and 32 of the Energy Conservation Law", "energy", [Place(31), Place(32)]),
        ("节约能源法对有10条生产线的企业有什么要求？", "energy", []),
        ("园区节约能源法第三十一条怎么落实？", "energy", [Place(31)]),
        ("开发区节水条例第二十条", "water", [Place(20)]),
        ("2020年签的合同，保障中小企业款项支付条例对账期怎么规定？", "pay", []),
        ("2022年的保障中小企业款项支付条例第五条", "pay", [Place(5)]),
        ("《保障中小企业款项支付条例（2020年）》第五条", "pay-old", [Place(5)]),
        ("保障中小企业款项支付条例2020年版第五条", "pay-old", [Place(5)]),
    ],
)
def test_named_document_and_places(question, id, places):
    named = CATALOGUE.named(question, Filters())
    assert named is not None
    assert named.versions[0].id == id
    assert list(named.places) == places


@pytest.mark.parametrize(
    "question",
    [
        "上海市节约用水条例第五条",  # another region's regulation, which is not held
        "《某某市节约用水条例》第五条",
        "energy efficiency in parks",
        "有三条措施吗",
        "北京节水条例第二十条怎么规定？",
        "海洋噪声污染防治法第二十条说什么",
        "Article 10 of the Marine Energy Conservation Law",
        "山东节约用水条例第五条",
        "园区要遵守哪些节能法规？",
        "节约能源法律上有什么要求",
    ],
)
def test_what_is_not_held_is_not_named(question):
    assert CATALOGUE.named(question, Filters()) is None


@pytest.mark.parametrize(
    ("question", "all_named"),
    [
        (
            "《节约能源法》第三十一条和《噪声污染防治法》第二十二条有什么区别？",
            [("energy", [Place(31)]), ("noise", [Place(22)])],
        ),
        ("噪声污染防治法第五条、节约能源法第三条", [("noise", [Place(5)]), ("energy", [Place(3)])]),
        (
            "Article 31 of the Energy Conservation Law and Article 5 of the 节约用水条例",
            [("water", [Place(5)]), ("energy", [Place(31)])],
        ),
        (
            "Article 31 of China's Energy Conservation Law and Article 5 of China's 节约用水条例",
            [("water", [Place(5)]), ("energy", [Place(31)])],
        ),
        ("节约能源法第三十一条和噪声污染防治法怎么衔接？", [("noise", []), ("energy", [Place(31)])]),
    ],
)
def test_articles_of_several_documents(question, all_named):
    named = CATALOGUE.named(question, Filters())
    assert named is not None
    found = [(each.versions[0].id, list(each.places)) for each in named.all]
    assert sorted(found, key=str) == sorted(all_named, key=str)


def test_a_document_that_is_only_spoken_of_stays_in_the_rest():
    named = CATALOGUE.named("《节约能源法》第三十一条与《噪声污染防治法》的关系", Filters())
    assert named is not None
    assert (named.versions[0].id, named.others) == ("energy", ())
    assert "噪声污染防治法" in named.rest


def test_as_of_chooses_the_version():
    named = CATALOGUE.named("保障中小企业款项支付条例第五条", Filters(as_of=date(2023, 1, 1)))
    assert named is not None
    assert named.versions[0].id == "pay-old"


def test_a_year_that_no_version_has_leaves_the_choice_to_the_date():
    question = "2022年的保障中小企业款项支付条例第五条"
    named = CATALOGUE.named(question, Filters(as_of=date(2023, 1, 1)))
    assert named is not None
    assert named.versions[0].id == "pay-old"


def test_official_text_comes_before_digest_and_learns_its_force():
    versions = CATALOGUE.versions("节约能源法")
    assert [version.id for version in versions] == ["energy", "energy-digest"]
    assert versions[0].status is Status.IN_FORCE


def test_a_longer_name_is_not_the_shorter_one():
    assert CATALOGUE.named("节约能源法实施条例第三条", Filters()) is None


def test_replaced_versions_are_left_out_unless_named():
    allowed = CATALOGUE.allowed(Filters(), None)
    assert allowed is not None
    assert "pay-old" not in allowed
    assert "pay" in allowed
    assert CATALOGUE.allowed(Filters(as_of=date(2021, 1, 1)), None) == {"pay-old", "energy", "energy-digest",
        "noise-old", "saving", "tax", "tax-rules", "zero"}  # fmt: skip


HELD_WORDS = {"2060", "32150"}


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("《数据安全法》第三条", "数据安全法"),
        ("《节约能源法》第三条", None),
        ("我们想问消防法第五十八条罚多少", "消防法"),
        ("按照本办法第五条怎么办", None),
        ("国家零碳工厂促进法对企业有什么要求？", "国家零碳工厂促进法"),
        ("我们没有按零碳工厂管理条例做会怎样", "零碳工厂管理条例"),
        ("企业违反噪声污染防治法怎么罚", None),
        ("违反了节约能源条例怎么办", None),
        ("有什么好的管理法吗", None),
        ("安全生产管理法规有哪些", None),
        ("财建〔2033〕401号的钱怎么分", "财建〔2033〕401号"),
        ("GB 32150—2060怎么说", None),
        ("HJ 9902—2040里面怎么算", "HJ 9902—2040"),
        ("What does the “Mandatory Solar Roof Law” say?", "Mandatory Solar Roof Law"),
        ("Article 3 of the Energy Conservation Law", None),
        ("What is the law on waste heat?", None),
        ("By when must we comply with the rules?", None),
    ],
)
def test_a_name_that_no_held_document_has(question, name):
    assert unheld_name(question, CATALOGUE.names, HELD_WORDS.__contains__) == name


def test_english_title_comes_from_the_digest():
    assert CATALOGUE.english_title(CATALOGUE.documents["energy"]) == "Energy Conservation Law of the PRC"


@pytest.mark.parametrize(
    ("locator", "place"),
    [
        ("第三十一条", Place(31)),
        ("第六条第二款", Place(6, paragraph=2)),
        ("Article 5", Place(5)),
        ("二、（三）2.", None),
        ("一", None),
        ("附件 第三条", Place(3)),
        ("附件1 第三条之一", Place(3, 1)),
        ("附件4 二", None),
        ("附件3", None),
    ],
)
def test_place_of_locator(locator, place):
    assert place_of(locator) == place


def articles_of(text: str) -> tuple[Articles, Document]:
    """The articles of a library that holds one document."""
    held = Document("节能管理办法", text, id="held", coverage=Coverage.COMPLETE)
    _, measures = split(held)

    class Held:
        generation = 1

        def measures_of(self, _id: str, _spaces: tuple[str, ...]) -> tuple[Measure, ...]:
            return measures

    return Articles(Held()), held  # type: ignore[arg-type]


ANNEX = "附件\n\n节能管理办法\n\n第一条 甲。\n\n第二条 乙。\n\n第三条 本办法自2026年1月1日起施行。"


def test_the_articles_of_rules_that_a_notice_brings_have_an_address():
    articles, held = articles_of(f"关于印发节能管理办法的通知\n\n现印发给你们。\n\n{ANNEX}")
    (third,) = articles.at(held, Place(3), ("shared",))
    assert third.locator == "附件 第三条"
    named = Named((held,), held.title, (Place(9),), "")
    assert articles.addressed(named, ("shared",)) == ((), Missing(held, "第九条", 3))


def test_an_article_of_an_annex_does_not_take_the_place_of_a_documents_own():
    articles, held = articles_of(f"第一条 一。\n\n第二条 二。\n\n第三条 三。\n\n{ANNEX}")
    (third,) = articles.at(held, Place(3), ("shared",))
    assert third.text == "第三条 三。"


def test_bare_title():
    assert bare_title("《中华人民共和国节约能源法（2018年修正）》") == "节约能源法"
