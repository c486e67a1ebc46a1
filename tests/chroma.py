"""A Chroma server of the tests' own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from postgresql import free_port


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of a server with its files in `folder`. Its program stands beside Python."""
    port = free_port()
    program = shutil.which("chroma", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert program
    command = [program, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{url}/api/v2/heartbeat", trust_env=False)
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise TimeoutError("Chroma does not start")
