"""Does a measure say what a claim says? Claim + cited measures → supported or not, and why.

Pure but for an optional embedder. Hard checks (figures, obligation, negation, actor, scope) reject with a
reason; what is left is decided by a small logistic model over how well the words are covered.
"""

from parkbot.verification.relevance import relevance
from parkbot.verification.verifier import Embed, Premise, Verdict, Verifier

__all__ = ["Embed", "Premise", "Verdict", "Verifier", "relevance"]
