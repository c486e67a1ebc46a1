"""The assistant over HTTP; what the real server says is tested with the real server in test_cli."""

import json
from datetime import date

import httpx
import pytest

from parkbot import errors
from parkbot.answers import Answer, AnswerStatus
from parkbot.domain import Document, DocumentChanges, Filters, IngestResult, Status
from parkbot.events import State
from parkbot.remote import RemoteAssistant


class Server:
    """Answers every request with the same response and keeps the requests."""

    def __init__(self, status=200, body=None):
        self.requests = []
        self._response = httpx.Response(status, json=body)

    def __call__(self, request):
        self.requests.append(request)
        return self._response

    @property
    def assistant(self):
        return RemoteAssistant("http://127.0.0.1:1", transport=httpx.MockTransport(self))


ANSWER = {
    "question": "问",
    "standalone_question": "问",
    "language": "zh",
    "status": "refused",
    "text": "资料库里没有。",
    "refusal": {"reason": "not_covered", "message": "没有", "nearest": []},
}


def test_a_question_travels_with_its_filters_and_comes_back_as_an_answer():
    server = Server(body=ANSWER)
    filters = Filters(
        spaces=("shared", "park"), region="江苏省", as_of=date(2026, 1, 31), status=Status.IN_FORCE
    )
    answer = server.assistant.ask("问", filters=filters, conversation_id="c1")
    assert isinstance(answer, Answer) and answer.status is AnswerStatus.REFUSED
    assert answer.refusal.nearest == ()
    assert json.loads(server.requests[0].content) == {
        "question": "问",
        "conversation_id": "c1",
        "space": "park",
        "region": "江苏省",
        "as_of": "2026-01-31",
        "status": "in_force",
    }


def streamed(*events, requests=None):
    """An assistant whose server sends these events."""
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    sent = [] if requests is None else requests

    def answer(request):
        sent.append(request)
        return httpx.Response(200, text=body)

    return RemoteAssistant("http://127.0.0.1:1", transport=httpx.MockTransport(answer))


def test_an_answer_is_told_as_it_comes_about():
    block = {"kind": "notice", "text": "注意", "citations": [], "support": None, "emphasis": []}
    server = streamed(("status", {"state": "checking"}), ("block", block), ("answer", ANSWER))
    state, told, answer = server.asking("问")
    assert state is State.CHECKING and told.text == "注意" and answer.text == ANSWER["text"]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85"])
def test_a_text_may_hold_what_others_take_for_the_end_of_a_line(end):
    text = f"第一行{end}第二行"
    body = f"event: answer\ndata: {json.dumps(ANSWER | {'text': text}, ensure_ascii=False)}\n\n".encode()
    parts = [body[start : start + 7] for start in range(0, len(body), 7)]
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=iter(parts)))
    (answer,) = RemoteAssistant("http://127.0.0.1:1", transport=transport).asking("问")
    assert answer.text == text


def test_an_error_in_a_stream_comes_back_as_the_class_it_left_as():
    problem = {"type": "urn:parkbot:problem:bad-question", "detail": "空的"}
    with pytest.raises(errors.BadQuestion, match="空的"):
        list(streamed(("status", {"state": "searching"}), ("error", problem)).asking("问"))


def test_a_stream_without_an_answer_is_told_as_such():
    with pytest.raises(errors.Unavailable, match="broke off"):
        list(streamed(("status", {"state": "searching"})).asking("问"))


def test_an_edit_sends_only_what_changes_and_null_for_what_is_cleared():
    server = Server(body={"title": "法", "text": "", "id": "law"})
    changes = DocumentChanges(status=Status.REPEALED, expires_on=None, issuers=("国务院",))
    document = server.assistant.edit_document("law:1", changes, ("shared",))
    assert document == Document(title="法", text="", id="law")
    assert json.loads(server.requests[0].content) == {
        "status": "repealed",
        "expires_on": None,
        "issuers": ["国务院"],
    }
    assert server.requests[0].url.raw_path == b"/v1/documents/law%3A1"


def test_a_file_is_sent_with_its_source_and_how_far_it_is_is_told():
    told, requests = [], []
    added = {"source": "/a/法.md", "document_id": "law", "outcome": "added", "measures": 3}
    steps = [("progress", {"done": done, "total": 3}) for done in (2, 3)]
    server = streamed(*steps, ("document", added), requests=requests)
    result = server.add_document(
        "法.md",
        b"text",
        source="/a/法.md",
        space="park",
        progress=lambda done, total: told.append((done, total)),
    )
    assert result == IngestResult("/a/法.md", "law", "added", measures=3)
    assert told == [(2, 3), (3, 3)]
    sent = requests[0].read().decode()
    assert all(part in sent for part in ('name="source"', "/a/法.md", "park", "text", 'name="stream"'))


def test_a_file_that_cannot_be_added_is_told_as_the_error_that_it_was():
    problem = {"type": "urn:parkbot:problem:unreadable-file", "detail": "空的"}
    with pytest.raises(errors.UnreadableFile, match="空的"):
        streamed(("error", problem)).add_document("法.md", b"")
    with pytest.raises(errors.Unavailable, match="broke off"):
        streamed(("progress", {"done": 1, "total": 2})).add_document("法.md", b"text")


@pytest.mark.parametrize(
    "kind", [errors.NotFound, errors.UnreadableFile, errors.BadQuestion, errors.NotReady]
)
def test_an_error_comes_back_as_the_class_it_left_as(kind):
    name = {"NotFound": "not-found", "UnreadableFile": "unreadable-file", "BadQuestion": "bad-question"}.get(
        kind.__name__, "not-ready"
    )
    problem = {"type": f"urn:parkbot:{name}", "title": "…", "status": 400, "detail": "what is wrong"}
    with pytest.raises(kind, match="^what is wrong$") as raised:
        Server(400, problem).assistant.document("law", ("shared",))
    assert raised.type is kind


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("urn:parkbot:invalid-request", errors.BadInput),
        ("about:blank", errors.ParkBotError),
        ("urn:parkbot:annotations", errors.ParkBotError),
    ],
)
def test_a_problem_that_is_no_error_of_ours_keeps_its_words(type, kind):
    with pytest.raises(errors.ParkBotError, match="words") as raised:
        Server(400, {"type": type, "detail": "words"}).assistant.health()
    assert raised.type is kind


@pytest.mark.parametrize(("status", "body"), [(502, None), (502, ["x"]), (200, {"unknown": 1}), (200, [1])])
def test_a_server_that_speaks_otherwise_is_unavailable(status, body):
    with pytest.raises(errors.Unavailable):
        Server(status, body).assistant.documents(("shared",))


def test_a_server_that_is_not_there_is_unavailable():
    def refuse(request):
        raise httpx.ConnectError("Connection refused")

    with pytest.raises(errors.Unavailable, match="does not answer"):
        RemoteAssistant("http://127.0.0.1:1", transport=httpx.MockTransport(refuse)).health()
