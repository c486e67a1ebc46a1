"""An English question's words in the Chinese of laws and policy, for the search by words.

Beside the policy terms of the glossary everyday.json holds what is said in everyday English, without words
that only ask: "pay for" is 出资 in a law, and a private investor 社会资本. Four authors wrote it from general
knowledge, with no suite and no text at hand.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from parkbot.glossary import Entries, Translation, glossary, read_entries, translated

WORDINGS = 2
"""So many Chinese wordings of a term are looked for, the commonest. Tuning halves, English questions but
those for lists, first hit in ten / MRR@10: 1 .920 / .779, 2 .924 / .779, all .932 / .767; with the glossary
alone .908 / .767 and .904 / .759. The words of the same question in Chinese would give .05 more in MRR."""


def carried(words: Sequence[str]) -> Translation:
    """What is known of the words of a question's content, the longest terms first at each place.

    >>> carried(["private", "investor"]).terms
    (('社会资本', '民间资本'),)
    """
    found = translated(words, _terms())
    return Translation(tuple(wordings[:WORDINGS] for wordings in found.terms), found.rest)


@cache
def _terms() -> Entries:
    everyday = files("parkbot.retrieval").joinpath("everyday.json").read_text(encoding="utf-8")
    return {**read_entries(everyday), **glossary()}
