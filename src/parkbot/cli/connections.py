"""Connections on which no request comes: uvicorn waits for the head of one for as long as it likes."""

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol


def hanging_up_after(seconds: float) -> type[asyncio.Protocol]:
    """A protocol for uvicorn that hangs up where no request's head comes whole within about `seconds`."""

    class Connection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # one of two, as it finds them installed
        cycle: Any  # of one request, from its head to the end of its answer
        loop: asyncio.AbstractEventLoop

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._look = self.loop.call_later(seconds, self._look_again, None)

        def connection_lost(self, exc: Exception | None) -> None:
            self._look.cancel()
            super().connection_lost(exc)

        def _look_again(self, before: object) -> None:
            is_idle = self.cycle is None or self.cycle.response_complete
            if is_idle and self.cycle is before:
                self.transport.close()
            else:
                self._look = self.loop.call_later(seconds, self._look_again, self.cycle)

    return Connection
