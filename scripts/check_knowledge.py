"""Checks every document of a knowledge folder; run it after correcting or adding one.

    .venv/bin/python scripts/check_knowledge.py [FOLDER]

One line a problem, `file: problem (mend)`, then a count; exits with 1 if there is any problem.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge_sheets import Meta, Part, Sheet, parse
from parkbot.domain import Coverage, Level, Status, TextKind

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"

SEED_ARTICLE = "chen-lvjun-2023-park-green-lowcarbon"
SEED_MEASURES = 35

TOPICS = frozenset(
    "carbon-management carbon-market cascade-use circular-economy digitalisation energy-efficiency"
    " energy-structure governance green-finance green-infrastructure green-manufacturing green-power"
    " industrial-structure pollution-control services-community solid-waste standards-certification"
    " technology waste-heat water".split()
)

# In the order in which they stand in a file, so that two files can be compared line by line.
KEYS = (
    "id title title_en issuers document_number date_issued effective_from original_effective_from"
    " expires_on repealed_on repealed_by repeals repeals_on status level region language source_url"
    " text_kind coverage grade checked_on verified_from summary"
).split()
OPTIONAL = frozenset(
    "original_effective_from expires_on repealed_on repealed_by repeals repeals_on verified_from".split()
)
TEXTS = ("id", "title", "title_en", "region", "summary")
TEXTS_OR_NULL = ("document_number", "repealed_by")
LISTS = ("issuers", "repeals", "verified_from")
DATES = (
    "date_issued effective_from original_effective_from expires_on repealed_on repeals_on checked_on"
).split()
# The second of each pair is never the earlier day.
IN_TURN = (
    ("date_issued", "effective_from expires_on repealed_on repeals_on checked_on"),
    ("original_effective_from", "effective_from repealed_on"),
    ("effective_from", "expires_on repealed_on"),
)
CHOICES: Mapping[str, tuple[str, ...]] = {
    "status": tuple(Status),
    "level": tuple(Level),
    "language": ("zh", "en"),
    "text_kind": (TextKind.DIGEST,),
    "coverage": tuple(Coverage),
    "grade": ("A", "B", "C"),
}

# Labels of the bullets under a measure's heading: locator, actors, topics, figures; questions, one a bullet.
LABELS = {
    "zh": ("出处", "主体", "主题", "数据", "问"),
    "en": ("Source", "Actors", "Topics", "Figures", "Question"),
}
LOCATORS = tuple(f"- {labels[0]}" for labels in LABELS.values())

BULLET = re.compile(r"- ([^：:]+)(?:：|: )(.*)")
CHINESE = "[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]"
ASCII_MARK = re.compile(f"{CHINESE}[,.;:?!](?={CHINESE})")
SPACE = re.compile(f"{CHINESE}[ \u00a0\u3000]+(?={CHINESE})")

Finding = tuple[str, str]
"""What is wrong, and what mends it."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file, and what mends it."""

    file: str
    text: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text} ({self.mend})"


Rule = Callable[[Sheet], Iterator[Finding]]


def main(arguments: list[str]) -> int:
    """Prints the problems of the folder and gives the exit status."""
    folder = Path(arguments[0]) if arguments else KNOWLEDGE
    sheets, problems = check(folder)
    for problem in problems:
        print(problem)
    measures = sum(len(sheet.measures) for sheet in sheets)
    print(f"{len(sheets)} documents, {measures} measures, {len(problems)} problems")
    return 1 if problems else 0


def check(folder: Path) -> tuple[list[Sheet], list[Problem]]:
    """The documents of the folder that could be read, and everything that is wrong with any."""
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.md")):
        if path.stem == "README":
            continue
        try:
            sheet = parse(path)
        except ValueError as error:
            problems.append(Problem(path.name, str(error), "see the format in README.md"))
            continue
        sheets.append(sheet)
        problems += [Problem(path.name, *finding) for rule in RULES for finding in rule(sheet)]
    problems += _between(sheets)
    if not sheets and not problems:
        problems.append(Problem(str(folder), "holds no documents", "name a folder of Markdown files"))
    return sheets, problems


def keys(sheet: Sheet) -> Iterator[Finding]:
    """Every key that must be there, none that nobody knows, in the usual order."""
    for key in KEYS:
        if key not in sheet.meta and key not in OPTIONAL:
            yield f"front matter lacks {key}", "add it; null where the value is not known"
    for key in sheet.meta:
        if key not in KEYS:
            yield f"front matter has the unknown key {key}", f"use {', '.join(KEYS)}"
    known = [key for key in sheet.meta if key in KEYS]
    if known != sorted(known, key=KEYS.index):
        yield "front matter keys are out of order", f"write them as {', '.join(KEYS)}"


def values(sheet: Sheet) -> Iterator[Finding]:
    """Every value is of its kind and, where there is a list to choose from, on it."""
    meta = sheet.meta
    for key in TEXTS:
        if key in meta and not _is_text(meta[key]):
            yield f"{key} is empty or no text", "write a text, in quotation marks if YAML misreads it"
    for key in TEXTS_OR_NULL:
        if meta.get(key) is not None and not _is_text(meta[key]):
            yield f"{key} is empty or no text", "write a text or null"
    for key in LISTS:
        value = meta.get(key, ["absent"])
        if not isinstance(value, list) or not value or not all(map(_is_text, value)):
            yield f"{key} is no list of texts", "write one text a line after a hyphen"
    for key, choices in CHOICES.items():
        if key in meta and meta[key] not in choices:
            yield f"{key} is {meta[key]!r}", f"choose from {', '.join(choices)}"
    url = meta.get("source_url")
    if url is not None and not re.match(r"https?://[^\s/]+\.[^\s/]+", str(url)):
        yield f"source_url is {url!r}", "write the whole address, or null"


def dates(sheet: Sheet) -> Iterator[Finding]:
    """Dates are dates, and they come one after the other."""
    meta = sheet.meta
    for key in DATES:
        if meta.get(key) is not None and type(meta[key]) is not date:
            yield f"{key} is no date", "write YYYY-MM-DD without quotation marks, or null"
    if _day(meta, "checked_on") is None:
        yield "checked_on is not known", "write the day on which the digest was compared with its sources"
    for earlier, later in ((first, second) for first, seconds in IN_TURN for second in seconds.split()):
        first, second = _day(meta, earlier), _day(meta, later)
        if first and second and first > second:
            yield f"{later} {second} is before {earlier} {first}", "correct one of the two"


def force(sheet: Sheet) -> Iterator[Finding]:
    """The status agrees with the dates that say why."""
    meta = sheet.meta
    status, checked = meta.get("status"), _day(meta, "checked_on") or date.max
    if (status == Status.REPEALED) != ("repealed_on" in meta):
        yield "status and repealed_on disagree", "a repealed document has the key, another has not"
    if "repealed_by" in meta and "repealed_on" not in meta:
        yield "repealed_by stands without repealed_on", "add the day"
    if ("repeals" in meta) != ("repeals_on" in meta):
        yield "repeals and repeals_on do not stand together", "add the other"
    expires = _day(meta, "expires_on")
    if expires and (expires < checked) != (status == Status.EXPIRED):
        yield f"status is {status} but expires_on is {expires}", "correct one of the two"
    effective = _day(meta, "effective_from")
    if effective and effective > checked and status == Status.IN_FORCE:
        yield f"in force, but effective_from is {effective}", "correct one of the two, or checked_on"


def headings(sheet: Sheet) -> Iterator[Finding]:
    """One title, then headings that nest without jumps, and none that stays empty."""
    if any(line.strip() for line in sheet.before):
        yield "has text above its title", "start with the title"
    titles = [part for part in sheet.parts if part.level == 1]
    if [part.title for part in titles] != [sheet.meta.get("title")] or sheet.parts[0] is not titles[0]:
        yield "the first heading is not the title", "start with one line: # and the title of the front matter"
    for above, part in zip(sheet.parts, sheet.parts[1:], strict=False):
        if part.level > above.level + (above.id is None):
            yield f"line {part.line}: heading {part.title} jumps", "go down one level at a time"
    for part, below in zip(sheet.parts, [*sheet.parts[1:], None], strict=True):
        if part.id is None and (below is None or below.level <= part.level):
            yield f"line {part.line}: nothing stands under {part.title}", "add a measure or remove it"
        if part.id is None and any(line.strip() for line in part.lines):
            yield f"line {part.line}: text stands outside a measure", "give it a heading with {#mNN}"


def measures(sheet: Sheet) -> Iterator[Finding]:
    """Every measure has an id of its own, says where it is from, and has a text."""
    seen: set[str] = set()
    labels = LABELS.get(str(sheet.meta.get("language")), LABELS["zh"])
    for part in sheet.measures:
        where = f"line {part.line}: measure {part.id}"
        if not re.fullmatch(r"m\d\d", part.id or ""):
            yield f"{where} has a malformed id", "use m and two digits, as in {#m01}"
        if part.id in seen:
            yield f"{where} is there twice", "give the later one a number of its own"
        seen.add(part.id or "")
        yield from ((f"{where} {text}", mend) for text, mend in _body(part, labels))
    if sheet.meta.get("id") == SEED_ARTICLE and len(sheet.measures) != SEED_MEASURES:
        yield f"has {len(sheet.measures)} measures", f"the article has {SEED_MEASURES}"


def _body(part: Part, labels: tuple[str, ...]) -> Iterator[Finding]:
    lines = list(part.lines)
    while lines and not lines[0].strip():
        lines.pop(0)
    end = lines.index("") if "" in lines else len(lines)
    bullets = [BULLET.fullmatch(line) for line in lines[:end]]
    once = [bullet for bullet in bullets if not bullet or bullet[1] != labels[4]]
    found = {bullet[1]: bullet[2] for bullet in once if bullet}
    for label in labels[:3]:
        if not found.get(label, "").strip():
            yield f"lacks {label}", f"add it to the bullets under the heading, before {labels[3]}"
    if None in once or not set(found) <= set(labels) or len(found) < len(once):
        yield "has a strange line among its bullets", f"use {', '.join(labels)}, each once; a blank line"
    yield from _questions(
        [bullet[2].strip() for bullet in bullets if bullet and bullet not in once], labels[4]
    )
    for topic in re.split(r"[、,，]\s*", found.get(labels[2], "")):
        if topic.strip() and topic not in TOPICS:
            yield f"has the unknown topic {topic}", f"choose from {', '.join(sorted(TOPICS))}"
    text = [line for line in lines[end:] if line.strip()]
    if not text or text[0].startswith("- "):
        yield "has no text", "write the summary after a blank line; figures may follow it as bullets"


def _questions(asked: list[str], label: str) -> Iterator[Finding]:
    for mark, language in (("？", "Chinese"), ("?", "English")):
        if not any(question.endswith(mark) for question in asked):
            yield f"has no {language} question", f"add a bullet {label} with one that its text answers"
    if "" in asked or len(set(asked)) < len(asked):
        yield f"has an empty {label}, or the same twice", "remove it"


def typography(sheet: Sheet) -> Iterator[Finding]:
    """Chinese has no ASCII punctuation and no spaces, and no line ends in blanks."""
    for number, line in enumerate(sheet.text.split("\n"), 1):
        if line != line.rstrip():
            yield f"line {number} ends in a blank", "remove it"
    for where, prose in _prose(sheet):
        if mark := ASCII_MARK.search(prose):
            yield f"{where}: ASCII punctuation after {mark[0][0]}", "use the Chinese mark"
        if space := SPACE.search(prose):
            yield f"{where}: space after {space[0][0]}", "remove it"
    if not sheet.text.endswith("\n") or sheet.text.endswith("\n\n"):
        yield "does not end in one line break", "end the file with exactly one"


def _prose(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """All that is ours to spell; section headings and locators are as the documents write them."""
    yield from ((key, str(sheet.meta.get(key, ""))) for key in ("title", "summary"))
    for part in sheet.measures:
        yield f"line {part.line}", part.title
        for number, line in enumerate(part.lines, part.line + 1):
            if not line.startswith(LOCATORS):
                yield f"line {number}", line


RULES: tuple[Rule, ...] = (keys, values, dates, force, headings, measures, typography)


def _between(sheets: list[Sheet]) -> Iterator[Problem]:
    """What only shows when the documents are seen together."""
    by_id: dict[str, Sheet] = {}
    for sheet in sheets:
        id = str(sheet.meta.get("id"))
        if id != Path(sheet.name).stem:
            yield Problem(sheet.name, f"id is {id}", "use the name of the file without .md")
        if id in by_id:
            yield Problem(sheet.name, f"has the id of {by_id[id].name}", "give it an id of its own")
        by_id.setdefault(id, sheet)
    for sheet in sheets:
        if sheet.meta.get("repealed_by") is None:
            continue
        by = str(sheet.meta["repealed_by"])
        if by not in by_id:
            yield Problem(sheet.name, f"repealed_by {by} is not here", "name the id of a document here")
        elif by_id[by].meta.get("repeals_on") != sheet.meta.get("repealed_on"):
            yield Problem(sheet.name, f"repealed_on is not the day of {by}", "correct one of the two")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _day(meta: Meta, key: str) -> date | None:
    value = meta.get(key)
    return value if type(value) is date else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
