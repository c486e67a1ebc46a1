#!/usr/bin/env python3
"""What each part of the search does alone: words, meaning, both by ranks, and the search as it is.

    .venv/bin/python scripts/baselines.py DATA_DIR SUITE… [--half reporting] --out eval/results/NAME

A SUITE is a name of eval/suites or a file. Only answerable questions that ask for no list are asked. Words:
BM25 over words and pairs of characters; meaning: the embedder's own nearest, without what a library taught;
both: reciprocal ranks added (Cormack et al. 2009, k = 60). Writes NAME.json and NAME.md.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from parkbot import build
from parkbot.assistant import PolicyAssistant
from parkbot.domain import Filters
from parkbot.evaluation.holdings import holdings
from parkbot.evaluation.suites import Half, Kind, find, read
from parkbot.evaluation.suites import Question as Item
from parkbot.questions import analyse
from parkbot.settings import load

sys.path.insert(0, str(Path(__file__).parent))
import benchmark

SUITES = Path(__file__).resolve().parent.parent / "eval" / "suites"
DEPTH = 100
RECIPROCAL = 60
METRICS = ("hit_rate@10", "mrr@10", "recall@10", "recall@100")


def main() -> int:
    """Ask, rank, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("suites", nargs="+")
    parser.add_argument("--half", default="reporting", choices=[half.value for half in Half])
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    rows = []
    with closing(build.assistant(load(data_dir=given.data_dir), owner="scripts/baselines.py")) as assistant:
        held = holdings(assistant)
        for suite in map(read, find(given.suites, SUITES)):
            for language in ("zh", "en"):
                items = suite.chosen(Half(given.half), [language]).questions
                asked = [
                    (item, {str(gold) for gold in held.gold(item)})
                    for item in items
                    if item.kind.is_answerable and item.kind is not Kind.MULTI
                ]
                asked = [(item, gold) for item, gold in asked if gold]
                if asked:
                    rows += scored(suite.name, language, asked, assistant, held.one)
    about = {"machine": benchmark.machine(), "commit": benchmark.commit(), "half": given.half}
    text = json.dumps(about | {"rows": rows}, ensure_ascii=False, indent=1)
    given.out.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    given.out.with_suffix(".md").write_text(table(about, rows), encoding="utf-8")
    print(table(about, rows))
    return 0


def scored(name, language, asked, assistant, one) -> list[dict[str, object]]:  # noqa: ANN001
    """The metrics of each system over a suite in a language."""
    from ranx import Qrels, Run, evaluate

    found: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for item, _ in asked:
        for system, ids in rankings(assistant, item):
            unique = dict.fromkeys(str(one(id)) for id in ids)
            found[system][item.id] = {id: float(DEPTH - at) for at, id in enumerate([*unique][:DEPTH])}
    wanted = Qrels({item.id: dict.fromkeys(gold, 1) for item, gold in asked})
    rows = []
    for system, run in found.items():
        filled = {id: scores or {"none": 1.0} for id, scores in run.items()}
        metrics = evaluate(wanted, Run(filled), list(METRICS))
        values = {metric: round(float(value), 3) for metric, value in metrics.items()}
        rows.append({"suite": name, "language": language, "n": len(asked), "system": system, **values})
    return rows


def rankings(assistant: PolicyAssistant, item: Item) -> Iterator[tuple[str, list[str]]]:
    """The first measures by each system."""
    question, filters = analyse(item.text), Filters()
    retriever = assistant._retriever
    catalogue = retriever.catalogue(filters.spaces)
    hits = retriever._search.search(question, filters, catalogue, None, {})
    lists = {"words": [id for id, _ in hits.lexical], "meaning": [id for id, _ in hits.dense]}
    yield from lists.items()
    both: dict[str, float] = defaultdict(float)
    for ids in lists.values():
        for rank, id in enumerate(ids, 1):
            both[id] += 1 / (RECIPROCAL + rank)
    yield "both by ranks", sorted(both, key=lambda id: -both[id])
    evidence = assistant.evidence(item.text, k=DEPTH)
    yield "the search", [source.measure.id for source in evidence.sources]


def table(about: dict[str, str], rows: list[dict[str, object]]) -> str:
    """In Markdown."""
    names = ("suite", "language", "n", "system", *METRICS)
    lines = [
        "# Parts of the search alone",
        "",
        f"`scripts/baselines.py`, {about['half']} half, {about['machine']}, commit {about['commit']}.",
        "",
        "| " + " | ".join(names) + " |",
        "|" + "---|" * len(names),
    ]
    lines += ["| " + " | ".join(str(row[name]) for name in names) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
