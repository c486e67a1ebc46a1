"""Until when a document says that it is valid; the sentences are those of real notices."""

from datetime import date

import pytest

from parkbot.readers import read
from parkbot.readers.validity import expires_on

ISSUED = date(2021, 7, 15)


@pytest.mark.parametrize(
    ("sentence", "last_day"),
    [
        ("本管理办法自2022年3月1日起施行，有效期至2025年2月28日。", date(2025, 2, 28)),
        ("本政策措施自2022年7月15日起施行，有效期5年。", date(2027, 7, 14)),
        ("第二十九条 本规程自印发之日起施行，有效期5年。", date(2026, 7, 14)),
        ("本规定从２０２２年１月１日起实施，有效期三年。", date(2024, 12, 31)),
        ("本办法由市经信局负责解释，自二〇二二年三月一日起施行，有效期为18个月。", date(2023, 8, 31)),
        ("本细则自2022年1月1日起施行，原《暂行办法》同时废止，有效期限2年。", date(2023, 12, 31)),
        ("本实施意见有效期自2023年1月1日至2027年12月31日。", date(2027, 12, 31)),
        ("本通知有效期至2025年底。", date(2025, 12, 31)),
        ("本方案的有效期截至2025年6月底。", date(2025, 6, 30)),
        ("本办法自2024年2月29日起施行，有效期1年。", date(2025, 2, 28)),
        ("本办法自2023年8月31日起施行，有效期6个月。", date(2024, 2, 29)),
    ],
)
def test_the_last_day_of_the_term(sentence, last_day):
    assert expires_on(f"第一条 总则。\n{sentence}", ISSUED) == last_day


@pytest.mark.parametrize(
    "sentence",
    [
        "第十四条 排污许可证有效期为5年。",
        "补贴时间范围在本办法有效期内，最高5年。",
        "3.4.1浙江省绿色低碳工业园区评价有效期为五年，有效期内应进行跟踪复核。",
        "本办法自2022年3月1日起施行，认定证书有效期3年。",
        "本办法第五条规定的认定有效期至2025年12月31日。",
        "本市出台的政策有效期至2025年12月31日。",
        "本办法自发布之日起30日后施行，有效期5年。",
        "本办法有效期5年。",
        "本办法自2022年3月1日起施行，有效期两年半。",
        "本办法有效期至2025年13月1日。",
        "原办法有效期至2025年12月31日。",
        "本通知有效期至2025年底。\n本办法自2022年3月1日起施行，有效期5年。",  # which of the two?
    ],
)
def test_what_is_not_the_documents_own_term_or_not_certain_is_unknown(sentence):
    assert expires_on(sentence, ISSUED) is None


def test_from_its_issue_on_is_unknown_where_the_issue_is():
    assert expires_on("本办法自印发之日起实施，有效期5年。", None) is None


def test_it_is_part_of_what_a_reader_gives():
    notice = "# 绿色发展扶持办法\n\n第一条 园区应当节能。\n\n第二条 本办法自2022年3月1日起施行，有效期5年。\n"
    assert read("a.md", notice.encode()).expires_on == date(2027, 2, 28)
    declared = "---\nexpires_on: null\n---\n" + notice
    assert read("a.md", declared.encode()).expires_on is None
