"""Takes a document of the knowledge folder apart into front matter, headings and measures."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

Meta = Mapping[str, object]

HEADING = re.compile(r"(#+) (.+)")
DECLARED = re.compile(r"(.+) \{#([^}]*)\}")


@dataclass(frozen=True)
class Part:
    """A heading with the lines under it, up to the next heading; `id` only on a measure."""

    line: int
    level: int
    title: str
    id: str | None
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """One file: its front matter and its parts; `before` are the lines above the first heading."""

    name: str
    text: str
    meta: Meta
    before: list[str]
    parts: list[Part]

    @property
    def measures(self) -> list[Part]:
        """The parts that carry an id."""
        return [part for part in self.parts if part.id is not None]


def parse(path: Path) -> Sheet:
    """Takes a file apart; a ValueError says why that is impossible."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 at byte {error.start}") from error
    if "\r" in text:
        raise ValueError("has line ends other than \\n")
    opened = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    if opened is None:
        raise ValueError("has no front matter between two lines of ---")
    try:
        meta = yaml.safe_load(opened[1])
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(f"front matter is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(meta, dict):
        raise ValueError("front matter has no keys")
    first_line = opened[0].count("\n") + 1
    before, parts = _parts(text[opened.end() :].split("\n"), first_line)
    return Sheet(path.name, text, meta, before, parts)


def _parts(lines: list[str], first_line: int) -> tuple[list[str], list[Part]]:
    before: list[str] = []
    parts: list[Part] = []
    for number, line in enumerate(lines, first_line):
        heading = HEADING.fullmatch(line)
        if heading is None:
            (parts[-1].lines if parts else before).append(line)
            continue
        declared = DECLARED.fullmatch(heading[2])
        title, id = (declared[1], declared[2]) if declared else (heading[2], None)
        parts.append(Part(number, len(heading[1]), title, id))
    return before, parts
