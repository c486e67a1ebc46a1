"""The command line: what it prints, and how it ends; with a running server in test_server."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib import metadata

import pytest

from parkbot import cli
from parkbot.domain import SHARED_SPACE, Status
from parkbot.errors import Busy, WrongEmbedder
from parkbot.ui.text import answer_text
from standin import CANTEEN, FINE, HEAT, LAW, VAGUE, StandIn


class Opened(StandIn):
    """The stand-in with what a command does before and after."""

    closed = False

    def ensure_bundled_knowledge(self, progress):
        progress(1, 1)

    def refresh(self):
        pass

    def close(self):
        self.closed = True


@pytest.fixture
def data_dir(monkeypatch, tmp_path):
    monkeypatch.setenv("PARKBOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PARKBOT_BUNDLED_KNOWLEDGE", "false")
    monkeypatch.setenv("PARKBOT_EMBEDDING_MODEL", "constant")
    return tmp_path / "data"


@pytest.fixture
def assistant(monkeypatch, data_dir):
    import parkbot.build

    assistant = Opened()
    monkeypatch.setattr(parkbot.build, "assistant", lambda settings, *, owner: assistant)
    yield assistant
    assert assistant.closed


@pytest.fixture
def run(capsys):
    def run(*arguments):
        code = cli.run(arguments)
        return code, *capsys.readouterr()

    return run


def one_line(text):
    return text.startswith("parkbot: ") and text.endswith("\n") and text.count("\n") == 1


# What is printed --------------------------------------------------------------------------------


def test_ask_prints_the_answer_with_its_sources(run, assistant):
    code, out, err = run("ask", HEAT)
    assert (code, err) == (0, "")
    answer, sources, *_, last = out.strip().split("\n\n")
    assert answer.startswith("关于余热余压利用：")
    first, second, third = sources.splitlines()
    assert first.startswith(
        "[1] 《中华人民共和国节约能源法》第三十一条 · 2018-10-26 · 未见废止（核对至 2026-11）"
    )
    assert "摘要，非原文" not in first
    assert "摘要，非原文" in second
    assert third.endswith("评论 · 摘要，非原文 · 官方网址待补")
    assert last == "以上内容不构成法律意见。资料库核对至 2026-11-22。"


def test_ask_in_english_is_framed_in_english():
    answer = replace(StandIn().ask(HEAT), language="en")
    text = answer_text(answer, None)
    assert "digest, not the original text · official address to be added" in text
    assert "[1] 《中华人民共和国节约能源法》 Article 31 · 2018-10-26 · no repeal found" in text
    assert "》 item I(4) (一、（四）) · " in text
    assert text.endswith("This is not legal advice.")


def test_a_refusal_is_an_answer(run, assistant):
    code, out, err = run("ask", CANTEEN, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["status"] == "refused"


def test_a_question_back_shows_its_options(run, assistant):
    _, out, _ = run("ask", VAGUE)
    assert out.startswith("您指哪种情形？\n- ")


def test_json_is_one_object_with_the_fields_of_the_domain(run, assistant):
    code, out, err = run("ask", HEAT, "--json", "--conversation", "c1")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["conversation_id"] == "c1"
    assert answer["citations"][0]["quotes"][0].keys() == {"text", "start", "end"}
    assert answer["citations"][0]["text_kind"] == "official"


def test_filters_reach_the_assistant(run, assistant):
    run("ask", HEAT, "--space", "park", "--region", "江苏省", "--as-of", "2026-01-31")
    _, filters, _ = assistant.asked[0]
    assert filters.spaces == (SHARED_SPACE, "park")
    assert (filters.region, str(filters.as_of)) == ("江苏省", "2026-01-31")


def test_search_and_measure(run, assistant):
    _, out, _ = run("search", "余热", "-k", "1", "--json")
    (result,) = json.loads(out)["results"]
    _, out, _ = run("measure", result["measure_id"], "--json")
    assert json.loads(out)["measure"]["text"] == result["text"]
    _, out, _ = run("search", "余热")
    assert result["text"] in out
    _, out, _ = run("measure", result["measure_id"])
    assert result["text"] in out and LAW.title in out


def test_documents_list_and_show(run, assistant):
    _, out, _ = run("documents", "list", "--json")
    documents = json.loads(out)["documents"]
    assert LAW.id in {document["id"] for document in documents}
    assert {document["text"] for document in documents} == {""}
    _, out, _ = run("documents", "show", LAW.id, "--json")
    shown = json.loads(out)
    assert shown["text"] == LAW.text and shown["measures"] and shown["headings"]
    _, out, _ = run("documents", "list")
    assert len(out.splitlines()) == len(documents)
    _, out, _ = run("documents", "show", LAW.id)
    assert f"({FINE.id})" in out


def test_documents_edit_changes_what_is_given_and_clears_what_is_named(run, assistant):
    options = (
        *("--status", "repealed", "--repealed-on", "2026-08-15", "--issuer", "甲", "--issuer", "乙"),
        *("--clear", "source-url", "--clear", "checked_on"),
    )
    code, out, err = run("documents", "edit", LAW.id, *options, "--json")
    assert (code, err) == (0, "")
    edited = json.loads(out)
    assert edited["status"] == "repealed" and edited["issuers"] == ["甲", "乙"]
    assert edited["repealed_on"] == "2026-08-15"
    assert edited["source_url"] is edited["checked_on"] is None
    assert edited["title"] == LAW.title
    assert assistant.document(LAW.id, (SHARED_SPACE,)).status is Status.REPEALED


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--clear", "title"),
        ("--clear", "space"),
        ("--region", " "),
        ("--region", "上海市", "--clear", "region"),
        ("--status", "gone"),
        ("--date-issued", "15 August"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused_before_anything_is_opened(run, data_dir, options):
    code, out, err = run("documents", "edit", "law", *options)
    assert (code, out) == (2, "") and one_line(err)
    assert not data_dir.exists()


def test_documents_remove(run, assistant):
    assert run("documents", "remove", LAW.id)[0] == 0
    code, _, err = run("documents", "remove", LAW.id)
    assert code == 1 and one_line(err)


def test_ingest_reports_every_file_and_fails_at_the_end(run, assistant, tmp_path):
    (tmp_path / "a.md").write_text("text")
    (tmp_path / "b.md").write_text("")
    code, out, err = run("ingest", str(tmp_path), "--json")
    report = json.loads(out)
    assert code == 1
    assert [entry["outcome"] for entry in report.pop("results")] == ["added", "failed"]
    assert report == {
        **{"added": 1, "replaced": 0, "unchanged": 0, "removed": 0, "failed": 1},
        "passed_over": {},
    }
    assert err == f"parkbot: {tmp_path / 'b.md'}: b.md is empty\n"


def test_ingest_tells_what_it_passed_over_and_is_content(run, assistant, tmp_path):
    (tmp_path / "a.md").write_text("text")
    for name in ("b.docx", "c.DOCX", "d.zip", ".hidden.docx", "~$b.docx", "e.png", "f.py"):
        (tmp_path / name).write_text("x")
    code, out, err = run("ingest", str(tmp_path))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "1 added, 0 replaced, 0 unchanged, 0 removed, 0 failed",
        "passed over: 3 files of kinds that ParkBot cannot read yet (.docx 2, .zip 1)",
    ]
    code, out, _ = run("ingest", str(tmp_path), "--json")
    assert code == 0 and json.loads(out)["passed_over"] == {".docx": 2, ".zip": 1}


def test_ingest_of_a_path_that_is_not_there(run, assistant, tmp_path):
    code, out, err = run("ingest", str(tmp_path / "nothing"))
    assert (code, out) == (2, "") and one_line(err)


# How it ends ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("unknown",),
        ("ask",),
        ("ask", "问", "--unknown"),
        ("ask", "问", "--as-of", "2026-13-01"),
        ("search", "问", "-k", "0"),
        ("serve", "--port", "70000"),
        ("serve", "--host", "0.0.0.0"),
        ("serve", "--host", "park.example"),
    ],
)
def test_bad_use_ends_with_2_and_one_line(run, data_dir, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and one_line(err)
    assert not data_dir.exists()


@pytest.mark.parametrize("question", ["", "  ", "问" * 10_000, "\udcff"])
def test_a_question_that_cannot_be_asked(run, assistant, question):
    code, out, err = run("ask", question)
    assert (code, out) == (2, "") and one_line(err)


def test_an_unknown_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("PARKBOT_DATADIR", "x")
    code, _, err = run("ask", "问")
    assert code == 2 and one_line(err) and "PARKBOT_DATADIR" in err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (Busy("in use by\nanother"), 1, "in use by another"),
        (WrongEmbedder("run parkbot reindex"), 1, "run parkbot reindex"),
        (ZeroDivisionError("oops"), 1, "unexpected ZeroDivisionError: oops"),
        (KeyboardInterrupt(), 130, "stopped; run the same command again to go on"),
    ],
)
def test_whatever_happens_is_one_line(run, assistant, error, code, words):
    assistant.broken = error
    ended, out, err = run("ask", "问")
    assert (ended, out) == (code, "") and one_line(err) and words in err


def test_the_version(run):
    code, out, err = run("--version")
    assert (code, out, err) == (0, f"parkbot {metadata.version('parkbot')}\n", "")


def test_the_program_starts_without_the_heavy_libraries():
    program = (
        "import sys, parkbot.cli; parkbot.cli.run(['ask', '--help']);"
        "print([name for name in ('gradio', 'fastapi', 'torch', 'chromadb', 'numpy') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
    assert "QUESTION" in result.stdout


def test_a_terminal_without_chinese_gets_what_it_can_show(data_dir):
    program = "import sys; sys.argv = ['parkbot', 'ask', '节能']; from parkbot.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"?" in result.stdout
