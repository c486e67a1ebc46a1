"""Questions to ask next: each is answered by the library, and they help on."""

import pytest

import talking
from parkbot.answers import Answer, Block
from parkbot.questions import language_of


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    with talking.assistant(tmp_path_factory.mktemp("talk")) as assistant:
        yield assistant


def names(suggestions):
    return [suggestion.partition("（")[0] for suggestion in suggestions]


def test_a_duty_leads_to_its_penalty_and_a_penalty_to_its_duty(assistant):
    assert names(assistant.ask("《园区节能法》第二条").suggestions)[0] == "《园区节能法》第四条"
    assert names(assistant.ask("《园区节能法》第四条").suggestions) == [
        "《园区节能法》第二条",
        "《园区节能法》第五条",
        "《园区节能法》第三条",
    ]


def test_they_say_what_they_are_about(assistant):
    (first, *_) = assistant.ask("《园区节能法》第二条").suggestions
    assert first == "《园区节能法》第四条（重点用能单位拒不落实整改要求）"


def test_every_one_is_answered_by_the_article_it_names(assistant):
    asked = ["《园区节能法》第三条", "没报送能源利用状况报告罚多少？", "Article 3 of the Park Energy Law"]
    for question in asked:
        suggestions = assistant.ask(question).suggestions
        assert suggestions
        for suggestion in suggestions:
            answer = assistant.ask(suggestion)
            assert answer.status == "answered" and len(answer.citations) == 1, suggestion


def test_they_are_in_the_language_of_the_question(assistant):
    suggestions = assistant.ask("Article 2 of the Park Energy Law").suggestions
    assert suggestions[0] == "Article 4 of the Park Energy Law of the PRC"


@pytest.mark.parametrize(
    "question",
    [
        "《关于开展零碳园区建设的通知》：绿电直供与就近匹配",
        "How must a zero-carbon park use green power directly?",
    ],
)
def test_a_measure_is_asked_for_by_the_question_that_it_came_with(knowledge, question):
    answer = knowledge.ask(question)
    assert len(answer.suggestions) == 3
    measures = [each for document in knowledge.documents() for each in knowledge.measures_of(document.id)]
    for suggestion in answer.suggestions:
        (measure,) = [each for each in measures if suggestion in each.questions]
        assert language_of(suggestion) == answer.language
        assert measure.id in [each.measure_id for each in knowledge.ask(suggestion).citations]


def test_a_measure_that_came_with_no_question_is_asked_for_by_its_title(assistant):
    answer = assistant.ask("《关于开展零碳园区建设的通知》：绿电直供与就近匹配")
    titles = ("清洁低碳供热", "建立碳排放管理制度")
    assert set(answer.suggestions) == {f"《关于开展零碳园区建设的通知》：{title}" for title in titles}


def test_of_a_document_that_is_removed_in_this_moment_nothing_is_asked(tmp_path):
    with talking.assistant(tmp_path) as assistant:
        (document,) = [each for each in assistant.documents() if each.title.endswith("园区节能法")]
        happening = assistant.asking("没报送能源利用状况报告罚多少？")
        for event in happening:
            if isinstance(event, Block):
                assistant.remove_document(document.id)
                break
        *_, answer = happening
    assert isinstance(answer, Answer) and answer.citations and "节能法" not in "".join(answer.suggestions)


def test_a_question_back_has_choices_and_no_suggestions(assistant):
    assert assistant.ask("要交多少罚款？").suggestions == ()


def test_after_a_refusal_they_are_what_is_near_and_none_where_nothing_is(knowledge):
    answer = knowledge.ask("三号厂房屋顶光伏上个月发了多少度电")
    assert answer.refusal is not None and answer.suggestions
    for suggestion in answer.suggestions:
        assert knowledge.ask(suggestion).status == "answered"
    for elsewhere in ("高铁票怎么改签", "《特种设备安全法》第八十四条罚多少"):
        answer = knowledge.ask(elsewhere)
        assert answer.refusal is not None and answer.suggestions == ()
