"""Does a measure say what a claim says? Claim + cited measures → supported or not, and why.

Figures and documents that the source does not name reject a claim by themselves; what the other checks find
(obligation, denial, actor, scope …) is weighed by a network that reads the claim and the text.
"""

from parkbot.verification.entailment import Entailment
from parkbot.verification.premise import Premise
from parkbot.verification.relevance import is_nearest, relevance
from parkbot.verification.verifier import Verdict, Verifier

__all__ = ["Entailment", "Premise", "Verdict", "Verifier", "is_nearest", "relevance"]
