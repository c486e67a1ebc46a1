"""What suits an embedder: how passages are written for it, and how far it is trusted beside the words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traits:
    """How ParkBot works with an embedder; chosen on the tuning halves of the suites (eval/results/).

    `title_weight`: the place of a measure (document, sections, its own title) stands in front of its words
    where this is None; else the document's title is a vector of its own, added with this weight.
    `passage`: how place and words are written together, where they are.
    `lexical_weight`: what BM25 for a term of the question weighs against standard deviations of meaning.
    `carries_english`: whether an English question is also embedded in the glossary's Chinese terms.
    `fitted`: the name under which the decision whether the library covers a question was fitted.
    """

    fitted: str
    title_weight: float | None
    lexical_weight: float
    carries_english: bool
    passage: str = "{place}\n{words}"

    def written(self, place: str, words: str) -> str:
        """A passage with its place in front."""
        return self.passage.format(place=place, words=words) if place else words


E5 = Traits("e5", title_weight=0.5, lexical_weight=2.0, carries_english=True)
"""multilingual-e5-small. Title in front .666 / .579 (MRR@10, Chinese / English), apart .689 / .566."""

STUDENT = Traits("student", title_weight=None, lexical_weight=2.0, carries_english=True)
"""ParkBot's own, distilled with the place in front."""

STRONG = Traits("strong", title_weight=None, lexical_weight=1.0, carries_english=False)
"""Models of some hundred million parameters: EmbeddingGemma-300M stands for them."""
