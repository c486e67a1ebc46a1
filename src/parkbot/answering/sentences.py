"""A chat model's text, as it comes in, cut into sentences with their markers; it is data, never markup."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

LONGEST = 700
"""Characters; what is longer without an end is a loop, and nothing after it is read."""
MOST_REPETITIONS = 2
"""A model that says a sentence again so many times has got into a loop."""

_BRACKETED = re.compile(r"[\[【]\s*(?P<inside>[^\[\]【】\n]{0,40}?)\s*[\]】]")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_END = re.compile(
    # A full stop with closing quotes, then markers; what follows tells that no more of them come.
    r"(?:[。！？!?]|(?<!\bNo)(?<!\bArt)(?<!\d)\.(?=[\s\[【\"”)])|(?<=\d)\.(?=\s*[\[【]|\s+[A-Z]))[”’\"）)]*(?:\s*[\[【][^\[\]【】\n]{0,40}[\]】])*(?=\s*[^\s\[【])|\n"
)
_FINISHED = re.compile(r"[。！？!?.：:\]】][”’\"）)\s]*$")
_MARKUP = re.compile(
    r"<\s*[/!?]?\s*[A-Za-z]|&(?:#\d+|#x[0-9a-f]+|lt|gt|quot|amp);|!\[|\]\(|\b(?:https?|ftp|file|javascript|vbscript|data)\s*:|\bwww\."
    r"|\\u00[0-9a-f]{2}|\{\{|\$\{",
    re.IGNORECASE,
)
_DOCUMENT_NUMBER = re.compile(r"\[((?:19|20)\d\d)\](?=\s*第?\s*\d+\s*号)")
_BULLET = re.compile(r"^\s*(?:[-*•·#>]+\s*|\(?\d{1,2}[.、)）](?!\d)\s*|[（(]\d{1,2}[）)]\s*)+")
_LABEL = re.compile(r"^(?:(?:回答|答|答案|依据|根据|answer|source)\s*[:：]\s*)+", re.IGNORECASE)
_LEAD = re.compile(r"[^：:。；;，,\[\]0-9]{2,40}(?:：|: )(?=[^\[\]]{8})")
_FORMATTING = re.compile(r"\*\*|__|`+|~~")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_NOTHING = re.compile(r"(?:无|没有|none|n/a|no)[。.!！]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a chat model wrote it, or several that share their markers.

    `text` holds the known markers as `[marker]`, unknown ones are gone; `markers` are these, each once.
    `is_clean` is False where the model wrote markup, a link or an address.
    """

    text: str
    markers: tuple[str, ...]
    is_clean: bool = True

    @property
    def plain(self) -> str:
        """Its words alone."""
        return _tidy(_BRACKETED.sub("", self.text))

    @property
    def asserts_nothing(self) -> bool:
        """Whether it only leads over to what follows, or says that there is nothing to say."""
        words = self.plain
        return (
            not words
            or words.endswith(("？", "?"))
            or (not self.markers and words.endswith(("：", ":")))
            or bool(_NOTHING.fullmatch(words))
        )

    def without_lead(self) -> "Sentence | None":
        """The same without a first clause that repeats the question (要满足以下条件：…), if it has one."""
        lead = _LEAD.match(self.text)
        return replace(self, text=self.text[lead.end() :]) if lead else None

    def under(self, marker: str) -> "Sentence":
        """The same with this marker alone."""
        return replace(self, text=f"{self.plain}[{marker}]", markers=(marker,))

    def numbered(self, numbers: dict[str, int]) -> str:
        """Its text with the citations' numbers for the markers; other brackets are no part of its words."""

        def number(found: re.Match[str]) -> str:
            return f"[{numbers[found['inside']]}]" if found["inside"] in numbers else ""

        return _tidy(_BRACKETED.sub(number, self.text))


def sentences(pieces: Iterable[str], markers: Collection[str]) -> Iterator[Sentence]:
    """The sentences of a text, each as soon as it is complete; what breaks off in the middle is left out.

    Sentences without a marker belong to the next one of their line that has some. A loop ends the text.
    """
    said: dict[str, int] = {}
    for raw in _cut(pieces):
        sentence = _read(raw, markers)
        words = sentence.plain
        if words and (times := said.get(words, 0)) > 0:
            if times >= MOST_REPETITIONS:
                return
            said[words] = times + 1
        elif words:
            said[words] = 1
            yield sentence


def _cut(pieces: Iterable[str]) -> Iterator[str]:
    waiting, begun = "", ""
    for piece in pieces:
        waiting += piece
        while end := _END.search(waiting):
            begun += waiting[: end.end()]
            waiting = waiting[end.end() :]
            if len(begun) > LONGEST:
                return
            if "\n" in end[0] or _BRACKETED.search(begun):
                yield begun
                begun = ""
        if len(begun) + len(waiting) > LONGEST:
            return
    rest = begun + waiting
    if _FINISHED.search(rest):
        yield rest


def _read(raw: str, known: Collection[str]) -> Sentence:
    text = _DOCUMENT_NUMBER.sub(r"〔\1〕", _INVISIBLE.sub("", raw))
    is_clean = not _MARKUP.search(text)
    text = _FORMATTING.sub("", _LABEL.sub("", _BULLET.sub("", text.strip())))
    found: list[str] = []

    def kept(group: re.Match[str]) -> str:
        inside = [marker for marker in _BETWEEN.split(group["inside"]) if marker in known]
        found.extend(marker for marker in inside if marker not in found)
        return "".join(f"[{marker}]" for marker in inside)

    text = _tidy(_BRACKETED.sub(kept, text))
    return Sentence(text, tuple(found), is_clean)


def _tidy(text: str) -> str:
    """One line without doubled or stray spaces."""
    text = " ".join(text.split())
    text = re.sub(r"\s+(?=[，。；：！？、,.;:!?\[])", "", text)
    return re.sub(
        r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])",
        "",
        text,
    )
