"""Questions to ask next: each is answered by the library, and they help on."""

import pytest

import talking


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


def test_a_measure_without_a_number_is_asked_for_by_its_title(assistant):
    answer = assistant.ask("《关于开展零碳园区建设的通知》：清洁低碳供热")
    assert answer.citations[0].measure_id == "zero:m02"
    assert "《关于开展零碳园区建设的通知》：建立碳排放管理制度" in answer.suggestions
    for suggestion in answer.suggestions:
        title = suggestion.partition("：")[2]
        (measure,) = [each for each in assistant.measures_of("zero") if each.title == title]
        assert measure.id in [citation.measure_id for citation in assistant.ask(suggestion).citations]


def test_a_question_back_has_choices_and_no_suggestions(assistant):
    assert assistant.ask("要交多少罚款？").suggestions == ()


def test_after_a_refusal_they_are_the_nearest(assistant):
    answer = assistant.ask("零碳园区的绿电直供由哪家公司报价最低？")
    assert answer.refusal is not None and answer.refusal.nearest
    nearest = {near.measure_id for near in answer.refusal.nearest}
    for suggestion in answer.suggestions:
        assert assistant.ask(suggestion).citations[0].measure_id in nearest
