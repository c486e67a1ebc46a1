"""What the student learns from: texts, where the teacher puts them, and which passages answer a question."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from corpus import TARGETS, checksum, for_teacher, language, passages, questions
from machine import DEVICE

TAU = 0.03
"""Temperature of both softmaxes: the student stands in the teacher's space, so one does."""

NEAREST = 12
"""A question brings a passage from the teacher's best so many."""

SOURCES = {
    "asked": 3.0,
    "sample": 3.0,
    "free": 3.0,
    "lay": 3.0,
    "unlabelled": 2.5,
    "shipped": 2.0,
    "kinds": 1.5,
    "claims": 1.0,
    "terms": 0.6,
    "clauses": 0.4,
}
"""How often a question is drawn."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of questions and passages."""

    questions: Rows
    passages: Rows


class Material:
    """Texts as the student reads them, and where the teacher puts them, [n][384], unit length.

    `noted`: the share of a question's target that its noted passages get. `english`: how often an English
    question is drawn for each time that a Chinese one of the same source is.
    """

    def __init__(self, work: Path, takes_lay: bool, noted: float, english: float) -> None:
        asked, said = questions(work), passages(work)
        with np.load(work / TARGETS) as targets:
            if str(targets["texts"]) != checksum(*for_teacher(asked, said)):
                raise SystemExit(f"the texts in {work} have changed: run training/teacher.py again")
            q, p = (torch.from_numpy(targets[name]).float() for name in ("questions", "passages"))
        kept = [at for at, one in enumerate(asked) if takes_lay or one.source != "lay"]
        asked = [asked[at] for at in kept]
        self.questions = [f"query: {one.text}" for one in asked]
        self.passages = [f"passage: {one.for_student}" for one in said]
        self.q, self.p = (functional.normalize(each, dim=1).to(DEVICE) for each in (q[kept], p))
        often = {"en": english, "zh": 1.0}
        drawn = np.array([SOURCES[one.source] * often[language(one.text)] for one in asked])
        self._share = drawn / drawn.sum()
        places: dict[str, list[int]] = {}
        for at, passage in enumerate(said):
            places.setdefault(checksum(passage.text), []).append(at)
        self._share_of_noted = noted
        self._noted = [[at for name in one.answers for at in places.get(name, ())] for one in asked]
        nearest = [(part @ self.p.T).topk(NEAREST).indices for part in self.q.split(1024)]
        self._nearest = torch.cat(nearest).cpu().numpy()

    def batch(self, size_q: int, size_p: int, seed: int, step: int) -> Batch:
        """Questions by the weight of their source; passages: most near to them or noted, others by chance."""
        chance = np.random.default_rng((seed, step))
        count = min(size_q, len(self.questions))
        asked = chance.choice(len(self.questions), count, replace=False, p=self._share)
        ranks = np.minimum(chance.geometric(0.35, count) - 1, NEAREST - 1)
        near = self._nearest[asked, ranks]
        noted = np.array([self._noted[at][0] for at in asked if self._noted[at]], np.int64)
        near = chance.permutation(np.union1d(near, noted))[: size_p * 3 // 4]
        other = np.setdiff1d(chance.integers(0, len(self.passages), size_p), near)
        return Batch(asked, np.concatenate([near, chance.permutation(other)[: size_p - len(near)]]))

    def of_all_passages(self, asked: Rows) -> Tensor:
        """How much each passage answers each question, [questions][passages]; rows sum to 1."""
        near = functional.softmax(self.q[asked] @ self.p.T / TAU, dim=1)
        noted = torch.zeros_like(near)
        pairs = [(row, to) for row, at in enumerate(asked) for to in self._noted[at]]
        noted[tuple(torch.tensor(pairs, dtype=torch.int64, device=DEVICE).reshape(-1, 2).T)] = 1.0
        count = noted.sum(1, keepdim=True)
        weight = self._share_of_noted * (count > 0)
        return (1 - weight) * near + weight * noted / count.clamp(min=1)
