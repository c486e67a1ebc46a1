"""Streams of events: never silent for long, and whoever loses the connection gets the rest."""

import asyncio
import threading
from dataclasses import replace

import pytest

from parkbot.access import OPERATOR
from parkbot.api import events
from parkbot.api.events import Stream, Streams

SENT = [b"event: status\n\n", b"event: block\n\n", b"event: answer\n\n"]
OTHER = replace(OPERATOR, key_id="k2")


async def all_of(stream):
    return [event async for event in stream]


def ids(received):
    return [event.split(b"\n")[0].removeprefix(b"id: ").decode() for event in received]


def test_every_event_has_an_id_and_the_rest_is_had_by_it():
    async def broken_off():
        streams = Streams()
        received = await all_of(streams.follow("", iter(SENT), OPERATOR))
        first, *_, last = ids(received)
        assert [event.partition(b"\n")[2] for event in received] == SENT
        assert first.endswith(":1") and last.endswith(":3") and len(set(ids(received))) == 3
        return received, await all_of(streams.follow(first, iter(()), OPERATOR))

    received, rest = asyncio.run(broken_off())
    assert rest == received[1:]


def test_the_answer_goes_on_while_nobody_listens():
    may_go_on = threading.Event()

    def slow():
        yield SENT[0]
        may_go_on.wait(10)
        yield from SENT[1:]

    async def lost():
        streams = Streams()
        listening = streams.follow("", slow(), OPERATOR)
        first = await anext(listening)
        await listening.aclose()
        may_go_on.set()
        return first, await all_of(streams.follow(ids([first])[0], iter(()), OPERATOR))

    first, rest = asyncio.run(lost())
    assert [event.partition(b"\n")[2] for event in [first, *rest]] == SENT


@pytest.mark.parametrize("last", ["", ":1", "nothing:1", "{}:", "{}:-1", "{}:²", "{}:99999999999", "{}"])
def test_an_id_of_nothing_begins_anew(last):
    async def again():
        streams = Streams()
        before = await all_of(streams.follow("", iter(SENT), OPERATOR))
        name = ids(before)[0].rpartition(":")[0]
        return before, await all_of(streams.follow(last.format(name), iter(SENT), OPERATOR))

    before, after = asyncio.run(again())
    assert len(after) == 3 and not set(ids(after)) & set(ids(before))


def test_nobody_gets_the_rest_of_what_another_asked():
    async def stolen():
        streams = Streams()
        first, *_ = ids(await all_of(streams.follow("", iter([b"secret\n\n"] * 2), OPERATOR)))
        return await all_of(streams.follow(first, iter(SENT), OTHER))

    received = asyncio.run(stolen())
    assert len(received) == 3 and b"secret" not in b"".join(received)


def test_only_the_last_streams_are_kept(monkeypatch):
    monkeypatch.setattr(events, "_KEPT_STREAMS", 2)

    async def asked_often():
        streams = Streams()
        firsts = [ids(await all_of(streams.follow("", iter(SENT), OPERATOR)))[0] for _ in range(3)]
        return [len(await all_of(streams.follow(first, iter(()), OPERATOR))) for first in reversed(firsts)]

    assert asyncio.run(asked_often())[0] == 2  # the last one is there
    monkeypatch.setattr(events, "_KEPT_SECONDS", -1.0)
    assert asyncio.run(asked_often())[-1] == 0  # the first one is not


def test_a_comment_comes_when_nothing_else_does(monkeypatch):
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.01)
    may_go_on = threading.Event()

    def slow():
        may_go_on.wait(10)
        yield from SENT

    async def waited():
        received = []
        async for event in Stream(slow()).follow():
            received.append(event)
            may_go_on.set()
        return received

    comment, *rest = asyncio.run(waited())
    assert comment.startswith(b": ") and comment.endswith(b"\n\n") and rest[-3:] == SENT
