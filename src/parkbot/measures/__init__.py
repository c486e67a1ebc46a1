"""Document → headings and measures. Pure: text in, spans of that text out.

A measure is an article of a statute, the innermost number of a notice or plan, a heading that
declares an id (`{#m07}`), or, where nothing is numbered, a paragraph or a group of sentences.
Headings and measures in order give back the document's text; only white space lies between.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from parkbot.domain import Document, Heading, Measure, Span
from parkbot.measures.lines import Kind, Line, lines_of
from parkbot.measures.numbering import settled
from parkbot.measures.outline import Block, blocks_of, signature
from parkbot.measures.parts import paragraphs_and_items, sentence_groups, sentences

LONGEST_PARAGRAPH = 200
"""An unnumbered paragraph of more characters is cut into groups of sentences."""
LONGEST_LABEL = 30
"""An unnumbered line without a full stop that is no longer than this is a heading."""
SENTENCE_GROUP = 150
LATIN_FACTOR = 3
"""Latin text needs about three times as many characters to say the same."""
LONGEST_NUMBERED = 1500
"""A numbered part (no article) that is longer is cited paragraph by paragraph."""

_ATTRIBUTES = {
    "出处": "locator",
    "Source": "locator",
    "主体": "actors",
    "Actors": "actors",
    "主题": "topics",
    "Topics": "topics",
    "数据": "figures",
    "Figures": "figures",
    "问": "questions",
    "Question": "questions",
}
_ATTRIBUTE = re.compile(rf"[-*]\s+({'|'.join(_ATTRIBUTES)})\s*[：:]\s*(.+)$")


def split(document: Document) -> tuple[tuple[Heading, ...], tuple[Measure, ...]]:
    """Headings and measures of a document, both in the order of the text."""
    blocks = blocks_of(settled(list(lines_of(document.text))))
    splitter = _Splitter(document)
    for block in blocks:
        splitter.take(block)
    if not splitter.measures:
        # Nothing but short lines: they are what the document has to say.
        splitter = _Splitter(document, longest_label=0)
        for block in blocks:
            splitter.take(block)
    return tuple(splitter.headings), tuple(splitter.measures)


class _Splitter:
    """Walks the blocks once and collects what they become."""

    def __init__(self, document: Document, longest_label: int = LONGEST_LABEL) -> None:
        self._longest_label = longest_label
        self.headings: list[Heading] = []
        self.measures: list[Measure] = []
        self._document = document
        self._scale = 1 if document.language == "zh" else LATIN_FACTOR
        self._slugs: Counter[str] = Counter()
        self._paragraphs = 0

    def take(self, block: Block) -> None:
        """Turn one block into headings and measures."""
        tail = signature(block.body)
        lines = block.body[: len(block.body) - tail]
        opener = block.opener
        if opener is None:
            self._unnumbered(block, lines, is_front=True)
        elif opener.declared_id:
            self._declared(block, opener, lines)
        elif opener.kind is not None and opener.kind.is_article:
            self._measure(block, [opener, *lines])
        elif block.is_numbered:
            self._numbered(block, opener, lines)
        else:
            self._heading(opener)
            self._unnumbered(block, lines, is_front=not self.measures)
        for line in block.body[len(block.body) - tail :]:
            self._heading(line)

    def _numbered(self, block: Block, opener: Line, lines: list[Line]) -> None:
        """一、（一）1. and the like: a heading if it only groups or names, else a measure."""
        is_heading = not opener.is_sentence and (block.has_children or opener.markdown_level > 0)
        if is_heading:
            self._heading(opener)
        whole = lines if is_heading else [opener, *lines]
        if not whole:
            return
        if whole[-1].span.end - whole[0].span.start > LONGEST_NUMBERED * self._scale:
            if not is_heading:
                self._measure(block, [opener])
            self._unnumbered(block, lines, is_front=False)
        else:
            self._measure(block, whole)

    def _declared(self, block: Block, opener: Line, lines: list[Line]) -> None:
        """`#### 能源梯级利用 {#m21}`, attribute bullets, then the words of the measure."""
        attributes: dict[str, str] = {}
        questions: list[str] = []
        end = opener.span.end
        while lines and (found := _ATTRIBUTE.match(lines[0].text)):
            name, value = _ATTRIBUTES[found[1]], found[2].strip()
            if name == "questions":
                questions.append(value)
            else:
                attributes[name] = value
            end = lines[0].span.end
            lines = lines[1:]
        self._heading(opener, end=end)
        if not lines:
            return
        self._add(
            _span(lines),
            slug=opener.declared_id or "",
            locator=attributes.get("locator", opener.title),
            section_path=_path(block.ancestors),
            title=opener.title,
            actors=_listed("actors", attributes),
            topics=_listed("topics", attributes),
            figures=_listed("figures", attributes),
            questions=tuple(questions),
        )

    def _measure(self, block: Block, lines: list[Line]) -> None:
        opener = block.opener
        assert opener is not None
        is_own_line = lines[0] is opener
        title = None
        if not opener.kind or not opener.kind.is_article:
            title = _short_title(opener)
        self._add(
            _span(lines),
            slug=_slug(block),
            locator=_locator(block),
            section_path=_path(block.ancestors),
            title=title,
            label_end=opener.body if is_own_line else 0,
        )

    def _unnumbered(self, block: Block, lines: Sequence[Line], *, is_front: bool) -> None:
        """Paragraphs without a number; titles, addressees and history lines among them are headings."""
        path = _path((*block.ancestors, block) if block.opener else ())
        seen_sentence = False
        for group in self._paragraph_groups(lines):
            if self._is_label(group, is_front=is_front and not seen_sentence):
                for line in group:
                    self._heading(line)
                continue
            seen_sentence = True
            self._paragraphs += 1
            locator = (
                f"第{self._paragraphs}段"
                if self._document.language == "zh"
                else f"Paragraph {self._paragraphs}"
            )
            for number, span in enumerate(self._cut(group), 1):
                part = locator if len(group) > 1 or span == _span(group) else f"{locator}（{number}）"
                self._add(span, slug="", locator=part, section_path=path, title=None)

    def _is_label(self, group: Sequence[Line], *, is_front: bool) -> bool:
        """Whether lines only name something: a title, an addressee, an issuer, a date, the law's history."""
        if self._longest_label == 0 or any(line.is_bullet or line.is_table_row for line in group):
            return False
        if is_front and all(re.match(r"\d{4}年\d", line.text) for line in group):
            return True
        longest = 100 if is_front else self._longest_label * self._scale
        return all(
            not re.search(r"[。；;！？.!?]['”’」』）)]*$", line.text) and len(line.text) <= longest
            for line in group
        )

    def _paragraph_groups(self, lines: Sequence[Line]) -> Iterator[list[Line]]:
        """Lines that belong together: a lead with its list or table, a wrapped Latin paragraph."""
        group: list[Line] = []
        for line in lines:
            if group and not self._continues(group, line):
                yield group
                group = []
            group.append(line)
        if group:
            yield group

    def _continues(self, group: list[Line], line: Line) -> bool:
        if line.span.end - group[0].span.start > LONGEST_NUMBERED * self._scale:
            return False
        before = group[-1]
        if line.is_table_row:
            return True
        if line.is_bullet:
            return group[0].text.endswith((":", "：")) and not before.is_table_row
        if self._document.language == "zh" or before.is_table_row or before.is_bullet:
            return False
        between = self._document.text[before.span.end : line.span.start]
        return between.count("\n") == 1 and not before.text.endswith((".", "!", "?", ":"))

    def _cut(self, group: list[Line]) -> tuple[Span, ...]:
        """The group whole, or, if it is one long paragraph, in groups of sentences."""
        whole = _span(group)
        if whole.end - whole.start <= LONGEST_PARAGRAPH * self._scale or group[-1].is_table_row:
            return (whole,)
        cuts = sentence_groups(whole.of(self._document.text), SENTENCE_GROUP * self._scale)
        return tuple(Span(whole.start + cut.start, whole.start + cut.end) for cut in cuts)

    def _heading(self, line: Line, end: int | None = None) -> None:
        self.headings.append(
            Heading(line.title, Span(line.span.start, end or line.span.end), line.markdown_level)
        )

    def _add(
        self,
        span: Span,
        *,
        slug: str,
        locator: str,
        section_path: tuple[str, ...],
        title: str | None,
        label_end: int = 0,
        actors: tuple[str, ...] = (),
        topics: tuple[str, ...] = (),
        figures: tuple[str, ...] = (),
        questions: tuple[str, ...] = (),
    ) -> None:
        text = span.of(self._document.text)
        paragraphs, items = paragraphs_and_items(text, label_end)
        slug = slug or "p-" + hashlib.sha256(text.encode()).hexdigest()[:10]
        self._slugs[slug] += 1
        if self._slugs[slug] > 1:
            slug = f"{slug}~{self._slugs[slug]}"
        self.measures.append(
            Measure(
                id=f"{self._document.id}:{slug}",
                document_id=self._document.id,
                position=len(self.measures),
                locator=locator,
                section_path=section_path,
                text=text,
                span=span,
                title=title,
                paragraphs=paragraphs,
                items=items,
                actors=actors,
                topics=topics,
                figures=figures,
                questions=questions,
            )
        )


def _listed(name: str, attributes: dict[str, str]) -> tuple[str, ...]:
    """Values of an attribute bullet that lists several: by ；, or where there is none by 、."""
    value = attributes.get(name, "")
    separator = r"[；;]\s*" if name == "figures" or "；" in value else r"[、,]\s*"
    return tuple(part for part in re.split(separator, value) if part)


def _span(lines: Sequence[Line]) -> Span:
    return Span(lines[0].span.start, lines[-1].span.end)


def _short_title(opener: Line) -> str | None:
    """What a numbered line calls itself: its first sentence, if that is short."""
    found = sentences(opener.rest)
    title = found[0].of(opener.rest).rstrip("。.：:") if found else ""
    return title if 0 < len(title) <= 40 else None


def _path(ancestors: Sequence[Block]) -> tuple[str, ...]:
    """Headings around a block; the document's own title (`# `) is not one of them."""
    path = []
    for block in ancestors:
        opener = block.opener
        if opener is None or opener.markdown_level == 1 and opener.kind is None:
            continue
        if opener.is_sentence and opener.kind is not None:
            path.append(opener.label + (_short_title(opener) or ""))
        else:
            path.append(opener.title)
    return tuple(path)


def _chain(block: Block) -> list[Line]:
    """Numbered lines around and of the block; an article needs no chapter in its address."""
    assert block.opener is not None and block.opener.kind is not None
    if block.opener.kind.is_article:
        around = [b.opener for b in block.ancestors if b.opener and b.opener.kind is Kind.ANNEX]
    else:
        around = [
            b.opener
            for b in block.ancestors
            if b.opener and b.opener.kind and (not b.opener.kind.is_division or b.opener.kind is Kind.ANNEX)
        ]
    if block.opener.kind in (Kind.DECIMAL, Kind.ENGLISH_SECTION):
        around = [line for line in around if line.kind is not block.opener.kind]
    return [*around, block.opener]


def _locator(block: Block) -> str:
    """Address as the document writes it: 第三十一条, 二、（三）2., 附件1 一."""
    labels = [line.label + (" " if line.kind is Kind.ANNEX else "") for line in _chain(block)]
    locator = "".join(labels).strip()
    return locator.rstrip("、") if len(labels) == 1 else locator


def _slug(block: Block) -> str:
    """Address as part of an id: a31, a31-1, 2.3.2, f1.1."""
    parts = []
    for line in _chain(block):
        numbers = (".".join if line.kind is not Kind.ARTICLE else "-".join)(map(str, line.numbers))
        assert line.kind is not None
        prefix = "a" if line.kind.is_article else "f" if line.kind is Kind.ANNEX else ""
        parts.append(prefix + numbers)
    return ".".join(parts)
