"""The installer of a bundle, without the bundle's packages (scripts/try_bundle does the rest)."""

import hashlib
import re
import shutil
import subprocess

import pytest

from repository import REPOSITORY

FILES = ("install.sh", "parkbot.service", "README.txt")


@pytest.fixture
def bundle(tmp_path):
    for name in FILES:
        text = (REPOSITORY / "bundle" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("@PYTHON@", "2.0").replace("@VERSION@", "0.0"))
    sums = (f"{hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}  ./{name}\n" for name in FILES)
    (tmp_path / "SHA256SUMS").write_text("".join(sums))
    return tmp_path


def install(bundle):
    return subprocess.run(
        ["sh", bundle / "install.sh", bundle / "target"], capture_output=True, text=True, check=False
    )


pytestmark = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum (coreutils) is not here")


def test_a_damaged_bundle_is_not_installed(bundle):
    with (bundle / "README.txt").open("a") as file:
        file.write("?")
    ran = install(bundle)
    assert ran.returncode == 1 and not (bundle / "target").exists()
    assert ran.stderr.splitlines()[-1] == "parkbot: the bundle is damaged: a checksum differs; copy it again"


def test_without_the_right_python_it_says_which_is_needed(bundle):
    ran = install(bundle)
    assert ran.returncode == 1 and not (bundle / "target").exists()
    assert ran.stderr.startswith("parkbot: this bundle is for Python 2.0, which was not found; name it:")


@pytest.mark.parametrize("name", FILES)
def test_nothing_in_it_names_a_host_but_this_machine(name):
    text = (REPOSITORY / "bundle" / name).read_text(encoding="utf-8")
    assert {host for host in re.findall(r"https?://([^/:\s]+)", text)} <= {"127.0.0.1"}
