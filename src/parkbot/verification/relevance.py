"""Does a claim answer the question, and not only say something true?"""

from parkbot.questions import analyse, language_of
from parkbot.verification.verbatim import SENTENCES
from parkbot.verification.words import covered, terms, translations

FARTHER = 0.75
"""A sentence that speaks of less than this part of what another speaks of is not the one that answers. Of the
12 that a model of 1.5 billion parameters chose for 100 questions these are 2, both about another case."""


def is_nearest(question: str, sentence: str, text: str) -> bool:
    """Whether no sentence of the text speaks of much more of the question than this one."""
    best = max((relevance(question, other) for other in SENTENCES.split(text) if other.strip()), default=0.0)
    return relevance(question, sentence) >= FARTHER * best


def relevance(question: str, claim: str) -> float:
    """Share of the question's content that the claim speaks of, 0 to 1.

    A question that has no content of its own (那罚多少？) is answered by anything: 1.
    """
    asked = analyse(question)
    if asked.language == language_of(claim):
        return covered(terms(" ".join(asked.content)), terms(claim))
    english, chinese = (question, claim) if asked.language == "en" else (claim, question)
    wordings = translations(english)
    if not wordings:
        return 1.0
    return sum(any(word in chinese for word in each) for each in wordings) / len(wordings)
