#!/usr/bin/env python3
"""Measures how ParkBot bears a growing library: the same figures at several sizes, as a table and a plot.

    .venv/bin/python scripts/scale.py WORK DOCUMENTS… --out eval/results/NAME [--sizes 5000 25000 80000]

DOCUMENTS are folders of Markdown documents, one after the other, each in a shuffled order (seed 1). Each size
has a data folder of its own in WORK, filled once from the one before it and found again by a later run: the
long embedding can be done at any time (`--fill` only fills), the measuring on an idle machine.
Writes NAME.json, NAME.md and NAME.svg.
"""

import argparse
import json
import random
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import benchmark

SIZES = (5_000, 25_000, 80_000)
PARTS = {
    "library": ("library.sqlite*",),
    "dense": ("chroma",),
    "lexical": ("lexical*",),
    "vectors": ("vectors*",),
}


@dataclass(frozen=True)
class Filled:
    """What filling a data folder came to: measures in all, those new, and the seconds for these."""

    measures: int
    added: int
    seconds: float

    @property
    def rate(self) -> float:
        """New measures a second."""
        return self.added / self.seconds


def main() -> int:
    """Fill, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("documents", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--fill", action="store_true", help="fill the data folders, measure nothing")
    given = parser.parse_args()
    filled = fill(given.documents, given.work, sorted(given.sizes))
    if given.fill:
        return 0
    rows = []
    for size, of in filled.items():
        rows.append(measured(given.work / str(size), of))
        print(json.dumps(rows[-1]), file=sys.stderr)
    results = {"machine": benchmark.machine(), "commit": benchmark.commit(), "sizes": rows}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    given.out.with_suffix(".md").write_text(
        table(results["machine"], results["commit"], rows), encoding="utf-8"
    )
    plot(rows, given.out.with_suffix(".svg"))
    return 0


def fill(folders: list[Path], work: Path, sizes: list[int]) -> dict[int, Filled]:
    """A data folder of at least each size (the last: of all documents, where there are too few)."""
    files = [file for folder in folders for file in shuffled(folder)]
    work.mkdir(parents=True, exist_ok=True)
    filled, measures, before = {}, 0, None
    for size in sizes:
        chosen = []
        added = -measures
        while measures < size and files:
            chosen.append(files.pop(0))
            measures += measures_in(chosen[-1])
        added += measures
        folder, note = work / str(size), work / f"{size}.json"
        if not note.exists():
            shutil.rmtree(folder, ignore_errors=True)
            if before:
                shutil.copytree(before, folder)
            start = time.perf_counter()
            benchmark.run("ingest", *map(str, chosen), "--data-dir", str(folder))
            spent = Filled(measures, added, round(time.perf_counter() - start, 1))
            note.write_text(json.dumps(asdict(spent)), encoding="utf-8")
        filled[size] = Filled(**json.loads(note.read_text(encoding="utf-8")))
        before = folder
    return filled


def shuffled(folder: Path) -> list[Path]:
    """Its documents, always in the same order, which is no order of theirs."""
    files = sorted(folder.rglob("*.md"))
    random.Random(1).shuffle(files)
    return files


def measures_in(file: Path) -> int:
    """How many measures a document has."""
    from parkbot import readers
    from parkbot.measures import split

    return len(split(readers.read(file.name, file.read_bytes()))[1])


def measured(folder: Path, filled: Filled) -> dict[str, float]:
    """The figures of one size."""
    with benchmark.served(folder) as (url, pid, ready):
        http = benchmark.http(url)
        resident = benchmark.resident_mb(pid)
    disk = {f"{name}_mb": megabytes(folder, patterns) for name, patterns in PARTS.items()}
    return {
        "measures": filled.measures,
        "ingest_per_second": round(filled.rate, 1),
        **disk,
        "ready_seconds": ready,
        "resident_mb": resident,
        **http,
    }


def megabytes(folder: Path, patterns: tuple[str, ...]) -> float:
    """What the files take on disk that the patterns name."""
    found = [path for pattern in patterns for top in folder.glob(pattern) for path in (top, *top.rglob("*"))]
    return round(sum(path.stat().st_size for path in found if path.is_file()) / 1e6, 1)


def table(machine: str, commit: str, rows: list[dict[str, float]]) -> str:
    """The figures in Markdown, a column for each size."""
    lines = [
        "# A growing library",
        "",
        f"`scripts/scale.py`, {machine}, commit {commit}. Beside the documents counted here each folder "
        "holds the shipped knowledge. Questions: the tuning halves, one at a time over HTTP, then ten users.",
        "",
        "| | " + " | ".join(f"{row['measures']:,.0f} measures" for row in rows) + " |",
        "|---|" + "---|" * len(rows),
    ]
    lines += [
        f"| {name.replace('_', ' ')} | " + " | ".join(f"{row[name]:g}" for row in rows) + " |"
        for name in rows[0]
        if name != "measures"
    ]
    return "\n".join(lines) + "\n"


def plot(rows: list[dict[str, float]], out: Path) -> None:
    """Latency, memory, start-up and disk against measures."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    sizes = [row["measures"] for row in rows]
    figure, axes = pyplot.subplots(1, 4, figsize=(14, 3.2), layout="constrained")
    panels = (
        ("Latency over HTTP, ms", ("p50_ms", "p95_ms")),
        ("Resident memory, MB", ("resident_mb",)),
        ("Start to first answer, s", ("ready_seconds",)),
        ("On disk, MB", tuple(f"{name}_mb" for name in PARTS)),
    )
    for axis, (title, names) in zip(axes, panels, strict=True):
        for name in names:
            axis.plot(sizes, [row[name] for row in rows], marker="o", label=name.rsplit("_", 1)[0])
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("measures")
        axis.set_xscale("log")
        axis.set_ylim(bottom=0)
        axis.legend(fontsize=8)
    figure.savefig(out)


if __name__ == "__main__":
    sys.exit(main())
