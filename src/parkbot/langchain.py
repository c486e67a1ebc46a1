"""For chains of others: ParkBot's retrieval as a LangChain retriever, and its embedder."""

from typing import Protocol, Self

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, SkipValidation
from pydantic_core import to_jsonable_python

from parkbot.domain import Filters, SearchResult
from parkbot.models import Embedder
from parkbot.remote import RemoteAssistant
from parkbot.ui.text import source


class Searches(Protocol):
    """What finds measures: `PolicyAssistant` in this process, `RemoteAssistant` over HTTP."""

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> tuple[SearchResult, ...]:
        """The best `k` measures for a query, best first."""


class PolicyRetriever(BaseRetriever):
    """The measures that fit a query, best first, as LangChain's documents.

    `page_content` is a measure's text, verbatim; of a digest (`text_kind`) that is a summary and may not
    be put in quotation marks. `metadata` has the fields of `SearchResult` as JSON has them (`measure_id`,
    `document_title`, `locator`, `status`, `source_url`, `score` …; scores compare within one result only)
    and `citation`, one line to cite the measure by. Errors are those of `parkbot.errors`.
    """

    assistant: SkipValidation[Searches] = Field(repr=False)
    k: int = Field(10, ge=1, le=200)
    filters: Filters = Filters()

    @classmethod
    def at(cls, url: str, key: str | None = None, *, k: int = 10, filters: Filters | None = None) -> Self:
        """A retriever that asks the ParkBot server at `url` with a key of the scope `read`."""
        return cls(assistant=RemoteAssistant(url, key), k=k, filters=filters or Filters())

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(found) for found in self.assistant.search(query, k=self.k, filters=self.filters)]


class PolicyEmbeddings(Embeddings):
    """An embedder of `parkbot.models` for your own vector stores (`PolicyEmbeddings(embedder(settings))`)."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, of unit length, [len(texts)][dimensions]."""
        return self._embedder.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, of unit length, [dimensions]."""
        return self._embedder.embed_query(text)


def _document(found: SearchResult) -> Document:
    metadata = to_jsonable_python(found)
    text = metadata.pop("text")
    return Document(
        text, id=found.measure_id, metadata=metadata | {"citation": source(found, found.language)}
    )
