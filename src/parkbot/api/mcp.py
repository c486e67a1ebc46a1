"""The Model Context Protocol: the tools at /mcp of the web server, and over stdin and stdout."""

import ipaddress
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any
from urllib.parse import quote, urlsplit

import mcp_types as types
from fastapi import FastAPI
from mcp import MCPError
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from parkbot.access import OPERATOR, Caller
from parkbot.api import problems
from parkbot.api.access import assistant_of, caller_of
from parkbot.api.tools import TOOLS, Reads, Session
from parkbot.errors import ParkBotError

PATH = "/mcp"
_MAX_BODY_BYTES = 1_000_000
_INSTRUCTIONS = (
    "ParkBot knows green and low-carbon policy for industrial parks in China. Ask it before you say what "
    "a policy demands, and cite what it cites.\n"
    "ParkBot 掌握工业园区绿色低碳政策。说明政策要求之前先查询，并保留它给出的出处。"
)

_log = logging.getLogger(__name__)
_Context = ServerRequestContext[Any, Any]


async def serve_stdio(assistant: Reads, caller: Caller) -> None:
    """Serve the tools on stdin and stdout until stdin ends."""
    server = _server(lambda _: Session(assistant, caller))
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """While the app runs, its tools are served.

    Without sessions: every request stands for itself and brings its own key, so any process may answer it.
    """
    server = _server(lambda request: Session(assistant_of(request), caller_of(request)))
    manager = StreamableHTTPSessionManager(server, stateless=True, max_request_body_size=_MAX_BODY_BYTES)
    async with manager.run():
        app.state.mcp = manager
        yield
        app.state.mcp = None


def install(app: FastAPI) -> None:
    """Serve the tools at their address; the app's `lifespan` must be the one above."""
    app.state.mcp = None
    app.router.routes.append(Route(PATH, endpoint=_Endpoint(), methods=["POST"]))


class _Endpoint:
    """An ASGI application for one address."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        manager: StreamableHTTPSessionManager | None = scope["app"].state.mcp
        instance = quote(scope["path"])
        if _may_be_rebound(Request(scope)):
            detail = "Pages in a browser need a key here."
            await problems.of_status(403, detail, instance).response()(scope, receive, send)
        elif manager is None:
            await problems.of_status(503, "The server is not running yet.", instance).response()(
                scope, receive, send
            )
        else:
            await manager.handle_request(scope, receive, send)


def _may_be_rebound(request: Request) -> bool:
    """Whether a page of any site may have sent this under a name that it made point to this machine.

    Such a page looks as if it were ours, but it can have no key; programs send no Origin.
    """
    origin = Headers(scope=request.scope).get("origin")
    return origin is not None and caller_of(request).key_id is None and not _is_loopback(origin)


def _is_loopback(origin: str) -> bool:
    try:
        host = urlsplit(origin).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _server(session_of: Callable[[Any], Session]) -> Server[Any]:
    """The tools for whoever `session_of` finds in a request (None where the transport has none)."""

    async def list_tools(_: _Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=_LISTED)

    async def call_tool(context: _Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"there is no tool {params.name}")
        session = session_of(context.request)
        try:
            text, value = await run_in_threadpool(tool.call, session, params.arguments or {})
        except ValidationError as error:
            return _failed("; ".join(_told(item) for item in error.errors()))
        except ParkBotError as error:
            # Without a request it is somebody at this machine who calls, over stdin.
            to_operator = context.request is None or session.caller == OPERATOR
            return _failed(problems.told(error, to_operator=to_operator))
        except Exception as error:  # the boundary: no handler of ours comes after the SDK
            _log.error("unexpected error in %s", params.name, exc_info=error)
            return _failed("Something went wrong on the server; its log says what.")
        return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=value)

    return Server(
        "parkbot",
        title="ParkBot",
        version=version("parkbot"),
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _failed(message: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=message)], is_error=True)


def _told(item: Any) -> str:  # noqa: ANN401  # pydantic's ErrorDetails
    return f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"


_READS_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_LISTED = [
    types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        output_schema=tool.result.json_schema(mode="serialization"),
        annotations=_READS_ONLY,
    )
    for tool in TOOLS.values()
]
