"""`parkbot eval` from end to end, over a small made-up library."""

import json
import subprocess
import sys

import pytest

from evaluated import FILES, entry, write
from parkbot import cli
from parkbot.cli import evaluating
from parkbot.evaluation import runs


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A data folder that holds the made-up library."""
    folder = tmp_path_factory.mktemp("made-up")
    with pytest.MonkeyPatch.context() as patch:
        _environment(patch, folder / "data")
        for name, text in FILES.items():
            (folder / name).write_text(text, encoding="utf-8")
        assert cli.run(["ingest", *(str(folder / name) for name in FILES)]) == 0
    return folder / "data"


def _environment(patch, data_dir):
    patch.setenv("PARKBOT_DATA_DIR", str(data_dir))
    patch.setenv("PARKBOT_BUNDLED_KNOWLEDGE", "false")
    patch.setenv("PARKBOT_EMBEDDING_MODEL", "constant")


@pytest.fixture
def run(data_dir, monkeypatch, capsys):
    _environment(monkeypatch, data_dir)

    def run(*arguments):
        code = cli.run(("eval", *map(str, arguments)))
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def suite(tmp_path):
    return write(
        tmp_path / "water.jsonl",
        entry("address", question="园区用水法第二条", question_en="园区用水法第二条 of the law"),
        entry("lay", question="水表要多久检查一回"),
        entry("elsewhere", gold=("别的法-2020:a1",)),
        entry("off", gold=(), kind="off-topic", question="明天会下雨吗"),
        entry("kept back", half="reporting"),
    )


def one_line(text):
    return text.startswith("parkbot: ") and text.endswith("\n") and text.count("\n") == 1


def test_a_run_prints_tables_and_keeps_its_files(run, suite, tmp_path):
    code, out, err = run(suite, "--name", "first", "--output", tmp_path / "out")
    assert (code, err) == (0, "")
    assert "MRR@10" in out and "water, zh, natural" in out and "p95 ms" in out
    assert "water: 1 questions not loaded" in out
    assert out.splitlines()[-2:] == [str(tmp_path / "out" / f"first.{kind}") for kind in ("json", "html")]
    kept = runs.load(tmp_path / "out" / "first.json")
    assert [(outcome.id, outcome.language) for outcome in kept.outcomes] == [
        ("address", "zh"),
        ("address", "en"),
        ("lay", "zh"),
        ("elsewhere", "zh"),
        ("off", "zh"),
    ]
    assert (kept.documents, kept.measures, kept.embedder, kept.half) == (3, 8, "constant", "tuning")
    assert kept.machine.cores >= 1 and kept.machine.cpu
    assert "<svg" in (tmp_path / "out" / "first.html").read_text(encoding="utf-8")


def test_json_is_one_object(run, suite, tmp_path):
    code, out, err = run(suite, "--json", "--language", "zh", "--name", "j", "--output", tmp_path)
    summary = json.loads(out)
    assert (code, err) == (0, "")
    assert summary["not_loaded"] == {"water": 1} and summary["comparison"] is None
    assert {score["language"] for score in summary["scores"]} == {"zh"}
    assert summary["files"] == [str(tmp_path / "j.json"), str(tmp_path / "j.html")]


def test_a_run_is_compared_with_an_earlier_one(run, suite, tmp_path):
    run(suite, "--name", "first", "--output", tmp_path)
    again = ("--output", tmp_path, "--compare", tmp_path / "first.json")
    code, out, _ = run(suite, "--name", "second", *again)
    assert code == 0
    assert "Compared with first" in out and "4 questions in both runs: 0 better, 0 worse" in out
    assert "Compared with first" in (tmp_path / "second.html").read_text(encoding="utf-8")
    _, out, _ = run(suite, "--name", "third", "--json", "--language", "en", *again)
    comparison = json.loads(out)["comparison"]
    assert (comparison["matched"], comparison["unmatched"]) == (1, 3)


def test_the_half_that_is_kept_back_is_asked_only_by_name(run, suite, tmp_path):
    code, out, _ = run(suite, "--half", "reporting", "--json", "--output", tmp_path)
    assert code == 0
    (path, _) = json.loads(out)["files"]
    kept = runs.load(tmp_path / path)
    assert [outcome.id for outcome in kept.outcomes] == ["kept back"]
    assert kept.name.startswith("reporting-")


def test_results_are_not_overwritten(run, suite, tmp_path):
    (tmp_path / "first.html").write_text("kept")
    code, out, err = run(suite, "--name", "first", "--output", tmp_path)
    assert (code, out) == (2, "") and one_line(err) and "first.html exists" in err
    assert (tmp_path / "first.html").read_text() == "kept"
    assert not (tmp_path / "first.json").exists()


def test_a_suite_that_is_not_loaded_says_what_to_ingest(run, tmp_path):
    strange = write(tmp_path / "strange.jsonl", entry(gold=("别的法-2020:a1",)))
    code, out, err = run(strange, "--output", tmp_path)
    assert (code, out) == (2, "") and one_line(err)
    assert "strange: " in err and "ingest 别的法-2020" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing",), "there is no suite nothing; known are"),
        (("SUITE", "--half", "none"), "--half"),
        (("SUITE", "--name", "a/b"), "'a/b' cannot be the name"),
        (("SUITE", "--compare", "nothing.json"), "nothing.json: cannot be read"),
        (("ENGLISH", "--language", "zh"), "english: no question of the half tuning"),
    ],
)
def test_bad_use_ends_with_2_and_one_line(run, suite, tmp_path, arguments, words):
    english = write(tmp_path / "english.jsonl", entry(language="en", question="Water?"))
    paths = {"SUITE": suite, "ENGLISH": english}
    code, out, err = run(*(paths.get(argument, argument) for argument in arguments), "--output", tmp_path)
    assert (code, out) == (2, "") and one_line(err) and words in err


def test_a_missing_package_is_named_with_its_mend(run, suite, monkeypatch):
    found = evaluating.find_spec
    monkeypatch.setattr(evaluating, "find_spec", lambda name: None if name == "ranx" else found(name))
    code, out, err = run(suite)
    assert (code, out) == (2, "")
    assert err == "parkbot: parkbot eval needs ranx; run: pip install 'parkbot[eval]'\n"


def test_ctrl_c_is_one_line_and_gives_the_data_folder_back(run, suite, tmp_path, monkeypatch):
    def stopped(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(evaluating, "put", stopped)
        code, out, err = run(suite, "--output", tmp_path / "out")
    assert (code, out) == (130, "") and one_line(err)
    assert not (tmp_path / "out").exists()
    assert run(suite, "--output", tmp_path / "out")[0] == 0


def test_help_does_not_wait_for_the_heavy_libraries():
    program = (
        "import sys, parkbot.cli; parkbot.cli.run(['eval', '--help']);"
        "heavy = ('numba', 'ranx', 'matplotlib', 'scipy', 'numpy', 'chromadb');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "--compare" in done.stdout
