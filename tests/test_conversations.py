"""Conversations as they are kept: in SQL, over HTTP, through a server, on the command line."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

import talking
from parkbot import cli
from parkbot.answers import Answer, Block
from parkbot.api import create_app
from parkbot.conversation.export import as_markdown
from parkbot.domain import SHARED_SPACE, Filters
from parkbot.errors import NotFound
from parkbot.library import Library
from parkbot.remote import RemoteAssistant
from parkbot.settings import Settings
from parkbot.turns import Feedback, Rating

REPORT = "没报送能源利用状况报告罚多少？"
SHARED = (SHARED_SPACE,)
PARK = (SHARED_SPACE, "park-a")


@pytest.fixture
def assistant(tmp_path, url):
    with talking.assistant(tmp_path / "data", database_url=url) as assistant:
        yield assistant


@pytest.fixture
def client(assistant, tmp_path):
    async def build():  # inside a loop, since outside of one Gradio leaves loops unclosed
        return create_app(assistant, Settings(data_dir=tmp_path / "data"))

    return TestClient(asyncio.run(build()))


def begun(assistant, question=REPORT, **more):
    """The id of a conversation that was begun with a question."""
    return assistant.ask(question, conversation_id="new", **more).conversation_id


class TestInTheAssistant:
    def test_a_question_alone_keeps_nothing(self, assistant):
        alone = assistant.ask(REPORT)
        assert (alone.conversation_id, alone.position) == (None, None)
        assert assistant.conversations() == ()

    def test_a_conversation_goes_on_and_says_how_it_understood(self, assistant):
        id = begun(assistant)
        answer = assistant.ask("第五条呢？", conversation_id=id)
        assert (answer.question, answer.standalone_question) == ("第五条呢？", "《园区节能法》第五条")
        assert answer.conversation_id == id and answer.citations[0].locator == "第五条"
        assert "conversation" in answer.timings_ms
        kept = assistant.conversation(id)
        assert [(turn.position, turn.question) for turn in kept.turns] == [(0, REPORT), (1, "第五条呢？")]
        assert kept.turns[1].answer == answer and kept.title == REPORT
        assert [turn.answer.position for turn in kept.turns] == [0, 1]
        (listed,) = assistant.conversations()
        assert (listed.id, listed.turns, listed.title) == (id, 2, REPORT)

    def test_a_question_back_is_a_turn_too(self, assistant):
        id = begun(assistant, "《园区节能法》第三条")
        answer = assistant.ask("上一条第二款怎么说？", conversation_id=id)
        assert answer.standalone_question == "《园区节能法》第二条第二款"
        id = begun(assistant, "能源利用状况报告的整改要求是什么？")  # two articles are cited
        clarified = assistant.ask("上一条怎么说？", conversation_id=id)
        assert clarified.status == "clarify" and clarified.text == "您指哪种情形？"
        chosen = assistant.ask("第一个", conversation_id=id)
        assert chosen.citations[0].locator in clarified.clarification.options[0]

    def test_a_kept_answer_shows_what_it_quoted_when_the_document_is_gone(self, assistant):
        id = begun(assistant, "《园区节能法》第三条")
        quoted = assistant.conversation(id).turns[0].answer.citations[0].quotes
        assistant.remove_document("法")
        assert assistant.conversation(id).turns[0].answer.citations[0].quotes == quoted

    def test_one_space_never_sees_anothers(self, assistant):
        id = begun(assistant, filters=Filters(spaces=PARK))
        assert assistant.conversations() == () and len(assistant.conversations(PARK)) == 1
        for forbidden in (
            lambda: assistant.conversation(id),
            lambda: assistant.remove_conversation(id),
            lambda: assistant.ask("罚多少？", conversation_id=id),
            lambda: assistant.add_feedback(Feedback(Rating.UP, conversation_id=id)),
        ):
            with pytest.raises(NotFound, match=id):
                forbidden()
        assert assistant.remove_conversations() == 0
        # What the park's own documents say must not come into a conversation that others read.
        with pytest.raises(NotFound):
            assistant.ask("罚多少？", conversation_id=begun(assistant), filters=Filters(spaces=PARK))

    def test_one_owner_never_sees_anothers(self, assistant):
        id = begun(assistant, owner="ann")
        assert [each.id for each in assistant.conversations(owner="ann")] == [id]
        for other in (None, "ben"):
            assert assistant.conversations(owner=other) == ()
            with pytest.raises(NotFound):
                assistant.conversation(id, owner=other)
            with pytest.raises(NotFound):
                assistant.ask("罚多少？", conversation_id=id, owner=other)

    def test_a_conversation_nobody_began_is_not_there(self, assistant):
        with pytest.raises(NotFound, match="no conversation abc"):
            assistant.ask(REPORT, conversation_id="abc")

    def test_a_question_that_fails_leaves_the_conversation_as_it_was(self, assistant, monkeypatch):
        id = begun(assistant)
        monkeypatch.setattr(assistant, "_answering", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            assistant.ask("罚多少？", conversation_id=id)
        assert len(assistant.conversation(id).turns) == 1

    def test_it_can_be_deleted_alone_or_with_all(self, assistant):
        first, second = begun(assistant), begun(assistant)
        assistant.add_feedback(Feedback(Rating.DOWN, conversation_id=first, position=0))
        assistant.remove_conversation(first)
        assert [each.id for each in assistant.conversations()] == [second]
        assert assistant.remove_conversations() == 1 and assistant.conversations() == ()

    @pytest.mark.parametrize("all_of_them", [False, True])
    def test_what_is_deleted_while_an_answer_is_written_does_not_come_back(self, assistant, all_of_them):
        id = begun(assistant)
        happening = assistant.asking("第五条呢？", conversation_id=id)
        next(event for event in happening if isinstance(event, Block))
        if all_of_them:
            assert assistant.remove_conversations() == 1
        else:
            assistant.remove_conversation(id)
        answer = [*happening][-1]
        assert isinstance(answer, Answer) and answer.position is None
        assert assistant.conversations() == ()

    def test_feedback_is_on_a_turn_that_exists(self, assistant):
        id = begun(assistant)
        assert assistant.add_feedback(Feedback(Rating.UP, "清楚", id, 0, ("法:a3",)))
        with pytest.raises(NotFound, match="no turn 7"):
            assistant.add_feedback(Feedback(Rating.UP, conversation_id=id, position=7))


class TestExpiry:
    @pytest.mark.parametrize(("days", "is_kept"), [(30, False), (90, True), (0, True)])
    def test_what_is_too_old_is_seen_no_more_and_deleted_at_the_next_start(self, tmp_path, days, is_kept):
        data_dir = tmp_path / "data"
        with talking.assistant(data_dir) as assistant:
            id = begun(assistant)
            assistant.add_feedback(Feedback(Rating.UP, conversation_id=id))
            assistant.add_feedback(Feedback(Rating.UP, measure_ids=("法:a3",)))
        url = f"sqlite:///{data_dir / 'library.sqlite'}"
        engine = create_engine(url)
        with engine.begin() as connection:
            then = (datetime.now(UTC) - timedelta(days=60)).strftime("%Y-%m-%d %H:%M:%S.000000")
            for table, column in (("conversations", "updated"), ("feedback", "created")):
                connection.execute(text(f"UPDATE {table} SET {column} = :then"), {"then": then})
        library = Library(url, days or None)
        assert len(library.conversations.listed(SHARED)) == int(is_kept)
        library.close()
        with talking.assistant(data_dir, retention_days=days) as assistant:
            assert len(assistant.conversations()) == int(is_kept)
        with engine.connect() as connection:
            counts = [
                connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
                for table in ("conversations", "turns", "feedback")
            ]
        engine.dispose()
        assert counts == ([1, 1, 2] if is_kept else [0, 0, 0])


class TestOverHttp:
    def test_a_conversation_is_begun_continued_listed_read_and_deleted(self, client):
        first = client.post("/v1/ask", json={"question": REPORT, "conversation_id": "new"}).json()
        id = first["conversation_id"]
        more = client.post("/v1/ask", json={"question": "第五条呢？", "conversation_id": id}).json()
        assert more["standalone_question"] == "《园区节能法》第五条"
        listed = client.get("/v1/conversations").json()["conversations"]
        assert [(each["id"], each["turns"], each["title"]) for each in listed] == [(id, 2, REPORT)]
        held = client.get(f"/v1/conversations/{id}").json()
        assert held["turns"][1]["answer"]["citations"] == more["citations"]
        assert client.delete(f"/v1/conversations/{id}").status_code == 204
        gone = client.get(f"/v1/conversations/{id}")
        assert gone.status_code == 404 and gone.json()["type"] == "urn:parkbot:problem:not-found"
        assert client.delete("/v1/conversations").status_code == 204

    def test_an_unknown_conversation_is_a_problem_also_in_a_stream(self, client):
        body = {"question": REPORT, "conversation_id": "abc"}
        assert client.post("/v1/ask", json=body).status_code == 404
        assert "urn:parkbot:problem:not-found" in client.post("/v1/ask", json=body | {"stream": True}).text

    def test_it_is_exported_as_json_and_markdown(self, client):
        asked = {"question": "《园区节能法》第三条", "conversation_id": "new"}
        id = client.post("/v1/ask", json=asked).json()["conversation_id"]
        exported = client.get(f"/v1/conversations/{id}/export")
        assert exported.json()["turns"][0]["question"] == "《园区节能法》第三条"
        markdown = client.get(f"/v1/conversations/{id}/export", params={"format": "markdown"})
        assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
        assert f"conversation-{id}.md" in markdown.headers["content-disposition"]
        assert "处五万元罚款" in markdown.text and "\\[1\\] 《园区节能法》第三条" in markdown.text
        assert client.get(f"/v1/conversations/{id}/export", params={"format": "pdf"}).status_code == 422

    def test_feedback_is_kept(self, client):
        id = client.post("/v1/ask", json={"question": REPORT, "conversation_id": "new"}).json()[
            "conversation_id"
        ]
        given = {"rating": "down", "comment": "不是我要的", "conversation_id": id, "position": 0}
        kept = client.post("/v1/feedback", json=given)
        assert kept.status_code == 201 and kept.json()["id"]
        for wrong, status in (
            ({"rating": "meh"}, 422),
            ({"rating": "up", "stars": 5}, 422),
            ({"rating": "up", "comment": "x" * 3000}, 422),
            ({"rating": "up", "conversation_id": "abc"}, 404),
            ({"rating": "up", "conversation_id": "new"}, 404),
            ({"rating": "up", "conversation_id": id, "position": 2**31 - 1}, 404),
            ({"rating": "up", "conversation_id": id, "position": 2**63}, 422),
            ({"rating": "up", "position": 0}, 422),
            ({"rating": "up", "conversation_id": id, "position": 9}, 404),
        ):
            assert client.post("/v1/feedback", json=wrong).status_code == status

    def test_the_remote_assistant_does_the_same(self, assistant, client):
        def carried(request):
            answered = client.request(
                request.method, str(request.url), content=request.content, headers=dict(request.headers)
            )
            return httpx.Response(answered.status_code, content=answered.content)

        remote = RemoteAssistant("http://testserver", transport=httpx.MockTransport(carried))
        id = remote.ask(REPORT, conversation_id="new").conversation_id
        assert remote.ask("第五条呢？", conversation_id=id).standalone_question == "《园区节能法》第五条"
        assert remote.conversations(SHARED) == assistant.conversations(SHARED)
        assert remote.conversation(id, SHARED) == assistant.conversation(id, SHARED)
        with pytest.raises(NotFound):
            remote.conversation("abc", SHARED)
        remote.remove_conversation(id, SHARED)
        begun(assistant)
        assert remote.remove_conversations(SHARED) == 1 and assistant.conversations() == ()
        remote.close()


def test_an_export_brings_no_markup_of_others_to_life(assistant):
    hostile = "<script>x</script> ![a](http://evil.example/x.png) [b](javascript:x) # 罚多少？"
    shown = as_markdown(assistant.conversation(begun(assistant, hostile)))
    heading = shown.splitlines()[0].removeprefix("# ")
    assert "script" in heading and not re.search(r"(?<!\\)[\[\]<>#*_`]", heading)


class TestOnTheCommandLine:
    @pytest.fixture
    def run(self, capsys, monkeypatch, tmp_path):
        with talking.assistant(tmp_path / "data"):
            pass
        for name, value in (("DATA_DIR", str(tmp_path / "data")), ("BUNDLED_KNOWLEDGE", "false")):
            monkeypatch.setenv(f"PARKBOT_{name}", value)

        def run(*arguments):
            code = cli.run(arguments)
            return code, *capsys.readouterr()

        return run

    def test_ask_begins_and_goes_on_and_conversations_shows_what_was_said(self, run):
        code, out, _ = run("ask", "《园区节能法》第三条", "--conversation", "new", "--json")
        id = json.loads(out)["conversation_id"]
        assert "1 turn ·" in run("conversations", "list")[1]
        code, out, _ = run("ask", "下一条呢？", "--conversation", id)
        assert code == 0 and "理解为：《园区节能法》第四条" in out and f"--conversation {id}" in out
        code, out, _ = run("conversations", "list")
        assert code == 0 and id in out and "2 turns" in out
        assert json.loads(run("conversations", "list", "--json")[1])["conversations"][0]["turns"] == 2
        code, out, _ = run("conversations", "show", id)
        assert "> 下一条呢？" in out and "处三十万元罚款" in out
        assert json.loads(run("conversations", "show", id, "--json")[1])["id"] == id
        assert run("conversations", "export", id)[1].startswith("# 《园区节能法》第三条")
        assert json.loads(run("conversations", "export", id, "--format", "json")[1])["id"] == id
        assert run("conversations", "remove", id)[:2] == (0, "1 removed\n")
        assert run("conversations", "list")[1] == "There are no conversations.\n"

    def test_what_is_not_there_or_not_said_is_one_line(self, run):
        code, out, err = run("ask", "罚多少？", "--conversation", "abc")
        assert (code, out) == (1, "") and "no conversation abc" in err and len(err.splitlines()) == 1
        code, out, err = run("conversations", "remove")
        assert code == 2 and "--all" in err
        assert json.loads(run("conversations", "remove", "--all", "--json")[1]) == {"removed": 0}
