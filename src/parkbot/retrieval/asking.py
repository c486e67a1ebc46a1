"""Does a question ask for what a rule could say at all? Told by its vector, whatever the library holds.

A price, an opinion, a calculation or our own files may be as near to a measure as the question that the
measure answers. What tells them apart was learned from questions alone (training/asking.py).
"""

from pathlib import Path

from parkbot.models.kernel_machine import Score, learned

LEARNED = Path(__file__).with_name("asking.npz")


def asks_for_rule(embedder: str) -> Score:
    """How surely a question asks for what a rule could say, by the vector of an embedder of this name."""
    return learned(LEARNED, embedder)
