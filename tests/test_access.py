"""What a caller may, and what a key may be."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from parkbot.access import EVERY_SPACE, OPERATOR, Caller, Key, KeyKind, NewKey, Scope, checked, origin_of
from parkbot.api.admission import NOBODY
from parkbot.errors import BadInput, Forbidden

TODAY = date(2026, 11, 25)
WIDGET = NewKey("widget", KeyKind.PUBLISHABLE, ("park-a",), origins=("https://Portal.example/",))


def caller(*spaces, scopes=(Scope.ASK,)):
    return Caller("k", spaces, frozenset(scopes))


def test_everybody_reads_the_shared_library_and_their_own_spaces():
    assert caller("park-a").reads() == ("shared", "park-a")
    assert caller("park-a", "park-b").reads() == ("shared", "park-a", "park-b")
    assert caller("park-a", "park-b").reads("park-b") == ("shared", "park-b")
    assert caller("park-a").reads("shared") == ("shared",)
    assert caller("shared").reads() == ("shared",)


@pytest.mark.parametrize(
    "wanted", ["park-b", "nowhere", "PARK-A", "park-a ", "", EVERY_SPACE, "park-a,park-b"]
)
def test_a_space_of_others_is_refused_as_is_one_that_does_not_exist(wanted):
    with pytest.raises(Forbidden):
        caller("park-a").reads(wanted)


def test_the_operator_reads_any_space_that_they_name():
    assert OPERATOR.reads() == ("shared",)
    assert OPERATOR.reads("park-b") == ("shared", "park-b")
    assert all(OPERATOR.may(scope) for scope in Scope)


def test_who_may_do_nothing_reads_nothing():
    with pytest.raises(Forbidden):
        NOBODY.reads()


def test_all_spaces_never_reach_a_query_as_one():
    assert EVERY_SPACE not in caller(EVERY_SPACE).reads()


def test_admin_may_all_and_the_others_only_what_they_say():
    assert all(caller("a", scopes=(Scope.ADMIN,)).may(scope) for scope in Scope)
    for scope in (Scope.ASK, Scope.READ, Scope.WRITE):
        assert [other for other in Scope if caller("a", scopes=(scope,)).may(other)] == [scope]


def test_only_a_space_that_the_key_names_is_written_to():
    writer = caller("park-a", scopes=(Scope.WRITE,))
    writer.check_writes("park-a")
    for space in ("park-b", "shared", EVERY_SPACE):
        with pytest.raises(Forbidden):
            writer.check_writes(space)
    caller("shared", scopes=(Scope.WRITE,)).check_writes("shared")
    with pytest.raises(Forbidden):
        caller("park-a", scopes=(Scope.READ,)).check_writes("park-a")


def test_conversations_are_the_users_the_browsers_or_the_keys():
    key = Key("k", origins=("https://portal.example",), id="k1", created=datetime(2026, 11, 1))
    owners = [
        key.caller("li").owner,
        key.caller("wang").owner,
        key.caller(session="li").owner,
        key.caller().owner,
    ]
    assert len(set(owners)) == 4 and OPERATOR.owner is None
    assert key.caller("li").is_told_apart and not key.caller().is_told_apart
    assert replace(key, origins=()).caller().is_told_apart


def test_a_publishable_key_gets_its_origins_as_browsers_write_them_and_a_limit():
    made = checked(WIDGET, TODAY)
    assert made.origins == ("https://portal.example",) and made.per_minute
    assert checked(replace(WIDGET, per_minute=5), TODAY).per_minute == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"scopes": (Scope.ASK, Scope.READ)},
        {"scopes": (Scope.READ,)},
        {"scopes": ()},
        {"origins": ()},
        {"origins": ("*",)},
        {"origins": ("null",)},
        {"origins": ("https://portal.example/page",)},
        {"origins": ("portal.example",)},
        {"origins": ("https://user@portal.example",)},
        {"origins": ("https://portal.example:99999",)},
        {"origins": ("https://" + "x" * 70 + ".example",)},
        {"spaces": ()},
        {"spaces": (" ",)},
        {"spaces": (EVERY_SPACE,)},
        {"name": " "},
        {"per_minute": 0},
        {"per_day": -1},
        {"expires_on": date(2026, 11, 24)},
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(changes):
    with pytest.raises(BadInput):
        checked(replace(WIDGET, **changes), TODAY)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("HTTPS://Portal.Example:443/", "https://portal.example"),
        ("http://10.0.0.5:8080", "http://10.0.0.5:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://园区.example", "https://xn--dkrx9f.example"),
    ],
)
def test_origins_are_written_as_browsers_do(address, origin):
    assert origin_of(address) == origin


def test_a_key_lives_through_its_last_day():
    key = Key("k", expires_on=TODAY, id="k", created=datetime(2026, 11, 1))
    assert key.is_live(TODAY) and not key.is_live(date(2026, 11, 26))
