import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parkbot.errors import Busy, ParkBotError
from parkbot.index.lock import DataFolder, Owner, owner

SERVER = """
import sys
from pathlib import Path
from parkbot.index.lock import DataFolder
with DataFolder(Path(sys.argv[1]), "parkbot serve") as folder:
    folder.set_address("0.0.0.0", 8080)
    print("owned", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline() == "owned\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_a_second_process_is_told_who_owns_the_folder_and_what_to_do(server, tmp_path: Path):
    with pytest.raises(Busy) as error, DataFolder(tmp_path, "parkbot ingest"):
        pass
    assert str(error.value) == (
        f"the data folder {tmp_path} is in use by `parkbot serve` "
        f"(process {server.pid}, http://127.0.0.1:8080); stop it, or use --data-dir"
    )
    owned = owner(tmp_path)
    assert owned is not None
    assert (owned.command, owned.pid, owned.host, owned.port) == (
        "parkbot serve",
        server.pid,
        "0.0.0.0",
        8080,
    )
    assert server.poll() is None


def test_death_gives_the_folder_back(server, tmp_path: Path):
    server.kill()
    server.wait()
    assert (tmp_path / "parkbot.owner.json").exists()
    assert owner(tmp_path) is None
    with DataFolder(tmp_path, "parkbot ask"):
        assert owner(tmp_path) == Owner("parkbot ask", os.getpid(), owner(tmp_path).started)


def test_the_end_gives_the_folder_back(tmp_path: Path):
    with pytest.raises(RuntimeError), DataFolder(tmp_path, "one"):
        raise RuntimeError
    assert owner(tmp_path) is None
    assert not (tmp_path / "parkbot.owner.json").exists()
    with DataFolder(tmp_path, "two"):
        pass


def test_one_process_cannot_own_it_twice(tmp_path: Path):
    with DataFolder(tmp_path, "parkbot serve"):
        with pytest.raises(Busy), DataFolder(tmp_path, "parkbot serve"):
            pass
        assert owner(tmp_path) is not None


def test_asking_for_the_owner_of_a_free_folder_makes_nothing(tmp_path: Path):
    assert owner(tmp_path / "none") is None
    assert owner(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_made_for_its_user_alone(tmp_path: Path):
    folder = tmp_path / "a" / "data"
    with DataFolder(folder, "parkbot serve"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for file in folder.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        told = json.loads((folder / "parkbot.owner.json").read_text())
        assert told.keys() == {"command", "pid", "started", "host", "port"}


def test_an_owner_that_has_not_said_who_it_is_is_still_an_owner(tmp_path: Path):
    with DataFolder(tmp_path, "parkbot serve"):
        (tmp_path / "parkbot.owner.json").write_text("{")
        with pytest.raises(Busy, match="in use by another process; stop it"), DataFolder(tmp_path, "x"):
            pass


def test_a_folder_that_cannot_be_made_is_one_readable_line(tmp_path: Path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(ParkBotError, match="choose another with --data-dir"),
        DataFolder(tmp_path / "file" / "d", "x"),
    ):
        pass
    with (
        pytest.raises(ParkBotError, match="choose another with --data-dir"),
        DataFolder(tmp_path / "file", "x"),
    ):
        pass


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("park.example", "http://park.example:80"),
        (None, None),
    ],
)
def test_the_address_can_be_reached_from_here(host: str | None, url: str | None):
    assert Owner("parkbot serve", 1, "", host, 80).url == url
