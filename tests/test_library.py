import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, event, func, select, text

import parkbot
from parkbot.domain import (
    SHARED_SPACE,
    Coverage,
    Document,
    DocumentChanges,
    Heading,
    Level,
    Measure,
    Span,
    Status,
    TextKind,
)
from parkbot.errors import BadInput, BadSettings, NotFound, ParkBotError, Unavailable
from parkbot.library import Library, State, tables
from parkbot.library.naming import is_gone, slug, wanted_id
from postgresql import Cluster

SHARED = (SHARED_SPACE,)
PARK = "park-a"


@pytest.fixture
def library(url: str) -> Iterator[Library]:
    library = Library(url)
    yield library
    library.close()


def law(**changes: object) -> Document:
    whole = Document(
        id="energy-law",
        title="节约能源法",
        text="# 节约能源法\n第一条 为了推动节约能源。\n第二条 （一）煤炭；（二）石油。",
        source="/laws/energy.md",
        content_hash="1",
        title_en="Energy Conservation Law",
        summary="一句话",
        issuers=("全国人大常委会", "国务院"),
        document_number="主席令第77号",
        date_issued=date(2018, 10, 26),
        effective_from=date(2008, 4, 1),
        expires_on=date(2099, 1, 1),
        repealed_on=date(2098, 1, 1),
        status=Status.IN_FORCE,
        level=Level.NATIONAL_LAW,
        region="全国",
        source_url="https://example.org",
        text_kind=TextKind.DIGEST,
        coverage=Coverage.COMPLETE,
        grade="A",
        checked_on=date(2026, 11, 1),
    )
    return replace(whole, **changes)


def parts(document: Document) -> tuple[tuple[Heading, ...], tuple[Measure, ...]]:
    lines = re.finditer(r".+", document.text)
    heading, *rest = [Span(*line.span()) for line in lines]
    measures = tuple(
        Measure(
            id=f"{document.id}:a{n + 1}",
            document_id=document.id,
            position=n,
            locator=f"第{n + 1}条",
            section_path=("第一章 总则",),
            text=span.of(document.text),
            span=span,
            title=f"标题{n + 1}",
            actors=("企业",),
            topics=("energy",),
            figures=("10%",),
            paragraphs=(Span(0, 3),),
            items=(("（一）", Span(1, 2)), ("（二）", Span(2, 3))),
        )
        for n, span in enumerate(rest)
    )
    return (Heading(heading.of(document.text), heading, 1),), measures


def add(library: Library, document: Document) -> Document:
    library.stage(document, *parts(document))
    library.publish(document.id)
    return document


def test_what_goes_in_comes_out(library: Library):
    document = add(library, law())
    headings, measures = parts(document)
    assert library.document(document.id, SHARED) == document
    assert library.documents(SHARED) == (replace(document, text=""),)
    assert library.headings_of(document.id, SHARED) == headings
    assert library.measures_of(document.id, SHARED) == measures
    assert library.measures([measures[1].id, "x", measures[0].id], SHARED) == {
        measures[1].id: measures[1],
        measures[0].id: measures[0],
    }
    assert list(library.measures([measures[1].id, measures[0].id], SHARED)) == [
        measures[1].id,
        measures[0].id,
    ]
    assert list(library.all_measures()) == [(replace(document, text=""), measure) for measure in measures]
    assert library.measure_counts(SHARED) == {document.id: 2}


def test_it_is_there_after_a_restart(library: Library, url: str):
    document = add(library, law())
    generation = library.generation
    library.close()
    again = Library(url)
    assert (again.document(document.id, SHARED), again.generation) == (document, generation)
    again.close()


def test_a_measure_has_its_neighbours(library: Library):
    document = add(library, law(text="# 法\n一\n二\n三"))
    first, middle, last = (library.measure(f"{document.id}:a{n}", SHARED) for n in (1, 2, 3))
    assert middle.document == document
    assert middle.measure.text == "二"
    assert middle.previous is not None and middle.next is not None
    assert (middle.previous.locator, middle.previous.title) == ("第1条", "标题1")
    assert (middle.next.measure_id, middle.next.document_title) == ("energy-law:a3", "节约能源法")
    assert first.previous is None and last.next is None


def answers_nothing(library: Library, document: Document) -> bool:
    id = document.id
    with pytest.raises(NotFound):
        library.document(id, SHARED)
    with pytest.raises(NotFound):
        library.measure(f"{id}:a1", SHARED)
    empty = (
        library.documents(SHARED),
        library.measures_of(id, SHARED),
        library.headings_of(id, SHARED),
        library.measures([f"{id}:a1"], SHARED),
        tuple(library.all_measures()),
        library.measure_counts(SHARED),
    )
    return not any(empty) and library.by_source(document.space, document.source) is None


def test_only_a_published_document_answers(library: Library):
    document = law()
    before = library.generation
    library.stage(document, *parts(document))
    assert answers_nothing(library, document)
    assert library.unfinished() == ((document, State.INDEXING),)
    assert library.staged_measures(document.id) == parts(document)[1]
    assert library.generation == before
    library.publish(document.id)
    assert library.unfinished() == ()
    assert library.generation > before


def test_a_changed_document_is_silent_until_it_is_published_again(library: Library):
    add(library, law())
    before = library.generation
    changed = law(text="# 新法\n第一条 新。", content_hash="2")
    library.stage(changed, *parts(changed))
    assert answers_nothing(library, changed)
    assert library.generation > before
    library.publish(changed.id)
    assert library.document(changed.id, SHARED) == changed
    assert [measure.text for measure in library.measures_of(changed.id, SHARED)] == ["第一条 新。"]
    assert library.measures(["energy-law:a2"], SHARED) == {}


def test_a_stage_that_fails_changes_nothing(library: Library):
    document = add(library, law())
    headings, measures = parts(document)
    clash = (measures[0], replace(measures[1], position=0))
    with pytest.raises(ParkBotError):
        library.stage(replace(document, title="新"), headings, clash)
    with pytest.raises(BadInput, match="same id"):
        library.stage(replace(document, title="新"), headings, (measures[0], measures[0]))
    assert library.document(document.id, SHARED) == document
    assert library.measures_of(document.id, SHARED) == measures


def test_a_removed_document_is_silent_first_and_gone_then(library: Library, url: str):
    document = add(library, law())
    before = library.generation
    library.begin_removal(document.id)
    assert answers_nothing(library, document)
    assert library.generation > before
    assert library.unfinished() == ((document, State.REMOVING),)
    library.remove(document.id)
    library.remove(document.id)
    library.close()
    with connected(url) as connection:
        for table in (tables.documents, tables.texts, tables.measures, tables.headings):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0


@pytest.mark.parametrize("call", ["publish", "begin_removal"])
def test_unknown_documents_are_named(library: Library, call: str):
    with pytest.raises(NotFound, match="no document nothing"):
        getattr(library, call)("nothing")
    with pytest.raises(NotFound, match="no document nothing"):
        library.edit("nothing", DocumentChanges(title="x"))


def test_an_id_that_cannot_be_stored_is_bad_input(library: Library):
    with pytest.raises(BadInput):
        library.document("\udc80", SHARED)


class TestSpaces:
    @pytest.fixture
    def private(self, library: Library) -> Document:
        add(library, law())
        return add(library, law(id="park-a.own", space=PARK, source="/own.md"))

    def test_another_space_does_not_exist(self, library: Library, private: Document):
        with pytest.raises(NotFound):
            library.document(private.id, SHARED)
        with pytest.raises(NotFound):
            library.measure(f"{private.id}:a1", SHARED)
        assert [document.id for document in library.documents(SHARED)] == ["energy-law"]
        assert library.measures_of(private.id, SHARED) == ()
        assert library.headings_of(private.id, SHARED) == ()
        assert library.measures([f"{private.id}:a1", "energy-law:a1"], SHARED).keys() == {"energy-law:a1"}
        assert library.measure_counts(SHARED).keys() == {"energy-law"}
        assert library.by_source(SHARED_SPACE, private.source) is None

    def test_a_caller_of_both_sees_both(self, library: Library, private: Document):
        both = (SHARED_SPACE, PARK)
        assert [document.id for document in library.documents(both)] == ["energy-law", "park-a.own"]
        assert library.measure(f"{private.id}:a1", both).document == private

    def test_upkeep_knows_every_space(self, library: Library, private: Document):
        assert library.spaces() == (PARK, SHARED_SPACE)
        library.begin_removal(private.id)
        assert library.spaces() == SHARED

    def test_no_space_is_nothing(self, library: Library, private: Document):
        assert library.documents(()) == ()

    def test_an_id_cannot_be_taken_from_another_space(self, library: Library, private: Document):
        thief = replace(private, id="energy-law")
        with pytest.raises(BadInput, match="belongs to another document"):
            library.stage(thief, *parts(thief))
        assert library.document("energy-law", SHARED) == law()


class TestEdits:
    def test_an_edit_shows_and_counts(self, library: Library):
        document = add(library, law())
        before = library.generation
        changes = DocumentChanges(
            title="新题",
            region=None,
            status=Status.REPEALED,
            repealed_on=date(2026, 8, 15),
            issuers=("某部",),
            language="en",
        )
        edited = library.edit(document.id, changes)
        assert edited == replace(
            document,
            title="新题",
            region=None,
            status=Status.REPEALED,
            repealed_on=date(2026, 8, 15),
            issuers=("某部",),
            language="en",
        )
        assert library.document(document.id, SHARED) == edited
        assert library.generation > before

    def test_edits_outlive_a_new_version_of_the_file(self, library: Library):
        document = add(library, law())
        library.edit(document.id, DocumentChanges(status=Status.REPEALED, repealed_on=None))
        library.edit(document.id, DocumentChanges(region="山东省"))
        add(library, law(text="# 新\n第一条", content_hash="2", region="上海市", grade="B"))
        after = library.document(document.id, SHARED)
        assert (after.status, after.repealed_on, after.region) == (Status.REPEALED, None, "山东省")
        assert (after.text, after.content_hash, after.grade) == ("# 新\n第一条", "2", "B")

    def test_edits_go_with_the_document(self, library: Library):
        document = add(library, law())
        library.edit(document.id, DocumentChanges(title="新题"))
        library.remove(document.id)
        assert library.document(add(library, law()).id, SHARED).title == "节约能源法"

    def test_every_field_can_be_edited_and_survives(self, library: Library):
        day = date(2020, 1, 2)
        changes = DocumentChanges(
            title="t",
            title_en="e",
            issuers=("i", "j"),
            document_number="n",
            date_issued=day,
            effective_from=day,
            expires_on=day,
            repealed_on=day,
            status=Status.EXPIRED,
            level=Level.PLAN,
            region="r",
            language="en",
            source_url="u",
            text_kind=TextKind.OFFICIAL,
            coverage=Coverage.EXCERPT,
            checked_on=day,
        )
        add(library, law())
        edited = library.edit("energy-law", changes)
        for name in DocumentChanges.__dataclass_fields__:
            assert getattr(edited, name) == getattr(changes, name)
        add(library, law())
        assert library.document("energy-law", SHARED) == edited


class TestIds:
    @pytest.mark.parametrize(
        ("source", "id"),
        [
            ("/laws/节约能源法(2018-10-26).md", "节约能源法-2018-10-26"),
            ("upload:Net-Zero Industry_Act (EU) 2024.pdf", "Net-Zero-Industry-Act-EU-2024"),
            ("/laws/" + "长" * 200 + ".md", "长" * 80),
            ("/laws/。。。.md", "节约能源法"),
            ("/laws/Cafe\u0301.md", "Café"),
        ],
    )
    def test_an_id_is_read_off_the_file(self, source: str, id: str):
        assert wanted_id(law(id="", source=source)) == id

    def test_a_declared_id_is_used_as_it_is(self, library: Library):
        assert library.assign_id(law(id="ndrc-2025_910.v2")).id == "ndrc-2025_910.v2"

    @pytest.mark.parametrize("id", ["a/b", "a:b", "a b", "a#b"])
    def test_a_declared_id_must_fit_an_address(self, library: Library, id: str):
        with pytest.raises(BadInput, match="letters, digits"):
            library.assign_id(law(id=id))

    def test_ids_outside_the_shared_space_carry_its_name(self):
        assert wanted_id(law(id="", space=PARK)) == "park-a.energy"
        assert wanted_id(law(id="own", space=PARK)) == "park-a.own"
        assert wanted_id(law(id="park-a.own", space=PARK)) == "park-a.own"

    def test_two_spaces_never_share_how_their_ids_begin(self, library: Library):
        spaces = ("park-a", "park_a", "Park-a", "park.a", "-park-a", "园区 甲", "园区-甲", "。", "！")
        begun = [wanted_id(law(id="", space=space)).removesuffix("energy") for space in spaces]
        assert len({*begun}) == len(spaces) and begun[0] == "park-a."
        assert all(re.fullmatch(r"\w[\w-]*\.", each) for each in begun)
        add(library, law(id="park-a.energy", space="park_a"))  # as it was called before
        assert library.assign_id(law(id="", space="park_a", content_hash="2")).id == "park-a.energy"

    def test_a_source_keeps_its_id(self, library: Library):
        add(library, law(id="first-id"))
        assert library.assign_id(law(id="", content_hash="2")).id == "first-id"
        assert library.assign_id(law(id="other", content_hash="2")).id == "first-id"

    def test_a_clash_is_told_apart_for_good(self, library: Library, tmp_path: Path):
        sources = [tmp_path / folder / "law.md" for folder in ("a", "b")]
        for source in sources:
            source.parent.mkdir()
            source.touch()
        first, second = (law(id="", source=str(source)) for source in sources)
        add(library, library.assign_id(first))
        id = library.assign_id(second).id
        assert re.fullmatch(r"law-[0-9a-f]{6}", id)
        add(library, library.assign_id(second))
        assert library.assign_id(second).id == id
        assert library.assign_id(first).id == "law"

    def test_a_moved_file_keeps_its_id_and_edits(self, library: Library, tmp_path: Path):
        add(library, library.assign_id(law(id="", source=str(tmp_path / "old" / "law.md"))))
        library.edit("law", DocumentChanges(region="山东省"))
        moved = library.assign_id(law(id="", source=str(tmp_path / "new" / "law.md")))
        add(library, moved)
        assert moved.id == "law"
        assert [document.source for document in library.documents(SHARED)] == [moved.source]
        assert library.document("law", SHARED).region == "山东省"

    def test_an_upload_is_not_taken_for_a_lost_file(self, library: Library):
        add(library, library.assign_id(law(id="", source="upload:law.md")))
        assert library.assign_id(law(id="", source="/nowhere/law.md")).id != "law"

    def test_an_upload_takes_no_lost_files_place(self, library: Library):
        add(library, library.assign_id(law(id="", source="/nowhere/law.md")))
        upload = library.assign_id(law(id="", source="upload:/elsewhere/law.md"))
        assert re.fullmatch(r"law-[0-9a-f]{6}", upload.id)
        with pytest.raises(BadInput, match="belongs to another document"):
            add(library, replace(upload, id="law"))

    def test_a_file_is_gone_only_where_that_can_be_seen(self, tmp_path: Path):
        there, loop = tmp_path / "law.md", tmp_path / "loop"
        there.touch()
        loop.symlink_to(loop)  # a folder that nobody can enter, whoever runs the tests
        assert not is_gone(str(there)) and is_gone(str(tmp_path / "gone.md")) and is_gone(str(there / "x.md"))
        for untold in (loop / "law.md", tmp_path / ("x" * 300), "/a\0b", "upload:law.md", "law.md", ""):
            assert not is_gone(str(untold)), untold

    @given(st.text())
    def test_a_slug_fits_an_address(self, text: str):
        assert re.fullmatch(r"(?:[^\W_]+-)*(?:[^\W_]+)?", slug(text))
        assert len(slug(text)) <= 80
        assert slug(slug(text)) == slug(text)


def test_readers_and_a_writer_at_once(library: Library):
    document = add(library, law())
    whole = {measure.text for measure in parts(document)[1]}
    failures: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen = {measure.text for measure in library.measures_of(document.id, SHARED)}
            if seen not in (set(), whole):
                failures.append(seen)

    def edit(region: str) -> None:
        for _ in range(10):
            library.edit(document.id, DocumentChanges(region=region))

    readers = [threading.Thread(target=read) for _ in range(3)]
    writers = [threading.Thread(target=edit, args=(f"地区{n}",)) for n in range(3)]
    generation = library.generation
    for thread in (*readers, *writers):
        thread.start()
    for _ in range(10):
        add(library, document)
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert failures == []
    assert library.generation >= generation + 30


def test_a_list_of_documents_reads_no_text_and_many_measures_cost_one_statement(library: Library):
    for n in range(20):
        add(library, law(id=f"law-{n}", source=f"/{n}"))
    statements: list[str] = []
    engine = library._database._engine

    def note(connection, cursor, statement, *rest) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    library.documents(SHARED)
    library.measures([f"law-{n}:a1" for n in range(20)], SHARED)
    assert len(statements) == 2
    assert "texts" not in "".join(statements)


class TestDatabase:
    def test_the_migrations_make_the_tables(self, library: Library, url: str):
        with connected(url) as connection:
            differences = compare_metadata(MigrationContext.configure(connection), tables.metadata)
        assert differences == []

    def test_the_last_migration_is_named(self):
        assert scripts().get_current_head() == tables.REVISION

    def test_the_migrations_are_also_postgresql(self):
        script = StringIO()
        context = MigrationContext.configure(
            dialect_name="postgresql", opts={"as_sql": True, "output_buffer": script, "fn": up}
        )
        from alembic.operations import Operations

        with Operations.context(context):
            context.run_migrations()
        assert "CREATE TABLE documents" in script.getvalue()
        assert "ON DELETE CASCADE" in script.getvalue()

    def test_a_newer_library_is_not_touched(self, library: Library, url: str):
        library.close()
        with connected(url) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            connection.commit()
        with pytest.raises(ParkBotError, match="newer ParkBot"):
            Library(url)

    def test_a_damaged_file_is_one_readable_line(self, tmp_path: Path):
        (tmp_path / "library.sqlite3").write_bytes(b"not a database" * 100)
        with pytest.raises(ParkBotError, match="not a database"):
            Library(f"sqlite:///{tmp_path / 'library.sqlite3'}")

    def test_a_folder_that_is_not_there_is_one_readable_line(self, tmp_path: Path):
        with pytest.raises(Unavailable, match="unable to open"):
            Library(f"sqlite:///{tmp_path / 'missing' / 'library.sqlite3'}")

    def test_a_server_that_is_not_there_is_one_readable_line(self):
        with pytest.raises(Unavailable, match=r"park:\*\*\*@127.0.0.1:1/x does not answer"):
            Library("postgresql://park:hidden@127.0.0.1:1/x")

    def test_what_a_database_cannot_store_is_bad_input(self, cluster: Cluster):
        library = Library(cluster.database())
        with pytest.raises(BadInput, match="cannot store"):
            library.stage(law(title="a\0b"), (), ())
        library.close()

    def test_one_works_alone_among_threads_and_processes(self, url: str):
        """Two libraries on one PostgreSQL stand for two processes; a SQLite file has one process only."""
        first = Library(url)
        second = Library(url) if url.startswith("postgresql") else first
        inside: list[int] = []
        most: list[int] = []

        def work(library: Library) -> None:
            for _ in range(5):
                with library.alone():
                    inside.append(1)
                    most.append(len(inside))
                    time.sleep(0.01)
                    inside.pop()

        threads = [threading.Thread(target=work, args=(library,)) for library in (first, second) * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == [1] * 20
        first.close()
        second.close()

    @pytest.mark.parametrize("url", ["nonsense", "nosuchdatabase://x/y", "mssql+nodriver://x"])
    def test_a_bad_url_is_a_bad_setting(self, url: str):
        with pytest.raises(BadSettings, match="PARKBOT_DATABASE_URL"):
            Library(url)

    def test_two_libraries_never_begin_alike(self, library: Library, tmp_path: Path):
        other = Library(f"sqlite:///{tmp_path / 'other.sqlite3'}")
        assert other.generation != library.generation
        other.close()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(parkbot.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def up(revision: object, context: object):
    return scripts()._upgrade_revs("head", revision)
