"""Distils the teacher's sense of what answers what into the student.

    python training/distil.py WORK STUDENT OUT --minutes 90

The student's last layer is a linear map into the teacher's space (its vectors, turned onto their first 384
principal directions), begun by ridge regression. It then learns, for a batch of questions and passages:

- where the teacher puts each text (1 - cosine);
- for each question, how the teacher ranks all passages, and for each passage, all questions: the KL
  divergence between softmaxes over the *teacher's* vectors of the other side, which cost nothing;
- the same within the batch, both sides being the student's.

Where somebody noted which passages answer a question, these get a share of the target whatever the teacher
thinks. The learning rate falls with the time that is left, so a run ends well on any machine. A run that is
stopped goes on from OUT/checkpoint.pt. Curves go to OUT/log.jsonl.
"""

import argparse
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules as models
from torch import Tensor
from torch.nn import functional

from corpus import Passage, Question, passages, questions
from teacher import Teacher

TAU = 0.03
"""Temperature of both softmaxes: the student stands in the teacher's space, so one does."""

DIMENSIONS = 384
NOTED = 0.3
"""Share of a question's target that its noted passages get."""

NEAREST = 12
"""A question brings passages from the teacher's best so many."""

SAVE_EVERY = 300
"""Seconds between checkpoints."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of questions and passages."""

    questions: Tensor
    passages: Tensor


class Material:
    """Texts and the teacher's vectors of them, [n][384], unit length."""

    def __init__(self, work: Path) -> None:
        teacher = Teacher(work)
        self.questions: list[Question] = questions(work)
        self.passages: list[Passage] = passages(work)
        q = teacher.vectors([one.for_teacher for one in self.questions])
        p = teacher.vectors([one.for_teacher for one in self.passages])
        turn = _principal(work / "principal.npy", np.concatenate([q, p]))
        self.q = functional.normalize(torch.from_numpy(q @ turn), dim=1)
        self.p = functional.normalize(torch.from_numpy(p @ turn), dim=1)
        self.noted = self._noted()
        scores = self.q @ self.p.T + self.noted  # noted passages come first
        self.nearest = scores.topk(NEAREST, dim=1).indices

    def _noted(self) -> Tensor:
        rows = [(at, to) for at, one in enumerate(self.questions) for to in one.passages]
        noted = torch.zeros(len(self.questions), len(self.passages))
        for at, to in rows:
            noted[at, to] = 1.0
        return noted

    def batches(self, size_q: int, size_p: int, seed: int, skip: int) -> "object":
        """Endless batches; questions go round, passages are half near them and half by chance."""
        chance = np.random.default_rng(seed)
        at = 0
        while True:
            order = chance.permutation(len(self.questions))
            for start in range(0, len(order) - size_q + 1, size_q):
                rows = order[start : start + size_q]
                ranks = np.minimum(chance.geometric(0.35, len(rows)) - 1, NEAREST - 1)
                near = self.nearest[rows, ranks].numpy()
                near = chance.permutation(np.unique(near))[: size_p * 2 // 3]
                other = chance.integers(0, len(self.passages), size_p)
                chosen = np.unique(np.concatenate([near, other]))
                chosen = np.concatenate([near, chance.permutation(np.setdiff1d(chosen, near))])[:size_p]
                at += 1
                if at > skip:
                    yield Batch(torch.from_numpy(rows), torch.from_numpy(chosen))


def _principal(path: Path, vectors: np.ndarray) -> np.ndarray:
    """The first principal directions through the origin, [768][384]; kept: they are the student's axes."""
    if path.exists():
        return np.load(path)
    values, directions = np.linalg.eigh(vectors.T @ vectors)
    share = values[::-1][:DIMENSIONS].sum() / values.sum()
    print(f"{DIMENSIONS} directions hold {share:.4f} of the teacher's vectors")
    turn = np.ascontiguousarray(directions[:, ::-1][:, :DIMENSIONS])
    np.save(path, turn)
    return turn


class Student(torch.nn.Module):
    """Encoder, mean, linear map; its vectors have unit length."""

    def __init__(self, folder: Path, longest: int) -> None:
        super().__init__()
        self.st = SentenceTransformer(str(folder), device="cpu")
        self.st.max_seq_length = longest
        self.encoder = self.st[0].auto_model
        self.tokenizer = self.st.tokenizer
        self.longest = longest
        self.head = torch.nn.Linear(DIMENSIONS, DIMENSIONS, bias=False)
        for name, weight in self.encoder.named_parameters():
            if "embeddings" in name:
                weight.requires_grad_(False)
        for module in self.encoder.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0

    def pooled(self, texts: list[str]) -> Tensor:
        """Means over pieces, [len(texts)][384]."""
        tokens = self.tokenizer(
            texts, padding=True, truncation=True, max_length=self.longest, return_tensors="pt"
        )
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self.encoder(
                input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]
            ).last_hidden_state
        mask = tokens["attention_mask"][..., None].float()
        return (hidden.float() * mask).sum(1) / mask.sum(1)

    def forward(self, texts: list[str], parts: int = 1) -> Tensor:
        """Vectors [len(texts)][384], in the order of the texts; similar lengths are encoded together."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        step = math.ceil(len(order) / parts)
        pooled = [
            self.pooled([texts[at] for at in order[start : start + step]])
            for start in range(0, len(order), step)
        ]
        back = torch.tensor(order).argsort()
        return functional.normalize(self.head(functional.normalize(torch.cat(pooled)[back], dim=1)), dim=1)

    def begin_head(self, texts: list[str], targets: Tensor) -> None:
        """Ridge regression from the untrained vectors to the teacher's."""
        with torch.no_grad():
            x = torch.cat(
                [
                    functional.normalize(self.pooled(texts[at : at + 32]), dim=1)
                    for at in range(0, len(texts), 32)
                ]
            )
            gram = x.T @ x + 1.0 * torch.eye(DIMENSIONS) * len(x) / 3000
            self.head.weight.copy_(torch.linalg.solve(gram, x.T @ targets).T)

    def save(self, folder: Path) -> None:
        """An ordinary sentence-transformers folder."""
        dense = models.Dense(DIMENSIONS, DIMENSIONS, bias=False, activation_function=torch.nn.Identity())
        dense.linear.weight.data.copy_(self.head.weight.data)
        st = SentenceTransformer(
            modules=[
                self.st[0],
                models.Pooling(DIMENSIONS, "mean"),
                models.Normalize(),
                dense,
                models.Normalize(),
            ],
            prompts={"query": "query: ", "document": "passage: "},
            device="cpu",
        )
        longest, st.max_seq_length = st.max_seq_length, 512
        st.save(str(folder))
        self.st.max_seq_length = longest


def divergence(student: Tensor, target: Tensor) -> Tensor:
    """KL(target || softmax(student / tau)), mean over rows; the target's own entropy left out."""
    return -(target * functional.log_softmax(student / TAU, dim=1)).sum(1).mean()


def losses(material: Material, batch: Batch, q: Tensor, p: Tensor) -> dict[str, Tensor]:
    """The parts of the loss."""
    tq, tp, noted = material.q[batch.questions], material.p[batch.passages], material.noted[batch.questions]
    far = functional.softmax(tq @ material.p.T / TAU, dim=1)
    share = noted / noted.sum(1, keepdim=True).clamp(min=1)
    weight = NOTED * (noted.sum(1, keepdim=True) > 0)
    far = (1 - weight) * far + weight * share
    back = functional.softmax(tp @ material.q.T / TAU, dim=1)
    here = functional.softmax(tq @ tp.T / TAU, dim=1)
    return {
        "place": 1 - torch.cat([(q * tq).sum(1), (p * tp).sum(1)]).mean(),
        "questions": divergence(q @ material.p.T, far),
        "passages": divergence(p @ material.q.T, back),
        "batch": divergence(q @ p.T, here),
    }


WEIGHTS = {"place": 6.0, "questions": 1.0, "passages": 0.5, "batch": 1.0}


def main() -> None:
    """Trains until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("student", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--questions", type=int, default=56)
    parser.add_argument("--passages", type=int, default=28)
    parser.add_argument("--longest", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    material = Material(options.work)
    print(f"{len(material.questions)} questions, {len(material.passages)} passages")
    student = Student(options.student, options.longest)
    trained = [weight for weight in student.encoder.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": trained, "scale": 1.0}, {"params": student.head.parameters(), "scale": 3.0}],
        lr=options.rate,
        weight_decay=0.01,
    )
    checkpoint = options.out / "checkpoint.pt"
    step, spent = 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        student.load_state_dict(saved["student"])
        optimizer.load_state_dict(saved["optimizer"])
        step, spent = saved["step"], saved["spent"]
    else:
        chance = np.random.default_rng(options.seed)
        some_q = chance.choice(len(material.questions), min(1500, len(material.questions)), replace=False)
        some_p = chance.choice(len(material.passages), 1000, replace=False)
        student.begin_head(
            [f"query: {material.questions[at].text}" for at in some_q]
            + [f"passage: {material.passages[at].for_student}" for at in some_p],
            torch.cat([material.q[some_q], material.p[some_p]]),
        )

    total = options.minutes * 60
    last_save = started = time.monotonic()
    log = (options.out / "log.jsonl").open("a")
    for batch in material.batches(options.questions, options.passages, options.seed, step):
        elapsed = spent + time.monotonic() - started
        if elapsed >= total:
            break
        rate = (
            options.rate
            * min((step + 1) / 40, 1.0)
            * max(0.02, 0.5 + 0.5 * math.cos(math.pi * elapsed / total))
        )
        for group in optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        q = student([f"query: {material.questions[at].text}" for at in batch.questions])
        p = student([f"passage: {material.passages[at].for_student}" for at in batch.passages], parts=2)
        parts = losses(material, batch, q, p)
        loss = sum(WEIGHTS[name] * part for name, part in parts.items())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*trained, *student.head.parameters()], 1.0)
        optimizer.step()
        step += 1
        print(
            json.dumps(
                {"step": step, "seconds": round(elapsed, 1), "rate": rate}
                | {name: round(float(part), 4) for name, part in parts.items()}
            ),
            file=log,
            flush=True,
        )
        if time.monotonic() - last_save > SAVE_EVERY:
            _save(checkpoint, student, optimizer, step, spent + time.monotonic() - started)
            student.save(options.out / "model")
            last_save = time.monotonic()
    _save(checkpoint, student, optimizer, step, spent + time.monotonic() - started)
    student.save(options.out / "model")


def _save(path: Path, student: Student, optimizer: torch.optim.Optimizer, step: int, spent: float) -> None:
    state = {
        "student": student.state_dict(),
        "optimizer": optimizer.state_dict(),
        "step": step,
        "spent": spent,
    }
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


if __name__ == "__main__":
    main()
