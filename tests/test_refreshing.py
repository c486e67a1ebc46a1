"""The refresh in the background: soon, once, and never most of the time."""

import threading
import time

from parkbot.refreshing import Refresher


class Quick(Refresher):
    QUIET_SECONDS = 0.01


def wait_until(holds):
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


def test_many_requests_in_a_row_make_one_refresh():
    done = []
    refresher = Quick(lambda: done.append(1))
    for _ in range(50):
        refresher.request()
    wait_until(lambda: done)
    refresher.close()
    assert len(done) == 1


def test_while_changes_keep_coming_refreshing_takes_a_tenth_of_the_time():
    spans = []

    def refresh():
        start = time.monotonic()
        time.sleep(0.05)
        spans.append((start, time.monotonic()))

    refresher = Quick(refresh)
    end = time.monotonic() + 1.6
    while time.monotonic() < end:
        refresher.request()
        time.sleep(0.03)
    refresher.close()
    assert spans
    gaps = [later[0] - earlier[1] for earlier, later in zip(spans, spans[1:], strict=False)]
    assert all(gap >= 0.4 for gap in gaps)


def test_a_change_during_a_refresh_is_followed_by_another():
    going, go_on, done = threading.Event(), threading.Event(), []

    def refresh():
        going.set()
        go_on.wait(5)
        done.append(1)

    refresher = Quick(refresh)
    refresher.request()
    going.wait(5)
    refresher.request()
    go_on.set()
    wait_until(lambda: len(done) == 2)
    refresher.close()


def test_closing_waits_for_the_refresh_that_runs():
    going, done = threading.Event(), []

    def refresh():
        going.set()
        time.sleep(0.2)
        done.append(1)

    refresher = Quick(refresh)
    refresher.request()
    going.wait(5)
    refresher.close()
    assert done
