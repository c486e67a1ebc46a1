"""Learns whether a question leans on the turns before it (parkbot.conversation.leaning).

    python training/leaning.py

Reads written/dialogues.jsonl ("id": "AUTHOR-NN", "language", "turns": [{"question", "kind", "standalone"}]):
its follow-ups lean; its first turns, its changes of subject and the written-out forms of its follow-ups do
not, and no question of written/ or of the shipped measures does. Says how well what each author wrote is told
by what the others did, and writes parkbot/conversation/leaning.npz. A minute on two cores; for one embedder.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

import asking
from corpus import rows
from parkbot.conversation.leaning import LEARNED
from parkbot.models.student import StudentEmbedder
from texts import documents, questions

WRITTEN = Path(__file__).with_name("written")
KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
COMPLETE = ("asked-2", "sample-1", "sample-2", "free-zh", "free-en")
MARGIN = 3.0
OF_EACH = 600
"""Complete questions of each of these files, and twice as many of the shipped measures."""


@dataclass(frozen=True, slots=True)
class Line:
    """A question, who wrote it, and whether it leans."""

    author: str
    question: str
    leans: bool


def of_dialogues() -> Iterator[Line]:
    """Every turn, and what every follow-up means."""
    for dialogue in rows(WRITTEN / "dialogues.jsonl"):
        author = str(dialogue["id"]).partition("-")[0]
        for turn in dialogue["turns"]:
            whole = turn.get("standalone")
            yield Line(author, turn["question"], whole is not None)
            if whole is not None:
                yield Line(author, whole, False)


def complete(chance: random.Random) -> Iterator[Line]:
    """Questions that were written to be asked alone."""
    for name in COMPLETE:
        found = [str(row["question"]) for row in rows(WRITTEN / f"questions-{name}.jsonl")]
        for question in chance.sample(found, min(OF_EACH, len(found))):
            yield Line(name, question, False)
    shipped = [row["question"] for document in documents(KNOWLEDGE) for row in questions(document)]
    for question in chance.sample(shipped, 2 * OF_EACH):
        yield Line("shipped", question, False)


def main() -> None:
    """Learn, say how well, write."""
    lines = list({line.question: line for line in (*complete(random.Random(1)), *of_dialogues())}.values())
    embedder = StudentEmbedder()
    vectors = np.array([embedder.embed_query(line.question) for line in lines], np.float32)
    leans = np.array([line.leans for line in lines])
    authors = np.array([line.author for line in lines])
    for author in sorted({line.author for line in lines if line.leans}, key=int):
        own = authors == author
        scores = asking.fitted(vectors[~own], leans[~own], MARGIN).decision_function(vectors[own])
        told, left = scores[leans[own]] > 0, scores[~leans[own]] <= 0
        area = roc_auc_score(leans[own], scores)
        shares = f"{told.mean():.3f} of {told.size} told, {left.mean():.3f} of {left.size} left alone"
        print(author, f"area {area:.3f}, {shares}")
    asking.write(asking.fitted(vectors, leans, MARGIN), embedder.name, LEARNED)


if __name__ == "__main__":
    main()
