"""The installer of a bundle, without the bundle's packages, and the whole trial where one is named."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from repository import REPOSITORY

FILES = sorted(file.name for file in (REPOSITORY / "bundle").iterdir())
TRIED = "PARKBOT_TEST_BUNDLE"

pytestmark = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum (coreutils) is not here")


@pytest.fixture
def bundle(tmp_path):
    return bundled(tmp_path / "bundle", python="2.0")


def bundled(folder, python):
    (folder / "wheels").mkdir(parents=True)
    for name in FILES:
        text = (REPOSITORY / "bundle" / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("@PYTHON@", python).replace("@VERSION@", "0.0"))
    sums = (f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  ./{name}\n" for name in FILES)
    (folder / "SHA256SUMS").write_text("".join(sums))
    return folder


def wheel(folder, build="first"):
    """A package by ParkBot's name that holds nothing but which build it is."""
    folder.mkdir(exist_ok=True)
    about = "parkbot-0.0.dist-info"
    with zipfile.ZipFile(folder / "parkbot-0.0-py3-none-any.whl", "w") as file:
        file.writestr(
            f"{about}/METADATA",
            "Metadata-Version: 2.1\nName: parkbot\nVersion: 0.0\nProvides-Extra: postgres\n",
        )
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{about}/RECORD", "")
        file.writestr("parkbot-build", build)


def install(bundle, target="target", **environment):
    return subprocess.run(
        ["sh", bundle / "install.sh", target],
        cwd=bundle.parent,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def own(tmp_path):
    """A bundle for the Python that runs the tests."""
    return bundled(tmp_path / "bundle", python=".".join(map(str, sys.version_info[:2])))


def test_a_damaged_bundle_is_not_installed(bundle):
    with (bundle / "README.txt").open("a") as file:
        file.write("?")
    ran = install(bundle)
    assert ran.returncode == 1 and not (bundle.parent / "target").exists()
    assert ran.stderr.splitlines()[-1] == "parkbot: the bundle is damaged: a checksum differs; copy it again"


def test_without_the_right_python_it_says_which_is_needed(bundle):
    ran = install(bundle)
    assert ran.returncode == 1 and not (bundle.parent / "target").exists()
    assert ran.stderr.startswith("parkbot: this bundle is for Python 2.0, which was not found; name it:")


def test_it_installs_into_a_folder_and_says_what_comes_next(own):
    wheel(own / "wheels")
    ran = install(own, "its own/folder", PYTHON=sys.executable)
    assert ran.returncode == 0, ran.stderr
    folder = own.parent / "its own/folder"
    assert list(folder.glob("lib/*/site-packages/parkbot-0.0.dist-info"))
    assert f"{folder}/bin/parkbot serve " in ran.stdout and f"{folder}/bin/parkbot ingest " in ran.stdout
    unit = (folder / "parkbot.service").read_text()
    assert f"ExecStart={folder}/bin/parkbot serve\n" in unit


def test_the_commands_that_it_names_for_the_service_are_for_the_services_library(own):
    wheel(own / "wheels")
    ran = install(own, PYTHON=sys.executable)
    folder = own.parent / "target"
    where = re.search("Environment=(PARKBOT_DATA_DIR=.*)", (folder / "parkbot.service").read_text())[1]
    command = f"sudo env {where} {folder}/bin/parkbot keys create "
    assert command in ran.stdout
    for page in ("installing.md", "installing.zh-CN.md"):
        told = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
        assert command.replace(str(folder), "/opt/parkbot") in told


def test_a_newer_bundle_of_the_same_version_replaces_the_program(own):
    wheel(own / "wheels")
    assert install(own, PYTHON=sys.executable).returncode == 0
    wheel(own / "wheels", "second")
    ran = install(own, PYTHON=sys.executable)
    assert ran.returncode == 0, ran.stderr
    (build,) = (own.parent / "target").glob("lib/*/site-packages/parkbot-build")
    assert build.read_text() == "second"


def test_packages_come_from_the_bundle_and_from_nowhere_else(own, tmp_path):
    wheel(tmp_path / "elsewhere")
    ran = install(own, PYTHON=sys.executable, PIP_FIND_LINKS=str(tmp_path / "elsewhere"))
    assert ran.returncode != 0 and "No matching distribution found for parkbot" in ran.stderr


def test_every_file_of_it_is_put_into_a_bundle():
    script = (REPOSITORY / "scripts" / "bundle").read_text(encoding="utf-8")
    assert sorted(re.search(r"for file in (.*); do", script)[1].split()) == FILES


@pytest.mark.parametrize("name", FILES)
def test_nothing_in_it_names_a_host_but_this_machine(name):
    text = (REPOSITORY / "bundle" / name).read_text(encoding="utf-8")
    assert {host for host in re.findall(r"https?://([^/:\s]+)", text)} <= {"127.0.0.1"}


@pytest.mark.skipif(
    TRIED not in os.environ, reason=f"takes minutes; {TRIED}=dist/parkbot-….tar tries that one"
)
def test_it_installs_and_answers_with_the_network_off():
    command = [REPOSITORY / "scripts" / "try_bundle", REPOSITORY / os.environ[TRIED]]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "[1]" in ran.stdout and "answered " in ran.stdout
