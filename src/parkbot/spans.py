"""The stages of an answer, told to whoever traces the request that they are a part of; to nobody else."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

Opener = Callable[[str], AbstractContextManager[None]]
"""Gives what holds from the beginning of the stage with this name to its end."""

_opener: ContextVar[Opener | None] = ContextVar("opener", default=None)


@contextmanager
def told_to(opener: Opener) -> Iterator[None]:
    """The stages of what is done within, in threads begun from here too, go to `opener`."""
    token = _opener.set(opener)
    try:
        yield
    finally:
        _opener.reset(token)


@contextmanager
def span(stage: str) -> Iterator[None]:
    """A stage lasts as long as the block."""
    opener = _opener.get()
    if opener is None:
        yield
        return
    with opener(stage):
        yield
