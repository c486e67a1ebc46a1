"""Learns what a question is to the turns before it (parkbot.conversation.leaning).

    python training/leaning.py

Reads written/dialogues.jsonl, dialogues as `parkbot eval` reads them, with "id": "AUTHOR-NN". Its follow-ups
lean; its first turns, its changes of subject, its asides and the written-out forms of its follow-ups do not,
and no question of written/ or of the shipped measures does. Its asides are asides, and nothing else is. Says
how well what each author wrote is told by what the others did, and writes parkbot/conversation/leaning.npz
and asides.npz. Two minutes on two cores; for one embedder.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

import asking
from corpus import rows
from parkbot.conversation.leaning import ASIDES, LEANING
from parkbot.models.student import StudentEmbedder
from texts import documents, questions

WRITTEN = Path(__file__).with_name("written")
KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
COMPLETE = ("asked-2", "sample-1", "sample-2", "free-zh", "free-en")
MARGIN = 10.0
WIDTH_OF_LEANING, WIDTH_OF_ASIDES = 1.0, 0.5
OF_EACH = 600
"""Complete questions of each of these files, and twice as many of the shipped measures."""
OF_KINDS = 2600
"""Questions of questions-kinds.jsonl, half of which no rule answers: a stranger to the library leans no more
than one at home in it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A question, who wrote it, whether it leans, and whether it is an aside."""

    author: str
    question: str
    leans: bool = False
    is_aside: bool = False


def of_dialogues() -> Iterator[Line]:
    """Every turn, and what every follow-up means."""
    for dialogue in rows(WRITTEN / "dialogues.jsonl"):
        author = str(dialogue["id"]).partition("-")[0]
        for turn in dialogue["turns"]:
            whole = turn.get("standalone")
            yield Line(author, turn["question"], whole is not None, turn["kind"] == "aside")
            if whole is not None:
                yield Line(author, whole)


def complete(chance: random.Random) -> Iterator[Line]:
    """Questions that were written to be asked alone."""
    for name, most in (*((name, OF_EACH) for name in COMPLETE), ("kinds", OF_KINDS)):
        found = [str(row["question"]) for row in rows(WRITTEN / f"questions-{name}.jsonl")]
        for question in chance.sample(found, min(most, len(found))):
            yield Line(name, question)
    shipped = [row["question"] for document in documents(KNOWLEDGE) for row in questions(document)]
    for question in chance.sample(shipped, 2 * OF_EACH):
        yield Line("shipped", question)


def main() -> None:
    """Learn, say how well, write."""
    lines = list({line.question: line for line in (*complete(random.Random(1)), *of_dialogues())}.values())
    embedder = StudentEmbedder()
    vectors = np.array([embedder.embed_query(line.question) for line in lines], np.float32)
    authors = np.array([line.author for line in lines])
    leans = np.array([line.leans for line in lines])
    # Of what no rule answers some is talk, too.
    counted = authors != "kinds"
    aside = np.array([line.is_aside for line in lines])
    learn(LEANING, vectors, leans, authors, WIDTH_OF_LEANING, embedder.name)
    learn(ASIDES, vectors[counted], aside[counted], authors[counted], WIDTH_OF_ASIDES, embedder.name)


def learn(
    file: Path,
    vectors: NDArray[np.float32],
    is_so: NDArray[np.bool_],
    authors: NDArray[np.str_],
    width: float,
    embedder: str,
) -> None:
    """Learn one thing of the lines, say how well each author's are told by the others', write."""
    for author in sorted(set(authors[is_so]), key=int):
        own = authors == author
        scores = asking.fitted(vectors[~own], is_so[~own], MARGIN, width).decision_function(vectors[own])
        told, left = scores[is_so[own]] > 0, scores[~is_so[own]] <= 0
        area = roc_auc_score(is_so[own], scores)
        shares = f"{told.mean():.3f} of {told.size} told, {left.mean():.3f} of {left.size} left alone"
        print(file.stem, author, f"area {area:.3f}, {shares}")
    asking.write(asking.fitted(vectors, is_so, MARGIN, width), embedder, file)


if __name__ == "__main__":
    main()
