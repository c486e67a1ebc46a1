"""Keys in SQL: what is kept of them, when they open something, and what they count."""

import sqlite3
import stat
import threading
from datetime import date, timedelta

import pytest

from parkbot import local_token
from parkbot.access import NewKey, Scope
from parkbot.errors import BadInput, NotFound
from parkbot.library import Keys, Library
from parkbot.library.database import Database

PARK = NewKey("园区门户", spaces=("park-a",), scopes=(Scope.ASK, Scope.READ), per_day=2)


class Clock:
    """A day that a test can turn on."""

    def __init__(self):
        self.today = date(2026, 11, 25)

    def __call__(self):
        return self.today


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys(url, clock):
    database = Database(url)
    yield Keys(database, clock)
    database.close()


def test_a_key_is_found_by_its_secret_as_it_was_asked_for(keys):
    issued = keys.create(PARK)
    found = keys.by_secret(issued.secret)
    assert found.id == issued.key.id and issued.secret.startswith("sk_")
    assert all(getattr(found, name) == getattr(PARK, name) for name in PARK.__dataclass_fields__)
    assert keys.by_secret(issued.secret[:-1]) is None and keys.by_secret("") is None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_nothing_on_the_disk_holds_a_secret(keys, url, tmp_path):
    issued = keys.create(PARK)
    session = keys.begin_session(issued.key)
    with sqlite3.connect(tmp_path / "library.sqlite") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert issued.key.id.encode() in written
    assert issued.secret.encode() not in written and session.encode() not in written


def test_a_revoked_key_opens_nothing_at_once_in_any_process(keys, url):
    issued = keys.create(PARK)
    session = keys.begin_session(issued.key)
    other = Library(url)
    assert other.keys.by_secret(issued.secret) and other.keys.by_session(session)
    revoked = keys.revoke(issued.key.id)
    assert revoked.revoked is not None
    assert other.keys.by_secret(issued.secret) is None and other.keys.by_session(session) is None
    assert other.keys.exist() and not other.keys.any_live()
    assert keys.revoke(issued.key.id).revoked == revoked.revoked
    other.close()


def test_an_expired_key_opens_nothing_nor_do_its_sessions(keys, clock):
    issued = keys.create(NewKey("guest", expires_on=clock.today, origins=("https://a.example",)))
    session = keys.begin_session(issued.key)
    assert keys.by_secret(issued.secret) and keys.by_session(session) and keys.origins()
    clock.today += timedelta(days=1)
    assert keys.by_secret(issued.secret) is None and keys.by_session(session) is None
    assert keys.exist() and not keys.any_live() and not keys.origins()


def test_a_session_ends_when_it_is_ended(keys):
    key = keys.create(PARK).key
    first, second = keys.begin_session(key), keys.begin_session(key)
    keys.end_session(first)
    assert keys.by_session(first) is None and keys.by_session(second).id == key.id
    assert keys.by_session("") is None


def test_a_session_ends_by_itself(keys, monkeypatch):
    session = keys.begin_session(keys.create(PARK).key)
    from parkbot.library import keys as module

    later = module._now() + timedelta(days=module.SESSION_DAYS, seconds=1)
    monkeypatch.setattr(module, "_now", lambda: later)
    assert keys.by_session(session) is None


def test_a_quota_is_of_a_day_and_outlives_the_process(keys, url, clock):
    key = keys.create(PARK).key
    assert [keys.spend(key) for _ in range(3)] == [True, True, False]
    database = Database(url)
    again = Keys(database, clock)
    assert not again.spend(key) and again.key(key.id).used_today == 2
    clock.today += timedelta(days=1)
    assert again.spend(key) and again.key(key.id).used_today == 1
    database.close()


def test_a_quota_holds_where_many_ask_at_once(keys):
    key = keys.create(NewKey("many", per_day=10)).key
    granted = []
    threads = [threading.Thread(target=lambda: granted.append(keys.spend(key))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 10 and keys.key(key.id).used_today == 10


def test_a_minute_moves_and_counts_for_all_processes(keys, url):
    key = keys.create(NewKey("often")).key
    library = Library(url)
    begun = 1_800_000_000 * 60.0
    both = (keys, library.keys)
    assert [both[turn % 2].spend_minute(key.id, 4, begun + turn) for turn in range(4)] == [0, 0, 0, 0]
    # Full: in a minute all four are of the minute before, and count by what is left of it.
    assert keys.spend_minute(key.id, 4, begun + 30) == library.keys.spend_minute(key.id, 4, begun + 30) == 30
    assert keys.spend_minute(key.id, 4, begun + 60) == pytest.approx(15)
    assert keys.spend_minute(key.id, 4, begun + 75) == library.keys.spend_minute(key.id, 4, begun + 90) == 0
    assert keys.spend_minute(key.id, 4, begun + 90) == pytest.approx(15)
    assert keys.spend_minute(key.id, 4, begun + 600) == 0
    library.close()


def test_a_minute_holds_where_many_come_at_once(keys):
    key = keys.create(NewKey("many")).key
    waits = []
    ask = lambda: waits.append(keys.spend_minute(key.id, 10, 30.0))  # noqa: E731
    threads = [threading.Thread(target=ask) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waits.count(0) == 10 and len(waits) == 30


def test_when_a_key_was_used_is_known(keys):
    issued = keys.create(PARK)
    assert keys.key(issued.key.id).last_used is None
    keys.by_secret(issued.secret)
    assert keys.key(issued.key.id).last_used >= issued.key.created


def test_all_keys_stay_listed_oldest_first(keys):
    made = [keys.create(NewKey(name)).key for name in ("a", "b")]
    keys.revoke(made[0].id)
    assert [key.name for key in keys.all()] == ["a", "b"]


def test_what_is_not_there_is_not_found_and_nonsense_not_made(keys):
    with pytest.raises(NotFound):
        keys.revoke("nothing")
    with pytest.raises(BadInput):
        keys.create(NewKey(" "))
    assert not keys.exist()


def test_the_local_token_stays_and_only_its_owner_reads_it(tmp_path):
    assert local_token.read(tmp_path) is None
    token = local_token.kept(tmp_path)
    (path,) = tmp_path.iterdir()
    assert local_token.kept(tmp_path) == local_token.read(tmp_path) == token
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert local_token.kept(tmp_path) != token and stat.S_IMODE(path.stat().st_mode) == 0o600
