#!/usr/bin/env python3
"""Fits the last step of claim verification to the labelled claims, and writes its weights.

    .venv/bin/python scripts/fit_verification.py [--passed SHARE] [--rarity]

Reads eval/suites/claims.jsonl (both halves: what is reported is measured on other claims) and what each
supported claim becomes with one thing wrong (see parkbot.evaluation.spoiling). Fits four logistic regressions
(claim and source in one language or not, with and without ParkBot's own embedder), whose signals may only
count in their direction; prints what ten-fold cross-validation gives, no document being on both sides; and
writes src/parkbot/verification/weights.json. The threshold is where cross-validation passes SHARE of the
supported claims. `--rarity` first writes how rare the terms of the shipped measures are, on which the
signals rest. Run it again when the embedder, a check or the knowledge changes; it takes about a minute.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from parkbot.evaluation.claims import EXACT, EXACT_KINDS, Claim, ClaimKind, read
from parkbot.evaluation.spoiling import spoiled
from parkbot.measures import split
from parkbot.models.student import StudentEmbedder
from parkbot.readers import read as read_document
from parkbot.verification import Embed, Verifier
from parkbot.verification.judging import Signals
from parkbot.verification.words import RAREST, terms

ROOT = Path(__file__).resolve().parent.parent
CLAIMS = ROOT / "eval" / "suites" / "claims.jsonl"
RARITY = ROOT / "src" / "parkbot" / "verification" / "rarity.json"
WEIGHTS = RARITY.with_name("weights.json")
SIGNALS = tuple(field.name for field in fields(Signals))
GOOD = ("least", "window", "dense", "part")
FREE = ("english",)
BOUNDS = [(None, None)] + [
    (None, None) if name in FREE else (0, None) if name in GOOD else (None, 0) for name in SIGNALS
]
FOLDS = 10
RIDGE = 0.3
PASSED = 0.82
FEWEST = 4
"""Terms of fewer measures are as rare as unknown ones."""


@dataclass(frozen=True)
class Case:
    """A claim, the fold of its document, and its signals; a hard check (or a whole quote) left none."""

    claim: Claim
    fold: int
    same_language: bool
    signals: Signals | None
    score: float = 0.0

    @property
    def is_drafted(self) -> bool:
        """Whether a person wrote it, and it is no spoiled one."""
        return "+" not in self.claim.id


def main() -> int:
    """Read, fit each case, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passed", type=float, default=PASSED, help="share of supported claims that pass")
    parser.add_argument("--rarity", action="store_true", help="write rarity.json first")
    options = parser.parse_args()
    if options.rarity:
        write_rarity()
    drafted = read(CLAIMS)
    claims = [claim for claim in (*drafted, *spoiled(drafted)) if claim.premises]
    made, threshold = [], 0.5
    model = StudentEmbedder()
    embeds: tuple[Embed | None, ...] = (None, embedder(model))
    for embed in embeds:
        cases = list(weighed(claims, embed))
        held_out = [case for same in (True, False) for case in crossed(cases, same)]
        threshold = at_share(held_out, options.passed)
        print(f"\n{'with ' + model.name if embed else 'without an embedder'}, held out:")
        report(held_out, threshold)
        made += [entry(cases, same, has_embedder=embed is not None) for same in (True, False)]
    values = {"embedder": model.name, "threshold": round(threshold, 3), "cases": made}
    WEIGHTS.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    print(f"\n{WEIGHTS}: threshold {threshold:.3f}")
    return 0


def embedder(model: StudentEmbedder) -> Embed:
    """The embedder, as the verifier takes it."""
    return lambda texts: np.asarray(model.embed_documents(list(texts)), np.float32)


def weighed(claims: Sequence[Claim], embed: Embed | None) -> Iterator[Case]:
    """Each claim with its signals, or with the score that it has without any."""
    verifier, folds = Verifier(embed), folds_of(claims)
    for claim in claims:
        fold = folds[claim.premises[0].title]
        found = verifier.weigh(claim.claim, claim.premises)
        if found.is_quoted or any(flaw.is_hard for flaw in found.flaws):
            yield Case(claim, fold, found.same_language, None, float(found.is_quoted))
        else:
            yield Case(claim, fold, found.same_language, found.signals)


def folds_of(claims: Sequence[Claim]) -> dict[str, int]:
    """A fold for each document, the folds about equally full."""
    counts = Counter(claim.premises[0].title for claim in claims)
    folds, full = {}, [0] * FOLDS
    for title, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        folds[title] = full.index(min(full))
        full[folds[title]] += count
    return folds


def crossed(cases: Sequence[Case], same_language: bool) -> list[Case]:
    """The cases of a kind with the scores that a fit to the other folds gives them."""
    chosen = [case for case in cases if case.same_language == same_language]
    scored = []
    for fold in range(FOLDS):
        weights = fitted([case for case in chosen if case.fold != fold])
        for case in chosen:
            if case.fold == fold:
                score = probability(weights, case.signals) if case.signals else case.score
                scored.append(Case(case.claim, fold, same_language, case.signals, score))
    return scored


def entry(cases: Sequence[Case], same_language: bool, *, has_embedder: bool) -> dict[str, object]:
    """What weights.json says of one kind of cases."""
    bias, *weights = fitted([case for case in cases if case.same_language == same_language])
    named = {name: round(float(w), 2) for name, w in zip(SIGNALS, weights, strict=True) if abs(w) >= 0.005}
    return {
        "same_language": same_language,
        "has_embedder": has_embedder,
        "bias": round(float(bias), 2),
        "weights": named,
    }


def at_share(cases: Sequence[Case], share: float) -> float:
    """The threshold at which that share of the supported claims passes."""
    good = sorted(case.score for case in cases if case.claim.supported)
    return good[math.ceil((1 - share) * len(good))]


def report(cases: Sequence[Case], threshold: float) -> None:
    """Shares in all, along the curve, and by kind and language."""
    drafted = [case for case in cases if case.is_drafted]
    made = [case for case in cases if not case.is_drafted]
    for share in (0.9, 0.85, 0.8, 0.75, 0.7):
        at = at_share(cases, share)
        exact = [case for case in drafted if case.claim.supported or case.claim.kind in EXACT_KINDS]
        print(
            f"  at {at:.3f}: {shares(drafted, at)}; {EXACT}: {shares(exact, at)}; spoiled: {shares(made, at)}"
        )
    print(f"  at the threshold {threshold:.3f}, and of the spoiled claims:")
    groups: list[tuple[str, Callable[[Claim], bool]]] = [
        ("all", lambda claim: True),
        *((kind, lambda claim, kind=kind: claim.kind is kind) for kind in ClaimKind),  # type: ignore[misc]
    ]
    for language in ("zh", "en"):
        for name, belongs in groups:
            of_group = [c for c in cases if c.claim.language == language and belongs(c.claim)]
            parts = [[c for c in of_group if c.is_drafted == is_drafted] for is_drafted in (True, False)]
            print(f"    {language} {name:13} {shares(parts[0], threshold)}; {shares(parts[1], threshold)}")


def shares(cases: Sequence[Case], threshold: float) -> str:
    """How many unsupported claims are caught and how many supported ones pass."""
    bad = [case.score < threshold for case in cases if not case.claim.supported]
    good = [case.score >= threshold for case in cases if case.claim.supported]
    parts = [("caught", bad), ("passed", good)]
    return ", ".join(
        f"{name} {sum(flags)}/{len(flags)} {np.mean(flags):.3f}" for name, flags in parts if flags
    )


def fitted(cases: Sequence[Case]) -> NDArray[np.float64]:
    """Bias and weights of the least ridge-penalised logistic loss, both labels counting alike."""
    weighed = [case for case in cases if case.signals]
    features = np.array([astuple(case.signals) for case in weighed if case.signals], np.float64)
    supported = np.array([case.claim.supported for case in weighed])
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


def probability(weights: NDArray[np.float64], signals: Signals) -> float:
    """Of being supported."""
    return float(1 / (1 + np.exp(-(weights[0] + np.array(astuple(signals)) @ weights[1:]))))


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
