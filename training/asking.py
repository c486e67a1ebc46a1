"""Learns whether a question asks for what a rule could say (parkbot.retrieval.asking).

    python training/asking.py

Reads written/questions-kinds.jsonl ({"class": "rule" or "none", "question", "author"}) and, all of them
for "rule", written/questions-free-* and -sample-*. Says how well what each author wrote is told by what
the others did, and writes parkbot/retrieval/asking.npz. Half a minute on two cores. It belongs to one
embedder: learn anew with a new one, and fit the decision anew (scripts/fit_sufficiency.py).
"""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.svm import SVC

from parkbot.models.student import StudentEmbedder
from parkbot.retrieval import asking

WRITTEN = Path(__file__).with_name("written")
MARGIN, WIDTH = 10.0, 0.5
"""What an error costs and how narrow the kernel is. Of 3, 10 and .5, 1, 2 all did nearly the same."""


def main() -> None:
    """Learn, say how well, write."""
    lines = written("questions-kinds")
    for name in ("questions-free-zh", "questions-free-en", "questions-sample-1", "questions-sample-2"):
        lines += [{"author": name, "class": "rule", "question": line["question"]} for line in written(name)]
    embedder = StudentEmbedder()
    vectors = np.array([embedder.embed_query(line["question"]) for line in lines], np.float32)
    is_rule = np.array([line["class"] == "rule" for line in lines])
    authors = np.array([line["author"] for line in lines])
    for author in sorted({line["author"] for line in lines if line["class"] == "none"}):
        own = authors == author
        scores = fitted(vectors[~own], is_rule[~own]).decision_function(vectors[own])
        print(author, f"area under the curve {roc_auc_score(is_rule[own], scores):.3f} of {own.sum()}")
    write(fitted(vectors, is_rule), embedder.name, asking.RULES)


def written(name: str) -> list[dict[str, str]]:
    """The lines of a file."""
    text = (WRITTEN / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def fitted(
    vectors: NDArray[np.float32], is_so: NDArray[np.bool_], margin: float = MARGIN, width: float = WIDTH
) -> SVC:
    """The machine."""
    return SVC(C=margin, gamma=width).fit(vectors, is_so)


def write(machine: SVC, embedder: str, file: Path) -> None:
    """What ships: half precision tells the same."""
    np.savez_compressed(
        file,
        questions=machine.support_vectors_.astype(np.float16),
        weights=machine.dual_coef_[0].astype(np.float32),
        bias=machine.intercept_[0],
        width=machine.gamma,
        embedder=embedder,
    )


if __name__ == "__main__":
    main()
