"""Exact addresses: 《节约能源法》第三十一条第一款, Article 31 of the Energy Conservation Law.

Which document a question names, and which of its articles, paragraphs and items.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files

from parkbot.domain import Document, Filters, Level, TextKind
from parkbot.names import bare_region, bare_title
from parkbot.retrieval.around import shared_out, year_named
from parkbot.retrieval.force import are_versions, has_been_replaced, is_statute, with_known_force
from parkbot.retrieval.places import Place, places_in
from parkbot.retrieval.region import applies_in, province_spans
from parkbot.retrieval.titles import chinese_names, english_name


@dataclass(frozen=True, slots=True)
class Named:
    """A document that a question names: its versions, the best first, and the words that named it.

    `rest` is the question without the name and the places. `others` are further documents of which it names
    articles.
    """

    versions: tuple[Document, ...]
    name: str
    places: tuple[Place, ...]
    rest: str
    others: "tuple[Named, ...]" = ()

    @property
    def all(self) -> "tuple[Named, ...]":
        """This and the others."""
        return (self, *self.others)

    @property
    def texts(self) -> tuple[Document, ...]:
        """The best version and the digests; another version does not stand in for what this one lacks."""
        return (self.versions[0], *(v for v in self.versions[1:] if v.text_kind is TextKind.DIGEST))


_BRACKETED = re.compile(r"《([^《》]+(?:〈[^〉]*〉[^《》]*)?)》")
# 土地管理法实施条例 is not the 土地管理法.
_GOES_ON = re.compile("(?:实施|执行)(?:条例|细则|办法|规定)|条例|细则|律|规(?!定)")
_COUNTRY = re.compile(r" of (?:the )?(?:prc|people's republic of china)\b", re.IGNORECASE)
_REGION_BEFORE = re.compile(r"(?:[省市县州盟]|(?<![园发])区)\s*$")
_LONGER_NAME = re.compile(
    r"(?:海洋|原子|核|新|地下|饮用|[节污海雨])$|\b(?:atomic|nuclear|marine|ocean|drinking|ground|tap) $",
    re.IGNORECASE,
)
_DOCUMENT_NUMBER = re.compile(r"[\[［（(〔](\d{4})[\]］）)〕](?=\s*\d+\s*号)")


def _folded(name: str) -> str:
    """A name for comparison: no country, no article, one kind of space and case."""
    name = re.sub(r"\s*\([^)]*\)", "", name.lower())
    name = re.sub(r"\b(?:the|prc'?s?|china'?s?|chinese)\b|of the people'?s republic of china", " ", name)
    return re.sub(r"\s+", " ", name).strip()


def _in_one_form(text: str) -> str:
    """A text of the same length whose document numbers have one kind of brackets."""
    return _DOCUMENT_NUMBER.sub(r"〔\1〕", text)


class Catalogue:
    """The documents of a library by the names that people give them."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._short_names: dict[str, list[str]] = json.loads(
            files("parkbot.retrieval").joinpath("aliases.json").read_text(encoding="utf-8")
        )
        self._by_title: dict[str, list[Document]] = {}
        self.documents = {document.id: document for document in with_known_force(documents)}
        for document in self.documents.values():
            self._by_title.setdefault(bare_title(document.title), []).append(document)
        self._names = dict(self._all_names())
        # Longest first: 环境噪声污染防治法 must not be taken for 噪声污染防治法.
        ordered = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def _all_names(self) -> Iterator[tuple[str, str]]:
        """(folded name, bare title) of every document, its English title, number and short names."""
        for title, documents in self._by_title.items():
            for name in self._short_names.get(title, ()):
                yield _folded(name), title
            for document in documents:
                if document.title_en:
                    yield _folded(document.title_en), title
                    # As ParkBot itself writes it, with the articles that stand inside.
                    yield _without_note(document.title_en).lower(), title
                if document.document_number and re.search(r"\d", document.document_number):
                    yield _folded(_in_one_form(document.document_number)), title
        for title in self._by_title:
            yield _folded(title), title

    def versions(
        self, title: str, *, as_of: date | None = None, year: int | None = None
    ) -> tuple[Document, ...]:
        """Documents of a bare title: official before digest, the version asked for or the latest first.

        Of the official versions the one of `year` leads, if there is one; else the latest that is in force on
        `as_of` (today, if that is None).
        """
        held = self._by_title.get(title, [])
        official = [document for document in held if document.text_kind is TextKind.OFFICIAL]
        digests = [document for document in held if document.text_kind is TextKind.DIGEST]
        official.sort(key=lambda document: document.date_issued or date.min, reverse=True)
        day = as_of or date.today()
        official.sort(key=lambda document: (document.effective_from or document.date_issued or day) > day)
        official.sort(key=lambda document: document.date_issued is None or document.date_issued.year != year)
        return (*official, *digests)

    def allowed(
        self,
        filters: Filters,
        named: Named | None,
        provinces: frozenset[str] = frozenset(),
        countries: frozenset[str] = frozenset(),
    ) -> frozenset[str] | None:
        """Ids of the documents that may be found; None for all of the spaces.

        A question that names a document is asked of its best version and its digests; other
        questions never find a version that a later one has replaced, nor, where they are about
        `provinces`, what applies only in another. Those about other `countries` find only what is held of
        these, if anything is.
        """
        if named is not None:
            return frozenset(document.id for each in named.all for document in each.texts)
        replaced = self._replaced(filters.day)
        abroad = countries & self.regions
        kept = frozenset(
            id
            for id, document in self.documents.items()
            if (id not in replaced or id == filters.document_id)
            and passes(document, filters)
            and (not provinces or applies_in(document, provinces))
            and (not abroad or bare_region(document.region) in abroad)
        )
        return None if len(kept) == len(self.documents) else kept

    def _replaced(self, day: date) -> frozenset[str]:
        """Ids of the texts in whose place another one that is held stands on a day."""
        older = {
            document.id
            for title, held in self._by_title.items()
            if len(held) > 1
            for first, *others in [self.versions(title, as_of=day)]
            for document in others
            if is_statute(document) and are_versions(first, document)
        }
        repealed = {
            id
            for id, document in self.documents.items()
            if document.successor and has_been_replaced(document, day)
        }
        return frozenset(older | repealed)

    def latest(self, filters: Filters) -> tuple[Document, ...]:
        """What a question may mean without naming it: the best text of each title, the highest first."""
        best = (self.versions(title, as_of=filters.as_of)[0] for title in self._by_title)
        return tuple(sorted((d for d in best if passes(d, filters)), key=lambda d: d.level.authority))

    @property
    def regions(self) -> frozenset[str]:
        """Regions of which a document is held."""
        return frozenset(bare_region(document.region) for document in self.documents.values())

    def named(self, question: str, filters: Filters) -> Named | None:
        """The document that the question names, with the places in it.

        None if it names none that is held here and passes the filters. Of these the date chooses the
        version and shuts none out: a law that is named is shown, also where it is younger.
        """
        found = self._found(question)
        if found is None:
            return None
        further = list(self._further(question, found))
        named = self._named(question, [found, *further], filters)
        # A document of which no article is named is only spoken of.
        kept = [span for span, each in zip(further, named[1:], strict=True) if each and each.places]
        first, *rest_named = self._named(question, [found, *kept], filters)
        if first is None:
            return None
        others = [each for each in rest_named if each is not None]
        in_order = sorted((first, *others), key=lambda each: question.index(each.name))
        return replace(first, rest="".join(each.rest for each in in_order), others=tuple(others))

    def spans_named(self, question: str) -> list[tuple[int, int]]:
        """Where a question names documents, in its order."""
        return sorted((start, end) for _, start, end in self._every(question))

    def last_named(self, question: str) -> str | None:
        """The words that name the last of the documents that a question names; None if it names none.

        One that ends others is only spoken of beside these: Does the EIA law still apply after the new code?
        """
        found = self._every(question)
        ended = [each for each in found if not any(held.repeals for held in self._by_title.get(each[0], ()))]
        last = max(ended or found, key=lambda each: each[1], default=None)
        return question[last[1] : last[2]] if last else None

    def _every(self, question: str) -> list[tuple[str, int, int]]:
        """Title and place of each document that a question names."""
        first = self._found(question)
        return [first, *self._further(question, first)] if first else []

    def _named(
        self, question: str, found: list[tuple[str, int, int]], filters: Filters
    ) -> list[Named | None]:
        """Each document found in a question, with what of it belongs to it; None where no version passes."""
        named: list[Named | None] = []
        parts = shared_out(question, [(start, end) for _, start, end in found])
        for (title, start, end), part in zip(found, parts, strict=True):
            places, rest = places_in(part)
            versions = self._passing(title, filters, year_named(question, start, end))
            named.append(Named(versions, question[start:end], places, rest) if versions else None)
        return named

    def _found(self, question: str) -> tuple[str, int, int] | None:
        """The title of the document that a question names, and where it does."""
        # The lowered copy has the same length, so the question's own spelling survives.
        lowered = _in_one_form(question.lower())
        return (
            self._bracketed(lowered)
            or self._unbracketed(lowered)
            or self._shortened(question)
            or self._in_english(question)
        )

    def _further(self, question: str, first: tuple[str, int, int]) -> Iterator[tuple[str, int, int]]:
        """Other documents that a question names."""
        seen, found = {first[0]}, first
        while True:
            _, start, end = found
            question = question[:start] + "，" * (end - start) + question[end:]
            again = self._found(question)
            if again is None:
                return
            found = again
            if found[0] not in seen:
                seen.add(found[0])
                yield found

    def _passing(self, title: str, filters: Filters, year: int | None) -> tuple[Document, ...]:
        of_any_date = replace(filters, as_of=None)
        versions = self.versions(title, as_of=filters.as_of, year=year)
        return tuple(version for version in versions if passes(version, of_any_date))

    def english_title(self, document: Document) -> str | None:
        """The English title of a document, its own or that of another text of the same title."""
        title = bare_title(document.title)
        known = [held.title_en for held in (document, *self._by_title.get(title, ())) if held.title_en]
        known += [name for name in self._short_names.get(title, ()) if name.isascii()]
        if not known:
            return None
        of_the_prc = " of the PRC" if document.level is Level.NATIONAL_LAW else ""
        return _without_note(known[0]) + of_the_prc

    @property
    def names(self) -> Iterable[str]:
        """All names that held documents go by."""
        return self._names

    def _bracketed(self, question: str) -> tuple[str, int, int] | None:
        for match in _BRACKETED.finditer(question):
            title = self._names.get(_folded(bare_title(match[1])))
            if title is not None:
                return title, match.start(), match.end()
        return None

    def _shortened(self, question: str) -> tuple[str, int, int] | None:
        """A title whose words the question shortens."""
        for written, spelled in chinese_names(question):
            title = self._names.get(_folded(bare_title(spelled)))
            if title is not None:
                start = question.index(written)
                return title, start, start + len(written)
        return None

    def _in_english(self, question: str) -> tuple[str, int, int] | None:
        """A title that is held in Chinese and named in English: the Shandong Circular Economy Regulations."""
        found = english_name(question, self._by_title)
        if found is None:
            return None
        name, title = found
        start = question.index(name)
        return title, start, start + len(name)

    def _unbracketed(self, question: str) -> tuple[str, int, int] | None:
        if self._pattern is None:
            return None
        plain = _BRACKETED.sub(lambda match: " " * len(match[0]), question)
        longest: tuple[str, int, int] | None = None
        for match in self._pattern.finditer(plain):
            start, end = match.span()
            if _is_anothers(plain[:start], match[0]) or not _stands_alone(plain, start, end):
                continue
            if _GOES_ON.match(plain, end):
                continue
            if country := _COUNTRY.match(plain, end):
                end = country.end()
            if longest is None or end - start > longest[2] - longest[1]:
                longest = self._names[match[0]], start, end
        return longest


def _without_note(title: str) -> str:
    """An English title without what stands in brackets: (articles relevant to parks)."""
    return re.sub(r"\s*\([^)]*\)", "", title)


def passes(document: Document, filters: Filters) -> bool:
    """Whether a document's metadata is what the filters ask for; an unknown date passes no date filter."""
    issued = document.date_issued
    return (
        (filters.document_id is None or document.id == filters.document_id)
        and (filters.region is None or applies_in(document, frozenset((bare_region(filters.region),))))
        and (filters.status is None or document.status is filters.status)
        and (filters.level is None or document.level is filters.level)
        and (filters.language is None or document.language == filters.language)
        and (filters.issued_from is None or (issued is not None and issued >= filters.issued_from))
        and (filters.issued_to is None or (issued is not None and issued <= filters.issued_to))
        and (filters.as_of is None or issued is None or issued <= filters.as_of)
    )


def _is_anothers(before: str, name: str) -> bool:
    """Whether what stands before a name makes it another one: 北京节水条例, 海洋环境保护法."""
    if name.endswith("法") or name.isascii():  # national ones
        return bool(_LONGER_NAME.search(before))
    spans = province_spans(before.rstrip())
    return bool(_REGION_BEFORE.search(before)) or (bool(spans) and spans[-1].end == len(before.rstrip()))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a Latin name is not part of a longer word."""
    if not text[start].isascii():
        return True
    return (
        not (text[:start][-1:].isascii() and text[:start][-1:].isalnum())
        and not text[end : end + 1].isalnum()
    )
