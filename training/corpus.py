"""What training reads: passages and questions, as the student and as the teacher see them."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

TARGETS = "targets.npz"
"""In WORK: where the teacher puts every passage and question, and the checksum of all these texts."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with where it stands: document, sections, its own title."""

    title: str
    text: str

    @property
    def for_student(self) -> str:
        """As ParkBot embeds it (`parkbot.index.passages`)."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def for_teacher(self) -> str:
        """As EmbeddingGemma's card asks for it."""
        return f"title: {self.title or 'none'} | text: {self.text}"


@dataclass(frozen=True, slots=True)
class Question:
    """A question; `answers` are checksums of the passages that answer it, where somebody noted them."""

    text: str
    source: str
    answers: tuple[str, ...] = ()

    @property
    def for_teacher(self) -> str:
        """As EmbeddingGemma's card asks for it."""
        return f"task: search result | query: {self.text}"


def checksum(*texts: str) -> str:
    """By which written questions and claims name a text: it stays when rows are sorted anew."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def language(text: str) -> str:
    """Chinese where a character is."""
    return "zh" if re.search("[\u4e00-\u9fff]", text) else "en"


def for_teacher(questions: list[Question], passages: list[Passage]) -> list[str]:
    """All that the teacher sees, in the order of its vectors."""
    return [one.for_teacher for one in questions] + [one.for_teacher for one in passages]


def rows(path: Path) -> list[dict[str, object]]:
    """The lines of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def write(path: Path, lines: Iterable[dict[str, str]]) -> None:
    """JSON Lines."""
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def passages(work: Path) -> list[Passage]:
    """All passages of the working folder, those of texts.py first: export.py looks at the first ones."""
    files = [work / "passages.jsonl", *sorted(work.glob("passages-*.jsonl"))]
    return [Passage(str(row["title"]), str(row["text"])) for path in files for row in rows(path)]


def questions(work: Path) -> list[Question]:
    """All questions of the working folder, each text once, with the passages that any of its lines notes.

    Its source is the first word of the file's name after `questions-`.
    """
    found: dict[str, Question] = {}
    for path in sorted(work.glob("questions-*.jsonl")):
        source = path.stem.split("-")[1]
        for row in rows(path):
            text = str(row["question"]).strip()
            answers = (str(row["sha256"]),) if "sha256" in row else ()
            known = found.get(text, Question(text, source))
            found[text] = replace(known, answers=known.answers + answers)
    return list(found.values())
