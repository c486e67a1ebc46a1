"""Worker threads of their own for what must wait for nobody, and for what waits for long.

All else shares the forty that anyio has: were requests that wait for their turn to hold them, every other
request would stand behind these, and the question whether the server is up as well.
"""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

P = ParamSpec("P")
T = TypeVar("T")


class Lane:
    """So many threads in each event loop; whoever finds none free waits without one."""

    def __init__(self, name: str, threads: int) -> None:
        self._limiter: RunVar[CapacityLimiter] = RunVar(name)
        self._threads = threads

    async def run(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What `work` gives."""
        limiter = self._limiter.get(None)
        if limiter is None:
            limiter = CapacityLimiter(self._threads)
            self._limiter.set(limiter)
        return await to_thread.run_sync(partial(work, *arguments, **named), limiter=limiter)


QUICK = Lane("quick", 8)
"""For who asks and whether the server is up: a look into the database."""

CHANGES = Lane("changes", 4)
"""For changes of the library, which happen one after the other (`Library.alone`)."""
