"""What a question means after others: in both languages, by rules and with a chat model."""

import json
from dataclasses import replace

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessageChunk

import talking
from parkbot.answers import Answer, AnswerStatus, Clarification
from parkbot.assistant import checking
from parkbot.chat_models import ChatModel
from parkbot.conversation import FollowUps, Turn
from parkbot.conversation.leaning import Told, untold
from parkbot.conversation.memory import TURNS_REMEMBERED, Cited
from parkbot.conversation.recognising import recognised
from parkbot.conversation.rewriting import is_sound
from parkbot.domain import Filters
from parkbot.questions import analyse
from repository import REPOSITORY

REPORT = "没报送能源利用状况报告罚多少？"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with talking.assistant(tmp_path_factory.mktemp("talk")) as assistant:
        yield assistant


def turn(question, *measures, status=AnswerStatus.ANSWERED, options=(), asked=None):
    """A turn whose answer cited these measures, each (id, title, locator)."""
    language = analyse(question).language
    clarification = Clarification("?", options) if options else None
    answer = Answer(asked or question, question, language, status, "", clarification=clarification)
    made = Turn.of(answer)
    cited = tuple(Cited(*measure) for measure in measures)
    return Turn(**{name: getattr(made, name) for name in Turn.__slots__} | {"cited": cited})


@pytest.fixture
def meant(assistant):
    """What a question means after turns; a string stands for a turn that cited nothing."""

    def meant(question, *turns, model=None, tell=untold):
        made = [turn(each) if isinstance(each, str) else each for each in turns]
        return FollowUps(model, tell).meant(
            analyse(question),
            made,
            catalogue=assistant._retriever.catalogue(("shared",)),
            measures_of=assistant.measures_of,
            filters=Filters(),
        )

    return meant


@pytest.mark.parametrize(
    ("before", "question", "standalone"),
    [
        ("工业企业用能要不要计量？", "那用水呢？", "工业企业用水要不要计量？"),
        ("电机能效有什么要求？", "那水泵呢？", "水泵能效有什么要求？"),
        ("燃煤锅炉有什么要求？", "燃气锅炉呢？", "燃气锅炉有什么要求？"),
        ("水泥厂有什么要求？", "那用电呢？", "用电，水泥厂有什么要求？"),
        ("危废应急预案报谁备案？", "压根没做预案呢", "危废应急预案，压根没做预案，怎么处罚？"),
        ("做清洁生产审核有什么要求？", "硬拖着不做呢", "做清洁生产审核，硬拖着不做，怎么处罚？"),
        ("绿色工厂怎么申报？", "还有效吗？", "绿色工厂，还有效吗？"),
        ("绿色工厂怎么申报？", "好处是什么？", "绿色工厂，好处是什么？"),
        ("绿色工厂怎么申报？", "刚才说的补贴怎么申请？", "绿色工厂，补贴怎么申请？"),
        ("环保税什么时候申报？", "主管部门是谁？", "环保税，主管部门是谁？"),
        ("我们园区想利用余热余压，有什么依据？", "那水的呢？", "我们园区想利用水，有什么依据？"),
        ("机关采购货物几天内付款？", "大型企业呢？", "大型企业采购货物几天内付款？"),
        ("山东的企业用水有什么要求？", "上海呢？", "上海的企业用水有什么要求？"),
        ("企业用水有什么要求？", "那在上海呢？", "上海企业用水有什么要求？"),
        ("排污许可证向谁申请？", "罚多少？", "排污许可证，罚多少？"),
        ("园区循环化改造有什么要求？", "什么时候开始？", "园区循环化改造，什么时候开始？"),
        ("园区循环化改造有什么要求？", "谁负责？", "园区循环化改造，谁负责？"),
        ("碳配额怎么分配？", "它可以买卖吗？", "碳配额，可以买卖吗？"),
        (
            "固定资产投资项目要做节能审查吗？",
            "那拒不整改呢？",
            "固定资产投资项目要做节能审查，拒不整改，怎么处罚？",
        ),
        (
            "What tax breaks are there for large firms?",
            "and for SMEs?",
            "What tax breaks are there for SMEs?",
        ),
        ("What rules apply in Shandong?", "what about Shanghai?", "What rules apply in Shanghai?"),
        ("Must firms meter water?", "And in Shanghai?", "Must firms meter water in Shanghai?"),
        ("Must firms meter their energy?", "What about water?", "Must firms meter their water?"),
        (
            "Who needs a pollutant discharge permit?",
            "How much is the fine?",
            "Pollutant discharge permit: how much is the fine?",
        ),
        (
            "Who needs a discharge permit?",
            "How do we renew it?",
            "Discharge permit: how do we renew it?",
        ),
    ],
)
def test_a_follow_up_becomes_a_question_of_its_own(meant, before, question, standalone):
    assert meant(question, before).text == standalone


@pytest.mark.parametrize(
    "question",
    [
        "排污许可证有效期几年？",
        "光伏有什么补贴？",
        "环境影响评价报告书由谁审批？",
        "今天天气怎么样？",
        "谢谢",
        "《园区节能法》第五条",
        "其实我想问绿色工厂怎么申报？",
        "此外，绿色工厂怎么申报？",
        "Can our park set up a virtual power plant?",
        "Is it allowed to burn straw in the park?",
        "How long does it take to get a discharge permit?",
        "If a plant is fined for its wastewater, does the fine grow daily?",
        "Thanks",
    ],
)
def test_a_new_topic_inherits_nothing(meant, question):
    before = turn(REPORT, ("法:a3", "中华人民共和国园区节能法", "第三条"))
    assert meant(question, before).text == question


def test_the_questions_of_the_suites_are_questions_of_their_own():
    taken = asked = 0
    for name in ("digests", "laws"):
        for line in (REPOSITORY / "eval" / "suites" / f"{name}.jsonl").read_text("utf-8").splitlines():
            entry = json.loads(line)
            if entry["half"] == "tuning":
                for question in (entry["question"], entry["question_en"]):
                    asked += 1
                    taken += recognised(analyse(question)) is not None
    assert asked > 400 and taken <= asked / 100


def test_without_history_a_question_stays_as_it_is(meant):
    assert meant("那水的呢？").text == "那水的呢？"


ARTICLE_2 = ("法:a2", "中华人民共和国园区节能法", "第二条")
ARTICLE_3 = ("法:a3", "中华人民共和国园区节能法", "第三条")


@pytest.mark.parametrize(
    ("before", "question", "standalone"),
    [
        (("《园区节能法》第二条", ARTICLE_2), "下一条呢？", "《园区节能法》第三条"),
        (("《园区节能法》第三条", ARTICLE_3), "上一条第二款怎么说？", "《园区节能法》第二条第二款"),
        (("《园区节能法》第二条", ARTICLE_2), "第二款呢？", "《园区节能法》第二条第二款"),
        (("《园区节能法》第二条", ARTICLE_2), "那第五条呢？", "《园区节能法》第五条"),
        ((REPORT, ARTICLE_3), "第五条怎么规定？", "《园区节能法》第五条"),
        (
            ("Article 2 of the Park Energy Law", ARTICLE_2),
            "And the next article?",
            "Article 3 of the Park Energy Law of the PRC",
        ),
        (
            ("Article 2 of the Park Energy Law", ARTICLE_2),
            "What about paragraph 2?",
            "Article 2, paragraph 2 of the Park Energy Law of the PRC",
        ),
        (("《园区节能法》第二条", ARTICLE_2), "什么时候施行？", "《园区节能法》什么时候施行？"),
        ((REPORT, ARTICLE_3), "什么时候开始施行？", "《园区节能法》什么时候开始施行？"),
    ],
)
def test_an_address_is_completed_from_the_turn_before(meant, before, question, standalone):
    assert meant(question, turn(*before)).text == standalone


def test_where_two_articles_fit_and_differ_it_asks_back_and_either_can_be_chosen(meant):
    before = turn(REPORT, ARTICLE_3)
    asked_back = meant("那拒不整改呢？", before).clarification
    assert asked_back.question == "您指哪种情形？"
    assert [option.partition("（")[0] for option in asked_back.options] == [
        "《园区节能法》第三条",
        "《园区节能法》第四条",
    ]
    waiting = turn("那拒不整改呢？", status=AnswerStatus.CLARIFY, options=asked_back.options)
    assert meant("第二个", before, waiting).text == asked_back.options[1]
    assert meant(asked_back.options[0], before, waiting).text == asked_back.options[0]
    # Who does not choose goes on with what was before.
    assert meant("谁负责？", before, waiting).text == "没报送能源利用状况报告，谁负责？"


def test_a_named_article_tells_which_penalty_is_meant(meant):
    assert meant("那拒不整改呢？", turn("《园区节能法》第二条", ARTICLE_2)).text == "《园区节能法》第四条"


def test_上一条_after_an_answer_is_asked_back_unless_only_one_has_the_paragraph(meant):
    assert meant("上一条第二款怎么说？", turn(REPORT, ARTICLE_3)).text == "《园区节能法》第二条第二款"
    options = meant("上一条怎么说？", turn(REPORT, ARTICLE_3)).clarification.options
    assert [option.partition("（")[0] for option in options] == [
        "《园区节能法》第三条",
        "《园区节能法》第二条",
    ]


def test_an_answer_to_a_question_back_completes_the_vague_question(meant):
    vague = turn("要交多少罚款？", status=AnswerStatus.CLARIFY, options=("未报送报告，要交多少罚款？",))
    assert meant("超标排放噪声", vague).text == "超标排放噪声，要交多少罚款？"
    assert meant("1", vague).text == "未报送报告，要交多少罚款？"


def test_the_name_of_a_law_answers_which_document_an_article_is_of(meant):
    vague = turn("第三条", status=AnswerStatus.CLARIFY, options=("《园区节能法》第三条（报告）",))
    assert meant("园区节能法", vague).text == "园区节能法第三条"
    english = turn("Article 3", status=AnswerStatus.CLARIFY, options=("Article 3 of another law",))
    assert meant("Park Energy Law", english).text == "Article 3 of Park Energy Law"


def test_another_document_is_asked_the_same(meant):
    before = turn("《园区节能法》对园区有什么要求？", ARTICLE_2)
    assert meant("那《水污染防治法》呢？", before).text == "《水污染防治法》对园区有什么要求？"


# With a chat model


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("第10000款呢？", "《园区节能法》第三条第10000款"),
        ("第0条呢？", "《园区节能法》第0条"),
        ("第0项呢？", "《园区节能法》第三条第0项"),
    ],
)
def test_a_place_that_no_statute_has_is_asked_for_as_it_is(assistant, meant, question, standalone):
    assert meant(question, turn(REPORT, ARTICLE_3)).text == standalone
    assert assistant.ask(standalone).status in AnswerStatus


def saying(text):
    """A chat model that says this."""

    class Saying(FakeListChatModel):
        def stream(self, *args, **more):
            yield AIMessageChunk(text, response_metadata={"finish_reason": "stop"})

    return ChatModel(Saying(responses=[text]), "saying")


@pytest.mark.parametrize(
    ("written", "is_taken"),
    [
        ("未报送能源利用状况报告由谁处罚？", True),
        ("独立问题：未报送能源利用状况报告由谁处罚？", True),
        ("未报送能源利用状况报告由谁处五万元罚款？\n说明：……", False),
        ("依据《环境保护法》由谁处罚？", False),
        ("上海未报送能源利用状况报告由谁处罚？", False),
        ("Who punishes it?", False),
        ("", False),
        ("未报送" * 100, False),
    ],
)
def test_a_model_writes_the_question_unless_it_adds_or_loses_something(meant, written, is_taken):
    model = saying(written)
    text = meant("谁来罚？", REPORT, model=model).text
    assert text == ("未报送能源利用状况报告由谁处罚？" if is_taken else meant("谁来罚？", REPORT).text)


def test_a_model_keeps_every_number_and_name_of_the_question():
    turns = [turn(REPORT)]
    assert is_sound("未报送能源利用状况报告，逾期30天罚多少？", analyse("逾期30天呢？"), turns)
    assert not is_sound("未报送能源利用状况报告，逾期罚多少？", analyse("逾期30天呢？"), turns)
    assert not is_sound("未报送能源利用状况报告罚多少？", analyse("上海呢？"), turns)


def test_a_model_may_think_before_it_writes_the_question(meant):
    model = saying("<think>上一问说的是报告。</think>\n未报送能源利用状况报告由谁处罚？")
    assert meant("谁来罚？", REPORT, model=model).text == "未报送能源利用状况报告由谁处罚？"


def test_a_model_that_fails_or_is_not_needed_changes_nothing(meant):
    class Broken(FakeListChatModel):
        def stream(self, *args, **more):
            raise ConnectionError("no answer")

    rules = meant("谁来罚？", REPORT).text
    assert meant("谁来罚？", REPORT, model=ChatModel(Broken(responses=["x"]), "broken")).text == rules
    long = "我们园区的企业想在屋顶装光伏发电，需要办什么手续？"
    assert meant(long, REPORT, model=saying("别的问题？")).text == long


def test_of_a_long_history_only_the_last_questions_are_read(assistant, monkeypatch):
    read = []
    monkeypatch.setattr(checking, "analyse", lambda text: read.append(text) or analyse(text))
    assistant.ask("那第三条呢？", earlier=[f"园区节能法第{number}条" for number in range(500)])
    assert len(read) == 1 + TURNS_REMEMBERED and read[-1] == "园区节能法第499条"


def test_an_aside_inherits_nothing_and_what_follows_goes_on_before_it(meant):
    def tell(text):
        return Told(aside=1.0 if "赢" in text else -1.0)

    aside = turn("昨晚谁赢了？", status=AnswerStatus.REFUSED)
    assert meant("昨晚谁赢了？", REPORT, tell=tell, model=saying("没报送报告谁赢了？")).text == "昨晚谁赢了？"
    assert meant("谁来罚？", REPORT, aside, tell=tell).text == meant("谁来罚？", REPORT).text
    assert meant("谁来罚？", aside, tell=tell).text == "谁来罚？"


def test_what_is_in_doubt_is_understood_by_itself_and_searched_for_with_the_question_before(meant):
    question = "储能设施并网也要办许可？"
    doubtful = meant(question, REPORT, tell=lambda _: Told(leans=-1.0, aside=-1.0))
    assert doubtful.text == question
    assert [reading.question.text for reading in doubtful.readings] == [f"{REPORT.rstrip('？')}，{question}"]
    assert not meant(question, REPORT, tell=lambda _: Told(leans=-2.0, aside=-1.0)).readings
    assert not meant(question, REPORT).readings  # nothing was learned
    fine = "没有排污许可证就排废水罚多少？"
    assert meant(fine, REPORT, tell=lambda _: Told(leans=-1.0, aside=-1.0)).readings == ()
    assert [each.text for each in replace(analyse(question), readings=doubtful.readings).meanings] == [
        question
    ]


def test_behind_a_turn_that_may_lean_itself_the_one_that_surely_does_not_counts_too(meant):
    def tell(text):
        return Told(leans=-1.0 if "绿证" in text else -3.0, aside=-1.0)

    known = meant("谁来罚？", REPORT, "绿证也能抵？", tell=tell).readings
    assert [reading.question.text for reading in known] == [
        "绿证也能抵，谁来罚？",
        f"{REPORT.rstrip('？')}，谁来罚？",
        "谁来罚？",
    ]


@pytest.mark.parametrize(
    ("before", "question", "standalone"),
    [
        ("废渣怎么处理？", "不是，我问的是危废", "危废怎么处理？"),
        ("节能审查谁负责", "说错了，是排污许可", "排污许可谁负责"),
        ("节能审查谁负责", "不对，我问的是环评", "环评谁负责"),
        (
            "Who approves the energy review?",
            "no, I meant the EIA",
            "What are the rules on the EIA?",
        ),
    ],
)
def test_who_corrects_what_was_understood_is_asked_the_same_of_that(meant, before, question, standalone):
    assert meant(question, before).text == standalone


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        # what only shows that the answer was read
        ("行吧。那谁来罚？", "谁来罚？"),
        ("哦，上海呢？", "上海呢？"),
        ("明白了。要是还不报呢", "要是还不报呢"),
        ("hm ok. and who fines us?", "and who fines us?"),
        ("Right. What about Shanghai?", "What about Shanghai?"),
        ("明白了。还有呢？", "还有呢？"),
        ("收到。条件是什么？", "条件是什么？"),
        ("哦，个人呢？", "个人呢？"),
        ("明白了。项目停了呢？", "项目停了呢？"),
        # whether it is so elsewhere
        ("上海也是这样吗？", "上海呢？"),
        ("in Shanghai is it the same?", "in Shanghai?"),
        ("And in Shanghai, anything different?", "in Shanghai?"),
    ],
)
def test_what_says_no_more_means_no_more(meant, said, plain):
    assert meant(said, REPORT).text == meant(plain, REPORT).text


@pytest.mark.parametrize(
    "question",
    [
        "Right. Explain the waste battery recycling rules.",
        "I see. Our boiler burns biomass, which emission limits apply?",
        "OH radical limits?",
    ],
)
def test_what_only_shows_that_the_answer_was_read_makes_no_follow_up(meant, question):
    assert meant(question, REPORT).text == question


def test_a_question_in_doubt_that_a_model_rewrote_is_also_read_as_it_was_put(meant):
    question, written = "绿证也能抵？", "没报送能源利用状况报告时，绿证也能抵？"
    said = meant(question, REPORT, tell=lambda _: Told(leans=-1.0, aside=-1.0), model=saying(written))
    assert said.text == written
    assert question in [reading.question.text for reading in said.readings]


@pytest.mark.parametrize(
    "said", ["谢谢！", "好的，知道了", "fine. thanks", "你好", "你是谁？", "thanks a lot!", "Hi there", "bye"]
)
def test_a_courtesy_inherits_nothing_and_what_follows_goes_on_before_it(meant, said):
    assert meant(said, REPORT).text == said
    after = turn(said, status=AnswerStatus.CLARIFY)
    assert meant("谁来罚？", REPORT, after).text == meant("谁来罚？", REPORT).text


@pytest.mark.parametrize(
    ("before", "question", "standalone"),
    [
        (REPORT, "再说一遍", REPORT),
        (REPORT, "没看懂。", REPORT),
        ("余热利用有什么支持政策？", "还有别的吗？", "余热利用有哪些规定？"),
        ("余热利用有什么支持政策？", "还有呢", "余热利用有哪些规定？"),
        ("What are the rules for waste heat?", "anything else?", "What are all the rules on waste heat?"),
        ("What tax breaks are there for SMEs?", "say that again", "What tax breaks are there for SMEs?"),
    ],
)
def test_who_asks_nothing_new_is_answered_about_the_same(meant, before, question, standalone):
    assert meant(question, before).text == standalone


@pytest.mark.parametrize("question", ["具体点", "详细说说", "原文呢？", "more details"])
def test_who_wants_it_exactly_gets_the_article_that_was_cited(meant, question):
    said = meant(question, turn(REPORT, ARTICLE_3))
    assert said.text in ("《园区节能法》第三条", "Article 3 of the Park Energy Law of the PRC")


@pytest.mark.parametrize(
    "question", ["还没开工的呢", "还没修复完呢", "不填埋，拉去做砖呢", "不靠长江的地方呢"]
)
def test_what_breaks_no_rule_is_not_asked_the_penalty_of(meant, question):
    assert "处罚" not in meant(question, "一般工业固废运到外省填埋要批准吗？").text


@pytest.mark.parametrize(
    "question", ["到期了还没改完呢", "还没改呢", "不报呢", "还没验收就投产呢", "不处置，拉去倒了呢"]
)
def test_what_breaks_one_is(meant, question):
    assert meant(question, REPORT).text.endswith("怎么处罚？")


@pytest.mark.parametrize(
    ("before", "question", "standalone"),
    [
        ("山东的重点用能单位要报什么？", "不报罚多少？", "山东的重点用能单位，不报罚多少？"),
        ("Must firms in Shanghai meter water?", "What if they don't?", "What if they don't in Shanghai?"),
    ],
)
def test_a_follow_up_stays_where_the_question_before_was(meant, before, question, standalone):
    said = meant(question, before).text
    assert ("山东" in said, "Shanghai" in said) == ("山东" in standalone, "Shanghai" in standalone), said


@pytest.mark.parametrize("question", ["再说一遍", "具体点", "more details"])
def test_who_asks_nothing_new_chooses_nothing(meant, question):
    asked_back = turn("第三条", status=AnswerStatus.CLARIFY, options=("《园区节能法》第三条（报告）",))
    assert meant(question, REPORT, asked_back).text == REPORT


@pytest.mark.parametrize("question", ["有哪些规定？", "目前有哪些政策", "都有哪些规定？"])
def test_who_asks_for_the_rules_on_a_matter_is_not_told_what_is_held(meant, question):
    assert meant(question, "光伏怎么备案？").text != question


@pytest.mark.parametrize(
    ("question", "standalone"),
    [("Is it the same for Shanghai?", "Shanghai"), ("same for ordinary waste?", "ordinary waste")],
)
def test_the_same_for_another_is_asked_of_that(meant, question, standalone):
    assert standalone in meant(question, "Who approves the transfer of hazardous waste in Shandong?").text


@pytest.mark.parametrize(
    ("question", "answered"),
    [("你们库里有哪些文件？", "资料库现有"), ("What documents do you have?", "The library holds")],
)
def test_who_asks_what_is_held_is_told_the_documents(assistant, question, answered):
    answer = assistant.ask(question)
    titles = {document.title for document in assistant.documents()}
    assert answer.text.startswith(answered) and str(len(titles)) in answer.text
    assert not answer.citations


def test_a_courtesy_is_answered_with_a_line_of_ours(assistant):
    answer = assistant.ask("谢谢")
    assert (answer.status, answer.text) == (AnswerStatus.CLARIFY, "不客气。还想了解什么，可以接着问。")
    assert not answer.citations and assistant.ask("hello").text.startswith("I answer questions about")


@pytest.mark.parametrize(
    "question", ["《园区节能法》是什么？", "介绍一下园区节能法", "园区节能法有什么规定？"]
)
def test_who_asks_what_a_law_is_asks_nothing_before_it(meant, question):
    assert meant(question, REPORT).text == question


def test_what_asks_nothing_among_earlier_messages_is_passed_over(assistant):
    answer = assistant.ask("谁来罚？", earlier=[REPORT, "👍", "……"])
    assert answer.standalone_question == assistant.ask("谁来罚？", earlier=[REPORT]).standalone_question
