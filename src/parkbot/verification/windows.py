"""The stretch of a claim that its source bears out least: where something foreign stands in it."""

from collections.abc import Sequence

from parkbot.domain import Language
from parkbot.verification.words import english_terms, run_of_terms, terms, weight

TERMS = 6
"""Of a window: seven Chinese characters, or six English words."""
TRANSLATED = 5
UNREAD = 0.7
"""Weight of a word that no entry translates: it may well stand in the source."""


def worst_window(claim: str, language: Language, source: str, other: Language) -> float:
    """Share of the source's words, by rarity, in that stretch of a claim that holds fewest of them.

    A Chinese claim about an English source is not looked at: 1.
    """
    if language == other:
        held = terms(source)
        run = run_of_terms(claim)
        return _worst([weight(term) for term in run], [term in held for term in run], TERMS)
    if language == "zh":
        return 1.0
    words = english_terms(claim)
    return _worst(
        [1.0 if each.wordings else UNREAD for each in words],
        [each.held_in(source) for each in words],
        TRANSLATED,
    )


def _worst(weights: Sequence[float], held: Sequence[float], size: int) -> float:
    shares = []
    for start in range(max(1, len(weights) - size + 1)):
        part = slice(start, start + size)
        total = sum(weights[part])
        shares.append(
            sum(w * share for w, share in zip(weights[part], held[part], strict=True)) / total
            if total
            else 1.0
        )
    return min(shares)
