"""One example for every operation of the API's description, made of the very values that it returns."""

import json
from datetime import UTC, date, datetime
from typing import Any

from pydantic import JsonValue
from pydantic_core import to_jsonable_python

from parkbot.access import IssuedKey, Key, Scope
from parkbot.answers import (
    Answer,
    AnswerStatus,
    Block,
    BlockKind,
    Citation,
    EvidenceItem,
    Quote,
    Support,
)
from parkbot.api.footnotes import footnoted
from parkbot.domain import (
    Coverage,
    Document,
    DocumentMeasure,
    Found,
    Heading,
    Health,
    IndexProgress,
    IngestResult,
    Level,
    Measure,
    NearestMeasure,
    Source,
    Span,
    Status,
)
from parkbot.turns import Conversation, ConversationSummary, KeptTurn

Example = Any
"""A value as JSON has it."""

QUESTION = "我们园区想利用余热余压，有什么依据？"
QUERY = "余热余压利用"
DOCUMENT_ID = "节约能源法-2018"
MEASURE_ID = f"{DOCUMENT_ID}:a31"

_WORDS = "国家鼓励工业企业采用热电联产、余热余压利用、洁净煤以及先进的用能监测和控制等技术。"
_CHECKED = date(2026, 11, 22)
_MOMENT = datetime(2026, 11, 22, 9, 30)
_SECTION = "第二节 工业节能"
_DOCUMENT = Document(
    id=DOCUMENT_ID,
    title="中华人民共和国节约能源法",
    text="",
    source="upload:节约能源法.md",
    content_hash="5f2b7c0e",
    issuers=("全国人民代表大会常务委员会",),
    document_number="主席令第十六号",
    date_issued=date(2018, 10, 26),
    status=Status.IN_FORCE,
    level=Level.NATIONAL_LAW,
    region="CN",
    source_url="https://flk.npc.gov.cn/",
    coverage=Coverage.COMPLETE,
    checked_on=_CHECKED,
)
_TEXT = f"## {_SECTION}\n\n第三十一条 {_WORDS}"
_MEASURE = Measure(
    id=MEASURE_ID,
    document_id=DOCUMENT_ID,
    position=30,
    locator="第三十一条",
    section_path=("第三章 合理使用与节约能源", _SECTION),
    text=_WORDS,
    span=Span(_TEXT.index(_WORDS), len(_TEXT)),
)
_PREVIOUS = NearestMeasure(f"{DOCUMENT_ID}:a30", _DOCUMENT.title, "第三十条")
_NEXT = NearestMeasure(f"{DOCUMENT_ID}:a32", _DOCUMENT.title, "第三十二条")
_CITATION = Citation(
    marker=1,
    measure_id=MEASURE_ID,
    document_id=DOCUMENT_ID,
    document_title=_DOCUMENT.title,
    locator=_MEASURE.locator,
    section_path=_MEASURE.section_path,
    text_kind=_DOCUMENT.text_kind,
    quotes=(Quote(_WORDS, 0, len(_WORDS)),),
    issuers=_DOCUMENT.issuers,
    document_number=_DOCUMENT.document_number,
    date_issued=_DOCUMENT.date_issued,
    status=_DOCUMENT.status,
    level=_DOCUMENT.level,
    region=_DOCUMENT.region,
    source_url=_DOCUMENT.source_url,
    checked_on=_CHECKED,
)
_CLAIM = f"《节约能源法》第三十一条：“{_WORDS}”[1]"
_ANSWER = Answer(
    question=QUESTION,
    standalone_question=QUESTION,
    language="zh",
    status=AnswerStatus.ANSWERED,
    text=_CLAIM,
    blocks=(Block(BlockKind.CLAIM, _CLAIM, (1,), Support.QUOTED),),
    citations=(_CITATION,),
    evidence=(EvidenceItem(MEASURE_ID, _DOCUMENT.title, _MEASURE.locator, 0.92),),
)


def _json(value: object) -> Example:
    return to_jsonable_python(value)


ANSWER = _json(_ANSWER)
SEARCH_RESULTS = {"results": [_json(Source(_DOCUMENT, _MEASURE, 0.92, (Found.LEXICAL,)).as_result())]}
DOCUMENT = _json(_DOCUMENT)
DOCUMENTS = {"documents": [DOCUMENT], "next_cursor": None}
DOCUMENT_IN_FULL = {
    **DOCUMENT,
    "text": _TEXT,
    "headings": [_json(Heading(_SECTION, Span(0, len(_SECTION) + 3), 2))],
    "measures": [_json(_MEASURE)],
}
MEASURES = {"measures": [_json(_MEASURE)], "next_cursor": None}
DOCUMENT_MEASURE = _json(DocumentMeasure(_DOCUMENT, _MEASURE, _PREVIOUS, _NEXT))
PATCH: Example = {"region": "江苏", "effective_from": "2026-01-01"}
ADDED = _json(IngestResult("upload:园区办法.md", "园区办法", "added", 12))
UPLOADING = (
    'event: progress\ndata: {"done":32,"total":40}\n\n'
    'event: progress\ndata: {"done":40,"total":40}\n\n'
    f"event: document\ndata: {json.dumps(ADDED, ensure_ascii=False)}\n\n"
)
UNCHANGED = _json(IngestResult("upload:园区办法.md", "园区办法", "unchanged"))
HEALTH = _json(Health("ok", "0.1.0", 42, 617, "builtin", _CHECKED, IndexProgress(42, 42, True)))

_CONVERSATION = Conversation(
    "c-7f3a", "shared", QUESTION, _MOMENT, _MOMENT, (KeptTurn(0, QUESTION, QUESTION, _ANSWER, _MOMENT),)
)
CONVERSATION = _json(_CONVERSATION)
CONVERSATIONS = {
    "conversations": [_json(ConversationSummary("c-7f3a", "shared", QUESTION, 1, _MOMENT, _MOMENT))]
}
FEEDBACK: dict[str, JsonValue] = {"rating": "up", "conversation_id": "c-7f3a", "position": 0}
FEEDBACK_KEPT = {"id": "f-19c2"}

_KEY = Key(
    "portal",
    spaces=("park-a",),
    scopes=(Scope.ASK, Scope.READ),
    per_minute=60,
    expires_on=date(2027, 12, 31),
    id="k5f2b7c0e",
    created=datetime(2026, 11, 25, 8, tzinfo=UTC),
)
NEW_KEY = {"name": "portal", "spaces": ["park-a"], "scopes": ["ask", "read"], "per_minute": 60}
KEY = _json(_KEY)
KEYS = {"keys": [KEY]}
ISSUED_KEY = _json(IssuedKey(_KEY, "sk_shown-only-once"))

_CREATED = 1795564800
_FOOTNOTED = footnoted(_ANSWER, _CHECKED, lambda id: f"/measures/{id}")
CHAT_REQUEST = {"model": "parkbot", "messages": [{"role": "user", "content": QUESTION}]}
COMPLETION = {
    "id": "chatcmpl-5f2b7c0e",
    "created": _CREATED,
    "choices": [
        {
            "message": {
                "content": _FOOTNOTED.content,
                "annotations": _json(_FOOTNOTED.annotations),
                "role": "assistant",
                "refusal": None,
            },
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
        }
    ],
    "parkbot_status": "answered",
    "model": "parkbot",
    "object": "chat.completion",
}
MODEL = {"id": "parkbot", "created": _CREATED, "object": "model", "owned_by": "parkbot"}
MODELS = {"data": [MODEL], "object": "list"}

_EVENT = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "id": {"type": "string", "description": "To be sent as `Last-Event-ID` after a lost connection."},
        "event": {"type": "string"},
        "data": {"type": "string", "description": "JSON; `[DONE]` at the end of a chat completion."},
    },
}

Responses = dict[int | str, dict[str, Any]]


def of(example: Example, status: int = 200, **more: object) -> Responses:
    """The response of an operation, by an example; `more` goes beside it (headers, a description)."""
    return {status: {"content": {"application/json": {"example": example}}, **more}}


def streamed(example: Example, events: str | None = None, **more: object) -> Responses:
    """The same for an operation that can also answer as Server-Sent Events, of which `events` are some."""
    stream = {"itemSchema": _EVENT} | ({} if events is None else {"example": events})
    return {200: {"content": {"application/json": {"example": example}, "text/event-stream": stream}, **more}}
