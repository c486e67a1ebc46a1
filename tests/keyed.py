"""A real assistant whose library two parks share, and its app behind keys."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from parkbot import build
from parkbot.access import Key, KeyKind, NewKey, Scope
from parkbot.api import create_app
from parkbot.assistant import PolicyAssistant
from parkbot.settings import Settings

LOCAL_TOKEN = "the-token-of-the-data-folder"
PORTAL = "https://portal.example"
HIDDEN = "甲园专用补贴"
QUESTION = f"{HIDDEN}每吨多少元？"
TEXTS = {
    "shared": "# 园区公开办法\n\n第一条 园区应当公布能源消费总量。\n",
    "park-a": f"# {HIDDEN}办法\n\n第一条 {HIDDEN}每吨十七元。\n\n第二条 {HIDDEN}由管委会发放。\n",
    "park-b": "# 乙园节水办法\n\n第一条 乙园企业应当安装节水器具。\n\n第二条 乙园按月公布用水量。\n",
}
ALL = tuple(Scope)


class Keyed:
    """The app, and what tests need to know of its library."""

    def __init__(self, assistant: PolicyAssistant, app: FastAPI) -> None:
        self.assistant = assistant
        self.app = app
        self.keys = assistant.keys
        self.documents: dict[str, str] = {}
        self.owner = "key:of-park-a"
        self.conversation = ""

    def key(self, *spaces: str, scopes: tuple[Scope, ...] = ALL, **more: object) -> tuple[Key, str]:
        issued = self.keys.create(NewKey("test", spaces=spaces or ("park-a",), scopes=scopes, **more))
        return issued.key, issued.secret

    def publishable(self, *spaces: str, origins: tuple[str, ...] = (PORTAL,), **more: object) -> str:
        kind = KeyKind.PUBLISHABLE
        wanted = NewKey("widget", kind, spaces=spaces or ("park-a",), origins=origins, **more)
        return self.keys.create(wanted).secret

    def client(self, secret: str | None = None, **headers: str) -> TestClient:
        bearer = {"Authorization": f"Bearer {secret}"} if secret else {}
        return TestClient(
            self.app, raise_server_exceptions=False, headers=bearer | headers, follow_redirects=False
        )


@contextmanager
def keyed(folder: Path, **settings: object) -> Iterator[Keyed]:
    """The app over a fresh library in `folder`; without a key until one is made."""
    chosen = Settings(data_dir=folder, embedding_model="constant", bundled_knowledge=False, **settings)
    assistant = build.assistant(chosen, owner="tests")

    async def make() -> FastAPI:  # outside of a loop Gradio leaves loops unclosed
        return create_app(assistant, chosen, LOCAL_TOKEN)

    try:
        held = Keyed(assistant, asyncio.run(make()))
        for space, text in TEXTS.items():
            held.documents[space] = assistant.add_document(
                f"{space}.md", text.encode(), space=space
            ).document_id
        assistant.refresh()  # a slow machine may be asked before the background has done it
        yield held
    finally:
        assistant.close()
