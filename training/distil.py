"""Distils the teacher's sense of what answers what into the student.

    python training/distil.py WORK STUDENT OUT --seconds 165

The student's last layer is a linear map into the teacher's space (its vectors, turned onto their first 384
principal directions: WORK/targets.npz), begun by ridge regression. It then learns, for a batch of questions
and passages:

- where the teacher puts each text (1 - cosine);
- for each question, how the teacher ranks all passages, and for each passage, all questions: the KL
  divergence between softmaxes over the *teacher's* vectors of the other side, which cost nothing;
- the same within the batch, both sides being the student's; with --matryoshka, by the first dimensions alone
  as well.

Where somebody noted which passages answer a question, these get a share of the target whatever the teacher
thinks. Questions are drawn by the weight of their source. Those of lay people are left out, for figures are
reported on them; --lay takes them. The learning rate falls with the time that is left, so a run ends well on
any machine. A run that is stopped goes on from OUT/checkpoint.pt. Curves go to OUT/log.jsonl.

It runs on the GPU if there is one. On two cores: --seconds 4800 --rate 1.5e-4 --questions 56 --passages 28
--longest 128.
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules as models
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from machine import COMPUTES_IN_BFLOAT16, DEVICE
from material import TAU, Batch, Material

DIMENSIONS = 384
PREFIXES = (96, 192)
"""First dimensions that are to do alone, with --matryoshka."""

WEIGHTS = {"place": 6.0, "questions": 1.0, "passages": 0.5, "batch": 1.0}
BEGUN_WITH = 3000
"""Questions, and as many passages, for the linear map to begin with."""

WARM = 60
"""Steps until the learning rate is whole."""

AT_ONCE = 64
"""Texts of like length that are encoded together."""

SAVE_EVERY = 300
"""Seconds between checkpoints."""


class Student(torch.nn.Module):
    """Encoder, mean, linear map; its vectors have unit length."""

    def __init__(self, folder: Path, longest: int, learns_pieces: bool = False) -> None:
        super().__init__()
        # On a CPU torch's own attention takes half of a step, nearly all of it on the way back.
        attention = "eager" if DEVICE == "cpu" else "sdpa"
        self.st = SentenceTransformer(
            str(folder), device=DEVICE, model_kwargs={"attn_implementation": attention}
        )
        self.encoder = self.st[0].auto_model
        self.head = torch.nn.Linear(DIMENSIONS, DIMENSIONS, bias=False, device=DEVICE)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(longest)
        self.pad = self.tokenizer.token_to_id("<pad>")
        for name, weight in self.encoder.named_parameters():
            if "embeddings" in name:
                weight.requires_grad_(learns_pieces and "word" in name)
        for module in self.encoder.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0

    def pieces(self, texts: list[str]) -> list[Tensor]:
        """Each text as numbers of its pieces."""
        parts = [texts[at : at + 10_000] for at in range(0, len(texts), 10_000)]
        return [torch.tensor(one.ids) for part in parts for one in self.tokenizer.encode_batch_fast(part)]

    def pooled(self, texts: list[Tensor]) -> Tensor:
        """Means over pieces, of unit length, [len(texts)][384]."""
        ids = pad_sequence(texts, batch_first=True, padding_value=self.pad).to(DEVICE)
        mask = ids != self.pad
        with torch.autocast(DEVICE, torch.bfloat16, enabled=COMPUTES_IN_BFLOAT16):
            hidden = self.encoder(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        weight = mask[..., None].float()
        return functional.normalize((hidden.float() * weight).sum(1) / weight.sum(1), dim=1)

    def means(self, texts: list[Tensor]) -> Tensor:
        """The same of many texts, in their order; those of like length are encoded together."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        parts = [order[at : at + AT_ONCE] for at in range(0, len(order), AT_ONCE)]
        pooled = torch.cat([self.pooled([texts[at] for at in part]) for part in parts])
        return pooled[torch.tensor(order, device=DEVICE).argsort()]

    def forward(self, texts: list[Tensor]) -> Tensor:
        """Vectors [len(texts)][384], in the order of the texts."""
        return functional.normalize(self.head(self.means(texts)), dim=1)

    @torch.no_grad()
    def begin_head(self, texts: list[Tensor], targets: Tensor) -> None:
        """Ridge regression from the untrained vectors to the teacher's."""
        x = self.means(texts)
        gram = x.T @ x + torch.eye(DIMENSIONS, device=DEVICE) * len(x) / 3000
        self.head.weight.copy_(torch.linalg.solve(gram, x.T @ targets).T)

    def load(self, file: Path) -> None:
        """Takes the weights that bundle.py wrote of another run, or of several.

        Raises:
            SystemExit: they are of another model.
        """
        with np.load(file) as trained:
            weights = {name: torch.from_numpy(trained[name]).float() for name in trained.files}
        if strange := self.load_state_dict(weights, strict=False).unexpected_keys:
            raise SystemExit(f"{file} holds weights of another model: {strange[0]}")

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
            device=DEVICE,
        )
        st.save(str(folder))


def divergence(student: Tensor, target: Tensor) -> Tensor:
    """KL(target || softmax(student / tau)), mean over rows; the target's own entropy left out."""
    return -(target * functional.log_softmax(student / TAU, dim=1)).sum(1).mean()


def losses(material: Material, batch: Batch, q: Tensor, p: Tensor) -> dict[str, Tensor]:
    """The parts of the loss."""
    tq, tp = material.q[batch.questions], material.p[batch.passages]
    back = functional.softmax(tp @ material.q.T / TAU, dim=1)
    here = functional.softmax(tq @ tp.T / TAU, dim=1)
    first = [[functional.normalize(side[:, :count], dim=1) for side in (q, p)] for count in PREFIXES]
    return {
        "place": 1 - torch.cat([(q * tq).sum(1), (p * tp).sum(1)]).mean(),
        "questions": divergence(q @ material.p.T, material.of_all_passages(batch.questions)),
        "passages": divergence(p @ material.q.T, back),
        "batch": divergence(q @ p.T, here),
        "matryoshka": torch.stack([divergence(a @ b.T, here) for a, b in first]).sum(),
    }


class Training:
    """A student, its optimiser, and how far it is; kept in a folder."""

    def __init__(self, student: Student, rate: float, out: Path) -> None:
        self.student, self.rate, self.out = student, rate, out
        self.step, self.spent = 0, 0.0
        body = list(student.encoder.encoder.parameters())
        pieces = [one for one in student.encoder.embeddings.parameters() if one.requires_grad]
        self.trained = [*body, *pieces, *student.head.parameters()]
        groups = [
            {"params": body, "scale": 1.0},
            {"params": student.head.parameters(), "scale": 3.0},
            # A piece that no text of a batch has must stay where it is.
            {"params": pieces, "scale": 0.3, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01)

    def take(self, loss: Tensor, part_done: float) -> None:
        """One step."""
        falling = max(0.02, 0.5 + 0.5 * math.cos(math.pi * part_done))
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * min((self.step + 1) / WARM, 1.0) * falling * group["scale"]
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.step += 1

    def save(self) -> None:
        """A checkpoint, and the model as it is."""
        state = {
            "student": self.student.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "spent": self.spent,
        }
        part = self.out / "checkpoint.part"
        torch.save(state, part)
        part.replace(self.out / "checkpoint.pt")
        self.student.save(self.out / "model")

    def resume(self) -> bool:
        """Goes on where an earlier run was; whether there was one."""
        checkpoint = self.out / "checkpoint.pt"
        if not checkpoint.exists():
            return False
        saved = torch.load(checkpoint, map_location=DEVICE)
        self.student.load_state_dict(saved["student"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.step, self.spent = saved["step"], saved["spent"]
        return True


def options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("student", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=float, default=165)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--questions", type=int, default=192, help="of a batch")
    parser.add_argument("--passages", type=int, default=160, help="of a batch")
    parser.add_argument("--longest", type=int, default=192, help="pieces")
    parser.add_argument("--matryoshka", type=float, default=0.0, help="weight of this part of the loss")
    parser.add_argument("--noted", type=float, default=0.3, help="share of a target for noted passages")
    parser.add_argument("--english", type=float, default=1.0, help="how often English is drawn")
    parser.add_argument("--begin", type=Path, help="weights of another run, of bundle.py, to go on from")
    parser.add_argument("--pieces", action="store_true", help="train the vectors of pieces, too")
    parser.add_argument("--lay", action="store_true", help="learn from questions-lay.jsonl, too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Trains until the time is up."""
    chosen = options()
    torch.manual_seed(chosen.seed)
    torch.set_num_threads(chosen.threads)
    torch.set_float32_matmul_precision("high")
    chosen.out.mkdir(parents=True, exist_ok=True)
    material = Material(chosen.work, chosen.lay, chosen.noted, chosen.english)
    student = Student(chosen.student, chosen.longest, chosen.pieces)
    questions, passages = student.pieces(material.questions), student.pieces(material.passages)
    print(f"{len(questions)} questions, {len(passages)} passages")
    training = Training(student, chosen.rate, chosen.out)
    if not training.resume() and chosen.begin:
        student.load(chosen.begin)
    elif not training.step:
        first = material.batch(BEGUN_WITH, BEGUN_WITH, chosen.seed, 0)
        student.begin_head(
            [*(questions[at] for at in first.questions), *(passages[at] for at in first.passages)],
            torch.cat([material.q[first.questions], material.p[first.passages]]),
        )

    weights = WEIGHTS | {"matryoshka": chosen.matryoshka}
    last_save = time.monotonic()
    started = last_save - training.spent
    log = (chosen.out / "log.jsonl").open("a")
    while training.spent < chosen.seconds:
        batch = material.batch(chosen.questions, chosen.passages, chosen.seed, training.step + 1)
        q = student([questions[at] for at in batch.questions])
        p = student([passages[at] for at in batch.passages])
        parts = losses(material, batch, q, p)
        loss = sum(weights[name] * part for name, part in parts.items())
        training.take(loss, training.spent / chosen.seconds)
        training.spent = time.monotonic() - started
        said = {name: round(part.item(), 4) for name, part in parts.items()}
        said = {"step": training.step, "seconds": round(training.spent, 1)} | said
        print(json.dumps(said), file=log, flush=True)
        if time.monotonic() - last_save > SAVE_EVERY:
            training.save()
            last_save = time.monotonic()
    training.save()


if __name__ == "__main__":
    main()
