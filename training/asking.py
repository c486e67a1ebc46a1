"""Learns what a question asks for: what a rule could say, a penalty (parkbot.retrieval.asking).

    python training/asking.py

Reads written/questions-kinds.jsonl ({"class": "rule" or "none", "question", "author"}) and, all of them
for "rule", written/questions-free-* and -sample-*. written/penalties.jsonl all ask for a penalty; of the
others those do whose words say so. Says how well what each author wrote is told by what the others did, and
writes parkbot/retrieval/asking.npz and penalty.npz. Two minutes on two cores. They belong to one embedder:
learn anew with a new one, and fit the decision anew (scripts/fit_sufficiency.py).
"""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.svm import SVC

from parkbot.models.student import StudentEmbedder
from parkbot.questions import Asked, analyse
from parkbot.retrieval import asking

WRITTEN = Path(__file__).with_name("written")
MARGIN, WIDTH = 10.0, 0.5
"""What an error costs and how narrow the kernel is. Of 3, 10 and .5, 1, 2 all did nearly the same."""


PENALTY_MARGIN, PENALTY_WIDTH = 3.0, 1.0
"""For who asks for a penalty: of 1,379 written questions .94 are told by other authors' (of the 247 whose
words say nothing of it .72), of 8,389 that ask for something else .01 are taken for one."""


def main() -> None:
    """Learn, say how well, write."""
    lines = written("questions-kinds")
    for name in ("questions-free-zh", "questions-free-en", "questions-sample-1", "questions-sample-2"):
        lines += [{"author": name, "class": "rule", "question": line["question"]} for line in written(name)]
    embedder = StudentEmbedder()
    vectors = embedded(embedder, lines)
    is_rule = np.array([line["class"] == "rule" for line in lines])
    by_others(vectors, is_rule, lines, [line["author"] for line in lines if line["class"] == "none"])
    write(fitted(vectors, is_rule), embedder.name, asking.RULES)
    penal = written("penalties")
    asks = np.array(
        [analyse(line["question"]).asked is Asked.PENALTY for line in lines] + [True] * len(penal)
    )
    vectors = np.concatenate([vectors, embedded(embedder, penal)])
    machine = fitted(vectors, asks, PENALTY_MARGIN, PENALTY_WIDTH)
    penal = [line | {"author": f"of penalties, {line['author']}"} for line in penal]
    by_others(
        vectors, asks, [*lines, *penal], [line["author"] for line in penal], PENALTY_MARGIN, PENALTY_WIDTH
    )
    write(machine, embedder.name, asking.PENALTY)


def embedded(embedder: StudentEmbedder, lines: list[dict[str, str]]) -> NDArray[np.float32]:
    """The vectors of the questions, [len(lines), dimensions]."""
    return np.array([embedder.embed_query(line["question"]) for line in lines], np.float32)


def by_others(
    vectors: NDArray[np.float32],
    is_so: NDArray[np.bool_],
    lines: list[dict[str, str]],
    of: list[str],
    margin: float = MARGIN,
    width: float = WIDTH,
) -> None:
    """Say how well the questions of each of these authors are told by what the others wrote."""
    authors = np.array([line["author"] for line in lines])
    for author in sorted(set(of)):
        own = authors == author
        scores = fitted(vectors[~own], is_so[~own], margin, width).decision_function(vectors[own])
        right = (scores > 0) == is_so[own]
        print(author, f"{right.mean():.3f} of {own.sum()} told", area(is_so[own], scores))


def area(is_so: NDArray[np.bool_], scores: NDArray[np.float64]) -> str:
    """Under the curve, where both kinds are there."""
    return f"area {roc_auc_score(is_so, scores):.3f}" if len(set(is_so)) > 1 else ""


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
