"""How often a key may be used: a moving minute, and the quota of a day."""

from datetime import datetime, timedelta
from math import ceil
from time import time

from parkbot.access import Key
from parkbot.errors import LimitReached
from parkbot.library import Keys


class Limits:
    """Counts what keys use: the day in SQL, the minute there only if other processes may count with us."""

    def __init__(self, keys: Keys) -> None:
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._keys = keys
        self._minutes = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, key: Key, *, question: bool) -> None:
        """Count a request, and if it is one, a question.

        Raises:
            LimitReached: it is one too many.
        """
        self._spend_minute(key)
        if question and not self._keys.spend(key):
            raise LimitReached(
                f"the {key.per_day} questions that the key has for a day are used up; go on tomorrow"
                f" / 密钥今天的{key.per_day}次提问已用完，请明天再问",
                _seconds_to_midnight(),
            )

    def _spend_minute(self, key: Key) -> None:
        if key.per_minute is None:
            return
        counted = self._keys.spend_minute if self._keys.are_shared else self._spend_in_memory
        if wait := counted(key.id, key.per_minute, time()):
            seconds = max(1, ceil(wait))
            raise LimitReached(
                f"the key may send {key.per_minute} requests a minute; try again in {seconds} s"
                f" / 密钥每分钟最多{key.per_minute}次请求，请{seconds}秒后再试",
                seconds,
            )

    def _spend_in_memory(self, key_id: str, most: int, now: float) -> float:
        from limits import RateLimitItemPerMinute

        minute = RateLimitItemPerMinute(most)
        if self._minutes.hit(minute, key_id):
            return 0.0
        return max(self._minutes.get_window_stats(minute, key_id).reset_time - now, 0.1)


def _seconds_to_midnight() -> int:
    now = datetime.now()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return ceil((midnight - now).total_seconds())
