"""Does a claim answer the question, and not only say something true?"""

from parkbot.questions import analyse, language_of
from parkbot.verification.words import covered, terms, translations


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
