#!/usr/bin/env python3
"""Fits the last step of claim verification (src/parkbot/verification/judging.py) and its table of rare terms.

    .venv/bin/python scripts/fit_verification.py [--rarity]

Only the tuning half of eval/suites/claims.jsonl is read. Prints the weights of four logistic regressions
(claim and source in one language or not, with and without the built-in embedder), whose signals may only
count in their direction, and what ten-fold cross-validation by claim gives at the threshold. `--rarity`
writes how rare the terms of the shipped measures are to rarity.json beside the verifier, and nothing else.
"""

import argparse
import json
import math
import sys
from collections import Counter
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from parkbot.evaluation.claims import Claim, read
from parkbot.evaluation.suites import Half
from parkbot.measures import split
from parkbot.models.e5 import E5Embedder
from parkbot.readers import read as read_document
from parkbot.verification import Embed, Verifier
from parkbot.verification.judging import Signals
from parkbot.verification.words import RAREST, terms

ROOT = Path(__file__).resolve().parent.parent
RARITY = ROOT / "src" / "parkbot" / "verification" / "rarity.json"
SIGNALS = tuple(field.name for field in fields(Signals))
GOOD = ("covered", "least", "together", "window", "dense", "part")
BOUNDS = [(None, None)] + [(0, None) if name in GOOD else (None, 0) for name in SIGNALS]
FOLDS = 10
RIDGE = 0.3
ADDED = {
    "zh": (
        "，并由财政给予补贴。",
        "，并每月向社会公布结果。",
        "，由园区自行组织实施。",
        "，并纳入企业信用记录。",
    ),
    "en": (
        " and publish the result on their website.",
        ", free of charge.",
        " and pay for it themselves.",
        ", with a subsidy from the park.",
    ),
}
"""What is added to supported claims, so that the fit sees inventions enough."""
FEWEST = 4
"""Terms of fewer measures are as rare as unknown ones."""


@dataclass(frozen=True)
class Case:
    """A claim whose hard checks passed, and what is known of it."""

    id: str
    is_supported: bool
    same_language: bool
    signals: Signals


def main() -> int:
    """Read, fit each case, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rarity", action="store_true", help="write rarity.json and stop")
    if parser.parse_args().rarity:
        write_rarity()
        return 0
    drafted = [
        claim for claim in read(ROOT / "eval" / "suites" / "claims.jsonl") if claim.half is Half.TUNING
    ]
    claims = [*drafted, *(added(claim) for claim in drafted if claim.supported)]
    for name, embed in (("without an embedder", None), ("with the built-in embedder", builtin())):
        cases = list(weighed(claims, embed))
        stopped = [claim.supported for claim in claims if claim.id not in {case.id for case in cases}]
        print(f"{name}: {len(cases)} claims passed the hard checks")
        print(f"  stopped by them: {stopped.count(False)} unsupported, {stopped.count(True)} supported")
        for same_language in (True, False):
            report(same_language, embed is not None, [c for c in cases if c.same_language == same_language])
    return 0


def added(claim: Claim) -> Claim:
    """A supported claim with an invention at its end."""
    invention = ADDED[claim.language][hash_of(claim.id) % 4]
    return claim.model_copy(
        update={"id": f"{claim.id}+", "claim": claim.claim.rstrip("。.") + invention, "supported": False}
    )


def builtin() -> Embed:
    """The built-in embedder, as the verifier takes it."""
    model = E5Embedder()
    return lambda texts: np.asarray(model.embed_documents(list(texts)), np.float32)


def weighed(claims: list[Claim], embed: Embed | None) -> list[Case]:
    """The claims that reach the last step."""
    verifier = Verifier(embed)
    cases = []
    for claim in claims:
        if claim.premises:
            found = verifier.weigh(claim.claim, claim.premises)
            if not any(flaw.is_hard for flaw in found.flaws):
                cases.append(Case(claim.id, claim.supported, found.same_language, found.signals))
    return cases


def report(same_language: bool, has_dense: bool, cases: list[Case]) -> None:
    """Weights over all cases, and shares in cross-validation."""
    features = np.array([astuple(case.signals) for case in cases], np.float64)
    supported = np.array([case.is_supported for case in cases])
    folds = np.array([hash_of(case.id.rstrip("+")) % FOLDS for case in cases])
    held_out = np.zeros(len(cases))
    for fold in range(FOLDS):
        held_out[folds == fold] = probabilities(
            fitted(features[folds != fold], supported[folds != fold]), features[folds == fold]
        )
    weights = ", ".join(f"{weight:.2f}" for weight in fitted(features, supported))
    print(f"  ({same_language}, {has_dense}): Weights({weights}),")
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9):
        passed, caught = held_out[supported] >= threshold, held_out[~supported] < threshold
        print(
            f"    at {threshold}: passed {passed.sum()} of {len(passed)}, "
            f"caught {caught.sum()} of {len(caught)}"
        )


def hash_of(id: str) -> int:
    """A number that is the same in every run."""
    return sum(ord(character) * (at + 1) for at, character in enumerate(id))


def fitted(features: NDArray[np.float64], supported: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Bias and weights of the least ridge-penalised logistic loss, both labels counting alike."""
    centre, scale = features.mean(axis=0), features.std(axis=0)
    scale[scale == 0] = 1.0
    standard = np.hstack([np.ones((len(features), 1)), (features - centre) / scale])
    sign = np.where(supported, 1.0, -1.0)
    even = np.where(supported, 0.5 / max(1, supported.sum()), 0.5 / max(1, (~supported).sum())) * len(sign)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (standard @ weights)
        pull = -sign * even / (1 + np.exp(margin))
        value = float((even * np.logaddexp(0, -margin)).sum() + RIDGE * (weights[1:] ** 2).sum() / 2)
        slope = standard.T @ pull
        slope[1:] += RIDGE * weights[1:]
        return value, slope

    best = minimize(loss, np.zeros(standard.shape[1]), jac=True, bounds=BOUNDS, method="L-BFGS-B").x
    slopes = best[1:] / scale
    return np.concatenate([best[:1] - slopes @ centre, slopes])


def probabilities(weights: NDArray[np.float64], features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of being supported."""
    return 1 / (1 + np.exp(-(weights[0] + features @ weights[1:])))


def write_rarity() -> None:
    """The logarithm of how rare each term is among the measures that ship."""
    texts = [
        measure.text
        for path in sorted((ROOT / "knowledge").glob("*.md"))
        if path.name != "README.md"
        for measure in split(read_document(path.name, path.read_bytes()))[1]
    ]
    counts = Counter(term for text in texts for term in terms(text))
    rarities = {
        term: min(RAREST, round(math.log(len(texts) / count), 1))
        for term, count in sorted(counts.items())
        if count >= FEWEST
    }
    RARITY.write_text(json.dumps(rarities, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(rarities)} terms of {len(texts)} measures")


if __name__ == "__main__":
    sys.exit(main())
