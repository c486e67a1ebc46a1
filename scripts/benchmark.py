#!/usr/bin/env python3
"""Measures what an operator feels: start, answers over HTTP, memory, the command line, ingest.

    .venv/bin/python scripts/benchmark.py LAWS --out eval/results/NAME.json

LAWS is a folder of documents to load beside the shipped knowledge. Needs nothing but this checkout; a run
takes about ten minutes on two cores, most of it embedding. The server listens on loopback.
"""

import argparse
import contextlib
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from parkbot.traits import Traits

ROOT = Path(__file__).resolve().parent.parent
PARKBOT = Path(sys.executable).with_name("parkbot")
SEQUENTIAL = 200
USERS = 10
EACH = 20
SAMPLE = 600


def main() -> int:
    """Run all parts and write one JSON file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("laws", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path, help="keep and reuse this folder instead of a temporary one")
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = given.data_dir or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        results = {"machine": machine(), "commit": commit(), "ingest": ingest_rate(given.laws)}
        run("ingest", str(given.laws), "--data-dir", str(folder))
        results["ask_seconds"] = [
            timed("ask", "园区怎么利用余热余压？", "--data-dir", str(folder)) for _ in range(5)
        ]
        with served(folder) as (url, pid, ready):
            results["ready_seconds"] = ready
            results["http"] = http(url)
            results["resident_mb"] = resident_mb(pid)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, ensure_ascii=False, indent=1))
    return 0


def questions() -> list[str]:
    """Chinese questions of the tuning halves."""
    found = []
    for name in ("laws", "digests"):
        for line in (ROOT / f"eval/suites/{name}.jsonl").read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            if item["half"] == "tuning":
                found.append(item["question"])
    return found


def ingest_rate(laws: Path) -> dict[str, float]:
    """Passages a second of `ingest` (less its start) and of the bare embedder, in turn; medians of three."""
    from parkbot.models import embedder as embedder_of
    from parkbot.settings import load

    embedder = embedder_of(load(embedding_model="builtin"))
    first, *files = sorted(laws.rglob("*.md"))
    texts: list[str] = []
    sample: list[Path] = []
    while len(texts) < SAMPLE and files:
        sample.append(files.pop(0))
        texts += embedded_texts(sample[-1], embedder.traits)
    bare, whole = [], []
    for _ in range(3):
        start = time.perf_counter()
        for at in range(0, len(texts), 32):
            embedder.embed_documents(texts[at : at + 32])
        bare.append(len(texts) / (time.perf_counter() - start))
        with tempfile.TemporaryDirectory() as folder:
            # The shipped knowledge, and one file to warm up.
            run("ingest", str(first), "--data-dir", folder)
            start = time.perf_counter()
            run("ingest", *map(str, sample), "--data-dir", folder)
            seconds = time.perf_counter() - start
            start = time.perf_counter()
            run("ingest", *map(str, sample), "--data-dir", folder)  # unchanged now: what starting costs
            seconds -= time.perf_counter() - start
        whole.append(len(texts) / seconds)
    bare_median, whole_median = statistics.median(bare), statistics.median(whole)
    return {
        "passages": len(texts),
        "bare_per_second": round(bare_median, 1),
        "ingest_per_second": round(whole_median, 1),
        "share": round(whole_median / bare_median, 3),
    }


def embedded_texts(file: Path, traits: "Traits") -> list[str]:
    """What is embedded of a document."""
    from parkbot import readers
    from parkbot.index.passages import passages, texts
    from parkbot.measures import split

    document = readers.read(file.name, file.read_bytes())
    _, measures = split(document)
    cut = [passage for measure in measures for passage in passages(document, measure)]
    return texts(document, cut, traits)


def http(url: str) -> dict[str, float]:
    """Latency of one user, then answers a second of ten."""
    asked = questions()
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        for question in asked[:10]:
            client.post("/v1/ask", json={"question": question}).raise_for_status()
        alone = []
        for at in range(SEQUENTIAL):
            start = time.perf_counter()
            client.post("/v1/ask", json={"question": asked[at % len(asked)]}).raise_for_status()
            alone.append((time.perf_counter() - start) * 1000)

    def user(number: int) -> list[float]:
        spent = []
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            for at in range(EACH):
                start = time.perf_counter()
                question = asked[(number * EACH + at) % len(asked)]
                client.post("/v1/ask", json={"question": question}).raise_for_status()
                spent.append((time.perf_counter() - start) * 1000)
        return spent

    start = time.perf_counter()
    with ThreadPoolExecutor(USERS) as pool:
        together = [spent for each in pool.map(user, range(USERS)) for spent in each]
    seconds = time.perf_counter() - start
    return {
        "p50_ms": round(statistics.median(alone), 1),
        "p95_ms": round(statistics.quantiles(alone, n=20)[-1], 1),
        "ten_users_answers_per_second": round(len(together) / seconds, 1),
        "ten_users_p95_ms": round(statistics.quantiles(together, n=20)[-1], 1),
    }


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, int, float]]:
    """A server on an existing index: its address, its process, and the seconds until it answered."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [str(PARKBOT), "serve", "--port", str(port), "--data-dir", str(folder)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            if process.poll() is not None:
                sys.exit(f"the server ended before it answered; see: {' '.join(command)}")
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.post(f"{url}/v1/ask", json={"question": "余热"}, trust_env=False, timeout=60)
                if answer.status_code == 200:
                    break
            time.sleep(0.05)
        yield url, process.pid, round(time.perf_counter() - start, 2)
    finally:
        process.terminate()
        process.wait(timeout=20)


def run(*arguments: str) -> None:
    """One command of ParkBot; its output is not shown."""
    subprocess.run([str(PARKBOT), *arguments], check=True, capture_output=True)


def timed(*arguments: str) -> float:
    """Wall seconds of one command."""
    start = time.perf_counter()
    run(*arguments)
    return round(time.perf_counter() - start, 2)


def resident_mb(pid: int) -> float:
    """Resident memory of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return float("nan")


def machine() -> str:
    """What this ran on."""
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {load}"


def commit() -> str:
    """The commit that was measured."""
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
