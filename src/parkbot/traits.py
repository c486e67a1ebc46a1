"""What suits an embedder: how passages are written for it, and how far it is trusted beside the words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traits:
    """How ParkBot works with an embedder; chosen on the tuning halves of the suites (eval/results/).

    `place_in_front`: the place of a measure (document, sections, its own title) stands in front of its words,
    written together as `passage` says; else its own title does.
    `title_weight`: what of the document's title, as a vector of its own, is added to a measure's vector;
    below 0 it is taken away, where the title in front counts for too much.
    `lexical_weight`: what BM25 for a term of the question weighs against standard deviations of meaning.
    `carries_english`: whether an English question is also embedded in the glossary's Chinese terms.
    `fitted`: the name under which the decision whether the library covers a question was fitted.
    """

    fitted: str
    place_in_front: bool
    title_weight: float
    lexical_weight: float
    carries_english: bool
    passage: str = "{place}\n{words}"

    def written(self, place: str, words: str) -> str:
        """A passage with its place in front."""
        return self.passage.format(place=place, words=words) if place else words


E5 = Traits("e5", place_in_front=False, title_weight=0.5, lexical_weight=2.0, carries_english=True)
"""multilingual-e5-small. Title in front .666 / .579 (MRR@10, Chinese / English), apart .689 / .566."""

STUDENT = Traits("student", place_in_front=True, title_weight=0.0, lexical_weight=1.0, carries_english=False)
"""ParkBot's own, distilled with the place in front.

Tuning halves, first hit in ten / MRR@10 of natural and colloquial questions: lexical weight .7 .982 / .873 in
Chinese and .963 / .854 in English, 1 .988 / .878 and .963 / .849, 1.5 .982 / .882 and .957 / .833. Title
added .15 .988 / .882 and .957 / .852, taken away .15 .982 / .871 and .963 / .838, .3 .982 / .873 and .957
/ .830.
"""

STRONG = Traits("strong", place_in_front=True, title_weight=0.0, lexical_weight=0.5, carries_english=False)
"""Models of some hundred million parameters: EmbeddingGemma-300M stands for them.

Tuning halves, first hit in ten / MRR@10 of natural and colloquial questions: lexical weight .3 .951 / .822 in
Chinese and .945 / .813 in English, .5 .951 / .829 and .945 / .820, 1 .945 / .833 and .945 / .819, 2 .939
/ .831 and .933 / .789.
"""
