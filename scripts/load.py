#!/usr/bin/env python3
"""Many users at once: how long they wait, and whether anything fails.

    .venv/bin/pip install -c constraints.txt -e '.[load]'
    .venv/bin/python scripts/load.py DATA_DIR --out eval/results/NAME.json

DATA_DIR is a filled library (see scripts/benchmark.py --data-dir). A server on loopback, one process, quotes
only; the users are locust's, in a process of their own on the same cores.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmark import commit, machine, resident_mb, served

LOCUST = Path(sys.executable).with_name("locust")
LOCUSTFILE = Path(__file__).with_name("locustfile.py")


def main() -> int:
    """Start the server, let the users ask, write one JSON file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    about = {"machine": machine(), "commit": commit(), "command": " ".join(sys.argv)}
    with served(given.data_dir) as (url, pid, _), tempfile.TemporaryDirectory() as folder:
        asked = locust(url, given.users, given.seconds, Path(folder, "stats.json"))
        results = about | {"users": given.users, "seconds": given.seconds} | asked
        results["resident_mb"] = resident_mb(pid)
    given.out.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, ensure_ascii=False, indent=1))
    return 1 if results["failures"] else 0


def locust(url: str, users: int, seconds: int, report: Path) -> dict[str, float]:
    """Requests, failures and waiting times in milliseconds."""
    command = [str(LOCUST), "-f", str(LOCUSTFILE), "--headless", "--host", url, "-u", str(users), "-r", "10"]
    command += ["-t", f"{seconds}s", "--json-file", str(report.with_suffix("")), "--exit-code-on-error", "0"]
    subprocess.run(command, check=True, capture_output=True)
    stats = json.loads(report.read_text(encoding="utf-8"))[0]
    waits = sorted(float(wait) for wait, count in stats["response_times"].items() for _ in range(int(count)))
    return {
        "requests": stats["num_requests"],
        "failures": stats["num_failures"],
        "requests_per_second": round(stats["num_requests"] / seconds, 1),
        "p50_ms": waits[len(waits) // 2],
        "p95_ms": waits[int(len(waits) * 0.95)],
        "max_ms": round(stats["max_response_time"], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
