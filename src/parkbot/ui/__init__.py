"""What people see: the chat page (Gradio, imported only when it is built) and the plain page of a measure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

    from parkbot.assistant import PolicyAssistant


def create_page(assistant: "PolicyAssistant") -> "gr.Blocks":
    """The chat page."""
    from parkbot.ui import page

    return page.create(assistant)


def mount(app: "FastAPI", blocks: "gr.Blocks") -> None:
    """Serve the chat page at every path that the app has not taken itself."""
    from parkbot.ui import page

    page.mount(app, blocks)
