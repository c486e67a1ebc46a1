"""What training reads: passages and questions, as the student and as the teacher see them."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with where it stands: document, sections, its own title."""

    title: str
    text: str
    language: str

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
    """A question; `passages` are rows of passages that answer it, where somebody noted them."""

    text: str
    language: str
    passages: tuple[int, ...] = ()

    @property
    def for_teacher(self) -> str:
        """As EmbeddingGemma's card asks for it."""
        return f"task: search result | query: {self.text}"


def rows(path: Path) -> list[dict[str, object]]:
    """The lines of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def passages(work: Path) -> list[Passage]:
    """All passages of the working folder, passages.jsonl first and its order kept."""
    files = [work / "passages.jsonl", *sorted(work.glob("passages-*.jsonl"))]
    return [
        Passage(str(row["title"]), str(row["text"]), str(row["language"]))
        for path in files
        if path.exists()
        for row in rows(path)
    ]


def questions(work: Path) -> list[Question]:
    """All questions of the working folder, each text once."""
    found: dict[str, Question] = {}
    for path in sorted(work.glob("questions-*.jsonl")):
        for row in rows(path):
            noted = (row["passage"],) if "passage" in row else tuple(row.get("passages", ()))
            text = str(row["question"]).strip()
            found.setdefault(text, Question(text, str(row["lang"]), tuple(int(at) for at in noted)))
    return list(found.values())
