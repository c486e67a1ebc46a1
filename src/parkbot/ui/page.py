"""The chat page: Gradio carries the questions and streams the answers; markup, style and script are ours."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import gradio as gr
from fastapi import FastAPI
from gradio.block_function import BlockFunction

from parkbot.access import Caller
from parkbot.answers import Answer
from parkbot.domain import Filters
from parkbot.errors import BadInput, BadQuestion, NotFound, NotReady, ParkBotError
from parkbot.events import Event
from parkbot.turns import NEW_CONVERSATION
from parkbot.ui import answers
from parkbot.ui.examples import EXAMPLES
from parkbot.ui.html import render
from parkbot.ui.labels import Label

if TYPE_CHECKING:
    from parkbot.assistant import PolicyAssistant

_log = logging.getLogger(__name__)

# Gradio's default of one event at a time would make every visitor wait for the one before.
_CONCURRENCY = 40

# A turn is some 10 kB of HTML, and all of them are compared with the page at every step of an answer.
_TURNS_KEPT = 30

_FONTS = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]

_HEAD = """
<link rel="icon" href="ui/parkbot.svg">
<link rel="stylesheet" href="ui/base.css">
<link rel="stylesheet" href="ui/chat.css">
<script src="ui/base.js"></script>
<script src="ui/chat.js"></script>
"""

# The whole page is ours but for this line: it hands a question from our form to Gradio's `ask` event.
_ON_LOAD = "element.ask = (question) => { props.value = question; trigger('ask'); };"

_UNEXPECTED = Label("出了点问题，请稍后再试一次。", "Something went wrong. Please try again in a moment.")
_BAD_QUESTION = Label(
    "请输入一个问题，并尽量简短（一两句话就好）。",
    "Please enter a question, and keep it short (a sentence or two).",
)
_CONVERSATION_GONE = Label(
    "这段对话已被删除，请点“新对话”重新开始。",
    "This conversation was deleted; choose “New conversation” to begin another.",
)
_UNAVAILABLE = Label(
    "现在暂时无法回答，请稍后再试；如果一直这样，请告诉管理员。",
    "This cannot be answered just now. Please try again later; if it stays so, tell the operator.",
)
_NOT_READY = Label(
    "资料库正在建立索引，请稍等片刻再问。", "The library is still being indexed; please ask again shortly."
)


@dataclass(frozen=True, slots=True)
class Talk:
    """What an open page holds: the turns it shows, and their conversation."""

    turns: tuple[str, ...] = ()
    conversation_id: str = NEW_CONVERSATION


class _Page(gr.Blocks):
    """Gradio prints what came with an event that lacks values: people's words, and lines of their making."""

    def validate_inputs(self, block_fn: BlockFunction, inputs: list[Any]) -> None:
        """Refuse, without a word into the log."""
        if len(inputs) < len(block_fn.inputs):
            raise gr.Error("the event lacks values / 事件缺少参数", print_exception=False)


def create(assistant: "PolicyAssistant", patience_s: float) -> gr.Blocks:
    """The page, with its one event: `ask`. After `patience_s` it no longer waits for an answer."""

    def ask(question: str, talk: Talk, request: gr.Request) -> Iterator[tuple[str, Talk]]:
        earlier, answering = "".join(talk.turns), Answering(assistant, talk, _caller(request))
        turn = ""
        for turn in answering.steps(question):
            yield earlier + turn, talk
        yield earlier + turn, answering.talk_after(turn)

    page = _Page(title="ParkBot 园区政策助手", analytics_enabled=False, fill_width=True)
    with page:
        talk = gr.State(Talk())  # of a page that is closed, Gradio forgets it after an hour
        _static("header.html")
        _static("welcome.html", examples=EXAMPLES)
        log = gr.HTML(elem_id="log", js_on_load=None, apply_default_css=False)
        composer = gr.HTML(
            html_template=render("composer.html", patience_s=patience_s),
            js_on_load=_ON_LOAD,
            elem_id="composer",
            apply_default_css=False,
        )
        _static("panel.html")
        composer.ask(
            ask,
            [composer, talk],
            [log, talk],
            api_name="ask",
            concurrency_limit=_CONCURRENCY,
            show_progress="hidden",
        )
    return page


def mount(app: FastAPI, page: gr.Blocks, root_path: str) -> None:
    """Serve the page at /, with nothing of Gradio's that it does not need; browsers see / as `root_path`/."""
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        root_path=root_path or None,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        theme=gr.themes.Base(font=_FONTS, font_mono=["monospace"]),
        head=_HEAD,
    )


def _static(template: str, **values: object) -> None:
    gr.HTML(render(template, **values), js_on_load=None, apply_default_css=False)


def _caller(request: gr.Request) -> Caller:
    """The one who sent a question; the gate has put them into the request."""
    return cast(Caller, request.state.caller)


class Answering:
    """One question of a page, and what comes of it."""

    def __init__(self, assistant: "PolicyAssistant", talk: Talk, caller: Caller) -> None:
        self._assistant = assistant
        self._talk = talk
        self._caller = caller
        self._answer: Answer | None = None

    def steps(self, question: str) -> Iterator[str]:
        """The turn as it grows."""
        try:
            yield from answers.streamed(question, self._events(question))
        except BadQuestion:
            yield answers.failed(question, _BAD_QUESTION)
        except NotReady:
            yield answers.failed(question, _NOT_READY)
        except NotFound:  # deleted, or too old, while the page was open
            yield answers.failed(question, _CONVERSATION_GONE)
        except BadInput as error:
            yield answers.failed(question, Label(str(error), str(error)))
        except ParkBotError as error:  # its words are the operator's, with addresses and folders
            _log.error("a question on the page failed: %s", error)
            yield answers.failed(question, _UNAVAILABLE)
        except Exception:
            _log.exception("a question on the page failed")
            yield answers.failed(question, _UNEXPECTED)

    def _events(self, question: str) -> Iterator[Event]:
        """What happens, of which the answer is kept."""
        happening = self._assistant.asking(
            question,
            filters=Filters(spaces=self._caller.reads()),
            conversation_id=self._talk.conversation_id,
            owner=self._caller.owner,
        )
        for event in happening:
            if isinstance(event, Answer):
                self._answer = event
            yield event

    def talk_after(self, turn: str) -> Talk:
        """The page's conversation with this turn, which a failed question is no part of."""
        shown = (*self._talk.turns, turn)[-_TURNS_KEPT:]
        if self._answer is None:
            return replace(self._talk, turns=shown)
        return Talk(shown, self._answer.conversation_id or NEW_CONVERSATION)
