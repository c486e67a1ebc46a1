"""A real `parkbot serve` in a process of its own."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PARKBOT = [sys.executable, "-c", "from parkbot.cli import main; main()"]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The variables of a server whose data is in `folder`, without any of the person who runs the tests."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARKBOT_")}
    return inherited | {"PARKBOT_DATA_DIR": str(folder)} | settings


@contextmanager
def served(variables: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address; killed afterwards."""
    process = subprocess.Popen(
        [*PARKBOT, "serve", "--port", "0"], env=variables, stderr=subprocess.PIPE, text=True
    )
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()
    try:
        said = process.stderr.readline()
        watchdog.cancel()
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert address, said
        yield process, address[0]
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()
