"""Suites of questions with their gold measures: JSON Lines files, read and checked before anything runs."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parkbot.domain import Language
from parkbot.errors import BadInput

CLAIMS = "claims"
"""A file among the suites that holds labelled claims (see `evaluation.claims`), as `claims_*` do."""

DIALOGUES = "dialogues"
"""Stem of the file that holds dialogues (see `parkbot.evaluation.dialogues`), and no single questions."""


def holds_claims(stem: str) -> bool:
    """Whether a suite of this name holds labelled claims."""
    return stem == CLAIMS or stem.startswith(f"{CLAIMS}_")


class Kind(StrEnum):
    """What is hard about a question; the last five cannot be answered."""

    NATURAL = "natural"
    COLLOQUIAL = "colloquial"
    NUMERIC = "numeric"
    REGION = "region"
    MULTI = "multi"
    SUPERSEDED = "superseded"
    NO_SUCH_LAW = "no-such-law"
    NO_SUCH_ARTICLE = "no-such-article"
    OFF_TOPIC = "off-topic"
    NEAR_MISS = "near-miss"
    TOO_VAGUE = "too-vague"

    @property
    def is_answerable(self) -> bool:
        """Whether questions of this kind have an answer in the documents that they were written for."""
        return self in _ANSWERABLE


_ANSWERABLE = frozenset(
    (Kind.NATURAL, Kind.COLLOQUIAL, Kind.NUMERIC, Kind.REGION, Kind.MULTI, Kind.SUPERSEDED)
)


class Half(StrEnum):
    """Which questions may be asked: those to tune on, those that only final reports are made of, or all."""

    TUNING = "tuning"
    REPORTING = "reporting"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Question:
    """One question in one language.

    `gold`: ids of the measures that answer it, those that its author noted and those that were found by
    pooling; empty where nothing does. `superseded`: ids of the
    measures of an older version that must not stand before them.
    """

    suite: str
    id: str
    language: Language
    kind: Kind
    text: str
    gold: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    half: Half = Half.REPORTING


@dataclass(frozen=True, slots=True)
class Suite:
    """A named set of questions; `sha256` is of its file, so that two runs can be told apart."""

    name: str
    sha256: str
    questions: tuple[Question, ...]

    def chosen(self, half: Half, languages: Sequence[Language]) -> "Suite":
        """The suite with only the questions of this half in these languages."""
        kept = (
            question
            for question in self.questions
            if half in (Half.ALL, question.half) and question.language in languages
        )
        return Suite(self.name, self.sha256, tuple(kept))


_Text = Annotated[str, Field(min_length=1)]


class _Line(BaseModel):
    """A line of a suite's file: a question, in Chinese often with the same in English."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: _Text
    question: _Text
    question_en: _Text | None = None
    gold: tuple[_Text, ...]
    pooled: tuple[_Text, ...] = ()
    kind: Kind
    language: Language
    answerable: bool
    half: Literal["tuning", "reporting"] = "reporting"
    superseded: tuple[_Text, ...] = ()
    why: str | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.answerable != self.kind.is_answerable:
            raise ValueError(f"a question of the kind {self.kind} has answerable {not self.answerable}")
        if self.answerable != bool(self.gold):
            raise ValueError("a question has gold measures if, and only if, it is answerable")
        if self.question_en and self.language == "en":
            raise ValueError("question_en stands beside a Chinese question only")
        return self


def read(path: Path) -> Suite:
    """The suite in a file of JSON Lines; its name is the file's.

    A line with `question_en` holds two questions; a line without `half` is for reporting only.

    Raises:
        BadInput: no such file, or a line that is no question; the message names file and line.
    """
    try:
        data = path.read_bytes()
        lines = data.decode("utf-8").removesuffix("\n").split("\n")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 (byte {error.start})") from error
    questions: list[Question] = []
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines, 1):
        for question in _questions(path, number, line):
            if (question.id, question.language) in seen:
                raise BadInput(f"{path}, line {number}: the id {question.id} was given to another question")
            seen.add((question.id, question.language))
            questions.append(question)
    if not questions:
        raise BadInput(f"{path}: holds no question")
    return Suite(path.stem, hashlib.sha256(data).hexdigest(), tuple(questions))


def _questions(path: Path, number: int, line: str) -> Iterator[Question]:
    if not line.strip():
        return
    try:
        read = _Line.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise BadInput(f"{path}, line {number}: {f'{field}: ' if field else ''}{message}") from error
    texts: list[tuple[Language, str]] = [(read.language, read.question)]
    if read.question_en:
        texts.append(("en", read.question_en))
    for language, text in texts:
        yield Question(
            path.stem,
            read.id,
            language,
            read.kind,
            text,
            tuple(dict.fromkeys((*read.gold, *read.pooled))),
            read.superseded,
            Half(read.half),
        )


def find(names: Sequence[str], folder: Path | None) -> tuple[Path, ...]:
    """Files of the suites that were named by path, or by name in `folder`; all of the folder if none was.

    Raises:
        BadInput: there is no such suite, or no folder to look in.
    """
    files = folder.glob("*.jsonl") if folder else ()
    known = sorted(path for path in files if path.stem != DIALOGUES and not holds_claims(path.stem))
    if not names:
        if not known:
            raise BadInput("no suites here; give paths of suites, or run in a checkout that has eval/suites")
        return tuple(known)
    by_name = {path.stem: path for path in known}
    paths = tuple(by_name.get(name) or _file(name, by_name) for name in names)
    if len({path.stem for path in paths}) < len(paths):
        raise BadInput("two of the suites have the same name")
    return paths


def _file(name: str, known: Iterable[str]) -> Path:
    path = Path(name)
    if not path.is_file():
        raise BadInput(f"there is no suite {name}; known are {', '.join(known) or 'none'}, or give a path")
    return path
