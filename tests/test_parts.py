"""Questions asked in one breath: where they part, what each means alone, and how they are answered."""

import pytest

from parkbot.answers import AnswerStatus, BlockKind
from parkbot.conversation.follow_ups import FollowUps
from parkbot.conversation.parts import parts_of, split
from parkbot.domain import Filters
from parkbot.questions import analyse
from parkbot.retrieval.address import Catalogue

ONE = (
    "园区怎么利用余热余压？",
    "没办环评就开工建设，要罚多少钱？",
    "绿电直连项目能不能给园区里好几家企业一起供电",
    "我们园区老厂多、地方小，怎么改？",
    "山东的园区，余热利用有补贴吗？",
    "绿色工厂评价，法规上是怎么说的？",
    "What must we do about waste heat?",
    "When several energy sources are available, should solar and wind come first?",
    "Buyers can't tell which goods are really green. How should certification be improved?",
    "A tenant washed oil drums in the lake and has no liner under its tanks, how big is the fine?",
    "什么条件？什么材料？什么期限？什么罚款？",
)
SEVERAL = (
    ("环保税什么时候申报，超低排放能不能减税？", ("环保税什么时候申报", "超低排放能不能减税？")),
    ("危险废物能放多久?超过了找谁批", ("危险废物能放多久?", "超过了找谁批")),
    (
        "我们一年用煤一万两千吨，算不算重点用能单位？要报什么材料？",
        ("我们一年用煤一万两千吨，算不算重点用能单位？", "要报什么材料？"),
    ),
    ("谁来管，罚多少？", ("谁来管", "罚多少？")),
    ("清洁生产审核多久做一次，不做罚多少", ("清洁生产审核多久做一次", "不做罚多少")),
    ("Which firms must report, and by what date?", ("Which firms must report", "by what date?")),
    (
        "We dig beside a pipeline. Whom must we tell and what must be done first?",
        ("We dig beside a pipeline. Whom must we tell", "what must be done first?"),
    ),
)


@pytest.mark.parametrize("text", ONE)
def test_one_question_stays_whole(text):
    assert split(text, analyse(text).language) == (text,)


@pytest.mark.parametrize(("text", "parts"), SEVERAL)
def test_several_questions_part(text, parts):
    assert split(text, analyse(text).language) == parts


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("清洁生产审核多久做一次，不做罚多少", "清洁生产审核多久做一次，不做罚多少"),
        ("偷排污水罚多少钱，会不会抓人", "偷排污水，会不会抓人"),
        ("Who has to do the cleaner production audit and how often?", "Cleaner production audit: how often?"),
    ],
)
def test_a_later_question_is_about_the_matter_of_the_one_before(text, alone):
    catalogue, filters = Catalogue(()), Filters()

    def meant(question, before):
        return FollowUps.in_one_breath(
            question, before, catalogue=catalogue, measures_of=lambda _: (), filters=filters
        )

    parts = parts_of(analyse(text), meant)
    assert [part.question.text for part in parts][-1] == alone


def test_each_question_is_answered_under_its_own_words(knowledge):
    answer = knowledge.ask("重点用能单位怎么认定，不报能源利用状况报告罚多少？")
    frames = [block.text for block in answer.blocks if block.kind is BlockKind.FRAME]
    assert frames == ["关于“重点用能单位怎么认定”：", "关于“不报能源利用状况报告罚多少”："]
    assert [citation.locator for citation in answer.citations] == ["第五十二条第二款", "第八十二条"]


def test_what_one_measure_answers_is_shown_once(knowledge):
    answer = knowledge.ask("能源管理负责人要什么条件，聘了以后要去哪备案？")
    assert [citation.locator for citation in answer.citations] == ["第五十五条第一款"]
    assert not any(block.kind is BlockKind.FRAME for block in answer.blocks)


def test_what_the_library_lacks_of_one_question_is_said_under_it(knowledge):
    answer = knowledge.ask("国家级零碳园区怎么验收，园区招商引资奖励多少钱？")
    assert answer.status is AnswerStatus.PARTIAL
    assert answer.uncovered == ("具体数额或期限",)
    assert answer.blocks[-1].kind is BlockKind.NOTICE


def test_nothing_is_parted_where_nothing_is_answered(knowledge):
    answer = knowledge.ask("今天郑州的电价谷段是几点到几点，每度多少钱？")
    assert answer.status is AnswerStatus.REFUSED
    assert not answer.citations


def test_about_another_country_only_its_own_rules_are_quoted(knowledge):
    answer = knowledge.ask("Which EU policies on net-zero industry should we know about?")
    assert {citation.region for citation in answer.citations} == {"EU"}
