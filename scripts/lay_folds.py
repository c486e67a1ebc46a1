#!/usr/bin/env python3
"""What a library's own labelled questions teach the query's vector, by cross-validation.

    .venv/bin/python scripts/lay_folds.py DATA_DIR SUITE.jsonl --out eval/results/NAME

The questions of each fifth are asked with a matrix that was taught, as `parkbot tune` teaches one, by those
of the other four. How hard it is held to the identity is chosen among HOLDS inside these four: one of them is
asked with what the other three taught. Writes NAME.json and NAME.md: recall and MRR of the nearest by meaning
and of the whole search, untaught and taught.
"""

import argparse
import json
import sys
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
import benchmark
from parkbot import build
from parkbot.domain import Filters
from parkbot.evaluation.suites import Half, Question, read
from parkbot.models.adapter import Adapter
from parkbot.questions import analyse
from parkbot.settings import load
from parkbot.tuning.ground import Ground
from parkbot.tuning.learning import learned

FOLDS = 5
HOLDS = (0.1, 0.03, 0.01, 0.003)
DEPTH = 100


def main() -> int:
    """Teach, ask, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    items = read(given.suite).chosen(Half.ALL, ["zh"]).questions
    folds = np.array([zlib.crc32(item.id.encode()) % FOLDS for item in items])
    with build.ground(load(data_dir=given.data_dir), lambda done, total: None) as ground:
        questions = ground.vectors([item.text for item in items], lambda done, total: None)
        answers = rows_of(ground, items)
        found: dict[str, list[list[str]]] = {
            "by meaning": nearest(ground, questions),
            "by meaning, taught": [[] for _ in items],
            "the search": ranked(ground, items, None),
            "the search, taught": [[] for _ in items],
        }
        holds = []
        for fold in range(FOLDS):
            mine, others = np.flatnonzero(folds == fold), folds != fold
            inner = folds == (fold + 1) % FOLDS
            hold = max(
                HOLDS,
                key=lambda hold: reciprocal(
                    ground, items, inner, turned(ground, questions, answers, others & ~inner, hold), questions
                ),
            )
            holds.append(hold)
            adapter = turned(ground, questions, answers, others, hold)
            by_meaning = nearest(ground, adapter.turn(questions[mine]))
            by_search = ranked(ground, [items[at] for at in mine], adapter)
            for place, at in enumerate(mine):
                found["by meaning, taught"][at] = by_meaning[place]
                found["the search, taught"][at] = by_search[place]
            print(f"fold {fold + 1} of {FOLDS}, hold {hold}", file=sys.stderr)
    rows = {name: metrics(items, ids) for name, ids in found.items()}
    about = {
        "machine": benchmark.machine(),
        "commit": benchmark.commit(),
        "questions": len(items),
        "holds": holds,
    }
    given.out.with_suffix(".json").write_text(json.dumps(about | {"rows": rows}, indent=1) + "\n")
    given.out.with_suffix(".md").write_text(table(about, rows), encoding="utf-8")
    print(table(about, rows))
    return 0


def rows_of(ground: Ground, items: tuple[Question, ...]) -> list[NDArray[np.intp]]:
    """The rows of the passages that answer each question."""
    rows: dict[str, list[int]] = {}
    for row, id in enumerate(ground.index.measure_ids):
        rows.setdefault(id, []).append(row)
    return [np.array([row for id in item.gold for row in rows.get(id, ())], np.intp) for item in items]


def turned(
    ground: Ground,
    questions: NDArray[np.float32],
    answers: list[NDArray[np.intp]],
    taught_by: NDArray[np.bool_],
    hold: float,
) -> Adapter:
    """What these questions teach."""
    chosen = np.flatnonzero(taught_by)
    matrix = learned(
        questions[chosen],
        np.ones(len(chosen)),
        [answers[at] for at in chosen],
        ground.index.vectors,
        lambda done, total: None,
        hold,
    )
    return Adapter(ground.embedder, matrix)


def nearest(ground: Ground, vectors: NDArray[np.float32]) -> list[list[str]]:
    """The first measures by meaning for each vector."""
    found = []
    for vector in vectors:
        cosines = ground.index.vectors @ vector
        rows = np.argpartition(-cosines, 3 * DEPTH)[: 3 * DEPTH]
        ids = (ground.index.measure_ids[row] for row in rows[np.argsort(-cosines[rows])])
        found.append([*dict.fromkeys(ids)][:DEPTH])
    return found


def reciprocal(
    ground: Ground,
    items: tuple[Question, ...],
    asked: NDArray[np.bool_],
    adapter: Adapter,
    questions: NDArray[np.float32],
) -> float:
    """MRR@10 by meaning of the questions asked."""
    chosen = np.flatnonzero(asked)
    found = nearest(ground, adapter.turn(questions[chosen]))
    return metrics([items[at] for at in chosen], found)["MRR@10"]


def ranked(
    ground: Ground, items: "list[Question] | tuple[Question, ...]", adapter: Adapter | None
) -> list[list[str]]:
    """The first measures by the whole search."""
    retriever = ground.retriever(adapter.turn) if adapter else ground.retriever()
    return [
        [
            source.measure.id
            for source in retriever.retrieve(analyse(item.text), k=DEPTH, filters=Filters()).sources
        ]
        for item in items
    ]


def metrics(items: "list[Question] | tuple[Question, ...]", found: list[list[str]]) -> dict[str, float]:
    """Means over the questions, by ranx."""
    from ranx import Qrels, Run, evaluate

    wanted = Qrels({item.id: dict.fromkeys(item.gold, 1) for item in items})
    run = Run(
        {
            item.id: {id: float(DEPTH - at) for at, id in enumerate(ids)} or {"none": 1.0}
            for item, ids in zip(items, found, strict=True)
        }
    )
    names = {
        "R@10": "recall@10",
        "R@100": "recall@100",
        "MRR@10": "mrr@10",
        "first hit in ten": "hit_rate@10",
    }
    scores = evaluate(wanted, run, list(names.values()))
    return {name: round(float(scores[ranx]), 3) for name, ranx in names.items()}


def table(about: dict[str, object], rows: dict[str, dict[str, float]]) -> str:
    """In Markdown."""
    names = list(next(iter(rows.values())))
    lines = [
        "# Lay questions, cross-validated",
        "",
        f"`scripts/lay_folds.py`, {about['questions']} questions, {about['machine']}, "
        f"commit {about['commit']}; "
        f"holds chosen inside the folds: {about['holds']}.",
        "",
        "| | " + " | ".join(names) + " |",
        "|---|" + "---|" * len(names),
    ]
    lines += [
        f"| {name} | " + " | ".join(f"{row[each]:.3f}" for each in names) + " |" for name, row in rows.items()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
