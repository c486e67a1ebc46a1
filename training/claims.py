"""Trains the network that decides whether a measure says what a claim says (parkbot.verification.entailment).

    python training/claims.py WORK --texts FOLDER…

Reads the claims in written/claims.jsonl, each with the measure that it cites named by the checksum of its
text, and finds those texts in the documents of the FOLDERs (laws, PDFs, the shipped knowledge); besides, the
claims of eval/suites/claims.jsonl. A second stage goes on with written/claims-answers.jsonl, sentences as a
small model answers a question, mixed with OLD of the first; a third with written/claims-mixed.jsonl, as a
careful assistant writes in both languages, mixed with as many of both. What the embedder makes of claims and
texts is kept in WORK, and so is a network that is trained. The threshold is where claims_2, claims_3 and
claims_5.jsonl of eval/suites, by other authors and not trained on, have CAUGHT of their unsupported claims
caught, and so have the parts of claims-answers.jsonl and claims-mixed.jsonl that are not trained on. Nothing
is reported on these: that is what claims_6.jsonl is for. Writes parkbot/verification/model.

On two cores: ten minutes for the embedder, five an epoch; 10 GB of memory.
"""

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from parkbot.evaluation.claims import ClaimKind
from parkbot.evaluation.claims import read as read_claims
from parkbot.measures import split
from parkbot.models.student import StudentEmbedder
from parkbot.readers import read
from parkbot.verification.entailment import FOLDER, parts_of
from parkbot.verification.judging import SIGNALS
from parkbot.verification.verifier import Premise, weigh

ROOT = Path(__file__).resolve().parent.parent
SUITES = ROOT / "eval" / "suites"
WRITTEN = Path(__file__).with_name("written")
WRONG = tuple(kind for kind in ClaimKind if not kind.is_supported and kind is not ClaimKind.MARKER)
LAYERS, DIMENSIONS, WIDTH, HEADS = 3, 384, 128, 4
CAUGHT = 0.975
BATCH = 32
RATE = 1e-3
FURTHER_RATE, FURTHER_EPOCHS, OLD = 4e-4, 2, 9_000
LAST_RATE, LAST_EPOCHS = 3e-4, 1
KEPT_BACK = 8
"""One in so many of the measures of the later stages, with its claims, is not trained on."""
DROPPED = 0.2
SMOOTHED = 0.03
"""Labels are taken for right so far only: a few are not."""
OF_KIND = 0.3
"""Weight of the second task, to tell in which way a claim is wrong."""


@dataclass(frozen=True)
class Make:
    """How a network is built and trained."""

    blocks: int
    looks_again: bool
    epochs: int


SEED = 1
MAKES = (Make(blocks=1, looks_again=False, epochs=4), Make(blocks=2, looks_again=True, epochs=5))
"""Supported passed where .97 of the unsupported are caught (claims_2, claims_3): .66, .68; their mean .73."""


@dataclass(frozen=True)
class Claim:
    """A labelled claim; `kind` 0 if supported, else in which way it is wrong, from 1; -1 unknown."""

    text: str
    premises: tuple[Premise, ...]
    supported: bool
    kind: int


@dataclass(frozen=True)
class Case:
    """What the network sees of a claim: states [pieces][layers][dimensions] of both sides, and signals."""

    claim: Tensor
    source: Tensor
    signals: Tensor
    supported: bool
    kind: int
    decided: bool | None
    """What is decided without the network: passed as a whole quote, rejected by a check."""


def written(file: str, texts: Mapping[str, str]) -> list[Claim]:
    """The claims of a file of written/, as far as their texts are there."""
    claims = []
    for line in (WRITTEN / file).read_text(encoding="utf-8").splitlines():
        each = json.loads(line)
        if text := texts.get(each["sha256"]):
            premise = Premise(each["title"], each["locator"], text)
            claims.append(claim(each["claim"], (premise,), each["supported"], each["kind"]))
    return claims


def texts_of(folders: Sequence[Path]) -> dict[str, str]:
    """The texts of all measures in the documents of the folders, by their checksums."""
    texts: dict[str, str] = {}
    for file in sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix in (".md", ".pdf")
    ):
        if file.name != "README.md":
            for measure in split(read(file.name, file.read_bytes()))[1]:
                texts.setdefault(hashlib.sha256(measure.text.encode()).hexdigest()[:16], measure.text)
    return texts


def parted(claims: Sequence[Claim], work: Path) -> tuple[list[Case], list[Case]]:
    """What a later stage is trained on, where the network is asked at all, and what is kept back of it."""
    made = cases(claims, work)
    kept_back = [is_kept_back(claim) for claim in claims]
    trained_on = [case for case, is_kept in zip(made, kept_back, strict=True) if not is_kept]
    return (
        [case for case in trained_on if case.decided is None],
        [case for case, is_kept in zip(made, kept_back, strict=True) if is_kept],
    )


def is_kept_back(claim: Claim) -> bool:
    """Whether a claim is not trained on, as none about its measure is."""
    return int(hashlib.sha256(claim.premises[0].text.encode()).hexdigest()[:8], 16) % KEPT_BACK == 0


def suite(name: str) -> list[Claim]:
    """The claims of one of the suites that cite anything."""
    found = read_claims(SUITES / f"{name}.jsonl")
    return [claim(one.claim, one.premises, one.supported, one.kind) for one in found if one.premises]


def claim(text: str, premises: tuple[Premise, ...], supported: bool, kind: str) -> Claim:
    """With its kind as a number."""
    names = [each.value for each in WRONG]
    return Claim(
        text, premises, supported, 0 if supported else names.index(kind) + 1 if kind in names else -1
    )


def cases(claims: Sequence[Claim], work: Path) -> list[Case]:
    """The claims as the network sees them; what the embedder says is kept in `work`."""
    # In the order of the claims: what is kept of them stays of use when others are added at the end.
    wanted: dict[str, None] = {}
    for one in claims:
        parts = (part for each in one.premises for part in parts_of(each.whole))
        wanted |= dict.fromkeys((one.text, *parts))
    held = states(list(wanted), work)
    made = []
    for one in claims:
        weighed = weigh(one.text, one.premises)
        parts = [part for each in one.premises for part in parts_of(each.whole)]
        decided = True if weighed.is_quoted else False if weighed.decisive else None
        made.append(
            Case(
                torch.from_numpy(held[one.text]),
                torch.cat([torch.from_numpy(held[part]) for part in parts]),
                torch.tensor(weighed.signals),
                one.supported,
                one.kind,
                decided,
            )
        )
    return made


def states(texts: Sequence[str], work: Path) -> dict[str, NDArray[np.float16]]:
    """What the embedder made of the texts; a thousand at a time are computed and kept."""
    embedder, held = StudentEmbedder(), {}
    for at in range(0, len(texts), 1000):
        part = texts[at : at + 1000]
        checksum = hashlib.sha256("\0".join((embedder.name, *part)).encode()).hexdigest()[:16]
        file = work / f"states-{checksum}.npz"
        if not file.exists():
            found = embedder.states(part)
            np.savez(file, pieces=np.concatenate(found), lengths=[len(each) for each in found])
            print(f"embedder: {at + len(part)} of {len(texts)}", file=sys.stderr)
        with np.load(file) as kept:
            held |= dict(zip(part, np.split(kept["pieces"], np.cumsum(kept["lengths"])[:-1]), strict=True))
    return held


class Block(nn.Module):
    """A transformer's block: pieces of a claim look at each other, then again at the text if they are to."""

    def __init__(self, make: Make) -> None:
        super().__init__()
        self.before_own, self.before_forward = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.own = Attention()
        self.before_other = nn.LayerNorm(WIDTH) if make.looks_again else None
        self.other = Attention() if make.looks_again else None
        self.drop = nn.Dropout(DROPPED)
        self.forward_part = nn.Sequential(
            nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Dropout(DROPPED), nn.Linear(2 * WIDTH, WIDTH)
        )

    def forward(self, pieces: Tensor, text: Tensor, absent: Tensor, absent_of_text: Tensor) -> Tensor:
        """`pieces`, `text` [batch][pieces][WIDTH]; the last two are added to scores: 0, or far below."""
        own = self.before_own(pieces)
        pieces = pieces + self.drop(self.own(own, own, absent))
        if self.before_other is not None and self.other is not None:
            pieces = pieces + self.drop(self.other(self.before_other(pieces), text, absent_of_text))
        return pieces + self.drop(self.forward_part(self.before_forward(pieces)))


class Attention(nn.Module):
    """Attention of several heads (Vaswani et al. 2017)."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

    def forward(self, pieces: Tensor, others: Tensor, absent: Tensor) -> Tensor:
        """What each of the pieces finds in the others."""
        query, key, value = (
            part(each).unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)
            for part, each in ((self.query, pieces), (self.key, others), (self.value, others))
        )
        scores = query @ key.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + absent
        found = torch.softmax(scores, -1) @ value
        result: Tensor = self.out(found.transpose(1, 2).flatten(2))
        return result


class Network(nn.Module):
    """Pieces of a claim, each compared with what it finds in the text → logits: supported; then each kind."""

    def __init__(self, make: Make) -> None:
        super().__init__()
        self.project = nn.Linear(LAYERS * DIMENSIONS, WIDTH)
        self.seek = nn.Linear(LAYERS * DIMENSIONS, WIDTH, bias=False)
        self.sharpness = nn.Parameter(torch.full((LAYERS + 1,), 2.5))
        self.compare = nn.Sequential(
            nn.Linear(4 * WIDTH + 2 * (LAYERS + 1), WIDTH), nn.GELU(), nn.Dropout(DROPPED)
        )
        self.before_blocks = nn.LayerNorm(WIDTH)
        self.blocks = nn.ModuleList(Block(make) for _ in range(make.blocks))
        self.of_signals = nn.Sequential(nn.Linear(len(SIGNALS), WIDTH), nn.GELU())
        self.drop = nn.Dropout(DROPPED)
        self.decide = nn.Sequential(
            nn.Linear(4 * WIDTH, WIDTH), nn.GELU(), nn.Dropout(DROPPED), nn.Linear(WIDTH, 2 + len(WRONG))
        )

    def forward(
        self, claim: Tensor, text: Tensor, signals: Tensor, of_claim: Tensor, of_text: Tensor
    ) -> Tensor:
        """`claim`, `text` [batch][pieces][layers][dimensions]; the last two 1 for pieces, 0 for padding."""
        # Nothing is learned before this: no gradient is to be worked out for states, of which there are many.
        claim, text = (functional.layer_norm(each, (DIMENSIONS,)) for each in (claim, text))
        flat_claim, flat_text = claim.flatten(2), text.flatten(2)
        absent = (1 - of_text)[:, None, :] * -1e4
        likeness = [
            claim[:, :, at] @ text[:, :, at].transpose(1, 2) / DIMENSIONS  # cosines: of norm sqrt(DIMENSIONS)
            for at in range(LAYERS)
        ]
        sought = [functional.normalize(self.seek(each), dim=-1) for each in (flat_claim, flat_text)]
        likeness.append(sought[0] @ sought[1].transpose(1, 2))
        weights = sum(self.sharpness[at].exp() * each for at, each in enumerate(likeness))
        weights = torch.softmax(weights + absent, -1)
        # The same dimensions are dropped of all pieces of a text: a choice for each takes half of the time.
        mine, theirs = (
            self.project(each * self.drop(torch.ones_like(each[:, :1]))) for each in (flat_claim, flat_text)
        )
        found = weights @ theirs
        nearness = [(each + absent).amax(-1, keepdim=True) for each in likeness]
        nearness += [(weights * each).sum(-1, keepdim=True) for each in likeness]
        pieces = self.compare(torch.cat([mine, found, mine - found, mine * found, *nearness], -1))
        theirs = self.before_blocks(theirs)
        for block in self.blocks:
            pieces = block(pieces, theirs, (1 - of_claim)[:, None, None] * -1e4, absent.unsqueeze(1))
        mask = of_claim.unsqueeze(-1)
        pooled = [
            (pieces * mask).sum(1) / mask.sum(1),
            (pieces + (mask - 1) * 1e4).amax(1),
            (pieces + (1 - mask) * 1e4).amin(1),
        ]
        return self.decide(torch.cat([*pooled, self.of_signals(signals)], 1))


class Graph(nn.Module):
    """What ships: the mean of networks, for one claim without padding."""

    def __init__(self, networks: Sequence[Network]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, claim: Tensor, text: Tensor, signals: Tensor) -> Tensor:
        """Logits [1][1 + kinds]."""
        masks = (torch.ones_like(each[:, :, 0, 0]) for each in (claim, text))
        of_claim, of_text = masks
        return torch.stack([each(claim, text, signals, of_claim, of_text) for each in self.networks]).mean(0)


def padded(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Rows of states as one tensor, and which of its pieces are there."""
    whole = nn.utils.rnn.pad_sequence([row.float() for row in rows], batch_first=True)
    lengths = torch.tensor([len(row) for row in rows])
    return whole, (torch.arange(whole.shape[1]) < lengths[:, None]).float()


def logits(network: nn.Module, batch: Sequence[Case]) -> Tensor:
    """Of a batch."""
    claim, of_claim = padded([case.claim for case in batch])
    source, of_source = padded([case.source for case in batch])
    signals = torch.stack([case.signals for case in batch])
    result: Tensor = network(claim, source, signals, of_claim, of_source)
    return result


def train(
    network: Network,
    training: Sequence[Case],
    held_out: Mapping[str, Sequence[Case]],
    epochs: int,
    rate: float,
) -> None:
    """Says after every epoch how the network does on sets of claims that it is not trained on."""
    shuffling = random.Random(SEED)
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.05)
    steps = epochs * (len(training) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.01, 1 - step / steps)
    )
    for epoch in range(epochs):
        losses = []
        for batch in batches(training, shuffling):
            found = logits(network, batch)
            labels = torch.tensor([float(case.supported) for case in batch])
            loss = functional.binary_cross_entropy_with_logits(
                found[:, 0], labels * (1 - 2 * SMOOTHED) + SMOOTHED
            )
            kinds = torch.tensor([case.kind for case in batch])
            loss = loss + OF_KIND * functional.cross_entropy(found[:, 1:], kinds, ignore_index=-1)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        said = {"epoch": epoch + 1, "loss": round(float(np.mean(losses)), 3)}
        curves = {name: curve(cases, scored([network], cases)) for name, cases in held_out.items()}
        print(json.dumps(said | curves), flush=True)


def batches(cases: Sequence[Case], shuffling: random.Random) -> list[list[Case]]:
    """All cases in batches of texts of like length, in a new order."""
    order = list(cases)
    shuffling.shuffle(order)
    made = []
    for at in range(0, len(order), BATCH * 8):
        part = sorted(order[at : at + BATCH * 8], key=lambda case: len(case.source))
        made += [part[first : first + BATCH] for first in range(0, len(part), BATCH)]
    shuffling.shuffle(made)
    return made


def scored(networks: Sequence[Network], cases: Sequence[Case]) -> NDArray[np.float64]:
    """Scores from 0 to 1; 1 and 0 where the network is not asked."""
    scores = np.zeros(len(cases))
    order = sorted(range(len(cases)), key=lambda at: len(cases[at].source))
    for network in networks:
        network.eval()
    with torch.no_grad():
        for at in range(0, len(order), 64):
            rows = order[at : at + 64]
            found = sum(logits(network, [cases[row] for row in rows])[:, 0] for network in networks)
            scores[rows] = torch.sigmoid(found / len(networks)).double().numpy()
    for network in networks:
        network.train()
    for row, case in enumerate(cases):
        scores[row] = scores[row] if case.decided is None else float(case.decided)
    return scores


def curve(cases: Sequence[Case], scores: NDArray[np.float64]) -> dict[str, float]:
    """Share of the supported that pass where so many of the unsupported are caught."""
    supported = np.array([case.supported for case in cases])
    points = {}
    for caught in (0.9, 0.95, 0.97, 0.98):
        passed = scores[supported] > np.quantile(scores[~supported], caught)
        points[f"passed at {caught}"] = round(float(passed.mean()), 3)
    return points


def main() -> None:
    """Prepare, train, export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    texts = texts_of(options.texts)
    first = cases([*suite("claims"), *written("claims.jsonl", texts)], options.work)
    answers, kept_answers = parted(written("claims-answers.jsonl", texts), options.work)
    mixed, kept_mixed = parted(written("claims-mixed.jsonl", texts), options.work)
    held_out = {
        "suites": cases([*suite("claims_2"), *suite("claims_3")], options.work),
        "claims_5": cases(suite("claims_5"), options.work),
        "answers": kept_answers,
        "mixed": kept_mixed,
    }
    first = [case for case in first if case.decided is None]
    chance = random.Random(SEED)
    further = [*answers, *chance.sample(first, min(len(first), OLD))]
    last = [*mixed, *chance.sample(first, min(len(first), len(mixed)))]
    last += chance.sample(answers, min(len(answers), len(mixed)))
    counts = {name: len(part) for name, part in held_out.items()}
    print(
        json.dumps({"first": len(first), "further": len(further), "last": len(last), "held out": counts}),
        flush=True,
    )
    networks = []
    for number, make in enumerate(MAKES, 1):
        torch.manual_seed(SEED)
        network = Network(make)
        stages = (
            (first, make.epochs, RATE),
            (further, FURTHER_EPOCHS, FURTHER_RATE),
            (last, LAST_EPOCHS, LAST_RATE),
        )
        for stage, (training, epochs, rate) in enumerate(stages, 1):
            kept = options.work / f"network-{number}-{stage}.pt"
            if not kept.exists():
                train(network, training, held_out, epochs, rate)
                torch.save(network.state_dict(), kept)
            network.load_state_dict(torch.load(kept))
        networks.append(network.eval())
    thresholds = []
    for name, part in held_out.items():
        scores = scored(networks, part)
        unsupported = scores[[not case.supported for case in part]]
        thresholds.append(round(float(np.quantile(unsupported, CAUGHT)) + 0.0005, 3))
        print(json.dumps({name: curve(part, scores), "threshold": thresholds[-1]}))
    export(networks, max(thresholds))


def export(networks: Sequence[Network], threshold: float) -> None:
    """Write what ships."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / "model.onnx"
    example = (torch.zeros(1, 5, LAYERS, DIMENSIONS), torch.zeros(1, 9, LAYERS, DIMENSIONS))
    torch.onnx.export(
        Graph(networks).eval(),
        (*example, torch.zeros(1, len(SIGNALS))),
        str(file),
        input_names=["claim", "text", "signals"],
        output_names=["logits"],
        dynamic_axes={"claim": {1: "pieces of the claim"}, "text": {1: "pieces of the text"}},
        opset_version=17,
        dynamo=False,
    )
    about = {
        "embedder": StudentEmbedder().name,
        "threshold": threshold,
        "model.onnx": hashlib.sha256(file.read_bytes()).hexdigest(),
    }
    (FOLDER / "about.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
