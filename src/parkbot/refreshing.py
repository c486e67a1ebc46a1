"""A refresh that is put off until changes have come to rest."""

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class Refresher:
    """Runs a refresh soon after it was asked for; many requests in a row make one refresh.

    One runs at a time, and what it took is waited for several times over before the next: a refresh grows
    with the library, and while thousands of documents come in, each would else be followed by one.
    """

    QUIET_SECONDS = 0.5
    PAUSE = 9
    """Times what the last refresh took: of all time, refreshing has a tenth at most."""

    def __init__(self, refresh: Callable[[], None]) -> None:
        self._refresh = refresh
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        self._running = threading.Lock()
        self._free_at = 0.0
        self._closed = False

    def request(self) -> None:
        """Refresh soon, unless another request comes first."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            if not self._closed:
                wait = max(self.QUIET_SECONDS, self._free_at - time.monotonic())
                self._timer = threading.Timer(wait, self._run)
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
        with self._running:
            pass

    def _run(self) -> None:
        if not self._running.acquire(blocking=False):
            self.request()  # what changed meanwhile waits its turn
            return
        try:
            if time.monotonic() < self._free_at:  # asked for while the last one ran, which has ended since
                self.request()
            else:
                self._refresh_once()
        finally:
            self._running.release()

    def _refresh_once(self) -> None:
        start = time.monotonic()
        try:
            self._refresh()
        except Exception:  # the thread's edge; the next change or start tries again
            log.exception("the lexical index could not be refreshed")
        end = time.monotonic()
        self._free_at = end + self.PAUSE * (end - start)
