"""Files and folders into a library; the library is a stand-in, which shows what it was asked to do."""

import os
from dataclasses import replace

import pytest

from parkbot.domain import SHARED_SPACE, Document, IngestResult
from parkbot.errors import BadInput, Unavailable, UnreadableFile
from parkbot.ingest import Progress, find, ingest


class Shelf:
    """Keeps documents by source, as a library does; a file that says `bad` cannot be read."""

    def __init__(self):
        self.kept = {}
        self.refreshed = 0

    def add_document(self, name, data, *, source=None, space=SHARED_SPACE, progress=None):
        if data == b"bad":
            raise UnreadableFile(f"{name} holds no text")
        old = self.kept.get((space, source))
        if old and old.text == data.decode():
            return IngestResult(source, old.id, "unchanged")
        progress(1, 2)
        progress(2, 2)
        document = Document(title=name, text=data.decode(), id=name, space=space, source=source)
        self.kept[space, source] = document
        return IngestResult(source, document.id, "replaced" if old else "added", measures=2)

    def remove_document(self, id, spaces):
        self.kept = {key: kept for key, kept in self.kept.items() if kept.id != id}

    def documents(self, spaces):
        return tuple(replace(kept, text="") for kept in self.kept.values() if kept.space in spaces)

    def refresh(self):
        self.refreshed += 1


def run(shelf, *paths, space=SHARED_SPACE, prune=False, limit=1000, on_progress=None):
    results = ingest(
        shelf, find(paths), space=space, prune=prune, max_file_bytes=limit, on_progress=on_progress
    )
    return [(os.path.basename(result.source), result.outcome) for result in results]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "laws"
    (folder / "national").mkdir(parents=True)
    (folder / "b.md").write_text("second")
    (folder / "a.TXT").write_text("first")
    (folder / "national" / "c.html").write_text("third")
    (folder / "picture.png").write_text("no text")
    (folder / ".hidden.md").write_text("hidden")
    (folder / ".git").mkdir()
    (folder / ".git" / "d.md").write_text("hidden too")
    return folder


def test_a_folder_is_read_in_order_without_hidden_and_foreign_files(folder):
    shelf = Shelf()
    assert run(shelf, folder) == [("a.TXT", "added"), ("b.md", "added"), ("c.html", "added")]
    assert shelf.refreshed == 1
    assert {source for _, source in shelf.kept} == {
        str(folder / "a.TXT"),
        str(folder / "b.md"),
        str(folder / "national" / "c.html"),
    }


def test_a_second_run_tells_changed_from_unchanged(folder):
    shelf = Shelf()
    run(shelf, folder)
    (folder / "b.md").write_text("second, corrected")
    assert run(shelf, folder) == [("a.TXT", "unchanged"), ("b.md", "replaced"), ("c.html", "unchanged")]


def test_the_source_is_the_absolute_path_however_the_file_is_named(folder, monkeypatch):
    shelf = Shelf()
    run(shelf, folder)
    monkeypatch.chdir(folder)
    assert run(shelf, *[type(folder)(name) for name in ("b.md", "national/../b.md")]) == [
        ("b.md", "unchanged")
    ]


def test_a_loop_of_symlinks_ends(folder):
    (folder / "national" / "up").symlink_to(folder)
    (folder / "self.md").symlink_to(folder / "self.md")
    assert len(run(Shelf(), folder)) == 3


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(folder):
    (folder / "b.md").write_text("bad")
    (folder / "z.md").write_text("x" * 1001)
    results = list(
        ingest(Shelf(), find([folder, folder / "picture.png"]), space=SHARED_SPACE, max_file_bytes=1000)
    )
    failed = {
        os.path.basename(result.source): result.error for result in results if result.outcome == "failed"
    }
    assert failed.keys() == {"b.md", "z.md", "picture.png"}
    assert failed["b.md"] == "b.md holds no text"
    assert "PARKBOT_MAX_FILE_BYTES" in failed["z.md"]
    assert ".html" in failed["picture.png"] and ".pdf" in failed["picture.png"]
    assert sum(result.outcome == "added" for result in results) == 2


def test_a_file_that_goes_away_during_the_run_fails_alone(folder):
    found = find([folder])
    (folder / "a.TXT").unlink()
    results = list(ingest(Shelf(), found, space=SHARED_SPACE, max_file_bytes=1000))
    assert [result.outcome for result in results] == ["failed", "added", "added"]
    assert "No such file" in results[0].error


def test_a_name_that_is_not_utf8_fails_alone(folder):
    name = os.fsdecode(b"\xff.md")
    try:
        (folder / name).write_text("text")
    except OSError:
        pytest.skip("this file system takes no such name")
    results = list(ingest(Shelf(), find([folder]), space=SHARED_SPACE, max_file_bytes=1000))
    assert [result.error for result in results if result.outcome == "failed"] == [
        "its name is not valid UTF-8; rename it"
    ]
    assert all(result.source.encode() for result in results)


def test_a_path_that_does_not_exist_stops_the_run_before_it_begins(folder):
    with pytest.raises(BadInput, match=r"no file or folder .*nothing"):
        find([folder, folder / "nothing"])


def test_a_pipe_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    assert run(Shelf(), tmp_path) == []
    assert run(Shelf(), tmp_path / "pipe.md") == [("pipe.md", "failed")]


def test_a_server_that_goes_away_ends_the_run(folder):
    class Gone(Shelf):
        def add_document(self, *args, **kwargs):
            raise Unavailable("gone")

    with pytest.raises(Unavailable):
        run(Gone(), folder)


def test_prune_removes_what_is_gone_under_the_folder_and_nothing_else(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text("elsewhere")
    shelf = Shelf()
    run(shelf, folder, elsewhere)
    run(shelf, folder, space="park")
    shelf.add_document("web", b"web", source="upload:b.md", progress=lambda done, total: None)
    (folder / "b.md").unlink()
    elsewhere.unlink()

    assert ("b.md", "removed") not in run(shelf, folder)
    assert run(shelf, folder, prune=True).count(("b.md", "removed")) == 1
    left = {(space, os.path.basename(source)) for space, source in shelf.kept}
    assert left >= {("shared", "elsewhere.md"), ("shared", "upload:b.md"), ("shared", "a.TXT")}
    assert ("shared", "b.md") not in left


def test_prune_leaves_a_folder_alone_of_which_nothing_can_be_read(folder):
    shelf = Shelf()
    run(shelf, folder)
    for path in (folder / "a.TXT", folder / "national" / "c.html"):
        path.unlink()
    (folder / "b.md").write_text("bad")
    assert run(shelf, folder, prune=True) == [("b.md", "failed")]
    (folder / "b.md").unlink()
    assert run(shelf, folder, prune=True) == []
    assert len(shelf.kept) == 3


def test_prune_of_one_folder_leaves_its_namesakes_neighbour_alone(folder, tmp_path):
    neighbour = tmp_path / "laws-old"
    neighbour.mkdir()
    (neighbour / "x.md").write_text("old")
    shelf = Shelf()
    run(shelf, folder, neighbour)
    (neighbour / "x.md").unlink()
    assert run(shelf, folder, prune=True) == [
        ("a.TXT", "unchanged"),
        ("b.md", "unchanged"),
        ("c.html", "unchanged"),
    ]


def test_progress_never_goes_back_and_ends_at_the_whole(folder):
    seen: list[Progress] = []
    run(Shelf(), folder, on_progress=seen.append)
    assert [progress.bytes for progress in seen] == sorted(progress.bytes for progress in seen)
    assert [progress.passages for progress in seen] == sorted(progress.passages for progress in seen)
    assert seen[-1] == Progress(files=3, all_files=3, bytes=16, all_bytes=16, passages=6)
