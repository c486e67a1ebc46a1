"""`parkbot tune`: questions are drawn, learned from and compared; only what helps is installed."""

import json
import logging
import zlib
from contextlib import closing, contextmanager
from dataclasses import replace

import numpy as np
import pytest

import talking
from parkbot import build, cli
from parkbot.cli import tuning
from parkbot.domain import SHARED_SPACE, Document, Filters, Measure, Span
from parkbot.errors import ParkBotError
from parkbot.index.dense import DenseIndex
from parkbot.index.exact import ExactIndex
from parkbot.index.lexical import LexicalIndex
from parkbot.index.passages import passages
from parkbot.index.stores import Files
from parkbot.library import Library
from parkbot.models import adapter as adapters
from parkbot.models.adapter import Adapter, InstalledAdapter
from parkbot.questions import analyse
from parkbot.settings import load
from parkbot.traits import E5, Traits
from parkbot.tuning.comparing import compared
from parkbot.tuning.drawing import drawn
from parkbot.tuning.ground import Ground
from parkbot.tuning.learning import _slope, learned
from parkbot.tuning.tuner import tune

ignore = lambda *_: None  # noqa: E731


@contextmanager
def unseen(_label, _unit):
    yield ignore


def measure(n, text, **more):
    named = {"section_path": ()} | more
    return Measure(
        id=f"law:a{n}",
        document_id="law",
        position=n,
        locator=f"第{n}条",
        text=text,
        span=Span(0, len(text)),
        **named,
    )


# Drawing ----------------------------------------------------------------------------------------

LAW = Document(id="law", title="节水条例", text="", language="zh")
FINE = measure(
    1,
    "用水单位应当安装用水计量器具，并按月报送用水情况；逾期不改正的，处一万元以上五万元以下罚款。",
    section_path=("第二章 用水管理",),
    title="计量与报送",
)


def test_questions_are_drawn_from_title_section_clause_figure_and_words():
    questions = [each.question for each in drawn(LAW, FINE)]
    assert len(questions) == 5
    assert any("计量与报送" in each for each in questions)
    assert any(each.startswith("用水管理 ") for each in questions)
    assert any("处多少罚款" in each and "万元" not in each for each in questions)
    assert all(each.measure_ids == (FINE.id,) and each.space == SHARED_SPACE for each in drawn(LAW, FINE))


def test_the_same_questions_are_drawn_each_time_and_none_from_nothing():
    assert list(drawn(LAW, FINE)) == list(drawn(LAW, FINE))
    assert list(drawn(LAW, measure(2, "略。"))) == []


def test_english_measures_are_asked_about_in_english():
    document = Document(id="law", title="Water rules", text="", language="en")
    text = "Every enterprise shall report its use of water within 30 days after the end of each year."
    questions = [each.question for each in drawn(document, measure(1, text, title="Reporting"))]
    assert any("Reporting" in each for each in questions)
    assert any("within how much" in each and "30" not in each for each in questions)


# Learning ---------------------------------------------------------------------------------------


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def test_the_slope_is_that_of_the_loss():
    chance = np.random.default_rng(1)
    questions, passages_ = unit(chance.normal(size=(3, 4))), unit(chance.normal(size=(6, 4)))
    change = chance.normal(size=(4, 4)) / 10
    left_out = np.zeros((3, 6), bool)
    left_out[0, 4] = left_out[1, 1] = True

    def loss(change):
        likeness = unit64(questions + questions @ change.T) @ passages_.T.astype(float) / 0.05
        likeness[0, 4] = -np.inf
        own = likeness[np.arange(3), np.arange(3)]
        return float((np.log(np.exp(likeness).sum(axis=1)) - own).mean())

    slope = _slope(questions, passages_, left_out, change)
    for row, column in ((0, 0), (1, 3), (3, 2)):
        step = np.zeros((4, 4))
        step[row, column] = 1e-5
        expected = (loss(change + step) - loss(change - step)) / 2e-5
        assert slope[row, column] == pytest.approx(expected, rel=1e-2, abs=1e-3)


def unit64(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def biased(size=300, dimensions=16, seed=2):
    """Passages, and questions that are their passages under one and the same distortion."""
    chance = np.random.default_rng(seed)
    passages_ = unit(chance.normal(size=(size, dimensions)))
    distortion = np.eye(dimensions) + chance.normal(size=(dimensions, dimensions)) / 3
    return unit(passages_ @ distortion.T), passages_


def first(questions, passages_, rows):
    return float(((questions[rows] @ passages_.T).argmax(axis=1) == rows).mean())


def test_questions_that_were_not_learned_from_come_nearer_too():
    questions, passages_ = biased()
    taught, others = np.arange(200), np.arange(200, 300)
    answers = [np.array([row]) for row in taught]
    matrix = learned(questions[taught], np.ones(200), answers, passages_, ignore, hold=0.001)
    turned = Adapter("e", matrix).turn(questions)
    assert first(turned, passages_, others) > first(questions, passages_, others) + 0.1
    assert np.allclose(np.linalg.norm(turned, axis=1), 1, atol=1e-5)
    again = learned(questions[taught], np.ones(200), answers, passages_, ignore, hold=0.001)
    assert np.array_equal(matrix, again)


def test_what_is_held_back_hard_stays_the_identity():
    questions, passages_ = biased()
    answers = [np.array([row]) for row in range(300)]
    matrix = learned(questions, np.ones(300), answers, passages_, ignore, hold=100)
    assert np.abs(matrix - np.eye(16)).max() < 0.01


def test_the_interval_tells_luck_from_help():
    before = [0.0, 1.0, 0.5, 0.0] * 20
    better = compared("drawn", before, [0.5, 1.0, 1.0, 0.0] * 20)
    assert better.is_better and not better.is_worse and better.questions == 80
    luck = compared("drawn", before, [1.0, *before[1:]])
    assert not luck.is_better and not luck.is_worse
    assert compared("drawn", before, [0.0] * 80).is_worse


# Both together ----------------------------------------------------------------------------------

WORDS = Traits("e5", place_in_front=False, title_weight=0.0, lexical_weight=0.0, carries_english=False)
"""Only meaning counts, so that what is learned of it shows."""


def ask(n):
    return f"编号{n}号怎么管？"


class Library_:
    """A library of one law in which every article names a thing of its own."""

    SIZE = 120

    def __init__(self, folder):
        self.library = Library(f"sqlite:///{folder / 'library.sqlite'}")
        chance = np.random.default_rng(3)
        self.measures = [measure(n, self.text(n), title=f"{n}号设施") for n in range(self.SIZE)]
        self.passages = unit(chance.normal(size=(self.SIZE, 24)))
        document = Document(
            id="law",
            title="园区条例",
            text="。".join(self.text(n) for n in range(self.SIZE)),
            source="law.md",
        )
        self.library.stage(document, (), self.measures)
        self.library.publish("law")
        self.document = document
        self.meant = {ask(n): n for n in range(self.SIZE)} | {
            each.question: one.position for one in self.measures for each in drawn(document, one)
        }
        self.lexical = LexicalIndex(folder / "lexical")
        self.lexical.refresh(self.library.all_measures, 1)

    @staticmethod
    def text(n):
        return f"编号为{n}号的设施由园区的管理机构负责登记；编号为{n}号的设施按年检修并保存记录。"

    def ground(self, embed_query):
        cut = [each for one in self.measures for each in passages(self.document, one)]
        index = ExactIndex([(self.document, cut, self.passages)], 24)
        return Ground(self.library, index, self.lexical, "fake", WORDS, embed_query)

    def biased(self, text):
        """All questions lean to one side, and so are nearest to what lies there, whatever they ask."""
        return unit(self.passages[self.meant[text]] + 2 * np.eye(24)[0])

    def at_chance(self, text):
        return unit(np.random.default_rng(zlib.crc32(text.encode())).normal(size=24))


@pytest.fixture
def rules(tmp_path):
    rules = Library_(tmp_path)
    yield rules
    rules.library.close()


@pytest.fixture(scope="module")
def helpful(tmp_path_factory):
    """What comes of questions that all lean to one side, some of them approved."""
    rules = Library_(tmp_path_factory.mktemp("helpful"))
    for n in range(40):
        rules.library.approvals.add(ask(n), [f"law:a{n}"])
    with closing(rules.library):
        yield tune(rules.ground(rules.biased), unseen)


@pytest.fixture(scope="module")
def useless(tmp_path_factory):
    """What comes of questions whose vectors say nothing."""
    rules = Library_(tmp_path_factory.mktemp("useless"))
    with closing(rules.library):
        yield tune(rules.ground(rules.at_chance), unseen)


def test_what_helps_questions_held_out_is_worth_installing(helpful):
    approved, some_drawn = helpful.compared
    assert (approved.kind, some_drawn.kind) == ("approved", "drawn")
    assert helpful.approved == approved.questions == 40 and some_drawn.questions >= 200
    assert approved.mrr_after > approved.mrr_before and some_drawn.mrr_after > some_drawn.mrr_before
    assert helpful.helps and helpful.adapter.embedder == "fake"


def test_what_is_only_learned_by_heart_is_not(useless):
    (result,) = useless.compared
    assert result.kind == "drawn" and not useless.helps


def test_people_s_questions_decide(helpful):
    approved, some_drawn = helpful.compared
    luck = replace(approved, mrr_after=approved.mrr_before, low=-0.01, high=0.01)
    assert not replace(helpful, compared=(luck, some_drawn)).helps
    fallen = replace(some_drawn, mrr_after=some_drawn.mrr_before - 0.05, low=-0.09, high=0.01)
    assert not replace(helpful, compared=(approved, fallen)).helps


def test_too_few_questions_are_one_line_that_says_what_to_do(tmp_path):
    with talking.assistant(tmp_path / "data", embedding_model="constant"):
        with pytest.raises(ParkBotError, match=r"too few questions .* approve more \(`parkbot feedback`\)"):
            settings = load(data_dir=tmp_path / "data", embedding_model="constant")
            with build.ground(settings, ignore) as ground:  # while the assistant owns the folder
                tune(ground, unseen)


# Installed --------------------------------------------------------------------------------------


@pytest.fixture
def assistant(tmp_path):
    with talking.assistant(tmp_path / "data", embedding_model="constant") as assistant:
        yield assistant


def towards(assistant, data_dir, locator):
    """An adapter that turns every question to one measure."""
    settings = load(data_dir=data_dir, embedding_model="constant")
    (wanted,) = (each for each in assistant.search("园区 能源", k=20) if each.locator == locator)
    with build.ground(settings, ignore) as ground:
        row = ground.index.measure_ids.index(wanted.measure_id)
        chance = np.random.default_rng(0).normal(size=8).astype(np.float32)
        return wanted.measure_id, Adapter("constant", np.outer(ground.index.vectors[row], chance))


def test_it_counts_from_the_next_question_and_is_taken_away_again(assistant, tmp_path):
    filters = Filters()
    before = assistant.evidence("园区怎么做？", k=10)
    id, adapter = towards(assistant, tmp_path / "data", "第五条")
    question = analyse("园区怎么做？")
    vector = np.asarray(assistant._retriever._search._embed_query(question.spelled_out), np.float32)
    if adapter.turn(vector) @ adapter.matrix[:, 0] * adapter.matrix[0, 0] < 0:  # which way it turns is chance
        adapter = Adapter("constant", -adapter.matrix)
    adapters.install(adapter, tmp_path / "data")
    hits = assistant._retriever._search.search(
        question, filters, assistant._retriever.catalogue(filters.spaces), None, {}
    )
    after = assistant.evidence("园区怎么做？", k=10)
    assert hits.turned != hits.dense
    best = max(abs(score) for _, score in hits.turned)
    assert dict(hits.turned)[id] == pytest.approx(best)
    assert after.confidence == before.confidence  # what was learned never decides whether to answer
    assert adapters.remove(tmp_path / "data") and not adapters.remove(tmp_path / "data")
    again = assistant.evidence("园区怎么做？", k=10)
    assert [each.measure.id for each in again.sources] == [each.measure.id for each in before.sources]


def test_one_of_another_embedder_or_a_damaged_one_is_left_out(tmp_path, caplog):
    vector = unit(np.arange(1, 5))
    installed = InstalledAdapter(tmp_path, "mine", 4)
    assert installed.turn(vector) is None
    adapters.install(Adapter("mine", np.eye(4, dtype=np.float32)[::-1].copy()), tmp_path)
    assert np.allclose(installed.turn(vector), vector[::-1])
    with caplog.at_level(logging.WARNING):
        adapters.install(Adapter("another", np.eye(4, dtype=np.float32)), tmp_path)
        assert installed.turn(vector) is None and "made for the embedder another" in caplog.text
        adapters.install(Adapter("mine", np.eye(3, dtype=np.float32)), tmp_path)
        assert installed.turn(vector) is None and "damaged" in caplog.text
        caplog.clear()
        (tmp_path / adapters.FILE).write_bytes(b"PK nothing")
        assert installed.turn(vector) is None and "cannot be read" in caplog.text
    assert [path.name for path in tmp_path.iterdir()] == [adapters.FILE]


def test_a_folder_that_cannot_be_written_is_one_readable_line(tmp_path):
    with pytest.raises(ParkBotError, match="cannot be written"):
        adapters.install(Adapter("mine", np.eye(2, dtype=np.float32)), tmp_path / "missing")


def test_the_exact_index_finds_what_the_dense_one_does(tmp_path):
    chance = np.random.default_rng(5)
    entries = []
    for space, language in ((SHARED_SPACE, "zh"), (SHARED_SPACE, "en"), ("park-a", "zh")):
        document = Document(id=f"{space}-{language}", title="规定", text="", space=space, language=language)
        cut = [
            each
            for n in range(40)
            for each in passages(document, measure(n, f"第{n}件事。" * (1 + 60 * (n % 2))))
        ]
        cut = [type(each)(f"{document.id}:{each.measure_id}", *("", "", each.words)) for each in cut]
        entries.append((document, cut, unit(chance.normal(size=(len(cut), 8)))))
    with closing(DenseIndex(Files(tmp_path), "test", 8)) as dense:
        for entry in entries:
            dense.replace(*entry)
        exact = ExactIndex(entries, 8)
        for only in (
            {"spaces": (SHARED_SPACE,)},
            {"spaces": (SHARED_SPACE, "park-a")},
            {"spaces": ("park-a",), "language": "zh"},
            {"spaces": (SHARED_SPACE,), "document_ids": {"shared-en"}},
            {"spaces": (SHARED_SPACE,), "document_ids": set()},
        ):
            query = unit(chance.normal(size=8))
            near, expected = exact.search(query, 10, **only), dense.search(query, 10, **only)
            assert [each.measure_id for each in near] == [each.measure_id for each in expected]
            assert np.allclose([each[1:] for each in near], [each[1:] for each in expected], atol=1e-3)


# On the command line ----------------------------------------------------------------------------


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PARKBOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PARKBOT_EMBEDDING_MODEL", "constant")

    def run(*arguments):
        code = cli.run(arguments)
        return code, *capsys.readouterr()

    return run


def test_without_a_library_there_is_one_line(run):
    for command in (("tune",), ("feedback", "list")):
        code, out, err = run(*command)
        assert code == 2 and not out and err.startswith("parkbot: there is no library in ")


def test_too_small_a_library_is_one_line(run, assistant):
    code, out, err = run("tune")
    assert code == 1 and not out and err.splitlines()[-1].startswith("parkbot: too few questions")


@pytest.fixture
def comes_to(monkeypatch, tmp_path):
    """Lets `parkbot tune` come to something that was learned before."""
    (tmp_path / "data").mkdir()

    @contextmanager
    def ground(_settings, _progress):
        yield None

    def comes_to(tuned):
        monkeypatch.setattr(build, "ground", ground)
        monkeypatch.setattr(tuning, "tune", lambda _ground, _stage: tuned)

    return comes_to


def test_tune_shows_before_and_after_and_installs_what_helps(run, comes_to, helpful, tmp_path):
    comes_to(helpful)
    code, out, _ = run("tune")
    assert code == 0 and "40 approved questions, held out" in out and "MRR@10" in out
    assert out.splitlines()[-1].startswith("Installed for the embedder fake")
    made = InstalledAdapter(tmp_path / "data", "fake", 24)
    assert np.allclose(made.turn(np.eye(24, dtype=np.float32)[3]), helpful.adapter.turn(np.eye(24)[3]))
    code, out, _ = run("tune", "--remove")
    assert code == 0 and out.startswith("removed") and not (tmp_path / "data" / adapters.FILE).exists()
    assert run("tune", "--remove")[1] == "nothing was installed\n"


def test_tune_refuses_what_does_not_help(run, comes_to, useless, tmp_path):
    comes_to(useless)
    code, out, _ = run("tune", "--json")
    told = json.loads(out)
    assert code == 0 and not told["installed"] and told["compared"][0]["questions"] >= 200
    assert run("tune")[1].splitlines()[-1].startswith("Not installed")
    assert not (tmp_path / "data" / adapters.FILE).exists()


def test_a_run_that_is_stopped_leaves_all_as_it_was(run, rules, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()

    def stopped(_text):
        raise KeyboardInterrupt

    @contextmanager
    def ground(_settings, _progress):
        yield rules.ground(stopped)

    monkeypatch.setattr(build, "ground", ground)
    code, _, err = run("tune")
    assert code == 130 and "stopped" in err and not list((tmp_path / "data").iterdir())


def test_the_traits_of_the_tests_are_real():
    assert WORDS.fitted == E5.fitted
