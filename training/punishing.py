"""Learns which acts are punished, and whether what was found punishes the act (parkbot.retrieval.punishing).

    python training/punishing.py DATA_DIR…

Reads written/penalties.jsonl ({"author", "question", "punished_by": ids of measures, [] where none does}).
The questions of a penalty with which the shipped measures come are about acts that are punished, too. Each
data folder is a library of its own, such as the shipped knowledge with and without the laws. Writes
parkbot/retrieval/punished.npz, prints the weights of the decision, and says how well what each author
wrote is told by what the others did. Three minutes on two cores; for one embedder.
"""

import argparse
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import asking
from parkbot import build
from parkbot.models.student import StudentEmbedder
from parkbot.penalties import PUNISHES, SURE, UNLIKELY
from parkbot.questions import Asked, analyse
from parkbot.retrieval.asking import PUNISHED
from parkbot.retrieval.punishing import AMONG, likeness
from parkbot.settings import load
from texts import documents, questions

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
MARGIN, WIDTH = 3.0, 1.0
"""As in asking.py. Of .25, .5, 1 and 2 for the width 1 tells most."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question in one library: what is known of the first measure that punishes, and if it does the act."""

    author: str
    known: tuple[float, ...]
    is_right: bool


def main() -> None:
    """Learn, fit, say how well, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data_dirs", nargs="+", type=Path)
    folders = parser.parse_args().data_dirs
    lines = asking.written("penalties")
    shipped = [row["question"] for document in documents(KNOWLEDGE) for row in questions(document)]
    of_penalties = [question for question in shipped if analyse(question).asked is Asked.PENALTY]
    embedder = StudentEmbedder()
    asking_all = [*(line["question"] for line in lines), *of_penalties]
    vectors = np.array([embedder.embed_query(question) for question in asking_all], np.float32)
    authors = np.array([*(line["author"] for line in lines), *("0" for _ in of_penalties)])
    is_punished = np.array([*(bool(line["punished_by"]) for line in lines), *(True for _ in of_penalties)])
    surely = by_others(vectors, is_punished, authors)
    report([case for folder in folders for case in asked(folder, lines, surely[: len(lines)])])
    asking.write(asking.fitted(vectors, is_punished, MARGIN, WIDTH), embedder.name, PUNISHED)


def by_others(
    vectors: NDArray[np.float32], is_so: NDArray[np.bool_], authors: NDArray[np.str_]
) -> NDArray[np.float64]:
    """How surely the act of each question is punished, as the other authors' questions tell it."""
    scores = np.zeros(len(vectors))
    for author in sorted(set(authors) - {"0"}, key=int):
        own = authors == author
        scores[own] = asking.fitted(vectors[~own], is_so[~own], MARGIN, WIDTH).decision_function(vectors[own])
        area = roc_auc_score(is_so[own], scores[own])
        print(f"author {author}: area {area:.3f} of {own.sum()} questions")
    written = authors != "0"
    print(f"all: area {roc_auc_score(is_so[written], scores[written]):.3f}")
    return scores


def asked(folder: Path, lines: list[dict[str, str]], surely: NDArray[np.float64]) -> Iterator[Case]:
    """What each question of a penalty finds in a library."""
    assistant = build.assistant(load(data_dir=folder), owner="training/punishing.py")
    try:
        for line, punished in zip(lines, surely, strict=True):
            question = analyse(line["question"])
            found = assistant.evidence(line["question"], k=AMONG)
            known = likeness(
                found.sources,
                punished=float(punished),
                weigh=assistant.weigh(question),
                confidence=found.confidence or 0.0,
            )
            if question.asked is not Asked.PENALTY or known is None or not found.is_sufficient:
                continue
            first = next(each.measure for each in found.sources if PUNISHES.search(each.measure.text))
            yield Case(line["author"], astuple(known), first.id in line["punished_by"])
    finally:
        assistant.close()


def report(cases: list[Case]) -> None:
    """The weights, and what is told of each author's questions by those that the others' give."""
    known = np.array([case.known for case in cases])
    is_right = np.array([case.is_right for case in cases])
    authors = np.array([case.author for case in cases])
    held_out = np.zeros(len(cases))
    for author in set(authors):
        machine = LogisticRegression().fit(known[authors != author], is_right[authors != author])
        held_out[authors == author] = machine.predict_proba(known[authors == author])[:, 1]
    machine = LogisticRegression().fit(known, is_right)
    print("bias", machine.intercept_.round(2), "weights", machine.coef_.round(2))
    print(f"{len(cases)} cases, {is_right.mean():.3f} right; area {roc_auc_score(is_right, held_out):.3f}")
    for least in (UNLIKELY, 0.15, 0.2, 0.25, SURE, 0.4):
        kept, told = (held_out[is_right] >= least).mean(), (held_out[~is_right] < least).mean()
        print(f"  from {least:.2f} on: {kept:.3f} of the right kept, {told:.3f} of the others told")


if __name__ == "__main__":
    main()
