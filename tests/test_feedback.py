"""Feedback is looked through, and its questions approved to learn from."""

import json

import pytest

import talking
from parkbot import build, cli
from parkbot.errors import BadInput, NotFound
from parkbot.settings import load
from parkbot.turns import Feedback, Rating

REPORT = "没报送能源利用状况报告罚多少？"


@pytest.fixture
def assistant(tmp_path):
    with talking.assistant(tmp_path / "data") as assistant:
        yield assistant


@pytest.fixture
def approvals(assistant, tmp_path):
    with build.approvals(load(data_dir=tmp_path / "data")) as approvals:
        yield approvals


def given(assistant, rating=Rating.UP, question=REPORT):
    """The ids of feedback on an answer, of its conversation, and of what it cites."""
    answer = assistant.ask(question, conversation_id="new")
    id = assistant.add_feedback(Feedback(rating, "好", answer.conversation_id, 0))
    return id, answer.conversation_id, tuple(each.measure_id for each in answer.citations)


def test_feedback_is_listed_with_its_question_and_sources(assistant, approvals):
    id, _, cited = given(assistant)
    (listed,) = approvals.given()
    assert (listed.id, listed.question, listed.measure_ids) == (id, REPORT, cited)
    assert (listed.rating, listed.comment, listed.is_approved) == (Rating.UP, "好", False)


def test_an_approved_question_outlives_its_conversation(assistant, approvals):
    id, conversation, cited = given(assistant)
    approved = approvals.approve(id)
    assert (approved.question, approved.measure_ids) == (REPORT, cited)
    assert approvals.given()[0].is_approved
    assistant.remove_conversation(conversation)
    assert approvals.given() == () and approvals.all() == (approved,)
    approvals.withdraw(id)
    assert approvals.all() == ()
    with pytest.raises(NotFound, match="no approved question"):
        approvals.withdraw(id)


def test_what_did_not_help_needs_the_right_measure(assistant, approvals):
    id, _, cited = given(assistant, Rating.DOWN)
    with pytest.raises(BadInput, match="--measure"):
        approvals.approve(id)
    (right,) = [each for each in assistant.search("用水计量器具", k=20) if each.locator == "第五条"]
    assert approvals.approve(id, [right.measure_id]).measure_ids == (right.measure_id,)
    assert right.measure_id not in cited


def test_what_cannot_be_learned_from_is_refused(assistant, approvals):
    alone = assistant.add_feedback(Feedback(Rating.UP, measure_ids=("x:a1",)))
    with pytest.raises(BadInput, match="was not kept"):
        approvals.approve(alone)
    with pytest.raises(NotFound, match="feedback list"):
        approvals.approve("nothing")
    with pytest.raises(BadInput, match="no measure x:a1"):
        approvals.add("怎么办？", ["x:a1"])
    with pytest.raises(BadInput, match="needs its words"):
        approvals.add(" ", ["x:a1"])


def test_a_park_s_measure_answers_no_question_of_another_space(assistant, approvals):
    added = assistant.add_document("a.md", "# 本园办法\n\n第一条 食堂每餐补贴十元。".encode(), space="park-a")
    (private,) = assistant.measures_of(added.document_id, ("park-a",))
    with pytest.raises(BadInput, match="no measure"):
        approvals.add("食堂补贴多少？", [private.id])
    assert approvals.add("食堂补贴多少？", [private.id], "park-a").space == "park-a"


def test_the_same_question_is_approved_once(assistant, approvals):
    first, second = (each.measure_id for each in assistant.search("能源", k=2))
    approvals.add("怎么办？", [first])
    approvals.add("怎么办？", [second])
    (only,) = approvals.all()
    assert only.measure_ids == (second,)


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PARKBOT_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments):
        code = cli.run(arguments)
        return code, *capsys.readouterr()

    return run


def test_an_operator_lists_approves_and_withdraws(assistant, run):
    assert run("feedback", "list") == (0, "There is no feedback.\n", "")
    id, _, cited = given(assistant)
    assert REPORT in run("feedback", "list")[1]
    code, out, _ = run("feedback", "approve", id, "--json")
    assert code == 0 and json.loads(out)["measure_ids"] == list(cited)
    listed = json.loads(run("feedback", "list", "--json")[1])
    assert listed["feedback"][0]["is_approved"] and listed["approved"][0]["question"] == REPORT
    assert run("feedback", "withdraw", id) == (0, f"withdrawn {id}\n", "")


def test_questions_of_one_s_own_are_imported(assistant, run, tmp_path):
    (found,) = assistant.search("能源", k=1)
    file = tmp_path / "questions.jsonl"
    line = json.dumps({"question": "谁来报送？", "measure_ids": [found.measure_id]})
    file.write_text(f"{line}\n\n{line}\n", encoding="utf-8")
    assert run("feedback", "import", str(file)) == (0, "2 approved\n", "")
    assert len(json.loads(run("feedback", "list", "--json")[1])["approved"]) == 1
    broken = json.dumps(
        {"question": "谁来\u2028报送？", "measure_ids": [found.measure_id]}, ensure_ascii=False
    )
    file.write_text(f"{broken}\r\n", encoding="utf-8")
    assert run("feedback", "import", str(file)) == (0, "1 approved\n", "")
    for wrong in ('{"question": "x"}', "nonsense", '{"question": "x", "measure_ids": ["no:a1"]}'):
        file.write_text(f"{line}\n{wrong}\n", encoding="utf-8")
        code, out, err = run("feedback", "import", str(file))
        assert code == 2 and not out and "line 2" in err and err.count("\n") == 1
    assert run("feedback", "import", str(tmp_path / "none"))[0] == 2
