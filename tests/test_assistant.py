"""The real assistant over real indexes: killed, reopened, misused; with pseudo-random vectors, to be fast."""

import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import date

import pytest

from parkbot import build, readers
from parkbot.answers import AnswerStatus, RefusalReason
from parkbot.domain import SHARED_SPACE, DocumentChanges, Filters, Found, IndexProgress, Level, Status
from parkbot.errors import (
    BadInput,
    BadQuestion,
    Busy,
    NotFound,
    Unavailable,
    UnreadableFile,
    WrongEmbedder,
)
from parkbot.index.dense import DenseIndex
from parkbot.index.vectors import CachedEmbedder
from parkbot.ingest import find, ingest
from parkbot.library import Library
from parkbot.retrieval import MOST_CATALOGUES
from parkbot.settings import Settings

PARK = "park-a"
BOTH = (SHARED_SPACE, PARK)


def rules(title: str, *articles: str) -> bytes:
    """A small regulation; `articles` are the words of its articles."""
    numbered = [f"第{'一二三四五六七八九'[n]}条 {words}" for n, words in enumerate(articles)]
    return "\n\n".join((f"# {title}", *numbered)).encode()


CANTEEN = rules("园区食堂补贴办法", "园区食堂每餐补贴八元。", "补贴由管理委员会按月发放。")
CANTEEN_NOW = rules(
    "园区食堂补贴办法", "园区食堂每餐补贴九元。", "补贴由管理委员会按季发放。", "本办法自发布之日起施行。"
)
PARKING = rules("园区停车管理办法", "园区内车辆应当停放在划定的车位。", "访客停车两小时内免费。")


class Killed(BaseException):
    """Stands for the end of the process: nothing that handles errors sees it."""


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data", embedding_model="constant", bundled_knowledge=False)


@pytest.fixture
def opened(settings):
    """Opens the data folder, again and again if need be; what was open before is closed."""
    held = []

    def open_it(**changes):
        while held:
            held.pop().close()
        held.append(build.assistant(settings.model_copy(update=changes), owner="tests"))
        return held[0]

    yield open_it
    while held:
        held.pop().close()


@pytest.fixture
def assistant(opened):
    assistant = opened()
    assistant.add_document("食堂.md", CANTEEN)
    assistant.add_document("停车.md", PARKING)
    return assistant


def texts(assistant, document_id="食堂", spaces=(SHARED_SPACE,)):
    return [measure.text for measure in assistant.measures_of(document_id, spaces)]


def titles(assistant, spaces=(SHARED_SPACE,)):
    return {document.title for document in assistant.documents(spaces)}


def found(assistant, filters=None):
    """What a search that cannot miss anything finds, and by which index: {text: found by}."""
    results = assistant.search("园区 食堂 补贴 停车", k=200, filters=filters)
    return {result.text: set(result.found_by) for result in results}


def assert_whole(assistant, *expected: bytes):
    """These documents are there from the first word to the last, in library and indexes, and nothing else."""
    kept = {line for data in expected for line in data.decode().splitlines() if line.startswith("第")}
    held = [text for document in assistant.documents() for text in texts(assistant, document.id)]
    assert sorted(held) == sorted(kept)
    assistant.refresh()
    by = found(assistant)
    assert set(by) == kept
    assert all(Found.DENSE in ways for ways in by.values()), by


def assert_silent(assistant, document_id, title):
    """Nothing of a document is seen or cited."""
    assert title not in titles(assistant)
    assert texts(assistant, document_id) == []
    for question in (f"《{title}》第一条", "园区食堂每餐补贴多少？"):
        answer = assistant.ask(question)
        assert all(citation.document_id != document_id for citation in answer.citations)
        assert all(not item.measure_id.startswith(f"{document_id}:") for item in answer.evidence)
    for read in (assistant.document, lambda id: assistant.measure(f"{id}:a1")):
        with pytest.raises(NotFound):
            read(document_id)


class TestKilled:
    """Whatever moment a run is killed at, the next one repairs, and meanwhile no half document answers."""

    @staticmethod
    def kill(monkeypatch, owner, name, *, after=False):
        """Ends the process when `owner.name` is called, or when it is done."""
        real = getattr(owner, name)

        def killed(*arguments, **more):
            if after:
                real(*arguments, **more)
            raise Killed

        monkeypatch.setattr(owner, name, killed)

    BEFORE_STAGE = [(CachedEmbedder, "embed", False), (Library, "stage", False)]
    FROM_STAGE_ON = [
        (Library, "stage", True),
        (DenseIndex, "replace", False),
        (DenseIndex, "replace", True),
        (Library, "publish", False),
    ]

    @pytest.mark.parametrize(("owner", "name", "after"), BEFORE_STAGE + FROM_STAGE_ON)
    def test_a_new_document(self, opened, monkeypatch, owner, name, after):
        assistant = opened()
        assistant.add_document("停车.md", PARKING)
        self.kill(monkeypatch, owner, name, after=after)
        with pytest.raises(Killed):
            assistant.add_document("食堂.md", CANTEEN)
        monkeypatch.undo()
        assert_silent(assistant, "食堂", "园区食堂补贴办法")

        assistant = opened()
        repaired = (owner, name, after) in self.FROM_STAGE_ON
        assert_whole(assistant, PARKING, *([CANTEEN] if repaired else []))
        outcome = assistant.add_document("食堂.md", CANTEEN).outcome
        assert outcome == ("unchanged" if repaired else "added")
        assert_whole(assistant, PARKING, CANTEEN)

    @pytest.mark.parametrize(("owner", "name", "after"), BEFORE_STAGE)
    def test_a_replacement_that_has_not_begun_leaves_the_old_version(
        self, assistant, opened, monkeypatch, owner, name, after
    ):
        self.kill(monkeypatch, owner, name, after=after)
        with pytest.raises(Killed):
            assistant.add_document("食堂.md", CANTEEN_NOW)
        monkeypatch.undo()
        assert_whole(assistant, CANTEEN, PARKING)
        assistant = opened()
        assert_whole(assistant, CANTEEN, PARKING)
        assert assistant.add_document("食堂.md", CANTEEN_NOW).outcome == "replaced"
        assert_whole(assistant, CANTEEN_NOW, PARKING)

    @pytest.mark.parametrize(("owner", "name", "after"), FROM_STAGE_ON)
    def test_a_replacement(self, assistant, opened, monkeypatch, owner, name, after):
        assistant.refresh()
        self.kill(monkeypatch, owner, name, after=after)
        with pytest.raises(Killed):
            assistant.add_document("食堂.md", CANTEEN_NOW)
        monkeypatch.undo()
        assert_silent(assistant, "食堂", "园区食堂补贴办法")
        assert all("补贴" not in text for text in found(assistant))

        assistant = opened()
        assert_whole(assistant, CANTEEN_NOW, PARKING)
        assert assistant.add_document("食堂.md", CANTEEN_NOW).outcome == "unchanged"

    @pytest.mark.parametrize(
        ("owner", "name", "after"),
        [
            (Library, "begin_removal", True),
            (DenseIndex, "remove", False),
            (DenseIndex, "remove", True),
            (Library, "remove", False),
        ],
    )
    def test_a_removal(self, assistant, opened, monkeypatch, owner, name, after):
        self.kill(monkeypatch, owner, name, after=after)
        with pytest.raises(Killed):
            assistant.remove_document("食堂")
        monkeypatch.undo()
        assert_silent(assistant, "食堂", "园区食堂补贴办法")
        assistant = opened()
        assert_whole(assistant, PARKING)
        assert assistant.add_document("食堂.md", CANTEEN).outcome == "added"

    def test_the_same_process_can_try_again_after_an_error(self, assistant, monkeypatch):
        self.kill(monkeypatch, DenseIndex, "replace")
        with pytest.raises(Killed):
            assistant.add_document("食堂.md", CANTEEN_NOW)
        monkeypatch.undo()
        assistant.add_document("食堂.md", CANTEEN_NOW)
        assert_whole(assistant, CANTEEN_NOW, PARKING)

    @pytest.mark.parametrize("name", ["replace", "remove"])
    def test_what_an_error_left_half_done_is_finished_by_the_next_change(self, assistant, monkeypatch, name):
        """The dense index is away for a while, and the process goes on."""

        def away(*_):
            raise Unavailable("the Chroma server does not answer")

        monkeypatch.setattr(DenseIndex, name, away)
        with pytest.raises(Unavailable):
            if name == "replace":
                assistant.edit_document("食堂", self.RENAMED)
            else:
                assistant.remove_document("食堂")
        assert_silent(assistant, "食堂", "园区食堂补贴办法")
        monkeypatch.undo()
        assistant.edit_document("停车", DocumentChanges(region="江苏"))
        assert assistant._library.unfinished() == ()
        if name == "replace":
            assert titles(assistant) == {"职工就餐补贴办法", "园区停车管理办法"}
            assert assistant.edit_document("食堂", self.RENAMED).title == "职工就餐补贴办法"
            assert_whole(assistant, CANTEEN, PARKING)
        else:
            assert assistant.add_document("食堂.md", CANTEEN_NOW).outcome == "added"
            assert_whole(assistant, CANTEEN_NOW, PARKING)

    def test_a_repair_that_is_killed_is_repaired(self, assistant, opened, monkeypatch):
        self.kill(monkeypatch, DenseIndex, "replace")
        with pytest.raises(Killed):
            assistant.add_document("食堂.md", CANTEEN_NOW)
        with pytest.raises(Killed):
            opened()
        monkeypatch.undo()
        assert_whole(opened(), CANTEEN_NOW, PARKING)

    def test_the_vectors_of_a_repaired_document_are_those_of_its_new_words(
        self, assistant, opened, monkeypatch, tmp_path
    ):
        """As many passages as before, so that counting them shows nothing."""
        changed = rules("园区食堂补贴办法", "食堂补贴改由企业承担。", "企业按年发放。")

        def scores(assistant):
            assistant.refresh()
            return {result.text: result.score for result in assistant.search("企业承担补贴", k=50)}

        self.kill(monkeypatch, DenseIndex, "replace")
        with pytest.raises(Killed):
            assistant.add_document("食堂.md", changed)
        monkeypatch.undo()
        repaired = scores(opened())
        fresh = opened(data_dir=tmp_path / "fresh")
        fresh.add_document("食堂.md", changed)
        fresh.add_document("停车.md", PARKING)
        assert repaired == pytest.approx(scores(fresh))

    RENAMED = DocumentChanges(title="职工就餐补贴办法")

    def test_an_edit_whose_vectors_cannot_be_made_changes_nothing(self, assistant, opened, monkeypatch):
        self.kill(monkeypatch, CachedEmbedder, "embed")
        with pytest.raises(Killed):
            assistant.edit_document("食堂", self.RENAMED)
        monkeypatch.undo()
        for reopens in (False, True):
            current = opened() if reopens else assistant
            assert "园区食堂补贴办法" in titles(current)
            assert_whole(current, CANTEEN, PARKING)

    @pytest.mark.parametrize(
        ("owner", "name", "after"),
        [
            (Library, "edit", True),
            (DenseIndex, "replace", False),
            (DenseIndex, "replace", True),
            (Library, "publish", False),
        ],
    )
    @pytest.mark.parametrize("changes", [RENAMED, DocumentChanges(language="en")])
    def test_an_edit_that_its_vectors_follow(
        self, assistant, opened, monkeypatch, tmp_path, owner, name, after, changes
    ):
        def scores(assistant):
            assistant.refresh()
            return {result.text: result.score for result in assistant.search("职工就餐补贴", k=50)}

        self.kill(monkeypatch, owner, name, after=after)
        with pytest.raises(Killed):
            assistant.edit_document("食堂", changes)
        monkeypatch.undo()
        assert_silent(assistant, "食堂", "园区食堂补贴办法")
        repaired = opened()
        assert_whole(repaired, CANTEEN, PARKING)
        of_repaired = scores(repaired)
        fresh = opened(data_dir=tmp_path / "fresh")
        fresh.add_document("食堂.md", CANTEEN)
        fresh.add_document("停车.md", PARKING)
        fresh.edit_document("食堂", changes)
        assert of_repaired == pytest.approx(scores(fresh), rel=1e-4)

    @pytest.mark.parametrize("moment", ["replace", "upsert", "publish"])
    def test_a_process_that_really_ends(self, assistant, opened, settings, moment, tmp_path):
        assistant.close()
        (tmp_path / "食堂.md").write_bytes(CANTEEN_NOW)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PARKBOT_")}
        done = subprocess.run(
            [sys.executable, "-c", DYING, moment, settings.data_dir, tmp_path / "食堂.md"],
            env=environment,
            timeout=60,
            check=False,
        )
        assert done.returncode == 9
        assistant = opened()
        assert_whole(assistant, CANTEEN_NOW, PARKING)
        assert assistant.add_document("食堂.md", CANTEEN_NOW).outcome == "unchanged"


DYING = """
import os, sys
from pathlib import Path
from chromadb.api.models.Collection import Collection
from parkbot import build
from parkbot.index.dense import DenseIndex
from parkbot.library import Library
from parkbot.settings import Settings

moment, data_dir, path = sys.argv[1:]
settings = Settings(data_dir=Path(data_dir), embedding_model="constant", bundled_knowledge=False)
assistant = build.assistant(settings, owner="tests")
owner = {"replace": DenseIndex, "upsert": Collection, "publish": Library}[moment]
real = getattr(owner, moment)

def dying(*arguments, **more):
    if moment == "upsert":
        real(*arguments, **more)  # Chroma has begun to write
    os._exit(9)

setattr(owner, moment, dying)
assistant.add_document("食堂.md", Path(path).read_bytes(), source="upload:食堂.md")
"""


class TestAdding:
    def test_a_changed_document_is_replaced_whole(self, assistant):
        before = assistant.document("食堂")
        result = assistant.add_document("食堂.md", CANTEEN_NOW)
        assert (result.outcome, result.document_id, result.measures) == ("replaced", before.id, 3)
        assert_whole(assistant, CANTEEN_NOW, PARKING)
        assert assistant.document("食堂").text != before.text

        assert assistant.add_document("食堂.md", CANTEEN).outcome == "replaced"
        assert_whole(assistant, CANTEEN, PARKING)

    def test_an_unchanged_document_costs_nothing(self, assistant, monkeypatch):
        def never(*arguments, **more):
            raise AssertionError("an unchanged document was worked on")

        for owner, name in ((readers, "read"), (CachedEmbedder, "embed"), (Library, "stage")):
            monkeypatch.setattr(owner, name, never)
        for name in ("replace", "remove"):
            monkeypatch.setattr(DenseIndex, name, never)
        steps = []
        result = assistant.add_document("食堂.md", CANTEEN, progress=lambda *step: steps.append(step))
        assert (result.outcome, result.document_id, result.measures) == ("unchanged", "食堂", 0)
        assert steps == []

    def test_it_is_found_at_once_by_meaning_and_soon_by_its_words(self, assistant):
        assert Found.DENSE in found(assistant)["第一条 园区食堂每餐补贴八元。"]
        patience = time.monotonic() + 10
        while Found.LEXICAL not in found(assistant)["第一条 园区食堂每餐补贴八元。"]:
            assert time.monotonic() < patience, "the lexical index was not refreshed by itself"
            time.sleep(0.05)

    def test_it_is_there_after_a_restart(self, assistant, opened):
        expected = {text: texts(assistant, text) for text in ("食堂", "停车")}
        assistant = opened()
        assert {text: texts(assistant, text) for text in expected} == expected
        assert_whole(assistant, CANTEEN, PARKING)

    def test_progress_ends_at_the_whole(self, assistant):
        steps = []
        assistant.add_document("食堂.md", CANTEEN_NOW, progress=lambda *step: steps.append(step))
        assert steps and steps == sorted(steps) and steps[-1] == (4, 4)  # the title, and three measures

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("空.md", b""),
            ("空白.txt", " \n\u3000\n".encode()),
            ("只有标题.md", "# 园区办法\n".encode()),
            ("二进制.md", bytes(range(256)) * 40),
            ("程序.exe", b"MZ"),
            ("没有后缀", CANTEEN),
        ],
    )
    def test_what_cannot_be_read_is_one_line_and_loses_nothing(self, assistant, name, data):
        with pytest.raises(UnreadableFile) as error:
            assistant.add_document(name, data)
        assert name in str(error.value) and "\n" not in str(error.value)
        assert_whole(assistant, CANTEEN, PARKING)

    def test_an_unreadable_new_version_leaves_the_old_one(self, assistant):
        with pytest.raises(UnreadableFile):
            assistant.add_document("食堂.md", b"")
        assert_whole(assistant, CANTEEN, PARKING)


class TestRemoving:
    def test_nothing_is_left(self, assistant, opened):
        assistant.remove_document("食堂")
        assert_silent(assistant, "食堂", "园区食堂补贴办法")
        assert_whole(assistant, PARKING)
        assert_whole(opened(), PARKING)

    def test_what_is_removed_while_an_answer_is_written_is_not_in_it(self, assistant, monkeypatch):
        question = "《园区食堂补贴办法》第一条"
        assert assistant.ask(question).citations
        real = Library.measure

        def removed_before(library, *arguments):
            monkeypatch.setattr(Library, "measure", real)
            assistant.remove_document("食堂")
            return real(library, *arguments)

        monkeypatch.setattr(Library, "measure", removed_before)
        answer = assistant.ask(question)
        assert answer.citations == () and Library.measure is real

    def test_it_can_come_back_under_its_id(self, assistant):
        assistant.remove_document("食堂")
        result = assistant.add_document("食堂.md", CANTEEN)
        assert (result.outcome, result.document_id) == ("added", "食堂")
        assert_whole(assistant, CANTEEN, PARKING)

    def test_prune_takes_a_gone_file_out_of_library_and_indexes(self, opened, tmp_path):
        folder = tmp_path / "files"
        folder.mkdir()
        for name, data in (("食堂.md", CANTEEN), ("停车.md", PARKING)):
            (folder / name).write_bytes(data)
        assistant = opened()

        def run(prune):
            results = ingest(
                assistant, find([folder]), space=SHARED_SPACE, prune=prune, max_file_bytes=10_000
            )
            return [(os.path.basename(result.source), result.outcome) for result in results]

        assert run(prune=False) == [("停车.md", "added"), ("食堂.md", "added")]
        (folder / "食堂.md").unlink()
        assert run(prune=False) == [("停车.md", "unchanged")]
        assert_whole(assistant, CANTEEN, PARKING)
        assert run(prune=True) == [("停车.md", "unchanged"), ("食堂.md", "removed")]
        assert_whole(assistant, PARKING)
        assert_whole(opened(), PARKING)


class TestEditing:
    CORRECTED = DocumentChanges(
        document_number="园管〔2026〕1号",
        date_issued=date(2026, 1, 5),
        status=Status.IN_FORCE,
        level=Level.LOCAL_DOCUMENT,
    )

    @staticmethod
    def corrected(document):
        return document.document_number, document.date_issued, document.status, document.level

    def test_a_correction_survives_a_new_version_and_a_restart(self, assistant, opened):
        expected = ("园管〔2026〕1号", date(2026, 1, 5), Status.IN_FORCE, Level.LOCAL_DOCUMENT)
        assert self.corrected(assistant.edit_document("食堂", self.CORRECTED)) == expected
        assistant.add_document("食堂.md", CANTEEN_NOW)
        assert self.corrected(assistant.document("食堂")) == expected
        assert_whole(assistant, CANTEEN_NOW, PARKING)
        assert self.corrected(opened().document("食堂")) == expected

    def test_it_does_not_make_the_file_look_changed(self, assistant):
        assistant.edit_document("食堂", self.CORRECTED)
        assert assistant.add_document("食堂.md", CANTEEN).outcome == "unchanged"

    def test_it_shows_in_the_next_answer(self, assistant):
        question = "《园区食堂补贴办法》第一条"
        assert assistant.ask(question).citations[0].document_number is None
        assistant.edit_document("食堂", self.CORRECTED)
        citation = assistant.ask(question).citations[0]
        assert (citation.document_number, citation.status) == ("园管〔2026〕1号", Status.IN_FORCE)

    @pytest.mark.parametrize(
        "changes", [{"region": "仙乡"}, {"date_issued": date(2026, 1, 5), "repealed_on": date(2025, 1, 5)}]
    )
    def test_what_cannot_be_true_changes_nothing(self, assistant, changes):
        before = assistant.document("食堂")
        with pytest.raises(BadInput):
            assistant.edit_document("食堂", DocumentChanges(title="新名", **changes))
        assert assistant.document("食堂") == before

    def test_a_new_title_names_the_document(self, assistant, opened):
        assistant.edit_document("食堂", DocumentChanges(title="职工就餐补贴办法"))
        for reopens in (False, True):
            current = opened() if reopens else assistant
            assert current.search("《职工就餐补贴办法》第一条")[0].found_by == (Found.ADDRESS,)
            refusal = current.ask("《园区食堂补贴办法》第一条").refusal
            assert refusal is not None and refusal.reason is RefusalReason.NO_SUCH_DOCUMENT
            assert_whole(current, CANTEEN, PARKING)

    def test_a_new_language_is_what_the_filter_sees(self, assistant):
        english = Filters(language="en")
        assert found(assistant, english) == {}
        assistant.edit_document("食堂", DocumentChanges(language="en"))
        assert set(found(assistant, english)) == set(texts(assistant, "食堂"))
        assert set(found(assistant, Filters(language="zh"))) == set(texts(assistant, "停车"))


class TestBadInput:
    @pytest.fixture(scope="class")
    @classmethod
    def assistant(cls, tmp_path_factory):
        """One for all, since nothing of this may change it."""
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("data"), embedding_model="constant", bundled_knowledge=False
        )
        assistant = build.assistant(settings, owner="tests")
        assistant.add_document("食堂.md", CANTEEN)
        assistant.add_document("停车.md", PARKING)
        assistant.refresh()
        yield assistant
        assistant.close()

    @pytest.mark.parametrize("call", ["ask", "search"])
    @pytest.mark.parametrize(
        "question", ["", "  \n\t\u3000", "？！……——“”", "...?!", "\0\0", "\u200b\ufeff", "🏭♻️"]
    )
    def test_a_question_without_a_word_is_empty(self, assistant, call, question):
        with pytest.raises(BadQuestion, match="is empty.*问题是空的") as error:
            getattr(assistant, call)(question)
        assert "\n" not in str(error.value)

    @pytest.mark.parametrize("call", ["ask", "search"])
    def test_a_question_too_long_is_told_how_long_it_may_be(self, assistant, call):
        with pytest.raises(BadQuestion, match="10000 characters, 2000 are allowed") as error:
            getattr(assistant, call)("余热" * 5000)
        assert len(str(error.value)) < 200 and "\n" not in str(error.value)

    def test_the_longest_question_is_answered_and_one_character_more_is_not(self, assistant):
        longest = ("《园区食堂补贴办法》第一条 " * 200)[:1999] + "？"
        assert len(longest) == 2000
        assert assistant.ask(longest).question == longest
        assert assistant.ask(f"  {longest}\n").question == longest
        with pytest.raises(BadQuestion):
            assistant.ask(longest + "？")

    @pytest.mark.parametrize("odd", ["\0", "\ud800", "\udcff"])
    def test_characters_that_no_text_can_hold_are_dropped_or_replaced(self, assistant, odd):
        answer = assistant.ask(f"《园区食堂补贴办法》第一条{odd}")
        assert [citation.measure_id for citation in answer.citations] == ["食堂:a1"]
        assert odd not in answer.question and answer.question.encode()
        results = assistant.search(f"园区食堂{odd}补贴")
        assert {result.measure_id for result in results} >= {"食堂:a1", "停车:a1"}

    @pytest.mark.parametrize(
        "call",
        [
            lambda assistant, id: assistant.document(id),
            lambda assistant, id: assistant.measure(id),
            lambda assistant, id: assistant.remove_document(id),
            lambda assistant, id: assistant.edit_document(id, DocumentChanges(title="新名")),
        ],
        ids=["document", "measure", "remove", "edit"],
    )
    @pytest.mark.parametrize(
        "id", ["没有的文件", "", "食堂:a99", "食堂'; DROP TABLE documents; --", "食\0堂"]
    )
    def test_an_unknown_id_is_named(self, assistant, call, id):
        with pytest.raises(NotFound) as error:
            call(assistant, id)
        assert id in str(error.value)
        assert_whole(assistant, CANTEEN, PARKING)

    def test_an_unknown_document_has_no_measures_and_no_headings(self, assistant):
        assert assistant.measures_of("没有的文件") == () == assistant.headings_of("没有的文件")

    def test_an_empty_library_says_so(self, opened):
        answer = opened().ask("园区怎么利用余热余压？")
        assert answer.status is AnswerStatus.REFUSED and answer.evidence == ()
        assert answer.refusal is not None and answer.refusal.reason is RefusalReason.EMPTY_LIBRARY


class TestIndexes:
    @pytest.mark.parametrize("lost", [("chroma",), ("lexical",), ("vectors.sqlite",), ("chroma", "lexical")])
    def test_what_was_deleted_while_closed_is_filled_again(self, assistant, opened, settings, lost):
        assistant.refresh()
        assistant.close()
        for name in lost:
            path = settings.data_dir / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        assistant = opened()
        by = found(assistant)
        assert by["第一条 园区食堂每餐补贴八元。"] == {Found.DENSE, Found.LEXICAL}
        assert_whole(assistant, CANTEEN, PARKING)

    def test_another_embedder_is_told_how_to_rebuild_and_gives_the_folder_back(self, assistant, settings):
        assistant.close()
        other = settings.model_copy(update={"embedding_model": "builtin"})
        with pytest.raises(WrongEmbedder, match="run `parkbot reindex`") as error:
            build.assistant(other, owner="tests")
        assert "constant" in str(error.value) and "builtin" in str(error.value)

        steps = []
        assert build.reindex(other, lambda *step: steps.append(step)) == 4
        assert steps == [(2, 4), (4, 4)]
        rebuilt = build.assistant(other, owner="tests")
        assert_whole(rebuilt, CANTEEN, PARKING)
        rebuilt.close()
        with pytest.raises(WrongEmbedder, match="parkbot reindex"):
            build.assistant(settings, owner="tests")

    def test_a_score_is_the_same_whenever_the_first_question_was_asked(self, opened):
        def scores(assistant):
            return {result.text: result.score for result in assistant.search("园区停车", k=50)}

        assistant = opened()
        assistant.add_document("访客.md", rules("园区访客办法", "访客应当登记。"))
        scores(assistant)
        assistant.remove_document("访客")
        scores(assistant)
        english = "# Park rules\n\nArticle 1 Visitors register.\n\nArticle 2 Parking is free.\n"
        for name, data in (("食堂.md", CANTEEN), ("停车.md", PARKING), ("rules.md", english.encode())):
            assistant.add_document(name, data)
        assistant.refresh()
        asked_early = scores(assistant)
        assert len(asked_early) == 6
        assert scores(opened()) == pytest.approx(asked_early)

    def test_a_folder_in_use_is_not_opened_twice(self, assistant, settings):
        with pytest.raises(Busy):
            build.assistant(settings, owner="somebody else")
        assert_whole(assistant, CANTEEN, PARKING)


class TestSpaces:
    """A caller sees what stands in its spaces, and learns nothing of the others."""

    SECRET = rules("园区内部奖励办法", "年度节能先进单位奖励十万元。", "奖励由园区财政列支。")

    @pytest.fixture
    def assistant(self, opened):
        assistant = opened()
        assistant.add_document("食堂.md", CANTEEN)
        assert assistant.add_document("奖励.md", self.SECRET, space=PARK).document_id == "park-a.奖励"
        assistant.refresh()
        return assistant

    @pytest.mark.parametrize("spaces", [(SHARED_SPACE,), ("park-b",), (SHARED_SPACE, "park-b"), ()])
    def test_another_s_documents_do_not_exist(self, assistant, spaces):
        filters = Filters(spaces=spaces)
        secret = set(texts(assistant, "park-a.奖励", (PARK,)))
        assert len(secret) == 2
        for question in ("年度节能先进单位奖励多少？", "《园区内部奖励办法》第一条", "谁来列支奖励？"):
            assert not secret & {result.text for result in assistant.search(question, k=50, filters=filters)}
            answer = assistant.ask(question, filters=filters)
            assert "十万元" not in answer.text and "园区财政" not in answer.text
            assert all(citation.document_id != "park-a.奖励" for citation in answer.citations)
            assert all("park-a" not in item.measure_id for item in answer.evidence)
        assert assistant.search("奖励", filters=Filters(spaces=spaces, document_id="park-a.奖励")) == ()
        assert "园区内部奖励办法" not in titles(assistant, spaces)
        assert texts(assistant, "park-a.奖励", spaces) == []
        assert assistant.headings_of("park-a.奖励", spaces) == ()
        with pytest.raises(NotFound):
            assistant.document("park-a.奖励", spaces)
        with pytest.raises(NotFound):
            assistant.measure("park-a.奖励:a1", spaces)

    def test_a_named_document_of_another_space_is_one_that_is_not_held(self, assistant):
        refusal = assistant.ask("《园区内部奖励办法》第一条").refusal
        assert refusal is not None and refusal.reason is RefusalReason.NO_SUCH_DOCUMENT

    def test_a_number_in_anothers_words_is_one_that_is_not_held(self, assistant):
        text = rules("园区补充办法", "奖励按园发〔2026〕9137号执行。")
        assistant.add_document("补充.md", text, space=PARK)
        assistant.refresh()

        def reason(*spaces):
            refusal = assistant.ask("园发〔2026〕9137号有什么要求？", filters=Filters(spaces=spaces)).refusal
            return refusal and refusal.reason

        assert reason(SHARED_SPACE) is reason(SHARED_SPACE, "park-b") is RefusalReason.NO_SUCH_DOCUMENT
        assert reason(*BOTH) is not RefusalReason.NO_SUCH_DOCUMENT

    def test_the_names_of_spaces_without_end_are_not_kept(self, assistant):
        for number in range(2 * MOST_CATALOGUES):
            assert assistant.documents((f"x{number}",)) == ()
        kept = assistant._retriever._catalogue.cache_info()
        assert kept.currsize == MOST_CATALOGUES
        assistant.add_document("停车.md", PARKING)
        assert titles(assistant) == {"园区食堂补贴办法", "园区停车管理办法"}
        assert assistant._retriever._catalogue.cache_info().currsize == 1

    @pytest.mark.parametrize("spaces", [(SHARED_SPACE,), ("park-b",)])
    def test_it_can_neither_be_edited_nor_removed(self, assistant, spaces):
        with pytest.raises(NotFound):
            assistant.edit_document("park-a.奖励", DocumentChanges(title="新名"), spaces)
        with pytest.raises(NotFound):
            assistant.remove_document("park-a.奖励", spaces)
        assert assistant.document("park-a.奖励", (PARK,)).title == "园区内部奖励办法"

    def test_its_owner_sees_it_beside_the_shared_ones(self, assistant):
        filters = Filters(spaces=BOTH)
        assert titles(assistant, BOTH) == {"园区食堂补贴办法", "园区内部奖励办法"}
        assert titles(assistant, (PARK,)) == {"园区内部奖励办法"}
        answer = assistant.ask("《园区内部奖励办法》第一条", filters=filters)
        assert [citation.measure_id for citation in answer.citations] == ["park-a.奖励:a1"]
        assert len(found(assistant, filters)) == 4
        assert len(found(assistant, Filters(spaces=(PARK,)))) == 2
        assert assistant.measure("park-a.奖励:a1", BOTH).next.measure_id == "park-a.奖励:a2"

    def test_one_file_in_two_spaces_is_two_documents(self, assistant):
        result = assistant.add_document("食堂.md", CANTEEN_NOW, space=PARK)
        assert (result.outcome, result.document_id) == ("added", "park-a.食堂")
        assert len(texts(assistant, "食堂")) == 2
        assert len(texts(assistant, "park-a.食堂", (PARK,))) == 3
        assistant.remove_document("park-a.食堂", (PARK,))
        assert len(texts(assistant, "食堂")) == 2

    def test_health_counts_the_shared_space_only(self, assistant):
        health = assistant.health()
        assert (health.documents, health.measures) == (1, 2)


class TestShippedKnowledge:
    """The documents that ship, here two small ones."""

    @pytest.fixture
    def shipped(self, tmp_path, monkeypatch):
        folder = tmp_path / "knowledge"
        folder.mkdir()
        (folder / "README.md").write_text("How the documents are written.")
        (folder / "canteen.md").write_bytes(CANTEEN)
        (folder / "parking.md").write_bytes(PARKING)
        monkeypatch.setattr(build, "bundled_knowledge", lambda: folder)
        return folder

    @staticmethod
    def until(assistant, done):
        patience = time.monotonic() + 20
        while not done(assistant.health()):
            assert time.monotonic() < patience, assistant.health()
            time.sleep(0.01)
        return assistant.health()

    def test_the_first_start_shows_how_far_it_is_and_answers_meanwhile(self, shipped, opened, monkeypatch):
        going, read = threading.Semaphore(0), readers.read

        def slow(*arguments, **more):
            assert going.acquire(timeout=20)
            return read(*arguments, **more)

        monkeypatch.setattr(readers, "read", slow)
        assistant = opened(bundled_knowledge=True)
        assistant.start_bundled_knowledge()
        health = assistant.health()
        assert (health.status, health.indexing) == ("indexing", IndexProgress(0, 2, ready=False))
        refusal = assistant.ask("园区食堂每餐补贴多少？").refusal
        assert refusal is not None and refusal.reason is RefusalReason.EMPTY_LIBRARY

        going.release()
        health = self.until(assistant, lambda health: health.indexing.done == 1)
        assert health.status == "indexing" and not health.indexing.ready and health.documents == 1
        assert [c.measure_id for c in assistant.ask("《园区食堂补贴办法》第一条").citations] == ["canteen:a1"]

        going.release()
        health = self.until(assistant, lambda health: health.indexing.ready)
        assert (health.status, health.documents, health.measures) == ("ok", 2, 4)
        assert health.indexing == IndexProgress(2, 2, ready=True)
        assert_whole(assistant, CANTEEN, PARKING)

    def test_a_file_that_cannot_be_indexed_is_told(self, shipped, opened):
        (shipped / "parking.md").write_bytes(b"")
        assistant = opened(bundled_knowledge=True)
        assistant.start_bundled_knowledge()
        health = self.until(assistant, lambda health: health.status == "failed")
        assert "parking.md" in health.indexing.error and not health.indexing.ready
        assert_whole(assistant, CANTEEN)

    def test_closing_does_not_wait_for_the_rest(self, shipped, opened, monkeypatch):
        reading, going, read, names = threading.Event(), threading.Event(), readers.read, []

        def slow(name, *arguments, **more):
            names.append(name)
            reading.set()
            assert going.wait(20)
            return read(name, *arguments, **more)

        monkeypatch.setattr(readers, "read", slow)
        assistant = opened(bundled_knowledge=True)
        assistant.start_bundled_knowledge()
        assert reading.wait(20)
        closing = threading.Thread(target=assistant.close)
        closing.start()
        time.sleep(0.1)
        going.set()
        closing.join(20)
        assert not closing.is_alive() and names == ["canteen.md"]
        monkeypatch.undo()

    def test_a_second_start_works_on_nothing(self, shipped, opened, monkeypatch):
        opened(bundled_knowledge=True).ensure_bundled_knowledge()
        monkeypatch.setattr(readers, "read", lambda *arguments, **more: pytest.fail("read again"))
        steps = []
        assistant = opened(bundled_knowledge=True)
        assistant.ensure_bundled_knowledge(lambda *step: steps.append(step))
        assert steps == [(1, 2), (2, 2)]
        assert_whole(assistant, CANTEEN, PARKING)

    def test_what_ships_no_longer_goes_and_what_changed_is_replaced(self, shipped, opened):
        assistant = opened(bundled_knowledge=True)
        assistant.ensure_bundled_knowledge()
        assistant.add_document("自己的.md", rules("园区访客办法", "访客应当登记。"))
        (shipped / "parking.md").unlink()
        (shipped / "canteen.md").write_bytes(CANTEEN_NOW)
        assistant = opened(bundled_knowledge=True)
        assistant.ensure_bundled_knowledge()
        assert_whole(assistant, CANTEEN_NOW, rules("园区访客办法", "访客应当登记。"))

    def test_nothing_else_passes_for_it(self, shipped, opened):
        assistant = opened(bundled_knowledge=True)
        assistant.ensure_bundled_knowledge()
        for space in BOTH:
            with pytest.raises(BadInput, match="bundled:.*只有随"):
                assistant.add_document("x.md", CANTEEN, source="bundled:x.md", space=space)
        assistant._add("x.md", CANTEEN, "bundled:x.md", PARK)  # as it could be before
        assistant.remove_document("park-a.x", (PARK,))
        assert titles(assistant, BOTH) == {"园区食堂补贴办法", "园区停车管理办法"}

    def test_it_cannot_be_removed(self, shipped, opened):
        assistant = opened(bundled_knowledge=True)
        assistant.ensure_bundled_knowledge()
        with pytest.raises(BadInput, match="canteen ships with ParkBot.*PARKBOT_BUNDLED_KNOWLEDGE=false"):
            assistant.remove_document("canteen")
        assert_whole(assistant, CANTEEN, PARKING)
