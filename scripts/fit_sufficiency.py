#!/usr/bin/env python3
"""Fits the decision whether the library covers a question (src/parkbot/retrieval/sufficiency.py).

    .venv/bin/python scripts/fit_sufficiency.py DATA_DIR…

Each data folder is a library of its own, such as the shipped knowledge with and without the laws. Only the
tuning halves of the suites are read. Prints the weights of a logistic regression whose signals may only count
in their direction, and what ten-fold cross-validation by question gives at the threshold; the bias is the
one at which both shares are farthest from what they are to keep.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from parkbot import build
from parkbot.assistant import PolicyAssistant
from parkbot.domain import Filters
from parkbot.questions import analyse
from parkbot.retrieval.sufficiency import THRESHOLD, Signals
from parkbot.settings import load

SUITES = Path(__file__).resolve().parent.parent / "eval" / "suites"
NAMED = {"no-such-law", "no-such-article"}  # told by their words, before this decision
SIGNALS = (
    "dense",
    "cosine",
    "lexical",
    "agreement",
    "known",
    "covered",
    "words",
    "wants_figure",
    "wants_facts",
    "rule",
    "is_elsewhere",
)
BOUNDS = [(None, None)] + [(0, None)] * 7 + [(None, 0)] * 2 + [(0, None), (None, 0)]
FOLDS = 10
RIDGE = 1.0
RECALL, FALSE_REFUSALS = 0.90, 0.05
"""What the decision is to keep: so much of the unanswerable refused at least, of the answerable at most."""


@dataclass(frozen=True)
class Case:
    """A question in one library."""

    library: str
    id: str
    language: str
    kind: str
    signals: Signals


def main() -> int:
    """Ask all, fit each language, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data_dirs", nargs="+", type=Path)
    cases = [case for folder in parser.parse_args().data_dirs for case in asked(folder)]
    for language in ("zh", "en"):
        report(language, [case for case in cases if case.language == language])
    return 0


def asked(folder: Path) -> Iterator[Case]:
    """The signals of every tuning question that reaches the decision in a library."""
    assistant = build.assistant(load(data_dir=folder), owner="scripts/fit_sufficiency.py")
    try:
        held = {document.id for document in assistant.documents()}
        for suite in ("digests", "laws", "unanswerable", "coverage"):
            for line in (SUITES / f"{suite}.jsonl").read_text(encoding="utf-8").splitlines():
                item = json.loads(line)
                is_held = all(gold.split(":")[0] in held for gold in item["gold"])
                if item["half"] == "tuning" and item["kind"] not in NAMED and is_held:
                    yield from cases_of(assistant, folder.name, item)
    finally:
        assistant.close()


def cases_of(assistant: PolicyAssistant, library: str, item: dict) -> Iterator[Case]:
    """An item in each of its languages."""
    for text in filter(None, (item["question"], item.get("question_en"))):
        question = analyse(text)
        signals = assistant.signals(question, Filters())
        kind = "answerable" if item["answerable"] else item["kind"]
        yield Case(library, item["id"], question.language, kind, signals)


def report(language: str, cases: list[Case]) -> None:
    """Weights over all cases, and shares refused in cross-validation."""
    features = np.array([[float(getattr(case.signals, name)) for name in SIGNALS] for case in cases])
    answerable = np.array([case.kind == "answerable" for case in cases])
    folds = np.array([hash_of(case.id) % FOLDS for case in cases])
    held_out = np.zeros(len(cases))
    for fold in range(FOLDS):
        weights = fitted(features[folds != fold], answerable[folds != fold])
        held_out[folds == fold] = probabilities(weights, features[folds == fold])
    weights = fitted(features, answerable)
    shift = balanced(held_out, answerable)
    weights[0] += shift
    held_out = 1 / (1 + np.exp(-(np.log(held_out / (1 - held_out)) + shift)))
    print(
        language, "bias", round(weights[0], 2), dict(zip(SIGNALS, weights[1:].round(2).tolist(), strict=True))
    )
    for library in sorted({case.library for case in cases}):
        shares = {}
        for kind in ("answerable", "off-topic", "near-miss", "too-vague"):
            of = np.array([case.library == library and case.kind == kind for case in cases])
            shares[kind] = f"{(held_out[of] < THRESHOLD).mean():.2f} of {of.sum()}"
        print(f"  refused, {library}:", shares)


def balanced(held_out: NDArray[np.float64], answerable: NDArray[np.bool_]) -> float:
    """What is added to the bias so that neither share comes near its limit, refused wrongly or rightly."""
    scores = np.log(held_out / (1 - held_out))

    def spare(shift: float) -> float:
        is_refused = scores + shift < 0
        return min(is_refused[~answerable].mean() - RECALL, FALSE_REFUSALS - is_refused[answerable].mean())

    return float(max(np.arange(-1, 1.01, 0.02), key=lambda shift: (round(spare(shift), 4), -abs(shift))))


def hash_of(id: str) -> int:
    """A number that is the same in every run."""
    return sum(ord(character) * (at + 1) for at, character in enumerate(id))


def fitted(features: NDArray[np.float64], answerable: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Bias and weights of the least ridge-penalised logistic loss."""
    scale = features.std(axis=0) + 1e-9
    standard = np.hstack([np.ones((len(features), 1)), features / scale])
    sign = np.where(answerable, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (standard @ weights)
        pull = -sign / (1 + np.exp(margin))
        value = float(np.logaddexp(0, -margin).sum() + RIDGE * (weights[1:] ** 2).sum() / 2)
        slope = standard.T @ pull
        slope[1:] += RIDGE * weights[1:]
        return value, slope

    best = minimize(loss, np.zeros(standard.shape[1]), jac=True, bounds=BOUNDS, method="L-BFGS-B").x
    return np.concatenate([best[:1], best[1:] / scale])


def probabilities(weights: NDArray[np.float64], features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of being answerable."""
    return 1 / (1 + np.exp(-(weights[0] + features @ weights[1:])))


if __name__ == "__main__":
    sys.exit(main())
