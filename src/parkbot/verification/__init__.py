"""Does a measure say what a claim says? Claim + cited measures → supported or not, and why.

Pure but for the built-in embedder. Figures and documents that the source does not name reject a claim by
themselves; what the other checks find (obligation, denial, actor, scope …) is weighed together with what a
small network makes of both texts.
"""

from parkbot.verification.entailment import Entailment
from parkbot.verification.relevance import relevance
from parkbot.verification.verifier import Premise, Verdict, Verifier

__all__ = ["Entailment", "Premise", "Verdict", "Verifier", "relevance"]
