"""What people see: the chat page (Gradio, imported only when it is built) and the plain page of a measure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

    from parkbot.assistant import PolicyAssistant


def create_page(assistant: "PolicyAssistant", patience_s: float) -> "gr.Blocks":
    """The chat page, which waits for an answer for `patience_s` before it takes another question."""
    from parkbot.ui import page

    return page.create(assistant, patience_s)


def mount(app: "FastAPI", blocks: "gr.Blocks", root_path: str) -> None:
    """Serve the chat page at every path that the app has not taken itself.

    `root_path` is where browsers see /, behind a proxy that takes it away; empty without one.
    """
    from parkbot.ui import page

    page.mount(app, blocks, root_path)
