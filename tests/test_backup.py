"""Backup and restore, by the command line, on a real library."""

import gzip
import hashlib
import io
import json
import signal
import sqlite3
import subprocess
import sys
import tarfile
import zlib
from pathlib import Path

import pytest

from parkbot.cli import run
from parkbot.index.lock import DataFolder

LAW = "# 试点办法\n\n第一条 园区应当每年报送能源利用状况报告。\n\n第二条 逾期不报送的，处一万元罚款。\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PARKBOT_EMBEDDING_MODEL", "constant")
    monkeypatch.setenv("PARKBOT_BUNDLED_KNOWLEDGE", "false")
    (tmp_path / "law.md").write_text(LAW, encoding="utf-8")
    assert run(["ingest", str(tmp_path / "law.md"), "--data-dir", str(tmp_path / "data")]) == 0
    return tmp_path


def asked(folder, capsys):
    capsys.readouterr()
    assert run(["ask", "试点办法第二条", "--json", "--data-dir", str(folder)]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_was_backed_up_answers_elsewhere_and_keys_come_along(folder, capsys):
    assert run(["keys", "create", "office", "--data-dir", str(folder / "data")]) == 0
    assert run(["backup", str(folder / "b.tar.gz"), "--data-dir", str(folder / "data")]) == 0
    assert (folder / "b.tar.gz").stat().st_mode & 0o777 == 0o600
    assert run(["restore", str(folder / "b.tar.gz"), "--data-dir", str(folder / "new")]) == 0
    assert "一万元" in asked(folder / "new", capsys)["text"]
    assert run(["keys", "list", "--data-dir", str(folder / "new")]) == 0
    assert "office" in capsys.readouterr().out


def test_a_library_that_is_there_is_replaced_only_when_told_so(folder, capsys):
    run(["backup", str(folder / "b.tar.gz"), "--data-dir", str(folder / "data")])
    (folder / "law.md").write_text(LAW.replace("一万元", "九万元"), encoding="utf-8")
    run(["ingest", str(folder / "law.md"), "--data-dir", str(folder / "data")])
    capsys.readouterr()
    assert run(["restore", str(folder / "b.tar.gz"), "--data-dir", str(folder / "data")]) != 0
    assert "--force replaces it" in capsys.readouterr().err
    assert "九万元" in asked(folder / "data", capsys)["text"]
    assert run(["restore", str(folder / "b.tar.gz"), "--force", "--data-dir", str(folder / "data")]) == 0
    assert "一万元" in asked(folder / "data", capsys)["text"]


def test_a_damaged_or_foreign_file_changes_nothing(folder, capsys):
    good = folder / "b.tar.gz"
    run(["backup", str(good), "--data-dir", str(folder / "data")])
    content = good.read_bytes()
    with tarfile.open(folder / "evil.tar.gz", "w:gz") as tar:
        entry = tarfile.TarInfo("../evil.txt")
        entry.size = 4
        tar.addfile(entry, io.BytesIO(b"evil"))
    (folder / "half.tar.gz").write_bytes(content[: len(content) // 2])
    (folder / "text.tar.gz").write_text("hello")
    for name in ("evil", "half", "text", "nowhere"):
        capsys.readouterr()
        command = ["restore", str(folder / f"{name}.tar.gz"), "--force", "--data-dir", str(folder / "data")]
        assert run(command) != 0
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not (folder / "evil.txt").exists()
    assert "一万元" in asked(folder / "data", capsys)["text"]
    assert not list((folder / "data").glob(".restoring-*"))


def rewritten(archive, change):
    """Writes an archive anew with its files (name: content) changed."""
    with tarfile.open(archive) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar.getmembers()}
    change(files)
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


def refused(archive, folder, capsys):
    """What is said of a backup that is not restored."""
    capsys.readouterr()
    assert run(["restore", str(archive), "--force", "--data-dir", str(folder / "data")]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "一万元" in asked(folder / "data", capsys)["text"]
    return line


def test_a_changed_file_in_it_is_told(folder, capsys):
    good = folder / "b.tar.gz"
    run(["backup", str(good), "--data-dir", str(folder / "data")])
    rewritten(good, lambda files: files.update({"library.sqlite": files["library.sqlite"] + b"x"}))
    assert "a checksum differs" in refused(good, folder, capsys)


def test_bytes_that_no_packer_writes_are_told(folder, capsys):
    good = folder / "b.tar.gz"
    run(["backup", str(good), "--data-dir", str(folder / "data")])
    plain = gzip.decompress(good.read_bytes())
    packer = zlib.compressobj(wbits=31)
    begun = packer.compress(plain[: len(plain) // 2]) + packer.flush(zlib.Z_FULL_FLUSH)
    good.write_bytes(begun + b"\xff" * 100)
    assert "damaged" in refused(good, folder, capsys)


HOSTNAME = Path("/etc/hostname")


@pytest.mark.parametrize(
    "changed",
    [
        lambda manifest: manifest.pop("made"),
        lambda manifest: manifest.pop("version"),
        lambda manifest: manifest.update(files=list(manifest["files"])),
        lambda manifest: manifest["files"].pop("library.sqlite"),
        # A restore reads what was unpacked, and nothing else of this machine, however long that goes on.
        lambda manifest: manifest["files"].update(
            {str(HOSTNAME): hashlib.sha256(HOSTNAME.read_bytes()).hexdigest()}
        ),
        lambda manifest: manifest["files"].update({"../data/parkbot.token": "0"}),
    ],
)
def test_a_list_of_contents_that_is_none_of_ours_is_told(folder, capsys, changed):
    good = folder / "b.tar.gz"
    run(["backup", str(good), "--data-dir", str(folder / "data")])

    def change(files):
        manifest = json.loads(files["manifest.json"])
        changed(manifest)
        files["manifest.json"] = json.dumps(manifest).encode()

    rewritten(good, change)
    assert "is no backup of ParkBot's" in refused(good, folder, capsys)


@pytest.mark.parametrize("newer", [{"format": 2}, {"revision": "9999"}, {"format": 2, "files": "elsewhere"}])
def test_a_backup_of_a_newer_parkbot_says_what_to_install(folder, capsys, newer):
    good = folder / "b.tar.gz"
    run(["backup", str(good), "--data-dir", str(folder / "data")])

    def change(files):
        files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | newer).encode()

    rewritten(good, change)
    assert "install that or a newer one" in refused(good, folder, capsys)


def test_a_folder_that_a_server_owns_is_left_alone(folder, capsys):
    run(["backup", str(folder / "b.tar.gz"), "--data-dir", str(folder / "data")])
    with DataFolder(folder / "data", "parkbot serve"):
        capsys.readouterr()
        command = ["restore", str(folder / "b.tar.gz"), "--force", "--data-dir", str(folder / "data")]
        assert run(command) == 1
        assert "is in use by `parkbot serve`" in capsys.readouterr().err
    assert "一万元" in asked(folder / "data", capsys)["text"]


def test_vectors_on_a_server_have_to_be_made_anew(folder, capsys, monkeypatch):
    run(["backup", str(folder / "b.tar.gz"), "--data-dir", str(folder / "data")])
    capsys.readouterr()
    monkeypatch.setenv("PARKBOT_CHROMA_URL", "http://127.0.0.1:1")
    assert run(["restore", str(folder / "b.tar.gz"), "--data-dir", str(folder / "new")]) == 0
    assert "parkbot reindex" in capsys.readouterr().out


KILLED = """
import os, pathlib, signal, sys
from parkbot import backup
real = pathlib.Path.replace
def replace(self, target):
    if pathlib.Path(target).name == "library.sqlite":
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, target)
pathlib.Path.replace = replace
backup.restore(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), force=True)
"""


def test_a_restore_that_is_killed_at_the_worst_moment_leaves_the_library_of_before(folder, capsys):
    run(["backup", str(folder / "b.tar.gz"), "--data-dir", str(folder / "data")])
    (folder / "law.md").write_text(LAW.replace("一万元", "九万元"), encoding="utf-8")
    run(["ingest", str(folder / "law.md"), "--data-dir", str(folder / "data")])
    arguments = [sys.executable, "-c", KILLED, str(folder / "b.tar.gz"), str(folder / "data")]
    assert subprocess.run(arguments, timeout=100).returncode == -signal.SIGKILL
    assert "九万元" in asked(folder / "data", capsys)["text"]


def test_what_the_old_library_still_had_in_its_log_never_comes_into_the_new_one(folder, capsys):
    run(["backup", str(folder / "b.tar.gz"), "--data-dir", str(folder / "data")])
    left_open = sqlite3.connect(folder / "data" / "library.sqlite")  # so the log is not emptied at its end
    left_open.execute("SELECT count(*) FROM documents").fetchone()
    (folder / "law.md").write_text(LAW.replace("一万元", "九万元"), encoding="utf-8")
    run(["ingest", str(folder / "law.md"), "--data-dir", str(folder / "data")])
    assert (folder / "data" / "library.sqlite-wal").stat().st_size
    assert run(["restore", str(folder / "b.tar.gz"), "--force", "--data-dir", str(folder / "data")]) == 0
    left_open.close()
    assert "一万元" in asked(folder / "data", capsys)["text"]


def test_a_restore_leaves_the_files_of_others_alone(folder):
    run(["backup", str(folder / "b.tar.gz"), "--data-dir", str(folder / "data")])
    mine = folder / "data" / "library.sqlite.before-the-move"
    mine.write_bytes(b"mine")
    assert run(["restore", str(folder / "b.tar.gz"), "--force", "--data-dir", str(folder / "data")]) == 0
    assert mine.read_bytes() == b"mine"
