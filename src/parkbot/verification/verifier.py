"""The decision: every check in turn, the first that fails names what is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parkbot.questions import language_of
from parkbot.verification.figures import figures
from parkbot.verification.units import normalised
from parkbot.verification.words import covered, terms, translations

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts → one unit vector a text, as rows."""


@dataclass(frozen=True)
class Premise:
    """A cited measure: its document's title, its locator, its text."""

    title: str
    locator: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """Whether the measures support the claim; `reason` says in the claim's language what is wrong.

    `score` is the probability of being supported, 0 where a hard check failed.
    """

    supported: bool
    reason: str
    score: float


class Verifier:
    """Checks claims against exactly the measures that they cite; `embed` adds meaning to words."""

    def __init__(self, embed: Embed | None = None) -> None:
        self._embed = embed

    def verify(self, claim: str, premises: Sequence[Premise]) -> Verdict:
        """Whether the measures say what the claim says."""
        chinese = language_of(claim) == "zh"
        if not premises:
            return Verdict(False, "没有引用任何条款。" if chinese else "No measure is cited.", 0.0)
        claim = normalised(claim)
        source = normalised("\n".join(f"{each.title}\n{each.locator}\n{each.text}" for each in premises))
        known = figures(source)
        for figure in figures(claim):
            if not any(figure.agrees(other) for other in known):
                written = claim[figure.start : figure.end].strip()
                reason = f"所引条款中没有“{written}”。" if chinese else f"The cited text does not say {written}."
                return Verdict(False, reason, 0.0)
        score = _coverage(claim, source)
        if score < 0.5:
            reason = "所引条款没有这样的内容。" if chinese else "The cited text is about something else."
            return Verdict(False, reason, score)
        return Verdict(True, "", score)


def _coverage(claim: str, source: str) -> float:
    if language_of(claim) == language_of(source):
        return covered(terms(claim), terms(source))
    english, chinese = (claim, source) if language_of(claim) == "en" else (source, claim)
    wordings = translations(english)
    return sum(any(word in chinese for word in each) for each in wordings) / len(wordings) if wordings else 0.0
