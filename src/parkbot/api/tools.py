"""The tools that assistants of others call over MCP: what each takes, gives and does. All only read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from parkbot.access import Caller
from parkbot.answers import Answer
from parkbot.api.shapes import (
    ANSWER,
    DOCUMENT_MEASURE,
    DOCUMENTS,
    SEARCH_RESULTS,
    Asked,
    Documents,
    SearchResults,
    SpaceName,
)
from parkbot.domain import Document, DocumentMeasure, Filters, Health, SearchResult
from parkbot.paging import page
from parkbot.ui.text import answer_text

A = TypeVar("A", bound=BaseModel)
R = TypeVar("R")


class Reads(Protocol):
    """What the tools need of an assistant: the one of this process has it, and the one of a server."""

    def ask(self, question: str, *, filters: Filters | None = None) -> Answer:
        """Answer a question."""

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> tuple[SearchResult, ...]:
        """The measures that fit best."""

    def documents(self, spaces: tuple[str, ...]) -> tuple[Document, ...]:
        """All documents, without their texts."""

    def measure(self, id: str, spaces: tuple[str, ...]) -> DocumentMeasure:
        """One measure with its document."""

    def health(self) -> Health:
        """Up to which day the library was checked."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who calls a tool, and what it reads from."""

    assistant: Reads
    caller: Caller


class _Closed(BaseModel):
    """Arguments; one that does not exist is an error, not silently dropped."""

    model_config = ConfigDict(extra="forbid")

    space: SpaceName | None = Field(
        None, description="A park's own space, besides the shared library. 园区自己的资料空间。"
    )


class AskArguments(Asked):
    """A question."""

    question: str = Field(description="In Chinese or English. 用中文或英文提问。")


class SearchArguments(Asked):
    """A query."""

    query: str = Field(description="Words, a question, or an article by its number. 词语、问题或条文号。")
    k: int = Field(10, ge=1, le=50, description="How many measures at most. 最多几条。")


class MeasureArguments(_Closed):
    """Which measure."""

    id: str = Field(description="`measure_id` as answers and searches give it. 回答或检索结果中的编号。")


class DocumentsArguments(_Closed):
    """Which part of the list."""

    limit: int = Field(50, ge=1, le=200, description="How many documents at most. 最多几份。")
    cursor: str | None = Field(None, description="`next_cursor` of the page before. 上一页的 next_cursor。")


@dataclass(frozen=True, slots=True)
class Tool(Generic[A, R]):
    """One tool; `text` is what a client shows that reads no structured content (default: the JSON)."""

    name: str
    title: str
    description: str
    arguments: type[A]
    result: TypeAdapter[R]
    run: Callable[[Session, A], R]
    text: Callable[[Session, R], str] | None = None

    def call(self, session: Session, arguments: dict[str, Any]) -> tuple[str, object]:
        """What the tool gives, as text and as a JSON value.

        Raises:
            ValidationError: the arguments are not those of the tool.
            ParkBotError: as the assistant's method does.
        """
        value = self.run(session, self.arguments.model_validate(arguments))
        shown = self.text(session, value) if self.text else self.result.dump_json(value).decode()
        return shown, self.result.dump_python(value, mode="json")


def _ask(session: Session, asked: AskArguments) -> Answer:
    filters = asked.filters(session.caller.reads(asked.space))
    return session.assistant.ask(asked.question, filters=filters)


def _answer_text(session: Session, answer: Answer) -> str:
    return answer_text(answer, session.assistant.health().checked_on)


def _search(session: Session, asked: SearchArguments) -> SearchResults:
    filters = asked.filters(session.caller.reads(asked.space))
    return SearchResults(session.assistant.search(asked.query, k=asked.k, filters=filters))


def _measure(session: Session, asked: MeasureArguments) -> DocumentMeasure:
    found = session.assistant.measure(asked.id, session.caller.reads(asked.space))
    return replace(found, document=replace(found.document, text=""))


def _documents(session: Session, asked: DocumentsArguments) -> Documents:
    held = session.assistant.documents(session.caller.reads(asked.space))
    some = page(held, lambda document: document.id, asked.limit, asked.cursor)
    return Documents(tuple(replace(document, text="") for document in some.items), some.next_cursor)


_TOOLS: tuple[Tool[Any, Any], ...] = (
    Tool(
        "ask_policy",
        "Ask about park policy · 问政策",
        "Answers a question about green and low-carbon policy for industrial parks from a library of laws "
        "and policy documents. Every sentence carries a citation [n] to the article or measure it rests on; "
        "what the library does not cover is refused. Keep the citations when you use the answer, and do "
        "not add what it does not say.\n"
        "回答工业园区绿色低碳政策问题：每句话都注明所依据的条文或措施[n]；资料库没有的内容会明确说明无法回答。"
        "引用回答时请保留出处，不要补充其中没有的内容。",
        AskArguments,
        ANSWER,
        _ask,
        _answer_text,
    ),
    Tool(
        "search_measures",
        "Search measures · 查条文",
        "Finds articles and measures by words, a question or an article's number (best first), each with "
        "its text, document, locator and status.\n"
        "按词语、问题或条文号查找条文和措施，最相关的在前；附原文、文件、条款号和效力状态。",
        SearchArguments,
        SEARCH_RESULTS,
        _search,
    ),
    Tool(
        "get_measure",
        "Open a measure · 看条文",
        "One article or measure in full, with its document (issuers, date, status, official address) and "
        "its neighbours.\n"
        "查看一条条文或措施的全文及其所在文件（发布机关、日期、效力、官方网址）和前后条文。",
        MeasureArguments,
        DOCUMENT_MEASURE,
        _measure,
    ),
    Tool(
        "list_documents",
        "List documents · 看文件",
        "The laws and policy documents that the library holds, without their texts.\n"
        "列出资料库收录的法律和政策文件（不含正文）。",
        DocumentsArguments,
        DOCUMENTS,
        _documents,
    ),
)
TOOLS = {tool.name: tool for tool in _TOOLS}
"""All tools, by name."""
