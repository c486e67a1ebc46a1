"""Claims that a chat model might make of a rule, one way of being wrong after the other."""
# ruff: noqa: E501  # a claim stands on one line

import re

import pytest

from parkbot import build
from parkbot.verification import Premise
from parkbot.verification.figures import figures
from parkbot.verification.units import normalised


def rule(text):
    return Premise("某市园区管理规定", "第十条", text)


LEDGER = rule(
    "移出人应当制定危险废物管理计划，建立危险废物管理台账；对承运人的技术能力进行核实，依法签订书面合同。"
)
REPORTING = rule(
    "重点排放单位应当编制上一年度的温室气体排放报告，并于每年3月31日前报所在地的省级生态环境主管部门。"
    "排放报告所涉数据的原始记录和管理台账应当至少保存五年。"
)
HOTELS = rule(
    "宾馆、餐饮企业未采取节能、节水措施，造成浪费的，由市场监督管理部门给予警告，责令限期改正；"
    "逾期不改正的，处二千元以上一万元以下罚款；情节严重的，处一万元以上三万元以下罚款。"
)
CONDENSATE = rule(
    "工业企业的锅炉冷凝水没有回收利用的，由县级以上地方政府水行政部门责令改正，可以处5万元以下罚款；"
    "拒不改正的，处5万元以上10万元以下罚款。"
)
SHORTAGE = rule(
    "水资源短缺地区的县级以上地方政府应当制定非常规水利用计划，提高利用比例；"
    "建设项目具备使用非常规水的条件却没有合理使用的，不得批准其新增取水许可。"
)
TARGETS = rule(
    "到2025年，规模以上工业单位增加值能耗比2020年下降13.5%；钢铁行业吨钢综合能耗降低2%，乙烯行业降低3%以上。"
)
DIRECTIONS = rule(
    "申报条件：（一）近3年没有发生重大安全、环境事故；（二）管理机构有能耗统计、核算能力。"
    "建设方向：鼓励探索绿电直连；鼓励布局绿色氢能；鼓励推广近零能耗建筑。"
)
MICROGRIDS = rule("重点培育建设绿色微电网的园区，鼓励创建无废园区、零碳园区。")
MATERIALS = rule(
    "建筑和装修材料必须符合国家标准。禁止生产、销售和使用有毒、有害物质超过国家标准的建筑和装修材料。"
)
CHARGES = rule("直连项目按规定缴纳输配电费、系统运行费、政策性交叉补贴、政府性基金及附加。")
CLASSES = rule("涉及本名录中两个及以上项目类别的建设项目，其环境影响评价类别按照其中单项等级最高的确定。")
PERIODS = Premise(
    "Net-Zero Industry Act",
    "Article 9",
    "Permit-granting procedures shall not exceed 9 months for projects with a yearly capacity of less than 1 GW "
    "and 12 months for projects of 1 GW or more. Member States may extend these limits once, by at most 3 months.",
)


PASSES = pytest.mark.xfail(reason="wrong, and scored a little above the threshold", strict=True)


@pytest.fixture(scope="module")
def verifier():
    return build.verifier()


@pytest.mark.parametrize(
    ("claim", "premise"),
    [
        ("移出人应当核实承运人的技术能力，并依法签订书面合同。", LEDGER),
        ("It must keep a ledger of hazardous waste and draw up a hazardous waste management plan.", LEDGER),
        ("排放数据的原始记录和管理台账至少保存五年。", REPORTING),
        ("The original records and ledgers behind the report must be kept for at least five years.", REPORTING),
        ("宾馆没有采取节水措施造成浪费的，由市场监管部门警告并责令限期改正；逾期不改正的，罚款2000元到1万元。", HOTELS),
        ("锅炉冷凝水不回收利用的工业企业，会被县级以上水行政部门责令改正，并可以处5万元以下罚款；拒不改正的罚5万到10万元。", CONDENSATE),
        ("水资源短缺地区的县级以上地方政府应制定非常规水利用计划。", SHORTAGE),
        ("到2025年，规上工业单位增加值能耗要比2020年下降13.5%。", TARGETS),
        ("申报条件之一是近3年没有发生重大安全、环境事故。", DIRECTIONS),
        ("鼓励园区创建无废园区和零碳园区。", MICROGRIDS),
        ("建筑和装修材料必须符合国家标准，有毒有害物质超过国家标准的禁止生产、销售和使用。", MATERIALS),
        ("绿电直连项目要按规定缴纳输配电费和系统运行费。", CHARGES),
        ("涉及两个以上项目类别的，环评类别按单项等级最高的确定。", CLASSES),
        ("Member States may extend these limits once, by up to three months.", PERIODS),
    ],
)  # fmt: skip
def test_what_a_rule_says_passes(verifier, claim, premise):
    verdict = verifier.verify(claim, [premise])
    assert verdict.supported, (verdict.reason, verdict.score)


def caught(verifier, claim, premise, words=""):
    verdict = verifier.verify(claim, [premise])
    assert not verdict.supported
    assert words in verdict.reason


@pytest.mark.parametrize(
    ("claim", "premise", "words"),
    [
        ("到2025年，钢铁行业吨钢综合能耗降低13.5%。", TARGETS, "13.5%"),
        ("到2025年，乙烯行业能耗降低2%。", TARGETS, "2%"),
        ("Energy use per tonne of steel is to fall by 5 percent by 2025.", TARGETS, "5 percent"),
        ("原始记录和管理台账应当保存不超过五年。", REPORTING, "五年"),
        ("移出人应当建立危险废物管理台账，并保存10年。", LEDGER, "10年"),
        ("The records must be kept for at least three years.", REPORTING, "3 years"),
        ("For a project of 1 GW the permit procedure may take 15 months.", PERIODS, "15 months"),
        ("宾馆未采取节水措施的，处二千元以上一万美元以下罚款。", HOTELS, "美元"),
    ],
)
def test_a_figure_of_something_else_or_of_nothing(verifier, claim, premise, words):
    caught(verifier, claim, premise, words)


@pytest.mark.parametrize(
    ("claim", "premise", "words"),
    [
        ("重点排放单位应当于每年3月31日后报送上一年度的温室气体排放报告。", REPORTING, "3月31日"),
        ("重点排放单位应当于每年6月30日前报送上一年度的温室气体排放报告。", REPORTING, "6月30日"),
        ("Key emitters report after 31 March each year.", REPORTING, "31 March"),
        ("Key emitters must report their emissions of the current year by 31 March.", REPORTING, "current year"),
    ],
)  # fmt: skip
def test_a_time_limit_turned_or_moved(verifier, claim, premise, words):
    caught(verifier, claim, premise, words)


@pytest.mark.parametrize(
    ("claim", "premise"),
    [
        ("宾馆未采取节能、节水措施造成浪费，逾期改正的，处二千元以上一万元以下罚款。", HOTELS),
        ("宾馆采取节能、节水措施，造成浪费的，由市场监督管理部门给予警告。", HOTELS),
        ("建设项目没有合理使用非常规水的，可以批准其新增取水许可。", SHORTAGE),
        ("有毒、有害物质超过国家标准的装修材料可以生产、销售和使用。", MATERIALS),
        pytest.param("It is not prohibited to sell decoration materials whose toxic substances exceed the standard.", MATERIALS, marks=PASSES),
        pytest.param("Building materials must not meet national standards.", MATERIALS, marks=PASSES),
        ("Hazardous waste ledgers need not be established.", LEDGER),
        ("涉及两个及以上项目类别的，环评类别按照其中单项等级最低的确定。", CLASSES),
    ],
)  # fmt: skip
def test_the_opposite_of_a_rule(verifier, claim, premise):
    caught(verifier, claim, premise)


@pytest.mark.parametrize(
    ("claim", "premise"),
    [
        ("移出人可以制定危险废物管理计划。", LEDGER),
        ("鼓励移出人制定危险废物管理计划，依法签订书面合同。", LEDGER),
        ("园区必须创建无废园区、零碳园区。", MICROGRIDS),
        pytest.param("申报需满足：探索绿电直连、布局绿色氢能、推广近零能耗建筑。", DIRECTIONS, marks=PASSES),
        ("拒不改正的，可以处5万元以上10万元以下罚款。", CONDENSATE),
        ("Parks are required to become zero-waste and zero-carbon parks.", MICROGRIDS),
        ("The consignor may sign a written contract.", LEDGER),
        ("Member States must extend these limits by three months.", PERIODS),
        ("Building materials should, where possible, meet national standards.", MATERIALS),
    ],
)
def test_a_duty_weakened_or_an_aim_made_a_duty(verifier, claim, premise):
    caught(verifier, claim, premise)


@pytest.mark.parametrize(
    ("claim", "premise", "words"),
    [
        ("承运人应当把排放报告报市级生态环境主管部门。", REPORTING, "市级"),
        ("宾馆未采取节水措施造成浪费的，由水行政部门给予警告，责令限期改正。", HOTELS, "水行政部门"),
        ("水资源短缺地区的企业应当制定非常规水利用计划，提高利用比例。", SHORTAGE, ""),
        ("电网企业按规定为直连项目缴纳输配电费、系统运行费。", CHARGES, "电网企业"),
        ("建筑和装修材料必须符合地方标准。", MATERIALS, "地方标准"),
        ("Key emitters report to the tax authority by 31 March each year.", REPORTING, "tax authority"),
        ("The Commission may extend these limits once, by at most 3 months.", PERIODS, "Commission"),
    ],
)
def test_somebody_else_acts(verifier, claim, premise, words):
    caught(verifier, claim, premise, words)


@pytest.mark.parametrize(
    ("claim", "premise"),
    [
        ("县级以上地方政府应当制定非常规水利用计划。", SHORTAGE),
        ("排放单位应当编制上一年度的温室气体排放报告。", REPORTING),
        ("所有企业的锅炉冷凝水没有回收利用的，由县级以上水行政部门责令改正。", CONDENSATE),
        ("宾馆未采取节能、节水措施，造成浪费的，处二千元以上一万元以下罚款。", HOTELS),
        ("处一万元以上三万元以下罚款。", HOTELS),
        ("All emitters must report their greenhouse gas emissions by 31 March each year.", REPORTING),
        ("A hotel that takes no saving measures is fined 2,000 to 10,000 yuan.", HOTELS),
    ],
)
def test_a_circle_widened_or_a_condition_dropped(verifier, claim, premise):
    caught(verifier, claim, premise)


@pytest.mark.parametrize(
    ("claim", "premise"),
    [
        ("移出人应当制定危险废物管理计划，并可以优先获得用地指标。", LEDGER),
        ("移出人应当制定危险废物管理计划，费用由财政承担。", LEDGER),
        ("Key emitters report by 31 March each year and receive a tax rebate for it.", REPORTING),
        ("直连项目按规定缴纳输配电费，由园区食堂统一配餐。", CHARGES),
        ("台账的五年二千元保存合同给予移出人省级报告。", REPORTING),  # words thrown together
    ],
)
def test_an_addition_and_a_jumble(verifier, claim, premise):
    caught(verifier, claim, premise)


def test_ends_of_an_english_range_are_read_as_one():
    for text in ("fined 20,000 to 50,000 yuan", "between 20,000 and 50,000 yuan", "2万元以上5万元以下"):
        low, high = figures(normalised(text))
        assert (low.value, low.unit, high.value, high.unit) == ((20000,), "元", (50000,), "元")


def test_no_fold_of_english_and_chinese_reasons_is_missing(verifier):
    """A reason is in the claim's language, and ends as a sentence does."""
    for claim, end in (("移出人可以制定危险废物管理计划。", "。"), ("The park must sell it.", ".")):
        reason = verifier.verify(claim, [LEDGER]).reason
        assert reason.endswith(end)
        assert (re.search("[\u4e00-\u9fff]{4}", reason) is None) == (end == ".")
