"""The chat model that the settings name, through LangChain, which is imported only where one is named."""

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from parkbot.errors import BadSettings, ChatModelFailed, Trouble
from parkbot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_log = logging.getLogger(__name__)

Message: TypeAlias = tuple[Literal["system", "user", "assistant"], str]
"""Who says it, and what."""

_ENDS = ("finish_reason", "stop_reason", "stopReason", "done_reason")
"""Under one of these names a provider says with the last piece why it stops; a stream without broke off."""

_THINKS, _HAS_THOUGHT = "<think>", "</think>"
"""Between these some models think before they speak; some templates write the first into the prompt."""

_TROUBLES = {401: Trouble.KEY, 403: Trouble.KEY, 402: Trouble.QUOTA, 429: Trouble.QUOTA, 408: Trouble.SLOW}


class Deadline:
    """A moment until which work may go on."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until then, 0 when it is past."""
        return max(0.0, self._ends - time.monotonic())


class ChatModel:
    """A LangChain chat model whose replies have a deadline and whose failures are one error. Thread-safe."""

    def __init__(self, model: "BaseChatModel", name: str) -> None:
        self._model = model
        self.name = name
        self._thinks_unannounced = False

    def stream(self, messages: Sequence[Message], deadline: Deadline) -> Iterator[str]:
        """The reply as it is written, without its thinking; the request is on its way when this returns.

        Thinking that nothing announces is known only by its end, and in later replies from the start.

        Raises (the iterator):
            ChatModelFailed: no reply, not to its end, or not in time.
        """
        return self._spoken(self._asked(messages, deadline))

    def reply(self, messages: Sequence[Message], deadline: Deadline) -> str:
        """The whole reply, without its thinking.

        Raises:
            ChatModelFailed: no reply, not to its end, or not in time.
        """
        thought, end, said = "".join(self._asked(messages, deadline)).rpartition(_HAS_THOUGHT)
        self._thinks_unannounced = bool(end) and _THINKS not in thought
        return said.partition(_THINKS)[0]

    def _spoken(self, pieces: Iterator[str]) -> Iterator[str]:
        """What is no thinking of what a model writes."""
        waiting, is_thinking = "", self._thinks_unannounced
        for piece in pieces:
            waiting += piece
            if _HAS_THOUGHT in waiting:
                thought, _, waiting = waiting.rpartition(_HAS_THOUGHT)
                if not is_thinking and _THINKS not in thought:
                    self._thinks_unannounced = True
                    waiting = "\n" + waiting  # what it thought last is no beginning of what it says
                is_thinking = False
            if _THINKS in waiting:
                said, _, waiting = waiting.partition(_THINKS)
                yield said
                is_thinking = True
            if not is_thinking:
                whole = len(waiting) - _begun_tag(waiting)
                yield waiting[:whole]
                waiting = waiting[whole:]
        if is_thinking:
            self._thinks_unannounced = False  # it may have left that off
        else:
            yield waiting

    def _asked(self, messages: Sequence[Message], deadline: Deadline) -> Iterator[str]:
        """All that the model writes."""
        # A client's own time-out counts from piece to piece, and not every provider's has one: the deadline
        # holds whatever the client does, since it is not this thread that waits for it.
        pieces: _Pieces = queue.SimpleQueue()
        given_up = threading.Event()
        reading = threading.Thread(
            target=self._read, args=(messages, pieces, given_up), name="chat-model", daemon=True
        )
        reading.start()
        return _taken(pieces, deadline, given_up)

    def _read(self, messages: Sequence[Message], pieces: "_Pieces", given_up: threading.Event) -> None:
        """Runs in a thread of its own."""
        has_ended = False
        try:
            for chunk in self._model.stream(list(messages)):
                if given_up.is_set():
                    return
                pieces.put(chunk.text)
                has_ended = has_ended or any(chunk.response_metadata.get(name) for name in _ENDS)
        except Exception as error:  # noqa: BLE001  # every provider raises its own; the thread hands it over
            _log.warning("the chat model failed: %s", kind_of(error))
            pieces.put(_failed(error))
        else:
            pieces.put(None if has_ended else ChatModelFailed(Trouble.BROKE_OFF))


def _begun_tag(text: str) -> int:
    """How many characters at the end of a text may become a tag."""
    begun = text[text.rfind("<") :] if "<" in text else ""
    return len(begun) if any(tag.startswith(begun) for tag in (_THINKS, _HAS_THOUGHT)) else 0


_Pieces: TypeAlias = "queue.SimpleQueue[str | ChatModelFailed | None]"


def _taken(pieces: _Pieces, deadline: Deadline, given_up: threading.Event) -> Iterator[str]:
    try:
        while True:
            try:
                piece = pieces.get(timeout=deadline.left)
            except queue.Empty:
                raise ChatModelFailed(Trouble.SLOW) from None
            if piece is None:
                return
            if isinstance(piece, ChatModelFailed):
                raise piece
            yield piece
    finally:
        given_up.set()


def kind_of(error: Exception) -> str:
    """What went wrong, for the log: without the provider's words, which may be those of the question."""
    status = _status(error)
    return type(error).__name__ + ("" if status is None else f" (status {status})")


def _status(error: Exception) -> int | None:
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    return status if isinstance(status, int) else None


def _failed(error: Exception) -> ChatModelFailed:
    """What a provider's error means; they agree on HTTP's status codes and on little else."""
    status = _status(error)
    if status is not None:
        return ChatModelFailed(_TROUBLES.get(status, Trouble.FAILED), str(error))
    name = type(error).__name__
    if "Timeout" in name:
        return ChatModelFailed(Trouble.SLOW, str(error))
    if "Connect" in name:
        return ChatModelFailed(Trouble.UNREACHABLE, str(error))
    broke_off = "Protocol" in name or "Read" in name
    return ChatModelFailed(Trouble.BROKE_OFF if broke_off else Trouble.FAILED, str(error))


def chat_model(settings: Settings) -> ChatModel | None:
    """The chat model that the settings name, if they name one; nothing is asked of it yet.

    Raises:
        BadSettings: its LangChain package is not installed, or it lacks a key or an address.
    """
    if settings.llm_model is None:
        return None
    from langchain.chat_models import init_chat_model

    try:
        model = init_chat_model(
            settings.llm_model,
            model_provider=settings.llm_provider,
            **_parameters(settings),  # type: ignore[call-overload]  # each provider has its own
        )
    except ImportError as error:
        raise BadSettings(
            f"PARKBOT_LLM_PROVIDER: {settings.llm_provider} needs a package that is not installed: {error}"
        ) from error
    except Exception as error:  # what a provider's class raises for a missing key is its own
        raise BadSettings(
            f"PARKBOT_LLM_MODEL: {settings.llm_model} of {settings.llm_provider} cannot be set up; "
            f"check PARKBOT_LLM_BASE_URL and PARKBOT_LLM_API_KEY ({error})"
        ) from error
    return ChatModel(model, settings.llm_model)


def _parameters(settings: Settings) -> dict[str, object]:
    """What LangChain's chat models call their settings."""
    parameters: dict[str, object] = {
        "temperature": settings.llm_temperature,
        "timeout": settings.llm_timeout,
        "max_retries": settings.llm_retries,
    }
    if settings.llm_api_key is not None:
        parameters["api_key"] = settings.llm_api_key.get_secret_value()
    if settings.llm_base_url is None:
        return parameters | {"max_tokens": settings.llm_max_output_tokens}
    parameters["base_url"] = settings.llm_base_url
    if settings.llm_provider != "openai":
        return parameters | {"max_tokens": settings.llm_max_output_tokens}
    # Servers of one's own need no key, but OpenAI's client does; and of the two names of the longest reply
    # they know the old one, which the client no longer sends by itself.
    parameters.setdefault("api_key", "none")
    return parameters | {"extra_body": {"max_tokens": settings.llm_max_output_tokens}}
