"""Reading files: encodings, formats, what cannot be read, and what texts say of themselves."""

import re
import time
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkbot.domain import Coverage, Document, Level, Status, TextKind
from parkbot.errors import UnreadableFile
from parkbot.readers import SUFFIXES, read
from parkbot.readers.encoding import decode
from parkbot.readers.history import day_in
from parkbot.readers.html import read_html
from parkbot.readers.markdown import without_comments
from parkbot.readers.places import region_of

LAW = """# 青岛市节能条例

2011年3月1日 山东省第十一届人民代表大会常务委员会第一次会议通过

2019年5月30日 山东省第十三届人民代表大会常务委员会第九次会议《关于修改〈山东省防洪条例〉的决定》修正

<!-- INFO END -->

## 第一章 总则

第一条 为了节约能源，制定本条例。

第二条 企业应当按照第一条的规定节约能源。

第三条 本条例自2011年7月1日起施行。
"""


def read_text(text: str, name: str = "文件.txt") -> Document:
    return read(name, text.encode())


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(name, data)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{name}: ")
    return message


# Encodings


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk"]
)
def test_each_encoding_gives_the_same_text(encoding: str):
    assert decode("a.md", LAW.encode(encoding)).removeprefix("\ufeff") == LAW


def test_big_endian_utf16_with_a_mark():
    assert decode("a.md", b"\xfe\xff" + LAW.encode("utf-16-be")) == LAW


def test_radicals_become_the_characters_that_they_look_like():
    document = read("a.txt", "⼯业园区节能办法\n\n第⼀条 ⺠⽤能源设备，⻓期节能。".encode())
    assert document.text == "工业园区节能办法\n\n第一条 民用能源设备，长期节能。"


def test_line_ends_become_single_line_feeds():
    assert read("a.txt", "第一行\r\n第二行\r第三行".encode()).text == "第一行\n第二行\n第三行"


def test_english_without_any_chinese():
    document = read_text("# Park rules\n\nArticle 1. Every operator reports its energy use.", "rules.md")
    assert document.language == "en"
    assert document.title == "Park rules"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.md", b"", "empty"),
        ("a.txt", b" \n\t\n", "empty"),
        ("a.txt", "\u3000\n\u3000".encode(), "blanks"),
        ("a.pdf", b"", "empty"),
        ("a.html", b"", "empty"),
        ("a.md", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture"),
        ("a.md", b"PK\x03\x04" + bytes(200), "Word"),
        ("a.txt", b"%PDF-1.7\n...", "rename it to .pdf"),
        ("a.md", bytes(range(256)) * 40, "not a text file"),
        ("a.txt", b"abc\x00\x01\x02\x03" * 50, "NUL"),
        ("a.txt", b"abc\x01\x02def", "control characters"),
        ("a.txt", "园区应当节约能源。\n第二行".encode()[:-1], "broken UTF-8 in line 2"),
        ("a.txt", b"\xff\xfe" + "节能".encode("utf-16-le") + b"\x00", "broken UTF-16"),
        ("a.txt", "données générales à côté de l'énergie".encode("latin-1"), "save the file as UTF-8"),
        ("a.docx", b"PK\x03\x04", ".docx"),
        ("README", b"text", "nothing"),
        ("a.pdf", b"plain text", "not a PDF"),
        ("a.pdf", b"%PDF-1.7\nnothing of the kind\n%%EOF", "broken"),
        ("a.html", b"<html><body><script>var x = 1</script></body></html>", "shows no text"),
        ("a.md", b"---\ntitle: T\n---\n", "no text"),
        ("a.html", b"<div>" * 100_000 + "深".encode(), "nested"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(name: str, data: bytes, says: str):
    assert says in refusal(name, data)


def test_a_document_cut_in_the_middle_of_a_character_is_not_taken_for_gb18030():
    assert "broken UTF-8" in refusal("a.txt", LAW.encode()[:-5] + b"\xe8\n")


@pytest.mark.parametrize("name", ["long.md", "long.txt", "long.html"])
def test_one_line_of_50_mb_is_refused_quickly(name: str):
    data = ("节约能源" * 4_500_000).encode()
    started = time.perf_counter()
    assert "one line has 18,000,000 characters" in refusal(name, data)
    assert time.perf_counter() - started < 10


@given(st.binary(max_size=400))
def test_decoding_never_fails_otherwise(data: bytes):
    try:
        text = decode("x.txt", data)
    except UnreadableFile as error:
        assert "\n" not in str(error)
    else:
        assert text.strip()
        assert "\r" not in text


# With NUL bytes it is UTF-16 to a reader, or no text.
@given(st.text(st.characters(codec="gb2312", exclude_characters="\0"), min_size=1).filter(str.strip))
def test_utf8_is_read_back_as_it_was_written(text: str):
    try:
        decoded = decode("x.txt", text.encode())
    except UnreadableFile as error:
        assert (
            "control" in str(error) or "NUL" in str(error) or "empty" in str(error) or "blanks" in str(error)
        )
    else:
        assert decoded == text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")


# Markdown and its front matter

OURS = """---
id: zero-carbon
title: 零碳园区通知
issuers:
  - 国家发展改革委
document_number: null
date_issued: 2025-06-30
effective_from: null
status: in_force
level: ministry document
region: CN
language: zh
text_kind: digest
coverage: complete
grade: A
checked_on: 2026-11-22
summary: '摘要: 一句话'
---

# 零碳园区通知

本法自2020年1月1日起施行。
"""


def test_front_matter_is_taken_over_and_is_not_part_of_the_text():
    document = read("a.md", OURS.encode(), source="/k/a.md", space="park")
    assert (document.id, document.title) == ("zero-carbon", "零碳园区通知")
    assert document.issuers == ("国家发展改革委",)
    assert (document.status, document.level) == (Status.IN_FORCE, Level.MINISTRY_DOCUMENT)
    assert document.text_kind is TextKind.DIGEST
    assert document.checked_on == date(2026, 11, 22)
    assert document.summary == "摘要: 一句话"
    assert document.text == "# 零碳园区通知\n\n本法自2020年1月1日起施行。"
    assert (document.source, document.space) == ("/k/a.md", "park")
    assert document.content_hash == sha256(OURS.encode()).hexdigest()


def test_a_digest_says_nothing_of_its_own_dates():
    assert read("a(2020-01-01).md", OURS.encode()).effective_from is None


def test_front_matter_of_a_full_text_leaves_the_rest_to_the_text():
    document = read("a.md", b"---\nregion: CN\neffective_from: null\n---\n" + LAW.encode())
    assert document.region == "CN"
    assert document.effective_from is None
    assert document.date_issued == date(2019, 5, 30)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("layout: post", "unknown key 'layout'"),
        ("date_issued: 2025-02-30", "date_issued"),
        ("date_issued: 30.6.2025", "YYYY-MM-DD"),
        ("status: valid", "in_force, expired"),
        ("level: law", "national law"),
        ("language: fr", "zh or en"),
        ("issuers: 国务院", "list"),
        ("id: Über uns", "lower-case"),
        ("title: null", "must not be empty"),
        ("title: [", "not YAML"),
        ("title: a: b", "not YAML in line"),
    ],
)
def test_wrong_front_matter_names_key_and_mend(line: str, says: str):
    assert says in refusal("a.md", f"---\n{line}\n---\n\n# 标题\n\n文字。".encode())


def test_front_matter_that_is_never_closed():
    assert "never closed" in refusal("a.md", "---\ntitle: 标题\n\n文字。".encode())


def test_a_rule_on_the_first_line_is_no_front_matter():
    assert read("a.md", "---\n\n# 标题\n\n文字。".encode()).title == "标题"
    assert read("a.md", "---\n一段话\n---\n文字。".encode()).text.startswith("---\n一段话")


def test_comments_are_no_text_but_history_lines_are():
    text = read("甲.md", LAW.encode()).text
    assert "INFO END" not in text
    assert "2011年3月1日 山东省第十一届" in text


def test_comments_over_lines_and_unclosed_ones():
    assert without_comments("a<!-- b\nc -->d<!-- e") == "ad<!-- e"


def test_many_unclosed_comments_take_no_time():
    started = time.perf_counter()
    assert len(without_comments("<!--" * 200_000)) == 800_000
    assert time.perf_counter() - started < 1


# HTML

PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>网站 - 通知</title>
<link rel="canonical" href="https://example.org/n/1"><style>p {color: red}</style></head><body>
<nav><a href="/">首页</a></nav><div style="display: none">隐藏的字</div><p hidden>也隐藏</p>
<h1>关于开展<b>绿色园区</b>
建设的通知</h1>
<p>　　各园区应当节约
能源，使用 <a href="x">green power</a>。<br>第二行。</p><!-- 注释 -->
<h2>一、任务</h2><ul><li>甲</li><li><p>乙</p></li></ul>
<table><tr><th>指标</th><th>2025年</th></tr><tr><td rowspan="2">能耗</td><td>-13.5%</td></tr>
<tr><td>a|b</td></tr></table>
<table><tr><td><p>版式表格</p></td></tr></table>
<pre>第一行
 第二行</pre><script>alert(1)</script><footer>版权</footer></body></html>"""


def test_a_page_becomes_markdown_and_keeps_no_html():
    document = read("页.html", PAGE.encode("gb18030"))
    assert document.text.split("\n") == [
        "# 关于开展绿色园区建设的通知",
        "",
        "各园区应当节约能源，使用 green power。",
        "第二行。",
        "",
        "## 一、任务",
        "",
        "- 甲",
        "- 乙",
        "",
        "| 指标 | 2025年 |",
        "| --- | --- |",
        "| 能耗 | -13.5% |",
        "| 能耗 | a\\|b |",
        "",
        "版式表格",
        "",
        "第一行",
        " 第二行",
    ]
    assert document.title == "关于开展绿色园区建设的通知"
    assert document.source_url == "https://example.org/n/1"


def test_the_title_element_serves_where_no_heading_does():
    page = "<title>园区节能办法</title><p>第一条 园区应当节能。</p>"
    assert read("p.htm", page.encode()).title == "园区节能办法"


def test_bytes_win_over_a_wrong_charset():
    page = '<meta http-equiv="Content-Type" content="text/html; charset=gbk"><p>园区应当节能，第一。</p>'
    assert "园区应当节能" in read_html("p.html", page.encode("utf-16")).text


def test_raised_digits_of_a_page_are_superscripts():
    page = (
        "<h1>每10<sup>4</sup>米</h1><p>1×10<sup>4</sup>m<sup><b>3</b></sup>，CO<sub>2</sub></p>"
        "<table><tr><td>面积</td><td>5m<sup>2</sup></td></tr></table>"
    )
    text = read_html("p.html", page.encode()).text
    assert "# 每10⁴米" in text and "1×10⁴m³，CO2" in text and "| 5m² |" in text


def test_a_page_inside_a_form_is_read():
    page = '<body><form id="form1"><input value="x"><p>园区应当节能。</p><button>提交</button></form></body>'
    assert read_html("p.html", page.encode()).text == "园区应当节能。"


def test_escaped_markup_is_data():
    assert read_html("p.html", "<p>写作 &lt;b&gt; 的标签</p>".encode()).text == "写作 <b> 的标签"


def test_a_cell_cannot_span_the_world():
    page = '<table><tr><td colspan="99999999" rowspan="9x">a</td><td>b</td></tr></table>'
    assert read_html("p.html", page.encode()).text.split("\n")[0].count("| a ") == 50


# PDF

Line = tuple[float, float, float, str]


def pdf(*pages: list[Line], rules: Sequence[str] = (), extra: bytes = b"") -> bytes:
    """A PDF whose lines are (x, y, size, text), set in a Chinese font that is not embedded."""
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<<"
        b" /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor << /Type"
        b" /FontDescriptor /FontName /STSong-Light /Flags 4 /Ascent 880 /Descent -120 /CapHeight 880"
        b" /ItalicAngle 0 /StemV 80 /FontBBox [0 -120 1000 880] >> /CIDSystemInfo"
        b" << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>] >>"
    )
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", font]
    kids = []
    for lines, ruling in zip_longest(pages, rules, fillvalue=""):
        text = "".join(
            f"BT /F {size} Tf {x} {y} Td <{words.encode('utf-16-be').hex()}> Tj ET\n"
            for x, y, size, words in lines
        )
        stream = (text + ruling).encode()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> >> >>" % content
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (size, extra)
    return out + trailer + b"startxref\n%d\n%%%%EOF" % out.index(b"xref\n0 ")


BODY = "园区应当建立能源管理体系并定期开展能源审计工作且报送能源利用情况"
"""32 characters: a full line of 12 points between 100 and 484."""


def lines_from(y: float, *texts: str) -> list[Line]:
    """Body lines of 12 points; one that begins with a wide blank is indented by two characters."""
    return [
        (124 if text.startswith("　") else 100, y - 20 * i, 12, text.lstrip("　"))
        for i, text in enumerate(texts)
    ]


def test_lines_are_joined_into_paragraphs_and_the_title_is_a_heading():
    page = [
        (192, 740, 18, "山东省工业园区节能"),
        (228, 710, 18, "管理办法"),
        *lines_from(
            660,
            "　" + BODY[:30],
            BODY,
            "报告，由园区备案。",
            "　一、总体要求",
            "　" + BODY[:30],
            BODY[:20] + "。",
        ),
    ]
    assert read("a.pdf", pdf(page)).text.split("\n\n") == [
        "# 山东省工业园区节能管理办法",
        BODY[:30] + BODY + "报告，由园区备案。",
        "一、总体要求",
        BODY[:30] + BODY[:20] + "。",
    ]


def test_a_paragraph_goes_on_over_the_page_and_furniture_is_dropped():
    pages = [
        [
            (100, 770, 9, "山东省办法汇编"),
            (280, 40, 9, f"— {n} —"),
            *lines_from(700, "　" + BODY[:30], *[BODY] * 5),
        ]
        for n in (1, 2, 3)
    ]
    pages[1] = [line for line in pages[1] if line[0] != 124]
    text = read("a.pdf", pdf(*pages)).text
    assert "汇编" not in text
    assert "—" not in text
    assert text.split("\n\n") == [BODY[:30] + BODY * 10, BODY[:30] + BODY * 5]


def test_a_contents_page_is_dropped():
    contents = [
        (280, 740, 16, "目录"),
        *[(100.0, 700.0 - 20 * i, 12.0, f"一、任务{'.' * 20}{i}") for i in range(6)],
    ]
    text = read(
        "a.pdf", pdf(contents, lines_from(700, "　一、任务", "　" + BODY[:30], BODY, BODY, BODY, BODY))
    ).text
    assert text.startswith("一、任务\n\n园区应当")
    assert "目录" not in text


def test_a_ruled_table_keeps_rows_and_header_together():
    rules = "".join(f"100 {y} 300 0.5 re f\n" for y in (600, 630, 660)) + "".join(
        f"{x} 600 0.5 60 re f\n" for x in (100, 250, 400)
    )
    page = [
        *lines_from(760, "　" + BODY[:30], BODY[:10] + "。"),
        (110, 640, 12, "指标"), (260, 640, 12, "目标"),
        (110, 612, 12, "能耗"), (260, 612, 12, "下降"),
        *lines_from(560, "　" + BODY[:20] + "。"),
    ]  # fmt: skip
    assert read("a.pdf", pdf(page, rules=[rules])).text.split("\n\n")[1] == (
        "| 指标 | 目标 |\n| --- | --- |\n| 能耗 | 下降 |"
    )


def test_a_table_goes_on_over_the_page_and_its_caption_stands_above():
    def page(*rows: tuple[str, str], caption: str = "") -> tuple[list[Line], str]:
        tops = [660 - 30 * i for i in range(len(rows) + bool(caption) + 1)]
        lines = [(110, 640, 12, caption)] if caption else []
        for top, (left, right) in zip(tops[bool(caption) :], rows, strict=False):
            lines += [(110, top - 20, 12, left), (260, top - 20, 12, right)]
        rules = "".join(f"100 {y} 300 0.5 re f\n" for y in tops)
        height = tops[bool(caption)] - tops[-1]
        inner = f"250 {tops[-1]} 0.5 {height} re f\n"
        sides = "".join(f"{x} {tops[-1]} 0.5 {tops[0] - tops[-1]} re f\n" for x in (100, 400))
        return lines, rules + inner + sides

    first, first_rules = page(("指标", "目标"), ("能耗", "下降"), caption="主要指标")
    second, second_rules = page(("水耗", "下降"), ("碳耗", "下降"))
    text = read("a.pdf", pdf(first, second, rules=[first_rules, second_rules])).text
    assert text == (
        "主要指标\n\n| 指标 | 目标 |\n| --- | --- |\n| 能耗 | 下降 |\n| 水耗 | 下降 |\n| 碳耗 | 下降 |"
    )


def test_a_footnote_follows_the_paragraph_that_runs_over_it():
    first = [
        *lines_from(700, "　" + BODY[:30], BODY, BODY, BODY, BODY),
        (100, 100, 9, "1.能源审计是指对用能状况的检查，"),
        (100, 88, 9, "由专业机构进行。"),
    ]
    second = lines_from(700, "完毕。", "　" + BODY[:30], BODY, BODY, BODY, BODY[:9] + "。")
    assert read("a.pdf", pdf(first, second)).text.split("\n\n") == [
        BODY[:30] + BODY * 4 + "完毕。",
        "1.能源审计是指对用能状况的检查，由专业机构进行。",
        BODY[:30] + BODY * 3 + BODY[:9] + "。",
    ]


def test_radicals_of_a_pdf_open_articles_as_characters_do():
    page = lines_from(700, "　第⼀条" + BODY[:26], BODY[:10] + "。", "　第⼆条" + BODY[:26], BODY[:10] + "。")
    text = read("a.pdf", pdf(page)).text
    assert text.split("\n\n") == [f"第{n}条{BODY[:26]}{BODY[:10]}。" for n in "一二"]


def test_raised_digits_are_superscripts():
    page = [
        *lines_from(700, "　" + BODY[:30], BODY),
        (100, 640, 12, "面积三百"),
        (148, 645, 6, "2"),
        (151, 640, 12, "米"),
    ]
    assert "面积三百²米" in read("a.pdf", pdf(page)).text


def test_items_of_a_list_are_lines_of_their_own():
    page = lines_from(
        700,
        "　" + BODY[:30],
        BODY,
        BODY[:9] + "。",
        "　（一）" + BODY[:27],
        "（二）" + BODY[:29],
        BODY[:5] + "。",
    )
    assert read("a.pdf", pdf(page)).text.split("\n\n")[1:] == [
        "（一）" + BODY[:27],
        "（二）" + BODY[:29] + BODY[:5] + "。",
    ]


def test_a_pdf_of_pictures_has_no_text_layer():
    assert "no text layer" in refusal("scan.pdf", pdf([]))


def test_a_pdf_behind_a_password():
    keys = b"/O <%s> /U <%s>" % (b"11" * 32, b"22" * 32)
    encryption = b"/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 %s >> /ID [<00> <00>]" % keys
    assert "password" in refusal("a.pdf", pdf([(100, 700, 12, "密")], extra=encryption))


# What texts say of themselves


def test_a_law_in_full():
    document = read("青岛市节能条例(2018-01-01).md", LAW.encode())
    assert document.title == "青岛市节能条例"
    assert document.issuers == ("山东省人民代表大会常务委员会",)
    assert document.date_issued == date(2019, 5, 30)
    assert document.effective_from is None, "the clause tells when the first version commenced"
    assert document.coverage is Coverage.COMPLETE
    assert document.status is Status.UNKNOWN
    assert document.text_kind is TextKind.OFFICIAL


def test_an_article_that_is_missing_or_the_end_leaves_coverage_unknown():
    assert read_text(LAW.replace("第二条 企业", "第四条 企业")).coverage is Coverage.UNKNOWN
    assert read_text(LAW[: LAW.index("第三条")]).coverage is Coverage.UNKNOWN


def test_the_later_of_history_and_file_name_is_the_date():
    assert read("甲(2021-02-03).md", LAW.encode()).date_issued == date(2021, 2, 3)
    assert read("甲(2001-02-03).md", LAW.encode()).date_issued == date(2019, 5, 30)
    assert read("甲(2001-13-03).md", LAW.encode()).date_issued == date(2019, 5, 30)


def test_a_term_for_a_duty_is_no_step_of_the_making():
    for term in ("2024年6月30日前", "2024年6月30日以前", "2024年6月30日起", "2024年6月30日"):
        duty = f"{term}，各企业通过信息平台报送用能数据。"
        notice = f"关于报送用能数据的通知\n\n各企业：\n\n{duty}\n\n某某市发展和改革委员会\n\n2024年3月5日"
        assert read_text(notice).date_issued == date(2024, 3, 5)


@pytest.mark.parametrize("blank", ["", " "])
def test_the_number_of_a_decree_holds_nothing_of_the_day_before_it(blank):
    made = f"（2021年1月24日{blank}中华人民共和国国务院令第736号公布 自2021年3月1日起施行）"
    document = read_text(f"# 甲条例\n\n{made}\n\n第一条 甲。")
    assert document.document_number == "国务院令第736号"
    assert (document.date_issued, document.effective_from) == (date(2021, 1, 24), date(2021, 3, 1))


def test_commencement_on_promulgation_is_the_date_only_of_an_unamended_text():
    articles = "第一条 甲。\n\n第二条 乙。\n\n第三条 本条例自公布之日起施行。"
    law = f"# 甲条例\n\n2020年1月2日 国务院令第1号公布\n\n{articles}"
    assert read_text(law).effective_from == date(2020, 1, 2)
    amended = law.replace("公布\n", "公布\n\n2022年1月2日 国务院令第9号修订\n")
    assert read_text(amended).effective_from is None
    assert read_text(amended).document_number == "国务院令第9号"


NOTICE = """工业和信息化部关于印发《工业能效行动计划》的通知

（工信部节[2022]76号）

各省工业和信息化主管部门：

根据国发〔2021〕4号，现印发给你们。

工业和信息化部 国家发展改革委

二〇二二年六月三日

一、总体要求
"""


def test_a_notice_that_issues_a_plan():
    document = read_text(NOTICE)
    assert document.title == "工业能效行动计划"
    assert document.issuers == ("工业和信息化部", "国家发展改革委")
    assert document.document_number == "工信部节〔2022〕76号"
    assert document.date_issued == date(2022, 6, 3)
    assert (document.level, document.region) == (Level.PLAN, "CN")
    assert document.effective_from is None


@pytest.mark.parametrize(
    ("text", "level", "region"),
    [
        ("# 国务院关于加强节能的意见\n\n（国发〔2021〕4号）", Level.STATE_COUNCIL_DOCUMENT, "CN"),
        ("# 国家能源局关于促进融合发展的指导意见\n\n一、", Level.MINISTRY_DOCUMENT, "CN"),
        ("# 苏州市绿色工厂管理办法\n\n第一条", Level.LOCAL_DOCUMENT, "江苏"),
        ("# 苏州工业园区绿色发展专项引导资金管理办法", Level.LOCAL_DOCUMENT, "江苏"),
        ("# 内蒙古自治区节约能源条例\n\n第一条", Level.LOCAL_REGULATION, "内蒙古"),
        ("# 节约用水条例\n\n第一条", Level.ADMINISTRATIVE_REGULATION, "CN"),
        ("# 中华人民共和国能源法\n\n第一条", Level.NATIONAL_LAW, "CN"),
        ("# 国家生态工业示范园区标准 HJ 274-2015\n\n1 范围", Level.STANDARD, None),
        ("# Regulation (EU) 2024/1735\n\nArticle 1", Level.INTERNATIONAL, None),
        ("# 园区企业如何节能\n\n随着经济发展，园区应当节能。", Level.UNKNOWN, None),
        ("# 绿色方法\n\n一种办法。", Level.UNKNOWN, None),
    ],
)
def test_level_and_region_by_form_and_maker(text: str, level: Level, region: str | None):
    document = read_text(text, "a.md")
    assert (document.level, document.region) == (level, region)


def test_what_is_not_said_stays_unknown():
    document = read_text("随便写的几句话。\n\n第二段。", "笔记.txt")
    assert document.title == "笔记"
    assert document.issuers == ()
    assert (document.document_number, document.date_issued, document.effective_from) == (None, None, None)
    assert (document.status, document.level, document.coverage) == (
        Status.UNKNOWN, Level.UNKNOWN, Coverage.UNKNOWN,
    )  # fmt: skip


def test_a_field_that_says_in_force():
    assert read_text("# 甲办法\n\n时效性：现行有效 效力级别：部门文件\n\n一、").status is Status.IN_FORCE
    assert read_text("# 甲办法\n\n时效性：已废止\n\n一、").status is Status.REPEALED


def test_a_district_of_many_provinces_is_told_by_the_text():
    assert region_of("通州区补助办法", "根据《北京市办法》") == "北京"
    assert region_of("通州区补助办法", "北京和江苏") is None
    assert region_of("吉祥如意的南京路") is None


def test_dates_that_do_not_exist():
    assert day_in("2021年2月30日") is None
    assert day_in("二〇二一年十三月一日") is None


def test_all_suffixes_are_read():
    for suffix in SUFFIXES - {".pdf"}:
        assert "节能" in read(f"a{suffix.upper()}", "园区节能".encode()).text


# The 47 laws

PRC = "中华人民共和国"
N, A, R = Level.NATIONAL_LAW, Level.ADMINISTRATIVE_REGULATION, Level.LOCAL_REGULATION

LAWS = {
    "national/中小企业促进法(2017-09-01)": (PRC + "中小企业促进法", N, "CN"),
    "national/优化营商环境条例(2019-10-22)": ("优化营商环境条例", A, "CN"),
    "national/保障中小企业款项支付条例(2020-07-05)": ("保障中小企业款项支付条例", A, "CN"),
    "national/保障中小企业款项支付条例(2025-03-17)": ("保障中小企业款项支付条例", A, "CN"),
    "national/公共机构节能条例(2017-03-01)": ("公共机构节能条例", A, "CN"),
    "national/危险化学品安全管理条例(2013-12-07)": ("危险化学品安全管理条例", A, "CN"),
    "national/可再生能源法(2009-12-26)": (PRC + "可再生能源法", N, "CN"),
    "national/噪声污染防治法(2021-12-24)": (PRC + "噪声污染防治法", N, "CN"),
    "national/固体废物污染环境防治法(2020-04-29)": (PRC + "固体废物污染环境防治法", N, "CN"),
    "national/土地管理法(2019-08-26)": (PRC + "土地管理法", N, "CN"),
    "national/土壤污染防治法(2018-08-31)": (PRC + "土壤污染防治法", N, "CN"),
    "national/大气污染防治法(2018-10-26)": (PRC + "大气污染防治法", N, "CN"),
    "national/安全生产法(2021-06-10)": (PRC + "安全生产法", N, "CN"),
    "national/建设项目环境保护管理条例(2017-07-16)": ("建设项目环境保护管理条例", A, "CN"),
    "national/循环经济促进法(2018-10-26)": (PRC + "循环经济促进法", N, "CN"),
    "national/排污许可管理条例(2021-01-24)": ("排污许可管理条例", A, "CN"),
    "national/民用建筑节能条例(2008-08-01)": ("民用建筑节能条例", A, "CN"),
    "national/水污染防治法(2017-06-27)": (PRC + "水污染防治法", N, "CN"),
    "national/水法(2016-07-02)": (PRC + "水法", N, "CN"),
    "national/清洁生产促进法(2012-02-29)": (PRC + "清洁生产促进法", N, "CN"),
    "national/环境保护法(2014-04-24)": (PRC + "环境保护法", N, "CN"),
    "national/环境保护税法(2018-10-26)": (PRC + "环境保护税法", N, "CN"),
    "national/环境保护税法实施条例(2017-12-25)": (PRC + "环境保护税法实施条例", A, "CN"),
    "national/环境噪声污染防治法(2018-12-29)": (PRC + "环境噪声污染防治法", N, "CN"),
    "national/环境影响评价法(2018-12-29)": (PRC + "环境影响评价法", N, "CN"),
    "national/生态保护补偿条例(2024-04-06)": ("生态保护补偿条例", A, "CN"),
    "national/电力法(2018-12-29)": (PRC + "电力法", N, "CN"),
    "national/碳排放权交易管理暂行条例(2024-01-25)": ("碳排放权交易管理暂行条例", A, "CN"),
    "national/科学技术进步法(2021-12-24)": (PRC + "科学技术进步法", N, "CN"),
    "national/能源法(2024-11-08)": (PRC + "能源法", N, "CN"),
    "national/节约用水条例(2024-03-09)": ("节约用水条例", A, "CN"),
    "national/节约能源法(2018-10-26)": (PRC + "节约能源法", N, "CN"),
    "national/规划环境影响评价条例(2009-08-17)": ("规划环境影响评价条例", A, "CN"),
    "shandong/山东省循环经济条例(2016-07-22)": ("山东省循环经济条例", R, "山东"),
    "shandong/山东省清洁生产促进条例(2020-11-27)": ("山东省清洁生产促进条例", R, "山东"),
    "shandong/山东省经济开发区条例(2016-07-22)": ("山东省经济开发区条例", R, "山东"),
    "shandong/山东省节约用水条例(2021-12-03)": ("山东省节约用水条例", R, "山东"),
    "shandong/山东省节约能源条例(2017-09-30)": ("山东省节约能源条例", R, "山东"),
    "shandong/淄博市节约能源条例(2020-09-28)": ("淄博市节约能源条例", R, "山东"),
    "shanghai/上海市优化营商环境条例(2020-04-10)": ("上海市优化营商环境条例", R, "上海"),
    "shanghai/上海市优化营商环境条例(2024-09-27)": ("上海市优化营商环境条例", R, "上海"),
    "shanghai/上海市促进长三角生态绿色一体化发展示范区高质量发展条例(2024-09-27)": (
        "上海市促进长三角生态绿色一体化发展示范区高质量发展条例", R, "上海"
    ),
    "shanghai/上海市漕河泾新兴技术开发区暂行条例": ("上海市漕河泾新兴技术开发区暂行条例", R, "上海"),
    "shanghai/上海市环境保护条例(2021-11-25)": ("上海市环境保护条例", R, "上海"),
    "shanghai/上海市经济技术开发区条例": ("上海市经济技术开发区条例", R, "上海"),
    "shanghai/上海市绿色建筑条例(2024-09-27)": ("上海市绿色建筑条例", R, "上海"),
    "shanghai/上海市节约能源条例(2009-04-23)": ("上海市节约能源条例", R, "上海"),
}  # fmt: skip

COMMENCEMENTS = {
    "national/节约能源法(2018-10-26)": None,
    "national/循环经济促进法(2018-10-26)": None,
    "national/能源法(2024-11-08)": date(2025, 1, 1),
    "national/固体废物污染环境防治法(2020-04-29)": date(2020, 9, 1),
    "national/保障中小企业款项支付条例(2025-03-17)": date(2025, 6, 1),
    "national/优化营商环境条例(2019-10-22)": date(2020, 1, 1),
    "national/碳排放权交易管理暂行条例(2024-01-25)": date(2024, 5, 1),
    "national/建设项目环境保护管理条例(2017-07-16)": None,
    "shanghai/上海市优化营商环境条例(2024-09-27)": None,
    "shanghai/上海市经济技术开发区条例": date(1989, 1, 1),
}


def read_file(path: Path) -> Document:
    return read(path.name, path.read_bytes(), source=str(path))


def test_the_table_names_every_law(shared: Path):
    laws = shared / "corpus" / "laws"
    assert {str(path.relative_to(laws))[:-3] for path in laws.rglob("*.md")} == set(LAWS)


@pytest.mark.parametrize("stem", LAWS)
def test_laws(shared: Path, stem: str):
    path = shared / "corpus" / "laws" / f"{stem}.md"
    document = read_file(path)
    assert (document.title, document.level, document.region) == LAWS[stem]
    named = stem.partition("(")[2].rstrip(")")
    assert document.date_issued == (date.fromisoformat(named) if named else None)
    assert document.coverage is Coverage.COMPLETE
    assert document.text in (path.read_text() + "\n") or "<!-- INFO END -->" not in document.text
    if stem in COMMENCEMENTS:
        assert document.effective_from == COMMENCEMENTS[stem]


def test_makers_and_numbers_of_laws(shared: Path):
    laws = shared / "corpus" / "laws"
    assert read_file(laws / "national" / "节约能源法(2018-10-26).md").issuers == (
        "全国人民代表大会常务委员会",
    )
    assert read_file(laws / "shandong" / "淄博市节约能源条例(2020-09-28).md").issuers == (
        "淄博市人民代表大会常务委员会",
    )
    cleaner = read_file(laws / "shandong" / "山东省清洁生产促进条例(2020-11-27).md")
    assert cleaner.issuers == ("山东省人民代表大会常务委员会",), "its file tells the national law's history"
    assert (
        read_file(laws / "national" / "排污许可管理条例(2021-01-24).md").document_number == "国务院令第736号"
    )


# The 39 PDFs

SHORTEST = 1_500
"""Characters of the shortest of the 39."""

RENAMED = {
    "绿色低碳工业园区、工厂建设评价导则（2022版）": "浙江省绿色低碳工业园区建设评价导则（2022版）",
}
"""Files whose name is not the title of what they hold."""


def pdfs(shared: Path) -> list[Path]:
    return sorted((shared / "corpus" / "pdf").glob("*.pdf"))


def share_of(stem: str, title: str) -> float:
    characters = [c for c in stem if c.isalnum()]
    return sum(c in title for c in characters) / len(characters)


@pytest.fixture(scope="module")
def documents(shared: Path) -> dict[str, Document]:
    return {path.stem: read_file(path) for path in pdfs(shared)}


def test_every_pdf_is_read(documents: dict[str, Document]):
    assert len(documents) == 39
    assert {stem for stem, document in documents.items() if len(document.text) < SHORTEST} == set()


def test_titles_of_pdfs_hold_the_names_of_their_files(documents: dict[str, Document]):
    wrong = {
        stem: document.title
        for stem, document in documents.items()
        if share_of(RENAMED.get(stem, stem), document.title) < 0.75
    }
    assert wrong == {}


def test_no_page_number_and_no_contents_line_is_left(documents: dict[str, Document]):
    furniture = re.compile(r"[—\-–\s]*\d{1,3}[—\-–\s]*|.*\.{6,}\s*\d+")
    left = {
        (stem, line) for stem, document in documents.items() for line in document.text.split("\n")
        if furniture.fullmatch(line)
    }  # fmt: skip
    assert left == set()


def test_sentences_of_pdfs_are_whole(documents: dict[str, Document]):
    text = documents["“十四五”节能减排综合工作方案"].text
    assert (
        "\n（二）园区节能环保提升工程。引导工业企业向园区集聚，推动工业园区能源系统整体优化和污染综合整治"
        in text
    )
    text = documents["四川省关于开展近零碳排放园区试点工作的通知"].text
    assert "\n# 四川省近零碳排放园区试点建设工作方案\n" in text
    assert "地理和" not in text.split("\n")[-1]
    text = documents["北京市“十四五”时期制造业绿色低碳发展行动方案"].text
    assert "| 指标 | 2025年 | 指标性质 |\n" in text
    assert "| 工业用水重复利用率 | ≥95％ | 预期性 |" in text
    text = documents["“十四五”循环经济发展规划"].text
    assert "废钢利用量约2.6亿吨，替代62%品位铁精矿约4.1亿吨；再生有色金属产量1450万吨" in text


def test_makers_dates_and_numbers_of_pdfs(documents: dict[str, Document]):
    plan = documents["“十四五”工业绿色发展规划"]
    assert plan.title == "“十四五”工业绿色发展规划"
    assert plan.document_number == "工信部规〔2021〕178号"
    assert (plan.issuers, plan.date_issued) == (("工业和信息化部",), date(2021, 11, 15))
    assert (plan.level, plan.region) == (Level.PLAN, "CN")
    assert len(documents["减污降碳协同增效实施方案"].issuers) == 7
    assert documents["“十四五”节能减排综合工作方案"].level is Level.STATE_COUNCIL_DOCUMENT
    assert documents["徐汇区节能减排降碳专项资金管理办法"].region == "上海"
    assert documents["徐汇区节能减排降碳专项资金管理办法"].coverage is Coverage.COMPLETE
    assert documents["天水市关于加快建立健全绿色低碳循环发展经济体系实施方案"].region == "甘肃"


def test_our_own_documents_are_read_strictly():
    knowledge = Path(__file__).parent.parent / "knowledge"
    for path in knowledge.glob("[a-z]*.md"):
        document = read_file(path)
        assert document.id == path.stem
        assert document.text_kind is TextKind.DIGEST
