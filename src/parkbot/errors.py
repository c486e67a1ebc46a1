"""Every error that ParkBot raises on purpose.

    ParkBotError                 one readable line; the CLI exits with 1
    ├── BadInput                 the caller can mend it; the CLI exits with 2, HTTP 422
    │   ├── BadQuestion          empty, or too long
    │   ├── UnreadableFile       empty, binary, broken encoding, no text layer, no permission
    │   └── BadSettings          an unknown or impossible setting
    ├── NotFound                 no such document, measure or conversation; HTTP 404
    ├── Unauthenticated          no key, or one that is not in force; HTTP 401
    ├── Forbidden                the key does not go so far; HTTP 403
    ├── LimitReached             the key's rate or its quota of the day; HTTP 429
    ├── Busy                     the data folder belongs to another process; HTTP 503
    ├── WrongEmbedder            the index was made by another embedder; HTTP 503
    ├── NotReady                 the index is still being built; HTTP 503
    └── Unavailable              a server or model that was configured does not answer; HTTP 503

Messages are written for the person who reads them: what is wrong, and what mends it.
Foreign exceptions are translated into these where they first appear, with `from`.
"""


class ParkBotError(Exception):
    """Anything that ParkBot reports instead of failing with a traceback."""


class BadInput(ParkBotError):
    """The caller gave something that cannot be used."""


class BadQuestion(BadInput):
    """A question that is empty or too long."""


class UnreadableFile(BadInput):
    """A file whose text cannot be had."""


class BadSettings(BadInput):
    """Settings that do not go together or do not exist."""


class NotFound(ParkBotError):
    """An id that the library does not hold, or not in the caller's spaces."""


class Unauthenticated(ParkBotError):
    """Nobody whom the server knows: no key, or one that is unknown, expired or revoked."""


class Forbidden(ParkBotError):
    """The caller is known, and may not do this."""


class LimitReached(ParkBotError):
    """The caller may do this, but not so often; in `retry_after` seconds again."""

    def __init__(self, message: str, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(ParkBotError):
    """Another process owns the data folder."""


class WrongEmbedder(ParkBotError):
    """The vectors on disk were made by an embedder other than the configured one."""


class NotReady(ParkBotError):
    """The first indexing has not got far enough to answer."""


class Unavailable(ParkBotError):
    """A configured server or model does not answer."""
