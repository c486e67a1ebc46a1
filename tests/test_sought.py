"""What a question asks for, and where a text holds it."""

import pytest

from parkbot.answering.sought import IS_IN_CHARGE, actors, authorities, dates, lead_times
from parkbot.questions import Asked, analyse


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("能源利用状况报告什么时候报送？", Asked.DATE),
        ("碳达峰要到哪一年？", Asked.DATE),
        ("零碳园区申报截止时间？", Asked.DATE),
        ("By when must key energy users report?", Asked.DATE),
        ("What is the deadline for the report?", Asked.DATE),
        ("What must we do when we move a tank?", Asked.RULE),
        ("How often must we report?", Asked.FIGURE),
        ("节能审查由谁来负责？", Asked.ACTOR),
        ("哪些单位要做清洁生产审核？", Asked.ACTOR),
        ("Who is responsible for energy conservation?", Asked.ACTOR),
        ("哪个部门管排污许可？", Asked.AUTHORITY),
        ("固废跨省转移谁批？", Asked.AUTHORITY),
        ("Which authority issues discharge permits?", Asked.AUTHORITY),
        ("没报送报告什么时候罚多少？", Asked.PENALTY),
        ("没做节能审查就开工会怎样？", Asked.PENALTY),
        ("数据造假要负什么责任？", Asked.PENALTY),
        ("What happens if a company skips the audit?", Asked.PENALTY),
        ("明年的配额会怎么分？", Asked.RULE),
        ("园区怎么利用余热余压？", Asked.RULE),
    ],
)
def test_what_is_asked_for(question, asked):
    assert analyse(question).asked is asked


@pytest.mark.parametrize(
    ("question", "content"),
    [
        ("碳达峰要到哪一年？", ("碳达峰",)),
        ("节能审查由谁来负责？", ("节能审查",)),
        ("哪个部门负责绿电直连？", ("绿电直连",)),
    ],
)
def test_asking_who_or_when_is_no_content(question, content):
    assert analyse(question).content == content


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("到2030年达到峰值，2025年12月31日前报送", ["2030年", "2025年12月31日前"]),
        ("应当每年报送，于三月三十一日以前", ["每年", "三月三十一日以前"]),
        ("自收到之日起30个工作日内答复，十五日以内公示", ["30个工作日内", "十五日以内"]),
        ("排污许可证有效期为5年", ["有效期为5年"]),
        ("“十五五”期间努力达峰，年底验收", ["“十五五”期间", "年底"]),
        ("at least 40% by 2030 and within 30 days", ["by 2030", "within 30 days"]),
        ("近三年无重大事故", []),
        ("处一万元以上五万元以下罚款", []),
        ("第五条第三项", []),
    ],
)
def test_days_and_deadlines(text, found):
    assert [span.of(text) for span in dates(text)] == found


@pytest.mark.parametrize(
    ("text", "anybody", "authority", "in_charge"),
    [
        ("国务院生态环境主管部门负责全国排污许可的统一监督管理。", True, True, True),
        ("市发展改革部门主管本行政区域内的节能监督管理工作。", True, True, True),
        ("由国家发展改革委组织验收。", True, True, False),
        ("重点用能单位应当设立能源管理岗位。", True, False, False),
        ("由主责单位负责内部设施建设。", True, False, False),
        ("向生态环境主管部门(以下称审批部门)申请。", False, False, False),
        ("推进各部门工作，优化园区布局。", False, False, False),
        ("回收利用生产过程中的余压和余热。", False, False, False),
        ("The competent authorities shall issue the permit.", True, True, False),
        ("Operators must report each year.", True, False, False),
        ("Waste heat is recovered.", False, False, False),
    ],
)
def test_actors_with_what_they_do(text, anybody, authority, in_charge):
    found = bool(actors(text)), bool(authorities(text)), bool(IS_IN_CHARGE.search(text))
    assert found == (anybody, authority, in_charge)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("应当于有效期届满60日前提出申请，审批部门二十日内审查", ["60日前"]),
        ("开工三个月之前报送；有效期为5年", ["三个月之前"]),
        ("至少提前十五个工作日告知", ["提前十五个工作日"]),
        ("at least 30 days before the transfer, within 5 days of the request", ["30 days before"]),
        ("有效期五年，自发布之日起施行", []),
    ],
)
def test_how_long_before_is_told_from_how_long(text, found):
    assert [span.of(text) for span in lead_times(text)] == found


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("许可证到期前多久要延续？", Asked.LEAD_TIME),
        ("要提前几天报告？", Asked.LEAD_TIME),
        ("How many days before the transfer must we apply?", Asked.LEAD_TIME),
        ("许可证能用多久？", Asked.FIGURE),
        ("什么时候报送？", Asked.DATE),
    ],
)
def test_a_question_for_a_lead_time_is_no_question_for_a_term(question, asked):
    assert analyse(question).asked is asked


@pytest.mark.parametrize(
    ("question", "is_penalty"),
    [
        ("What energy efficiency measures apply to fine chemical companies?", False),
        ("Is it fine if we store waste outside?", False),
        ("How high is the fine for noise?", True),
    ],
)
def test_fine_is_not_always_a_penalty(question, is_penalty):
    assert (analyse(question).asked is Asked.PENALTY) is is_penalty


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("By when must companies surrender allowances?", False),  # no MPa in coMPAnies
        ("Which company is the cheapest?", True),
        ("蒸汽压力要调到几MPa？", True),
        ("园区蒸汽管网归谁管？", False),
        ("绿色工厂申报要注意哪几点？", False),
        ("主管部门是谁？", False),
        ("我们的电工是谁？", True),
        ("By when at the latest must we file?", False),
        ("How should parks address waste heat?", False),
        ("What is the address of the bureau?", True),
    ],
)
def test_a_question_for_what_no_rule_says_is_told_by_its_words(question, wanted):
    assert analyse(question).wants_facts is wanted
