"""A refresh that is put off until changes have come to rest."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Refresher:
    """Runs a refresh soon after it was asked for; many requests in a row make one refresh."""

    QUIET_SECONDS = 0.5

    def __init__(self, refresh: Callable[[], None]) -> None:
        self._refresh = refresh
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        self._closed = False

    def request(self) -> None:
        """Refresh soon, unless another request comes first."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            if not self._closed:
                self._timer = threading.Timer(self.QUIET_SECONDS, self._run)
                self._timer.daemon = True
                self._timer.start()

    def close(self) -> None:
        """Take no more requests, and wait for the refresh that is running."""
        with self._lock:
            self._closed = True
            timer = self._timer
        if timer is not None:
            timer.cancel()
            timer.join()

    def _run(self) -> None:
        try:
            self._refresh()
        except Exception:  # the thread's edge; the next change or start tries again
            log.exception("the lexical index could not be refreshed")
