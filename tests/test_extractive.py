"""What is quoted of a measure, what is marked in it, and how an answer is put together; without any index."""

from dataclasses import replace
from datetime import date

import pytest

from parkbot.answering.extractive import ExtractiveAnswerer
from parkbot.answering.locators import locator
from parkbot.answering.quoting import holds_statement, quotes, whole
from parkbot.answering.selection import without_penalties
from parkbot.answering.sought import actors, authorities, figures
from parkbot.answers import AnswerStatus, BlockKind, RefusalReason
from parkbot.domain import (
    Coverage,
    Document,
    DocumentMeasure,
    Evidence,
    Found,
    Level,
    Missing,
    NearestMeasure,
    Source,
    Span,
    Status,
    Successor,
    TextKind,
)
from parkbot.measures import split
from parkbot.numerals import to_chinese
from parkbot.questions import analyse

LIST = """违反本法规定，有下列情形之一的，由管理节能工作的部门责令限期改正，处一万元以上五万元以下罚款：

（一）重点用能单位没有按照规定报送能源利用状况报告，或者所报送的能源利用状况报告的内容与实际情况不相符合的；

（二）重点用能单位没有按照规定设立能源管理岗位，或者没有聘任能源管理负责人，并报主管部门备案的；

（三）用能单位没有配备和使用经依法检定合格的能源计量器具，或者没有建立能源计量数据管理制度的；

（四）固定资产投资项目的建设单位开工建设不符合强制性节能标准的项目，或者将该项目投入生产、使用的；

（五）生产、进口、销售没有达到强制性能源效率标准的用能产品、设备，或者使用国家明令淘汰的用能设备的；

（六）从事节能咨询、设计、评估、检测、审计、认证等服务的机构提供了虚假的信息，尚不构成犯罪的；

（七）无偿向本单位职工提供能源，或者对能源消费实行包费制的单位，经主管部门通知以后仍然没有改正的。

前款规定的罚款，由作出决定的部门负责执行。"""

LONG = (
    "重点用能单位应当设立能源管理岗位，在具有节能专业知识、实际经验以及中级以上技术职称的人员中聘任能源管理负责人，"
    "并报管理节能工作的部门和有关部门备案。"
    "重点用能单位未按照本法规定报送能源利用状况报告的，由管理节能工作的部门责令限期改正。"
    "逾期不改正的，处一万元以上五万元以下罚款。情节严重的，责令停业整顿。"
    "国家鼓励用能单位采用合同能源管理、能源审计和能源托管等方式，提高本单位的能源利用效率，降低单位产品的能源消耗。"
)


def law(*articles: str, **fields) -> Document:
    """A law of these articles (their words, without numbers), and one more that says nothing."""
    numbered = [
        f"第{to_chinese(n)}条 {words}" for n, words in enumerate((*articles, "自公布之日起施行。"), 1)
    ]
    known = {
        "id": "law",
        "title": "中华人民共和国测试节能法",
        "text": "\n\n".join(("# 中华人民共和国测试节能法", "## 第一章 法律责任", *numbered)),
        "date_issued": date(2018, 10, 26),
        "level": Level.NATIONAL_LAW,
    }
    return Document(**{**known, **fields})


def sources(document: Document, *scores: float) -> list[Source]:
    """Its measures, but the last one, as a search found them."""
    _, measures = split(document)
    given = scores or (1.0,) * (len(measures) - 1)
    found = zip(measures[:-1], given, strict=True)
    return [Source(document, measure, score, (Found.DENSE,)) for measure, score in found]


def only(article: str) -> Source:
    (source,) = sources(law(article))
    return source


def weigh(*words: str):
    """Weighs a text by the share of these words that it holds."""
    return lambda text: sum(word in text for word in words) / len(words)


def quoted(source: Source, *words: str, find=None) -> list[str]:
    parts = quotes(source, weigh(*words), find=find)
    for part in parts:
        assert source.measure.text[part.start : part.end] == part.text
    return [part.text for part in parts]


class TestQuotingUnits:
    def test_of_a_long_penalty_list_the_lead_and_the_item(self):
        lead, item = quoted(only(LIST), "能源计量器具", "检定")
        assert lead.startswith("违反本法规定") and lead.endswith("处一万元以上五万元以下罚款：")
        assert item.startswith("（三）") and item.endswith("能源计量数据管理制度的；")

    def test_it_is_the_item_that_the_question_means(self):
        assert quoted(only(LIST), "职工", "包费制")[1].startswith("（七）")

    def test_the_lead_stays_where_a_figure_is_asked_for(self):
        lead, item = quoted(only(LIST), "能源利用状况报告", "报送", find=figures)
        assert "一万元以上五万元以下" in lead and item.startswith("（一）")

    def test_a_short_list_is_quoted_whole(self):
        short = "\n\n".join((*LIST.split("\n\n")[:3], LIST.split("\n\n")[-1]))
        (text,) = quoted(only(short), "能源管理岗位")
        assert text.startswith("违反本法规定") and text.endswith("备案的；") and "（一）" in text

    def test_a_paragraph_that_speaks_of_the_one_before_it_brings_that_along(self):
        before, last = quoted(only(LIST), "作出决定", "负责执行")
        assert before.startswith("违反本法规定") and last == "前款规定的罚款，由作出决定的部门负责执行。"

    def test_a_list_of_which_no_item_fits_better_than_the_others_is_quoted_whole(self):
        (text,) = quoted(only(LIST), "重点用能单位")
        assert "（一）" in text and "（七）" in text

    def test_of_fines_for_each_item_that_of_the_item_that_is_quoted(self):
        fines = (
            "有前款第一项、第二项行为之一，处一万元以上五万元以下的罚款；有前款第三项行为的，处十万元的罚款。"
        )
        article = LIST.replace("处一万元以上五万元以下罚款：", "处以罚款：").replace(
            "前款规定的罚款，由作出决定的部门负责执行。", fines
        )
        parts = quoted(only(article), "能源计量器具", "检定", find=figures)
        assert parts[-1] == "有前款第三项行为的，处十万元的罚款。" and parts[-2].startswith("（三）")

    def test_with_it_what_follows_in_grave_cases(self):
        grave = "情节严重的，责令停业、关闭。"
        third = f"有前款第三项行为的，处十万元的罚款；{grave}"
        fines = f"有前款第一项行为的，处一万元罚款。{third}有前款第四项行为的，处五万元罚款。"
        article = LIST.replace("处一万元以上五万元以下罚款：", "处以罚款：").replace(
            "前款规定的罚款，由作出决定的部门负责执行。", fines
        )
        parts = quoted(only(article), "能源计量器具", "检定", find=figures)
        assert parts[-1] == third

    def test_a_list_that_is_asked_for_is_quoted_whole(self):
        (part,) = quotes(only(LIST), weigh("能源计量器具", "检定"), find=None, wants_all=True)
        assert "（一）" in part.text and part.text.endswith("没有改正的。")

    @pytest.mark.parametrize("words", [("逾期", "罚款"), ("情节严重", "停业整顿")])
    def test_what_leans_on_the_sentence_before_is_not_cut_away_from_it(self, words):
        (text,) = quoted(only(LONG), *words)
        assert text.startswith("重点用能单位未按照本法规定报送") and text.endswith("责令停业整顿。")

    def test_nor_is_a_sentence_from_what_leans_on_it(self):
        (text,) = quoted(only(LONG), "未按照本法规定报送", "责令限期改正")
        assert "逾期不改正的，处一万元以上五万元以下罚款。" in text and "合同能源管理" not in text

    def test_a_sentence_that_stands_alone_is_quoted_alone(self):
        (text,) = quoted(only(LONG), "合同能源管理", "能源托管")
        assert text.startswith("国家鼓励用能单位") and text.endswith("能源消耗。")

    def test_a_short_paragraph_is_quoted_whole(self):
        assert quoted(only("园区应当节能。企业应当报送报告。"), "报送") == [
            "园区应当节能。企业应当报送报告。"
        ]

    def test_the_first_of_paragraphs_that_say_the_same(self):
        article = "企业应当报送报告。\n\n园区应当汇总报告，企业应当配合报送。"
        assert quoted(only(article), "企业", "报送") == ["企业应当报送报告。"]

    def test_a_number_question_gets_the_paragraph_with_the_figure(self):
        article = "企业应当报送报告。\n\n报告应当在三十日内报送。"
        assert quoted(only(article), "报送") == ["企业应当报送报告。"]
        assert quoted(only(article), "报送", find=figures) == ["报告应当在三十日内报送。"]

    def test_a_number_question_gets_the_sentence_with_the_figure(self):
        filler = (
            "园区管理机构应当建立健全能源消费统计和能源利用状况分析制度，并对本园区的企业给予指导和帮助。" * 3
        )
        article = f"企业应当报送能源报告。{filler}能源报告的报送时间是每年三月三十一日以前。{filler}"
        (text,) = quoted(only(article), "能源报告", "报送", find=figures)
        assert text == "能源报告的报送时间是每年三月三十一日以前。"

    def test_a_who_question_gets_the_paragraph_with_the_actor(self):
        article = "节能审查实行分级管理。\n\n节能审查由省级发展改革部门负责。"
        assert quoted(only(article), "节能审查") == ["节能审查实行分级管理。"]
        assert quoted(only(article), "节能审查", find=actors) == ["节能审查由省级发展改革部门负责。"]

    def test_also_where_the_sentence_before_says_more_of_the_question(self):
        filler = (
            "园区应当按照国家有关规定做好危险废物的分类、贮存和标识，并建立管理台账，如实记录有关情况。" * 4
        )
        article = f"跨省转移危险废物的，应当提出申请。移出地生态环境部门应当在三十日内批准转移。{filler}"
        (text,) = quoted(only(article), "转移", "危险废物", find=authorities)
        assert text == "移出地生态环境部门应当在三十日内批准转移。"

    def test_the_part_that_was_named_is_what_is_quoted(self):
        source = only("企业应当报送报告。\n\n园区应当汇总报告。")
        named = replace(source, focus=source.measure.paragraphs[1])
        assert quoted(named, "企业") == ["园区应当汇总报告。"]

    def test_a_heading_is_not_quoted_for_what_stands_below_it(self):
        article = "补助标准\n\n对通过验收的节能改造项目，按设备投资的百分之十给予补助。"
        assert quoted(only(article), "补助标准", "补助") == [
            "对通过验收的节能改造项目，按设备投资的百分之十给予补助。"
        ]

    def test_an_item_stands_without_a_lead_that_is_a_mere_heading(self):
        items = "\n\n".join(
            f"（{n}）{f'企业在本市{what}并依法纳税，近三年没有违法记录；' * 4}"
            for n, what in zip("一二三四", ("注册", "登记", "经营", "办公"), strict=True)
        )
        (item,) = quoted(only(f"申报条件\n\n{items}\n\n（五）申报材料"), "申报材料", "注册")
        assert item.startswith("（一）企业在本市注册")

    def test_a_whole_measure_is_all_but_its_label(self):
        source = only(LIST)
        part = whole(source.measure)
        assert part.text == LIST and part.start == len("第一条 ")


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("补助标准", False),
        ("（二）申报条件", False),
        ("2.4资源利用绿色化", False),
        ("专栏3 工业节能与能效提升工程\n\n（一）重点任务", False),
        ("Scope and definitions", False),
        ("园区应当节能", True),
        ("滴灌产品免征增值税", True),
        ("单位产品能耗下降13.5%", True),
        ("补助标准\n\n每家企业十万元", True),
        ("| 指标 | 目标 |", True),
        ("Parks shall report each year", True),
    ],
)
def test_a_bare_heading_is_no_statement(text, states):
    assert holds_statement(text) is states


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("逾期不改正的，处一万元以上五万元以下罚款", ["一万元以上五万元以下"]),
        ("并处二万元以上二十万元以下的罚款", ["二万元以上二十万元以下"]),
        ("处5000元以上1万元以下罚款", ["5000元以上1万元以下"]),
        ("没收违法所得，并处违法所得一倍以上三倍以下罚款", ["一倍以上三倍以下"]),
        ("处百分之十以上百分之三十以下的罚款", ["百分之十以上百分之三十以下"]),
        ("处百分之二十以上五十以下的罚款", ["百分之二十以上五十以下"]),
        ("处应缴税款百分之五十以上五倍以下的罚款", ["百分之五十以上五倍以下"]),
        ("绿地率不低于百分之三十", ["百分之三十"]),
        ("强度下降百分之十三点五", ["百分之十三点五"]),
        ("按日加收万分之五的滞纳金", ["万分之五"]),
        ("经三分之二以上代表同意", ["三分之二以上"]),
        ("能耗强度下降13.5%，水耗下降16％", ["13.5%", "16％"]),
        ("自收到之日起30个工作日内答复", ["30个工作日"]),
        ("十五日以内报送，每年一次", ["十五日以内", "每年一次"]),
        ("到2030年达到峰值，2025年12月31日前报送", ["2030年", "2025年12月31日"]),
        ("二〇二五年起施行", ["二〇二五年"]),
        ("年综合能源消费总量1万吨标准煤以上的用能单位", ["1万吨标准煤以上"]),
        (
            "at least 40% of annual needs by 2030, EUR 5 million and 50 GW",
            ["40%", "2030", "EUR 5 million", "50 GW"],
        ),
        ("依照第八十二条的规定处罚", []),
        ("有前款第一项、第十二项行为之一，排放第三类污染物的", []),
        ("有下列三项行为的，第一年至第三年免征", ["三项", "一年", "三年"]),
        ("给予一次性补助", []),
        ("国家鼓励工业企业节能", []),
    ],
)
def test_a_figure_is_one_span_with_its_range(text, expected):
    assert [span.of(text) for span in figures(text)] == expected


@pytest.mark.parametrize(
    ("written", "english"),
    [
        ("第三十一条", "Article 31"),
        ("第３１条", "Article 31"),
        ("第三十一条第一款", "Article 31, paragraph 1"),
        ("第六条第二款第（三）项", "Article 6, paragraph 2, item 3"),
        ("第五条第三项", "Article 5, item 3"),
        ("第二十条之一", "Article 20-1"),
        ("第一百一十条", "Article 110"),
        ("一、（四）", "item I(4) (一、（四）)"),
        ("三、（八）1.", "item III(8), 1 (三、（八）1.)"),
        ("二、2.1", "item II, 2.1 (二、2.1)"),
        ("（十三）", "item (13) (（十三）)"),
        ("三", "item III (三)"),
        ("附件1", "Annex 1 (附件1)"),
        ("附件4 二", "Annex 4, item II (附件4 二)"),
        ("附件 第三条", "Annex, Article 3 (附件 第三条)"),
        ("附件2 第五条第三项", "Annex 2, Article 5, item 3 (附件2 第五条第三项)"),
        ("附件2 二（四）", "Annex 2, item II(4) (附件2 二（四）)"),
        ("第三段（坚持节能降耗）", "paragraph 3 (第三段（坚持节能降耗）)"),
        ("第4段（2）", "paragraph 4(2) (第4段（2）)"),
        ("六、（十七）（十八）", "六、（十七）（十八）"),
        ("688号 答四", "688号 答四"),
        ("指标体系", "指标体系"),
        ("第六条（摘编）", "第六条（摘编）"),
        ("第十条、第十一条", "第十条、第十一条"),
        ("Article 5", "Article 5"),
    ],
)
def test_locators(written, english):
    assert locator(written, "en") == english
    assert locator(written, "zh") == written


def answerer(*documents: Document, title_en: str | None = None) -> ExtractiveAnswerer:
    """One that can open the measures of these documents."""
    opened = {}
    for document in documents:
        _, measures = split(document)
        near = [NearestMeasure(m.id, document.title, m.locator, m.title) for m in measures]
        for n, measure in enumerate(measures):
            opened[measure.id] = DocumentMeasure(
                document, measure, near[n - 1] if n else None, near[n + 1] if n + 1 < len(near) else None
            )
    return ExtractiveAnswerer(opened.__getitem__, lambda document: title_en)


def answered(question, found, *words, title_en=None, **evidence):
    documents = {source.document.id: source.document for source in found}.values()
    return answerer(*documents, title_en=title_en).answer(
        analyse(question), Evidence(tuple(found), **{"is_sufficient": True, **evidence}), weigh(*words)
    )


def claims(draft):
    return [block for block in draft.blocks if block.kind is BlockKind.CLAIM]


class TestAnswers:
    def test_a_number_question_is_led_by_the_measure_with_the_number(self):
        document = law("企业应当报送能源报告。", "不报送能源报告的，处一万元以上五万元以下罚款。")
        draft = answered("不报送能源报告罚多少？", sources(document), "报送", "能源报告")
        first = claims(draft)[0]
        assert draft.citations[0].locator == "第二条" and "一万元以上五万元以下" in first.text
        assert [span.of(first.text) for span in first.emphasis] == ["一万元以上五万元以下"]

    @pytest.mark.parametrize(("punishes", "is_doubted"), [(None, False), (0.9, False), (0.15, True)])
    def test_what_may_punish_another_act_is_shown_with_a_word_of_caution(self, punishes, is_doubted):
        document = law("企业应当报送能源报告。", "不报送能源报告的，处一万元以上五万元以下罚款。")
        found = sources(document)
        draft = answered("迟报能源报告罚多少？", found, "报送", "能源报告", punishes=punishes)
        assert draft.citations[0].locator == "第二条"
        assert any("请对照条文写明的情形" in block.text for block in draft.blocks) is is_doubted
        if is_doubted:
            assert draft.blocks[0].kind is BlockKind.NOTICE

    def test_where_no_measure_punishes_the_act_the_duty_is_shown_and_that_no_penalty_is_named(self):
        document = law("企业应当报送能源报告。", "不报送能源报告的，处一万元以上五万元以下罚款。")
        found = Evidence(tuple(sources(document)), True, punishes=0.01)
        duties = Evidence(tuple(reversed(found.sources)), True)
        evidence = without_penalties(found, duties)
        draft = answerer(document).answer(analyse("能源报告写得短罚多少？"), evidence, weigh("能源报告"))
        assert draft.status is AnswerStatus.PARTIAL and draft.uncovered == ("罚则",)
        assert [citation.locator for citation in draft.citations] == ["第一条"]
        assert draft.blocks[-1].text == "以上内容没有写明罚则。"

    def test_a_figure_in_a_duty_is_no_penalty_and_does_not_lead(self):
        document = law("园区应当建立能源报告制度。", "能源报告应当在三十日内公布。")
        duties = Evidence(tuple(sources(document, 1.0, 0.95)), True, punishes=0.01)
        draft = answerer(document).answer(analyse("没建能源报告制度罚多少？"), duties, weigh("能源报告"))
        assert draft.citations[0].locator == "第一条"

    @pytest.mark.parametrize(
        ("question", "message"),
        [
            ("绿化太少罚多少？", "没有找到对这一行为的罚则"),
            ("What is the fine for too few trees?", "names no penalty"),
        ],
    )
    def test_where_there_is_no_duty_either_it_is_refused(self, question, message):
        document = law("不报送能源报告的，处一万元以上五万元以下罚款。")
        found = Evidence(tuple(sources(document)), True, punishes=0.01)
        draft = answerer(document).answer(analyse(question), without_penalties(found, found), weigh("绿化"))
        assert draft.status is AnswerStatus.REFUSED and message in draft.refusal.message

    def test_another_question_is_led_by_what_fits_best_and_marks_nothing(self):
        document = law("企业应当报送能源报告。", "不报送能源报告的，处一万元以上五万元以下罚款。")
        draft = answered("企业要报送能源报告吗？", sources(document), "报送", "能源报告")
        assert [citation.locator for citation in draft.citations] == ["第一条", "第二条"]
        assert all(block.emphasis == () for block in draft.blocks)

    def test_law_before_regulation_before_comment_where_they_fit_equally(self):
        documents = [
            law("园区应当利用余热余压。", id=level.name, level=level)
            for level in (Level.COMMENTARY, Level.ADMINISTRATIVE_REGULATION, Level.NATIONAL_LAW)
        ]
        found = [source for document in documents for source in sources(document, 1.0)]
        draft = answered("园区怎么利用余热余压？", found, "余热余压")
        assert [citation.level for citation in draft.citations] == [
            Level.NATIONAL_LAW,
            Level.ADMINISTRATIVE_REGULATION,
            Level.COMMENTARY,
        ]

    @pytest.mark.parametrize("question", ["园区怎么利用余热余压？", "How can parks use waste heat?"])
    def test_comment_gives_way_to_what_binds_if_that_says_much_the_same(self, question):
        comment = law("园区应当利用余热余压。", id="comment", level=Level.COMMENTARY)
        for score, order in ((0.9, ["law", "comment"]), (0.78, ["law", "comment"]), (0.7, ["comment"])):
            binding = law("企业应当利用余热余压。", id="law")
            draft = answered(question, [*sources(comment, 1.0), *sources(binding, score)], "余热余压")
            assert [citation.document_id for citation in draft.citations] == order

    def test_a_when_question_gets_the_measure_with_the_day(self):
        document = law("园区应当完成循环化改造。", "园区循环化改造在2025年底以前完成。")
        best, with_day = sources(document)
        draft = answered("园区循环化改造什么时候完成？", [best, replace(with_day, score=0.8)], "循环化改造")
        assert [citation.locator for citation in draft.citations] == ["第二条"]
        (claim,) = claims(draft)
        assert [span.of(claim.text) for span in claim.emphasis] == ["2025年底"]

    def test_a_who_question_gets_the_measure_with_the_actor(self):
        document = law("循环化改造实行清单管理。", "园区管理机构负责循环化改造。")
        best, with_actor = sources(document)
        draft = answered("循环化改造谁来负责？", [best, replace(with_actor, score=0.8)], "循环化改造")
        assert [citation.locator for citation in draft.citations] == ["第二条"]

    def test_a_question_for_an_authority_is_led_by_the_one_in_charge(self):
        document = law(
            "企业应当申请循环化改造验收。", "行政部门应当公布循环化改造清单。", "财政部门负责循环化改造验收。"
        )
        found = [replace(s, score=score) for s, score in zip(sources(document), (1, 0.9, 0.8), strict=True)]
        draft = answered("哪个部门管循环化改造？", found, "循环化改造")
        assert [citation.locator for citation in draft.citations] == ["第三条", "第二条"]

    @pytest.mark.parametrize("question", ["循环化改造什么时候完成？", "循环化改造谁来负责？"])
    def test_where_none_says_who_or_when_the_answer_is_as_for_any_question(self, question):
        document = law("推进循环化改造。", "鼓励循环化改造。")
        draft = answered(question, sources(document), "循环化改造")
        assert [citation.locator for citation in draft.citations] == ["第一条", "第二条"]

    def test_a_day_in_something_far_less_fitting_does_not_lead(self):
        document = law("推进循环化改造。", "循环化改造报告在每年三月底前报送。")
        best, far = sources(document)
        draft = answered("循环化改造什么时候完成？", [best, replace(far, score=0.65)], "循环化改造")
        assert draft.citations[0].locator == "第一条"

    def test_what_fits_far_better_comes_before_higher_authority(self):
        best = law("园区应当利用余热余压。", id="best", level=Level.MINISTRY_DOCUMENT)
        lesser = law("园区应当利用余热余压。", id="lesser")
        draft = answered("余热余压", [*sources(best, 1.0), *sources(lesser, 0.9)], "余热余压")
        assert [citation.document_id for citation in draft.citations] == ["best", "lesser"]

    def test_of_two_laws_the_one_in_force_leads_and_a_mere_notice_does_not(self):
        ended = {"status": Status.REPEALED, "successor": Successor("生态环境法典", is_held=False)}
        found = [
            *sources(law("园区应当利用余热余压。", id="ended", **ended), 1.0),
            *sources(law("园区应当利用余热余压。", id="notice", level=Level.MINISTRY_DOCUMENT), 0.95),
            *sources(law("园区应当利用余热余压。", id="law"), 0.93),
        ]
        draft = answered("余热余压", found, "余热余压")
        assert [citation.document_id for citation in draft.citations] == ["law", "ended", "notice"]

    def test_a_question_for_a_subsidy_is_answered_by_what_gives_something(self):
        document = law("余热利用率不低于百分之五十。", "对余热利用项目给予资金支持。")
        share, support = sources(document)
        draft = answered("余热利用能拿多少补贴？", [share, support], "余热", "利用")
        assert [citation.locator for citation in draft.citations] == ["第二条"]
        draft = answered("搞余热利用国家给不给钱？", [share, support], "余热", "利用")
        assert [citation.locator for citation in draft.citations] == ["第二条"]
        draft = answered("余热利用能拿多少补贴？", [share], "余热", "利用")
        assert draft.status is AnswerStatus.REFUSED and draft.refusal.nearest

    def test_an_article_that_punishes_something_else_does_not_take_the_dutys_place(self):
        document = law("园区应当配套建设污水集中处理设施。", "无排污许可证排放的，处十万元罚款。")
        duty, other = sources(document)
        draft = answered(
            "没有污水集中处理设施会怎样？", [duty, replace(other, score=0.7)], "污水集中处理设施"
        )
        assert [citation.locator for citation in draft.citations] == ["第一条"]
        assert draft.status is AnswerStatus.PARTIAL and draft.uncovered == ("罚则",)
        assert "以上内容没有写明罚则。" in [block.text for block in draft.blocks]

    @pytest.mark.parametrize(
        ("question", "article", "uncovered"),
        [
            ("循环化改造补多少钱？", "对循环化改造给予资金支持。", ("具体数额或期限",)),
            ("循环化改造补多少钱？", "对循环化改造给予五百万元支持。", ()),
            ("循环化改造什么时候完成？", "园区应当推进循环化改造。", ("具体时间",)),
            ("循环化改造什么时候完成？", "园区应当于2025年底前完成循环化改造。", ()),
            ("循环化改造怎么推进？", "园区应当推进循环化改造。", ()),
            ("How much is paid for circular conversion?", "对循环化改造给予资金支持。", ("a figure",)),
        ],
    )
    def test_what_was_asked_for_and_is_not_said_is_named(self, question, article, uncovered):
        draft = answered(question, sources(law(article)), "循环化改造")
        assert draft.uncovered == uncovered
        assert draft.status is (AnswerStatus.PARTIAL if uncovered else AnswerStatus.ANSWERED)

    def test_the_best_article_is_quoted_whole_if_it_is_short(self):
        best, other = sources(law("园区应当节能。\n\n余热应当利用。", "园区应当利用余热。\n\n园区应当绿化。"))
        draft = answered("园区怎么利用余热？", [best, replace(other, score=0.9)], "余热", "园区")
        first, second = claims(draft)
        assert "园区应当节能。" in first.text and "余热应当利用。" in first.text
        assert "园区应当利用余热。" in second.text and "绿化" not in second.text

    def test_of_an_article_of_which_a_paragraph_was_named_that_alone(self):
        source = only("园区应当节能。\n\n余热应当利用。")
        named = replace(source, focus=source.measure.paragraphs[1])
        (claim,) = claims(answered("余热怎么利用？", [named], "余热"))
        assert "余热应当利用。" in claim.text and "园区应当节能。" not in claim.text

    def test_also_where_a_figure_is_asked_for(self):
        found = sources(law("许可证有效期为5年。\n\n应当于届满60日前申请延续。"))
        (claim,) = claims(answered("许可证几年到期，提前多久换？", found, "许可证"))
        assert "60日前" in claim.text

    @pytest.mark.parametrize(
        ("question", "notice"),
        [
            ("什么叫零碳园区？", "以上内容没有写明定义。"),
            ("What is a zero-carbon park?", "Nothing quoted here states a definition."),
            ("What is the share of zero-carbon parks?", None),
        ],
    )
    def test_that_nothing_quoted_defines_a_term_is_said(self, question, notice):
        draft = answered(question, sources(law("零碳园区应当编制方案。")), "零碳园区")
        said = [block.text for block in draft.blocks if block.kind is BlockKind.NOTICE]
        assert (notice in said) if notice else not any("definition" in text for text in said)
        if notice:
            defined = sources(law("本法所称零碳园区，是指碳排放接近零的园区。"))
            assert answered(question, defined, "零碳园区").status is AnswerStatus.ANSWERED

    def test_what_was_found_far_behind_is_not_cited(self):
        best, far = sources(law("园区应当利用余热余压。", "园区应当绿化。"))
        found = [best, replace(far, score=0.84)]
        draft = answered("园区怎么利用余热余压？", found, "余热", "余压", "利用")
        assert [citation.locator for citation in draft.citations] == ["第一条"]
        assert draft.blocks[0].kind is BlockKind.CLAIM  # one source needs no frame
        assert draft.blocks[0].text == "《测试节能法》第一条：“园区应当利用余热余压。”[1]"

    def test_a_measure_that_is_a_mere_heading_is_not_cited(self):
        document = law("余热余压利用补助标准", "园区利用余热余压的，给予补助。")
        heading, rule = sources(document)
        draft = answered("余热余压利用补助标准", [heading, rule], "余热余压", "补助")
        assert [citation.locator for citation in draft.citations] == ["第二条"]
        draft = answered("余热余压利用补助标准", [heading], "余热余压", "补助")
        assert draft.status is AnswerStatus.REFUSED and draft.refusal.nearest

    def test_several_sources_stand_under_their_topic_each_with_its_name(self):
        found = [
            *sources(law("园区应当利用余热余压。", id="a")),
            *sources(law("企业应当利用余热余压。", id="b")),
        ]
        draft = answered("我们园区想利用余热余压，有什么依据？", found, "余热余压")
        assert [block.text for block in draft.blocks] == [
            "关于利用余热余压：",
            "《测试节能法》第一条：“园区应当利用余热余压。”[1]",
            "《测试节能法》第一条：“企业应当利用余热余压。”[2]",
        ]

    def test_a_digest_is_shown_whole_and_marked(self):
        digest = law("园区利用“余热余压”。", text_kind=TextKind.DIGEST, title="通知（摘编）")
        (block,) = claims(answered("余热余压", sources(digest), "余热余压"))
        assert block.text == "《通知》（2018，摘要）：园区利用“余热余压”。[1]"
        english = claims(answered("Waste heat?", sources(digest), "余热余压", title_en="Notice"))[0]
        assert english.text == "Notice (通知) (2018, digest), Article 1: 园区利用“余热余压”。[1]"

    def test_an_english_question_gets_its_frame_in_english_and_the_chinese_words(self):
        document = law("重点用能单位应当每年报送能源利用状况报告。")
        draft = answered(
            "How often must key energy users report?", sources(document), "报送", title_en="Test Law"
        )
        (claim,) = claims(draft)
        assert claim.text == (
            "Test Law (测试节能法), Article 1: “重点用能单位应当每年报送能源利用状况报告。”[1]"
        )
        assert [span.of(claim.text) for span in claim.emphasis] == ["每年"]
        assert draft.blocks[-1].kind is BlockKind.NOTICE and "Chinese" in draft.blocks[-1].text

    @pytest.mark.parametrize(
        ("status", "when", "words"),
        [
            (Status.REPEALED, {"repealed_on": date(2026, 8, 15)}, "已废止（2026-08-15）"),
            (Status.EXPIRED, {"expires_on": date(2025, 12, 31)}, "期限已过（2025-12-31）"),
        ],
    )
    def test_what_has_ended_is_warned_of_once_and_first(self, status, when, words):
        document = law("园区应当利用余热余压。", "企业应当利用余热余压。", status=status, **when)
        draft = answered("怎么利用余热余压？", sources(document), "余热余压")
        notices = [block for block in draft.blocks if block.kind is BlockKind.NOTICE]
        assert len(notices) == 1 and draft.blocks[0] == notices[0] and words in notices[0].text
        assert draft.warnings == (notices[0].text,) and len(draft.citations) == 2

    @pytest.mark.parametrize(
        ("question", "fields", "notice"),
        [
            ("怎么用余热？", {"status": Status.SUPERSEDED}, "⚠ 以下是《测试节能法》的旧版本。"),
            (
                "怎么用余热？",
                {"status": Status.SUPERSEDED, "superseded_on": date(2026, 8, 15)},
                "⚠ 以下是《测试节能法》的旧版本，新版本自2026-08-15起施行。",
            ),
            ("怎么用余热？", {"status": Status.NOT_YET_IN_FORCE}, "⚠ 《测试节能法》目前尚未生效。"),
            (
                "怎么用余热？",
                {"status": Status.NOT_YET_IN_FORCE, "effective_from": date(2026, 8, 15)},
                "⚠ 《测试节能法》自2026-08-15起施行，目前尚未生效。",
            ),
            ("Waste heat?", {"status": Status.SUPERSEDED}, "⚠ This is an old version of 测试节能法."),
            (
                "Waste heat?",
                {"status": Status.SUPERSEDED, "superseded_on": date(2026, 8, 15)},
                "⚠ This is an old version of 测试节能法; the new one applies from 2026-08-15.",
            ),
            ("Waste heat?", {"status": Status.NOT_YET_IN_FORCE}, "⚠ 测试节能法 is not yet in force."),
            (
                "Waste heat?",
                {"status": Status.NOT_YET_IN_FORCE, "effective_from": date(2026, 8, 15)},
                "⚠ 测试节能法 applies from 2026-08-15; it is not yet in force.",
            ),
        ],
    )
    def test_of_a_day_that_is_not_known_nothing_is_said(self, question, fields, notice):
        draft = answered(question, sources(law("园区应当利用余热。", **fields)), "余热")
        assert draft.warnings == (notice,)

    @pytest.mark.parametrize(
        ("question", "is_whole"), [("哪些行为会被罚款？", True), ("能源计量器具没有检定会怎样？", False)]
    )
    def test_who_asks_which_gets_the_list(self, question, is_whole):
        draft = answered(question, sources(law(LIST)), "能源计量器具", "检定")
        text = "".join(quote.text for quote in draft.citations[0].quotes)
        assert "（三）" in text and ("（一）" in text and "（七）" in text) is is_whole


class TestNamedArticles:
    DOCUMENT = law("前一条。", LONG, "后一条。")

    def named(self, focus=None, question="《测试节能法》第二条"):
        source = replace(sources(self.DOCUMENT)[1], focus=focus)
        return answered(question, [source], "x", is_exact=True, title_en="Test Law")

    def test_it_is_shown_whole_with_chapter_and_neighbours_and_nothing_else(self):
        draft = self.named()
        heading, claim, beside = draft.blocks
        assert heading.text == "《测试节能法》 · 第一章 法律责任 · 第二条"
        assert claim.text == f"“{LONG}”[1]" and claim.emphasis == ()
        assert beside.text == "相邻条文：第一条 · 第三条"
        assert draft.status is AnswerStatus.ANSWERED and len(draft.citations) == 1

    def test_a_paragraph_asked_for_is_marked_where_it_stands(self):
        text = sources(self.DOCUMENT)[1].measure.text
        start = text.index("逾期不改正的")
        focus = Span(start, start + len("逾期不改正的，处一万元以上五万元以下罚款。"))
        for question in ("《测试节能法》第二条", "Article 2 of the Test Law"):
            (claim,) = claims(self.named(focus, question))
            (span,) = claim.emphasis
            assert span.of(claim.text) == "逾期不改正的，处一万元以上五万元以下罚款。"

    def test_in_english(self):
        draft = self.named(question="Article 2 of the Test Law")
        assert draft.blocks[0].text == "Test Law (测试节能法) · 第一章 法律责任 · Article 2"
        assert draft.blocks[2].text == "Neighbouring articles: Article 1 · Article 3"

    @pytest.mark.parametrize(
        ("question", "mark", "notice"),
        [
            ("《测试节能法》第二条", "摘要，非原文：", None),
            ("Article 2 of the Test Law", "Digest, not the original text: ", None),
            (
                "《测试节能法》第二条第三款",
                "摘要，非原文：",
                "资料库只收录了该条的摘要，无法区分其中的第三款。",
            ),
            (
                "Article 2(3) of the Test Law",
                "Digest, not the original text: ",
                "The library holds only a digest of this article; paragraph 3 cannot be told apart.",
            ),
        ],
    )
    def test_a_digest_says_so_at_the_claim_and_pretends_no_paragraph(self, question, mark, notice):
        digest = law("前一条。", "园区应当节能。", text_kind=TextKind.DIGEST)
        draft = answered(question, [sources(digest)[1]], "x", is_exact=True, title_en="Test Law")
        assert [block.text for block in claims(draft)] == [f"{mark}园区应当节能。[1]"]
        notices = [block.text for block in draft.blocks if block.kind is BlockKind.NOTICE]
        assert [text for text in notices if "paragraph" in text or "款" in text] == (
            [notice] if notice else []
        )

    def test_a_digest_of_just_that_paragraph_needs_no_notice(self):
        (source,) = sources(law("园区应当节能。", text_kind=TextKind.DIGEST))
        own = replace(source, measure=replace(source.measure, locator="第一条第二款"))
        draft = answered("《测试节能法》第一条第二款", [own], "x", is_exact=True)
        assert not [block for block in draft.blocks if block.kind is BlockKind.NOTICE]

    def test_a_paragraph_that_an_official_article_lacks_is_said_to_be_missing(self):
        draft = self.named(question="《测试节能法》第二条第七款")
        assert draft.blocks[1].text == "资料库的该条文本中分辨不出第七款，以下是该条全文。"

    def test_a_paragraph_of_one_of_several_articles_is_not_missed_in_the_others(self):
        first, second, _ = sources(self.DOCUMENT)
        both = [replace(first, focus=first.measure.paragraphs[0]), second]
        draft = answered("《测试节能法》第一条第一款和第二条", both, "x", is_exact=True)
        assert not [block for block in draft.blocks if block.kind is BlockKind.NOTICE]

    @pytest.mark.parametrize(
        ("question", "notice", "uncovered"),
        [
            ("《测试节能法》第三条到第五条", "《中华人民共和国测试节能法》共四条，没有第五条。", "第五条"),
            (
                "Articles 3 to 5 of the Test Law",
                "测试节能法 has 4 articles; there is no Article 5.",
                "Article 5",
            ),
        ],
    )
    def test_that_one_of_several_is_not_there_is_said_below_the_others(self, question, notice, uncovered):
        missing = Missing(self.DOCUMENT, "第五条", 4)
        draft = answered(question, sources(self.DOCUMENT)[2:], "x", is_exact=True, missing=missing)
        assert notice in [block.text for block in draft.blocks if block.kind is BlockKind.NOTICE]
        assert draft.status is AnswerStatus.PARTIAL and draft.uncovered == (uncovered,)

    @pytest.mark.parametrize(
        ("question", "articles", "message"),
        [
            ("《测试节能法》第二百条", 87, "《中华人民共和国测试节能法》共八十七条，没有第二百条。"),
            ("《测试节能法》第二百条", None, "资料库只收录了《测试节能法》的部分条文，其中没有第二百条。"),
            ("Article 200 of the Test Law", 87, "测试节能法 has 87 articles; there is no Article 200."),
            (
                "Article 200 of the Test Law",
                None,
                "The library holds only part of 测试节能法; Article 200 is not in it.",
            ),
        ],
    )
    def test_one_that_is_not_there_is_denied_only_of_a_complete_text(self, question, articles, message):
        document = law("一。", coverage=Coverage.COMPLETE)
        missing = Missing(document, "第二百条", articles)
        draft = answered(question, [], "x", is_sufficient=False, missing=missing)
        assert draft.status is AnswerStatus.REFUSED and draft.refusal.message == message
        assert draft.refusal.reason is RefusalReason.NO_SUCH_ARTICLE
        assert [block.text for block in draft.blocks] == [message]


class TestRefusals:
    FOUND = sources(law("园区食堂应当节约粮食。", "园区应当绿化。"))

    def test_the_nearest_are_named_those_only_that_are_near(self):
        draft = answered("园区食堂补贴多少钱一餐？", self.FOUND, "食堂", "补贴", is_sufficient=False)
        assert draft.status is AnswerStatus.REFUSED and draft.citations == ()
        assert [near.locator for near in draft.refusal.nearest] == ["第一条"]
        assert draft.blocks[0].text.endswith("无法回答。较接近的内容：")
        assert [block.text for block in draft.blocks[1:-1]] == ["· 《测试节能法》第一条"]

    def test_none_is_named_if_nothing_is_near(self):
        draft = answered("明天会下雨吗", self.FOUND, "下雨", is_sufficient=False)
        assert draft.refusal.nearest == () and "较接近" not in draft.blocks[0].text

    def test_in_english(self):
        draft = answered("How much is lunch?", self.FOUND, "下雨", is_sufficient=False)
        assert all(block.text.isascii() for block in draft.blocks)
        assert draft.refusal.reason is RefusalReason.NOT_COVERED

    def test_a_law_that_is_not_held_is_named(self):
        draft = answered(
            "《数据安全法》第三条", self.FOUND, "数据", is_sufficient=False, unknown_title="数据安全法"
        )
        assert draft.refusal.reason is RefusalReason.NO_SUCH_DOCUMENT
        assert draft.refusal.message == "资料库没有收录《数据安全法》，无法回答有关它的问题。"

    def test_an_empty_library(self):
        draft = answered("余热", [], "余热", is_sufficient=False)
        assert draft.refusal.reason is RefusalReason.EMPTY_LIBRARY
