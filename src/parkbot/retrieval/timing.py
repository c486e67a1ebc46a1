"""How long the stages of a retrieval take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from parkbot.spans import span


@contextmanager
def timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    """Notes under `stage` how many milliseconds the block takes, and tells it to who traces the request."""
    start = time.perf_counter()
    with span(stage):
        yield
    timings[stage] = round((time.perf_counter() - start) * 1000, 2)
