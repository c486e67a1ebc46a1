"""Idempotency keys: a request that is sent again, because its answer was lost, is not done again."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header, HTTPException, Response

from parkbot.access import Caller
from parkbot.errors import BadInput

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        description="Sent again with the same key, the same request gives the same answer for a day.",
    ),
]

_KEPT_SECONDS = 24 * 3600.0
_KEPT_REPLIES = 1000


@dataclass(slots=True)
class _Reply:
    fingerprint: str
    begun_at: float
    body: bytes | None = None
    status: int = 0


class Replies:
    """The answers of the last day, in memory: after a restart a repeated file is `unchanged` instead."""

    def __init__(self) -> None:
        self._replies: OrderedDict[tuple[Caller, str], _Reply] = OrderedDict()
        self._lock = threading.Lock()

    def once(self, caller: Caller, key: str, fingerprint: str, do: Callable[[], Response]) -> Response:
        """What `do` answers, or answered when this caller sent the key before; an error is not kept.

        `fingerprint` stands for all that the request says.

        Raises:
            BadInput: the key came with another request before.
            HTTPException: 409, the request with this key is still running.
        """
        reply, is_new = self._entered(caller, key, fingerprint)
        if reply.fingerprint != fingerprint:
            raise BadInput("this Idempotency-Key came with another request before; take a new one")
        if is_new:
            return self._done(caller, key, reply, do)
        if reply.body is None:
            raise HTTPException(
                409, "The request with this Idempotency-Key is still running.", {"Retry-After": "5"}
            )
        return Response(
            reply.body, reply.status, {"Idempotency-Replayed": "true"}, media_type="application/json"
        )

    def _entered(self, caller: Caller, key: str, fingerprint: str) -> tuple[_Reply, bool]:
        now = time.monotonic()
        with self._lock:
            oldest = next(iter(self._replies.values()), None)
            while oldest and (len(self._replies) >= _KEPT_REPLIES or now - oldest.begun_at > _KEPT_SECONDS):
                self._replies.popitem(last=False)
                oldest = next(iter(self._replies.values()), None)
            if known := self._replies.get((caller, key)):
                return known, False
            self._replies[caller, key] = reply = _Reply(fingerprint, now)
            return reply, True

    def _done(self, caller: Caller, key: str, reply: _Reply, do: Callable[[], Response]) -> Response:
        try:
            response = do()
        except BaseException:
            with self._lock:
                self._replies.pop((caller, key), None)
            raise
        reply.status, reply.body = response.status_code, bytes(response.body)
        return response
