#!/usr/bin/env python3
"""Follows our own guide from nothing to an embedded answer, with a stopwatch.

    .venv/bin/python scripts/five_minutes.py [--of REPOSITORY] [--out FILE]

Clones REPOSITORY (default: this one, as committed) into an empty folder, runs what README.md and
examples/portal/README.md say, and asks through the widget in Chromium on a page of another origin. What a
person takes to read and type is not in the figures. Needs Chromium and what `make test` installs.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from benchmark import ROOT, machine

QUESTION = "园区怎么利用余热余压？"
PATIENCE = 900  # seconds
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> int:
    """Take every step, print its seconds, and write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--of", type=Path, default=ROOT, help="the repository that is cloned")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    about = {"machine": machine(), "command": " ".join(sys.argv)}
    steps: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder, "parkbot")
        shown = follow(given.of, clone, steps)
        about["commit"] = output(clone, "git", "rev-parse", "--short", "HEAD").strip()
    results = about | {"steps": steps, "seconds": round(sum(steps.values()), 1)} | shown
    if given.out:
        given.out.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, ensure_ascii=False, indent=1))
    return 0


def follow(repository: Path, clone: Path, steps: dict[str, float]) -> dict[str, str]:
    """Every step of the guide in its order; what the visitor saw at the end."""
    parkbot, site = f"http://127.0.0.1:{free_port()}", f"http://localhost:{free_port()}"
    with contextlib.ExitStack() as stack:
        with timed(steps, "git clone"):
            subprocess.run(["git", "clone", "--quiet", str(repository), str(clone)], check=True)
        with timed(steps, "make install"):
            subprocess.run(["make", "--silent", "install"], cwd=clone, check=True)
        with timed(steps, "make serve, until it can answer"):
            serve = running(clone, "make", "--silent", "serve", PARKBOT_PORT=port(parkbot))
            wait_for(f"{parkbot}/v1/ready", stack.enter_context(serve))
        with timed(steps, "parkbot keys create portal --publishable --origin …"):
            create = (".venv/bin/parkbot", "keys", "create", "portal", "--publishable", "--origin", site)
            key = output(clone, *create).split()[0]
        with timed(steps, "examples/portal/serve.py"):
            portal = (".venv/bin/python", "examples/portal/serve.py", "--parkbot", parkbot, "--key", key)
            wait_for(site, stack.enter_context(running(clone, *portal, "--port", port(site))))
        with timed(steps, "the page in Chromium: a cited answer, its measure opened"):
            return ask(site)


def ask(site: str) -> dict[str, str]:
    """A visitor's way through the widget; the first claim, and the measure that its marker opens."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("five_minutes: no Chromium found; `apt-get install chromium` brings one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(locale="zh-CN")
        page.goto(f"{site}/widget.html")
        page.get_by_role("button", name="打开政策助手").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox").fill(QUESTION)
        dialog.get_by_role("textbox").press("Enter")
        claim = dialog.locator("p.claim").first
        said = claim.inner_text(timeout=60_000)
        claim.locator(".cite").first.click()
        source = dialog.locator(".source")
        source.locator("mark").first.wait_for()
        opened = source.locator(".document").inner_text()
        browser.close()
    return {"claim": said, "opened": opened}


@contextlib.contextmanager
def timed(steps: dict[str, float], step: str) -> Iterator[None]:
    """Adds the wall seconds of a step."""
    start = time.perf_counter()
    yield
    steps[step] = round(time.perf_counter() - start, 1)
    print(f"{steps[step]:6.1f} s  {step}", file=sys.stderr)


@contextlib.contextmanager
def running(folder: Path, *command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the clone, until the end."""
    process = subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdout=sys.stderr.fileno())
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Returns when the address answers; gives up when the process ends or patience does."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(address, trust_env=False).status_code == 200:
                return
        time.sleep(0.1)
    sys.exit(f"five_minutes: nothing answered at {address}")


def output(folder: Path, *command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def port(address: str) -> str:
    """The port of an address."""
    return address.rpartition(":")[2]


if __name__ == "__main__":
    sys.exit(main())
