"""A real `parkbot serve`, and the commands that find it: what they say is what they say without it."""

import io
import json
import os
import signal
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

import httpx
import pytest

from parkbot import build, cli
from parkbot.access import NewKey
from parkbot.cli import serving
from parkbot.errors import BadSettings
from parkbot.settings import Settings
from served import environment as served_variables
from served import served

LAW = """# 样例节约能源条例

2018年10月26日某省人民代表大会常务委员会通过

## 第一章 总则

第一条 为了推动全社会节约能源，制定本条例。

第二条 企业应当对生产过程中产生的余热余压进行综合利用。
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return served_variables(
        tmp_path_factory.mktemp("data") / "library",
        PARKBOT_EMBEDDING_MODEL="constant",
        PARKBOT_BUNDLED_KNOWLEDGE="false",
    )


@pytest.fixture(scope="module")
def law(tmp_path_factory):
    path = tmp_path_factory.mktemp("laws") / "条例.md"
    path.write_text(LAW, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def command(environment):
    def command(*arguments):
        out, err = io.TextIOWrapper(io.BytesIO()), io.StringIO()
        with mock.patch.dict(os.environ, environment, clear=True), redirect_stdout(out), redirect_stderr(err):
            code = cli.run([str(argument) for argument in arguments])
        out.seek(0)
        return code, out.read(), err.getvalue()

    return command


@pytest.fixture(scope="module")
def server(environment):
    with served(environment) as process_and_address:
        yield process_and_address


@pytest.fixture(scope="module")
def without_server(command, law):
    """What the commands say when they open the folder themselves; this also fills the library."""
    assert command("ingest", law)[0] == 0
    return _said(command)


def _said(command):
    document = json.loads(command("documents", "list", "--json")[1])["documents"][0]["id"]
    said = {
        "list": command("documents", "list", "--json"),
        "show": command("documents", "show", document, "--json"),
        "measure": command("measure", f"{document}:a2", "--json"),
        "search": command("search", "样例节约能源条例第二条", "--json"),
        "refused": command("ask", "", "--json"),
        "unknown": command("documents", "show", "nothing"),
    }
    answer = json.loads(command("ask", "样例节约能源条例第二条", "--json")[1])
    del answer["timings_ms"]
    return said | {"ask": answer}


def test_the_commands_say_the_same_through_a_server(without_server, server, command):
    through = _said(command)
    assert through == without_server
    assert through["ask"]["status"] == "answered"
    assert [through[name][0] for name in ("list", "refused", "unknown")] == [0, 2, 1]


def test_the_library_is_kept_through_a_server(without_server, server, command, law):
    code, out, err = command("ingest", law, "--json")
    assert (code, json.loads(out)["unchanged"], err) == (0, 1, "")

    extra = law.with_name("附则.md")
    extra.write_text("# 样例附则\n\n第一条 园区应当公布能源消费总量。\n", encoding="utf-8")
    (law.with_name("坏.md")).write_bytes(b"\x00\x01\x02")
    code, out, err = command("ingest", law.parent, "--json")
    report = json.loads(out)
    assert (code, report["added"], report["failed"]) == (1, 1, 1)
    assert err.startswith("parkbot: ") and err.count("\n") == 1
    (document,) = [entry["document_id"] for entry in report["results"] if entry["outcome"] == "added"]

    code, out, _ = command(
        "documents", "edit", document, "--status", "expired", "--region", "江苏省", "--json"
    )
    assert (code, json.loads(out)["status"], json.loads(out)["region"]) == (0, "expired", "江苏")
    code, out, err = command("documents", "edit", document, "--region", "CN-32")
    assert (code, out) == (2, "") and "CN-32" in err and err.count("\n") == 1
    code, out, _ = command("documents", "edit", document, "--clear", "region", "--json")
    assert (code, json.loads(out)["region"]) == (0, None)

    extra.unlink()
    code, out, _ = command("ingest", law.parent, "--prune", "--json")
    assert (code, json.loads(out)["removed"]) == (1, 1)
    assert command("documents", "remove", document)[0] == 1


def test_keys_are_kept_through_a_server_which_asks_for_one_from_then_on(without_server, server, command):
    address = server[1]
    assert httpx.get(f"{address}/v1/documents", trust_env=False).status_code == 200
    code, out, err = command("keys", "create", "门户", "--space", "park-a", "--scope", "read", "--json")
    issued = json.loads(out)
    assert code == 0 and err.count("\n") == 1
    assert (issued["key"]["spaces"], issued["key"]["scopes"]) == (["park-a"], ["read"])
    bearer = {"Authorization": f"Bearer {issued['secret']}"}

    def status(headers):
        return httpx.get(f"{address}/v1/documents", headers=headers, trust_env=False).status_code

    assert (status({}), status(bearer)) == (401, 200)
    assert _said(command) == without_server  # by the token in the data folder
    code, out, _ = command("keys", "list", "--json")
    assert [key["name"] for key in json.loads(out)["keys"]] == ["门户"] and issued["secret"] not in out
    code, out, err = command("keys", "create", "w", "--publishable", "--space", "park-a")
    assert (code, out) == (2, "") and "origin" in err and err.count("\n") == 1
    assert command("keys", "revoke", issued["key"]["id"])[0] == 0
    assert status(bearer) == 401
    assert "revoked" in command("keys", "list")[1]
    code, out, err = command("keys", "revoke", "nothing")
    assert (code, out) == (1, "") and err.count("\n") == 1


def test_a_second_server_is_told_who_is_there(server, command):
    process, address = server
    code, out, err = command("serve", "--port", "0")
    assert (code, out) == (1, "")
    assert str(process.pid) in err and address in err and err.count("\n") == 1


def test_an_address_that_others_reach_is_not_served_without_a_key(command, tmp_path):
    code, out, err = command("serve", "--host", "0.0.0.0", "--port", "0", "--data-dir", tmp_path / "other")
    assert (code, out) == (2, "")
    assert "parkbot keys create" in err and err.count("\n") == 1


def test_with_a_key_any_address_is_served_until_it_is_revoked(tmp_path):
    settings = Settings(host="0.0.0.0", data_dir=tmp_path)
    with build.keys(settings, owner="tests") as keys:
        key = keys.create(NewKey("portal")).key
    serving._refuse_open_address(settings)
    with build.keys(settings, owner="tests") as keys:
        keys.revoke(key.id)
    with pytest.raises(BadSettings):
        serving._refuse_open_address(settings)


def test_keys_are_kept_without_a_server(command, tmp_path):
    folder = ("--data-dir", tmp_path / "keys")
    assert "no keys" in command("keys", "list", *folder)[1]
    code, out, err = command(
        "keys", "create", "园区", *folder, "--per-day", "5", "--expires-on", "2099-12-31"
    )
    assert code == 0 and out.startswith("sk_") and "asks for a key" in err
    line = command("keys", "list", *folder)[1]
    assert all(part in line for part in ("园区", "live", "0 of 5 today", "until 2099-12-31", "never used"))
    assert out.split()[0] not in line
    assert command("keys", "revoke", line.split()[0], *folder)[0] == 0
    assert "revoked" in command("keys", "list", *folder)[1]


def test_a_taken_port_is_told_in_one_line(server, command, tmp_path):
    port = server[1].rpartition(":")[2]
    code, out, err = command("serve", "--port", port, "--data-dir", tmp_path / "other")
    assert (code, out) == (1, "")
    assert port in err and "--port" in err and err.count("\n") == 1


def test_sigterm_ends_the_server_cleanly_while_a_page_is_open(server, command):
    process, address = server
    with httpx.stream("GET", f"{address}/gradio_api/heartbeat/x", trust_env=False, timeout=30) as page:
        next(page.iter_raw())
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert command("documents", "list")[0] == 0
