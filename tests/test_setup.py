"""The wheel that people install: what is in it, and that it works away from the checkout."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
CONSTRAINTS = REPOSITORY / "constraints.txt"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_knowledge(names):
    files = [path for path in (REPOSITORY / "knowledge").iterdir() if not path.name.startswith(".")]
    assert {f"parkbot/knowledge/{path.name}" for path in files} <= names
    assert {path.suffix for path in files} >= {".md", ".npz"}


def test_the_wheel_holds_every_file_of_the_package(names):
    package = REPOSITORY / "src"
    ours = {
        str(path.relative_to(package))
        for path in (package / "parkbot").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert ours <= names


def test_the_wheel_holds_nothing_else(names):
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"parkbot"}


def test_what_is_installed_from_the_wheel_finds_its_knowledge(wheel, tmp_path):
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*install, "--target", str(target), str(wheel)], check=True, capture_output=True)
    program = (
        "import parkbot, parkbot.build; knowledge = parkbot.build.bundled_knowledge();"
        "print(parkbot.__file__, knowledge, len(list(knowledge.glob('*.md'))), sep='\\n')"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(target)},
        check=True,
        capture_output=True,
        text=True,
    )
    package, knowledge, count = result.stdout.split()
    assert Path(package).is_relative_to(target)
    assert Path(knowledge).is_relative_to(target)
    assert int(count) == len(list((REPOSITORY / "knowledge").glob("*.md")))


def test_every_dependency_is_pinned():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    wanted = project["dependencies"] + [one for one in extras if not one.startswith("parkbot[")]
    pinned = {_plain(line.partition("==")[0]) for line in CONSTRAINTS.read_text().splitlines()}
    assert {_plain(re.match(r"[\w.-]+", requirement)[0]) for requirement in wanted} <= pinned


def _plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_constraints_name_versions_and_no_places():
    lines = CONSTRAINTS.read_text().splitlines()
    assert all(line.count("==") == 1 and not set(line) & set("/@ +;") for line in lines)
    assert "torch==2.13.0" in lines
    assert not any(line.startswith("parkbot") for line in lines)


@pytest.mark.parametrize(
    ("python", "mend"),
    [
        ("exit 1", "Python 3.11 or newer is needed"),
        ('case "$2" in *venv*) exit 1;; esac', "apt-get install python3-venv"),
    ],
)
def test_what_is_missing_is_named_in_one_line(tmp_path, python, mend):
    interpreter = tmp_path / "python3"
    interpreter.write_text(f"#!/bin/sh\n{python}\n")
    interpreter.chmod(0o755)
    result = subprocess.run(
        [REPOSITORY / "scripts" / "install", tmp_path / ".venv", "."],
        env={"PYTHON": str(interpreter), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert mend in result.stderr and result.stderr.count("\n") == 1
