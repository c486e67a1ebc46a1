"""A chat model on a script: an HTTP server that speaks OpenAI's API, well or badly."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MARKED = re.compile(r"^\[(\w{3})\] (.+)$", re.MULTILINE)


@dataclass
class Prompt:
    """What a request held; `markers` are those of the measures it gives, by a word that they hold."""

    messages: list[dict[str, str]]

    @property
    def text(self) -> str:
        return "\n".join(message["content"] for message in self.messages)

    @property
    def is_repair(self) -> bool:
        return len(self.messages) > 2

    def marker(self, words: str) -> str:
        """The marker of the measure that holds these words."""
        asked = next(message["content"] for message in self.messages if message["role"] == "user")
        return next(found[1] for found in MARKED.finditer(asked) if words in found[2])


@dataclass
class Reply:
    """What the server does: `text` in pieces (of five characters, or as they come), or a status without one.

    `cut`: hang up after the text, as if the network went. `pause`: seconds before each piece.
    """

    text: str | Iterable[str] = ""
    status: int = 200
    cut: bool = False
    pause: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def pieces(self) -> Iterable[str]:
        if isinstance(self.text, str):
            return [self.text[at : at + 5] for at in range(0, len(self.text), 5)]
        return self.text


Script = Callable[[Prompt], Reply | str]


class ScriptedModel(ThreadingHTTPServer):
    """Answers each request as the script says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: Script = lambda prompt: ""
        self.prompts: list[Prompt] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextmanager
def serving() -> Iterator[ScriptedModel]:
    """A scripted model that listens until the block ends."""
    with ScriptedModel() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedModel

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:  # noqa: N802
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = Prompt(body["messages"])
        self.server.prompts.append(prompt)
        reply = self.server.script(prompt)
        reply = Reply(reply) if isinstance(reply, str) else reply
        try:
            if reply.status != 200:
                self._refuse(reply)
            elif body.get("stream"):
                self._stream(reply)
            else:
                self._whole(reply)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _refuse(self, reply: Reply) -> None:
        data = json.dumps({"error": {"message": "scripted", "type": "x", "code": None}}).encode()
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _whole(self, reply: Reply) -> None:
        time.sleep(reply.pause)
        message = {"role": "assistant", "content": reply.text}
        data = json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in reply.pieces:
            time.sleep(reply.pause)
            self._chunk({"content": piece})
        time.sleep(reply.pause)
        if not reply.cut:
            self._chunk({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _chunk(self, delta: dict[str, str], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        data = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()
