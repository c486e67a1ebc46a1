"""The chat page: Gradio carries the questions and streams the answers; markup, style and script are ours."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI

from parkbot.access import Caller
from parkbot.domain import SHARED_SPACE, Filters
from parkbot.errors import BadQuestion, NotReady, ParkBotError
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
<link rel="icon" href="/ui/parkbot.svg">
<link rel="stylesheet" href="/ui/base.css">
<link rel="stylesheet" href="/ui/chat.css">
<script src="/ui/base.js"></script>
<script src="/ui/chat.js"></script>
"""

# The whole page is ours but for this line: it hands a question from our form to Gradio's `ask` event.
_ON_LOAD = "element.ask = (question) => { props.value = question; trigger('ask'); };"

_UNEXPECTED = Label("出了点问题，请稍后再试一次。", "Something went wrong. Please try again in a moment.")
_BAD_QUESTION = Label(
    "请输入一个问题，并尽量简短（一两句话就好）。",
    "Please enter a question, and keep it short (a sentence or two).",
)
_NOT_READY = Label(
    "资料库正在建立索引，请稍等片刻再问。", "The library is still being indexed; please ask again shortly."
)


def create(assistant: "PolicyAssistant") -> gr.Blocks:
    """The page, with its one event: `ask`."""

    def ask(
        question: str, turns: tuple[str, ...], request: gr.Request
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        earlier, turn = "".join(turns), ""
        for turn in answered(assistant, question, _spaces(request)):
            yield earlier + turn, turns
        yield earlier + turn, (*turns, turn)[-_TURNS_KEPT:]

    page = gr.Blocks(title="ParkBot 园区政策助手", analytics_enabled=False, fill_width=True)
    with page:
        turns = gr.State((), time_to_live=3600)
        _static("header.html")
        _static("welcome.html", examples=EXAMPLES)
        log = gr.HTML(elem_id="log", js_on_load=None, apply_default_css=False)
        composer = gr.HTML(
            html_template=render("composer.html"),
            js_on_load=_ON_LOAD,
            elem_id="composer",
            apply_default_css=False,
        )
        _static("panel.html")
        composer.ask(
            ask,
            [composer, turns],
            [log, turns],
            api_name="ask",
            concurrency_limit=_CONCURRENCY,
            show_progress="hidden",
        )
    return page


def mount(app: FastAPI, page: gr.Blocks) -> None:
    """Serve the page at /, with nothing of Gradio's that it does not need."""
    gr.mount_gradio_app(
        app,
        page,
        path="/",
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


def _spaces(request: gr.Request) -> tuple[str, ...]:
    """What the one who sent a question may read; the gate has put them into the request."""
    caller: Caller = request.state.caller
    return caller.reads()


def answered(
    assistant: "PolicyAssistant", question: str, spaces: tuple[str, ...] = (SHARED_SPACE,)
) -> Iterator[str]:
    """One question and what comes of it, as it grows."""
    yield answers.working(question)
    try:
        yield from answers.streamed(assistant.ask(question, filters=Filters(spaces=spaces)))
    except BadQuestion:
        yield answers.failed(question, _BAD_QUESTION)
    except NotReady:
        yield answers.failed(question, _NOT_READY)
    except ParkBotError as error:
        yield answers.failed(question, Label(str(error), str(error)))
    except Exception:
        _log.exception("a question on the page failed")
        yield answers.failed(question, _UNEXPECTED)
