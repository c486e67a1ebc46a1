"""Trains the network that decides whether a measure says what a claim says (parkbot.verification.entailment).

    python training/verifier.py WORK --minutes 2.5

A cross-encoder: the lower twelve of EmbeddingGemma's 24 layers read the claim and the text together, and what
the checks found is joined to what they make of the claim. It learns from the labels and from two teachers, of
all 24 layers: each is trained on one half of the measures and says of the claims about the other half, which
it has not seen, how surely they are supported (cross-fitting). Half of what the network is to say is the
label, half the teacher's word. Reads WORK/claims.jsonl (claims.py) and WORK/gemma (vocabulary.py).

Each of the three trainings ends when all its epochs are done or its minutes are over; the learning rate falls
with whichever comes first. What each teacher says is kept in WORK/teacher-0.pt and teacher-1.pt, and a run
that was stopped goes on after it: delete these where claims.jsonl is another. Writes WORK/verifier.pt, of
which export_verifier.py makes what ships. On a GPU: see README.md.

Supported passed where .97 of the unsupported are caught, on claims_2 and claims_3 / claims_5 / the answers /
the mixed claims that are kept back: the mean of the teachers .909 / .944 / .854 / .848, twelve layers .882 /
.936 / .807 / .826 (after 1.6 of their three epochs). With multilingual-e5-small in their place, three epochs
on the labels alone, .220 / .382 / .198 / .228; a small network on the frozen states of the built-in embedder,
which shipped before, about .72 / .68 / .65 / .67.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from claims import WRONG, Case, cases, curve, held_out, number, trained_on
from gemma import LAYERS, WIDTH, Encoder, load
from parkbot.verification.entailment import Pair, Pieces
from parkbot.verification.judging import SIGNALS

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
OF_SIGNALS = 128
"""Width of what is made of the signals."""
DROPPED = 0.1
SMOOTHED = 0.03
"""Labels are taken for right so far only: a few are not."""
TAUGHT = 0.5
"""The teachers' share of what the network is to say."""
OF_KIND = 0.3
"""Weight of the second task, to tell in which way a claim is wrong."""
WEIGHTS = {"claims-mixed": 1.5}
"""Of claims in the loss, by where they are from: 1 if not named."""
FASTER = 5.0
"""How much more the new parts learn at a step than EmbeddingGemma's."""
WARM, LEAST = 0.06, 0.02
"""Share of the steps in which the learning rate rises; what is left of it at the end."""
AVERAGED_FROM = 0.3
"""Share of a training after which weights are averaged."""
SORTED = 16
"""Batches at once that are put into order by length."""
SAID_EVERY = 50
"""Steps."""
AT_ONCE = 128
"""Claims that are scored together."""


@dataclass(frozen=True)
class Make:
    """How a network is built and trained; the planned epochs need not be reached."""

    layers: int
    epochs: int
    rate: float
    batch: int
    averaged: float
    """How much of the average of its weights stays at a step; 0: it has its last weights."""
    seed: int


TEACHERS = tuple(Make(LAYERS, epochs=2, rate=4e-5, batch=48, averaged=0.0, seed=half) for half in (0, 1))
SHIPPED = Make(layers=12, epochs=3, rate=8e-5, batch=64, averaged=0.995, seed=1)


class Network(nn.Module):
    """A claim and a text, read together, and signals → logits: supported; then each kind, the first none."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.encoder.embed_tokens.requires_grad_(False)
        self.segments = nn.Parameter(torch.zeros(2, WIDTH))
        self.of_signals = nn.Sequential(nn.Linear(len(SIGNALS), OF_SIGNALS), nn.GELU())
        self.decide = nn.Sequential(
            nn.Linear(3 * WIDTH + OF_SIGNALS, WIDTH),
            nn.GELU(),
            nn.Dropout(DROPPED),
            nn.Linear(WIDTH, 2 + len(WRONG)),
        )

    def forward(
        self, pieces: Tensor, claim: Tensor, signals: Tensor, present: Tensor | None = None
    ) -> Tensor:
        """Logits [batch][2 + kinds].

        `pieces` [batch][pieces]: beginning, claim, end, text, end; `claim` [batch]: how many are the claim's;
        `signals` [batch][signals]; `present` [batch][pieces]: 1 for pieces, 0 for padding, if there is any.
        """
        at, claim = torch.arange(pieces.shape[1], device=pieces.device), claim.unsqueeze(1)
        of_text = (at > claim + 1).unsqueeze(-1)
        x = self.encoder.embed(pieces) + torch.where(of_text, self.segments[1], self.segments[0])
        x = self.encoder(x, present)
        own = ((at > 0) & (at <= claim)).unsqueeze(-1).float()
        pooled = [x[:, 0], (x * own).sum(1) / own.sum(1), (x + (own - 1) * 1e4).amax(1)]
        result: Tensor = self.decide(torch.cat([*pooled, self.of_signals(signals)], 1))
        return result


class Material:
    """The claims in pieces, with what is known of each."""

    def __init__(self, cases: Sequence[Case], pieces: Pieces) -> None:
        self.cases = cases
        self._pairs = [pieces.pairs(case.claim.text, case.claim.premises) for case in cases]
        self.lengths = [max(len(pair.pieces) for pair in pairs) for pairs in self._pairs]
        self._signals = torch.tensor([case.signals for case in cases], device=DEVICE)
        labels = torch.tensor([float(case.claim.supported) for case in cases], device=DEVICE)
        self.labels = labels * (1 - 2 * SMOOTHED) + SMOOTHED
        self.kinds = torch.tensor([case.claim.kind for case in cases], device=DEVICE)
        weights = [WEIGHTS.get(case.claim.source, 1.0) for case in cases]
        self.weights = torch.tensor(weights, device=DEVICE)

    def logits(self, network: nn.Module, rows: Sequence[int]) -> Tensor:
        """Of the cases in these rows, [rows][2 + kinds]; of a long text those of its likeliest part."""
        counts = [len(self._pairs[row]) for row in rows]
        pieces, claim, present = padded([pair for row in rows for pair in self._pairs[row]])
        signals = self._signals[[row for row, count in zip(rows, counts, strict=True) for _ in range(count)]]
        with torch.autocast(DEVICE.type, torch.bfloat16, enabled=DEVICE.type == "cuda"):
            found: Tensor = network(pieces, claim, signals, present).float()
        if len(found) == len(rows):
            return found
        return torch.stack([parts[int(parts[:, 0].argmax())] for parts in torch.split(found, counts)])

    def scores(self, network: nn.Module, rows: Sequence[int]) -> Tensor:
        """How surely those in these rows are supported, as logits [cases]; not a number of the others."""
        order = sorted(rows, key=lambda row: self.lengths[row])
        found = torch.full((len(self.cases),), torch.nan)
        network.eval()
        with torch.no_grad():
            for start in range(0, len(order), AT_ONCE):
                part = order[start : start + AT_ONCE]
                found[part] = self.logits(network, part)[:, 0].cpu()
        network.train()
        return found


def padded(pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor]:
    """What `Network.forward` takes but for the signals; a multiple of eight pieces suits the GPU."""
    longest = -(-max(len(pair.pieces) for pair in pairs) // 8) * 8
    pieces = [[*pair.pieces, *[0] * (longest - len(pair.pieces))] for pair in pairs]
    lengths = torch.tensor([len(pair.pieces) for pair in pairs])
    present = (torch.arange(longest) < lengths[:, None]).float()
    claim = torch.tensor([pair.of_claim for pair in pairs])
    return torch.tensor(pieces).to(DEVICE), claim.to(DEVICE), present.to(DEVICE)


def batches(material: Material, rows: Sequence[int], size: int, chance: random.Random) -> list[list[int]]:
    """All rows in batches of texts of like length, in a new order."""
    order = list(rows)
    chance.shuffle(order)
    made = []
    for at in range(0, len(order), size * SORTED):
        part = sorted(order[at : at + size * SORTED], key=lambda row: material.lengths[row])
        made += [part[start : start + size] for start in range(0, len(part), size)]
    chance.shuffle(made)
    return made


def loss(found: Tensor, targets: Tensor, kinds: Tensor, weights: Tensor) -> Tensor:
    """Of logits; a claim whose kind is unknown has no part in the second task."""
    of_support = functional.binary_cross_entropy_with_logits(found[:, 0], targets, weights)
    of_kind = functional.cross_entropy(found[:, 1:], kinds, ignore_index=-1, reduction="sum")
    return of_support + OF_KIND * of_kind / (kinds >= 0).sum().clamp(min=1)


def optimiser(network: Network, rate: float) -> torch.optim.AdamW:
    """Each of its groups has a `scale` by which its learning rate is larger."""
    parts: dict[float, list[Tensor]] = {1.0: [], FASTER: []}
    for name, weight in network.named_parameters():
        if weight.requires_grad:
            parts[1.0 if name.startswith("encoder.") else FASTER].append(weight)
    groups = [{"params": weights, "scale": scale} for scale, weights in parts.items()]
    return torch.optim.AdamW(groups, rate, weight_decay=0.01, fused=DEVICE.type == "cuda")


def progress(steps: int, seconds: float) -> Iterator[tuple[int, float]]:
    """Each step and how much is done after it, of the steps or of the time, until that is all or too much."""
    started = time.monotonic()
    for step in range(1, steps + 1):
        done = max(step / steps, (time.monotonic() - started) / seconds)
        if done > 1:
            return
        yield step, done


def train(
    network: Network, material: Material, rows: Sequence[int], targets: Tensor, make: Make, minutes: float
) -> None:
    """Teach a network; `targets` [cases]: how surely each is to be supported."""
    chance = random.Random(make.seed)
    plan = [part for _ in range(make.epochs) for part in batches(material, rows, make.batch, chance)]
    adam = optimiser(network, make.rate)
    learned = [weight for group in adam.param_groups for weight in group["params"]]
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(make.averaged))
    for step, done in progress(len(plan), minutes * 60):
        batch = plan[step - 1]
        for group in adam.param_groups:
            rising = min(1.0, step / (WARM * len(plan)))
            group["lr"] = make.rate * group["scale"] * rising * max(LEAST, 1 - done)
        found = material.logits(network, batch)
        lost = loss(found, targets[batch], material.kinds[batch], material.weights[batch])
        adam.zero_grad()
        lost.backward()
        nn.utils.clip_grad_norm_(learned, 1.0)
        adam.step()
        if done > AVERAGED_FROM:
            average.update_parameters(network)
        if step % SAID_EVERY == 0:
            say(step=step, of=len(plan), done=round(done, 3), loss=round(lost.item(), 3))
    if average.n_averaged > 0:
        network.load_state_dict(average.module.state_dict())


def begun(work: Path, make: Make) -> Network:
    """A network that has learned nothing of claims yet."""
    torch.manual_seed(make.seed)
    return Network(load(work / "gemma", make.layers)).to(DEVICE).train()


def taught(work: Path, material: Material, minutes: float) -> Tensor:
    """What the teachers say, as logits [cases]: of a claim that one of them learned from, the other alone."""
    logits = []
    for half, make in enumerate(TEACHERS):
        kept = work / f"teacher-{half}.pt"
        if not kept.exists():
            mine = [row for row in trained_on(material.cases) if half_of(material.cases[row]) != half]
            network = begun(work, make)
            train(network, material, mine, material.labels, make, minutes)
            others = sorted(set(range(len(material.cases))) - set(mine))
            keep(material.scores(network, others), kept)
        logits.append(torch.load(kept))
        report(f"teacher {half}", material.cases, logits[-1])
    return torch.stack(logits).nanmean(0)


def half_of(case: Case) -> int:
    """0 or 1, the same for all claims about a measure."""
    cited = case.claim.premises[0]
    return number(cited.place + cited.text) % 2


def keep(what: object, file: Path) -> None:
    """Write a file, or none if that is stopped."""
    torch.save(what, file.with_suffix(".part"))
    file.with_suffix(".part").replace(file)


def report(name: str, cases: Sequence[Case], logits: Tensor) -> None:
    """Say how sets are judged that are not trained on; `logits` [cases]."""
    scores = torch.sigmoid(logits.double()).numpy()
    sets = held_out(cases).items()
    say(name=name, **{each: curve([cases[row] for row in rows], scores[rows]) for each, rows in sets})


def say(**what: object) -> None:
    """A line of JSON."""
    print(json.dumps(what), flush=True)


def main() -> None:
    """The teachers, then the network that ships."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=2.5, help="for each of the three trainings")
    options = parser.parse_args()
    material = Material(cases(options.work), Pieces(options.work / "gemma" / "tokenizer.json"))
    rows, sets = trained_on(material.cases), held_out(material.cases)
    say(trained_on=len(rows), held_out={name: len(part) for name, part in sets.items()})
    said = taught(options.work, material, options.minutes)
    report("the teachers' mean", material.cases, said)
    network = begun(options.work, SHIPPED)
    targets = (1 - TAUGHT) * material.labels + TAUGHT * torch.sigmoid(said).to(DEVICE)
    train(network, material, rows, targets, SHIPPED, options.minutes)
    held = [row for part in sets.values() for row in part]
    report("the network", material.cases, material.scores(network, held))
    keep(network.state_dict(), options.work / "verifier.pt")


if __name__ == "__main__":
    main()
