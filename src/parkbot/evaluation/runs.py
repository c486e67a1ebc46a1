"""A run: what became of every question, with all that is needed to compare it with another run later."""

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from parkbot.answers import AnswerStatus, RefusalReason
from parkbot.domain import Language
from parkbot.errors import BadInput, ParkBotError
from parkbot.evaluation.suites import Half, Kind

FORMAT: Literal["parkbot-run/1"] = "parkbot-run/1"
"""Changes with the meaning of a field, so that an old file is refused and never misread."""

DEPTH = 100
"""How many results of a search are looked through for gold measures."""


class Version(StrEnum):
    """Which version of a law came first where the library holds both."""

    IN_FORCE = "in force"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought.

    `first`: ids of the first ten. `gold_ranks`: ranks from 1 of the gold measures among the first
    `DEPTH`, rising. `confidence`: probability that the library covers the question, where one was
    worked out. `version`: see `Version`, of the results.
    """

    first: tuple[str, ...]
    gold_ranks: tuple[int, ...]
    confidence: float | None
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What the answer was.

    `claims` sentences, `cited` of them with a citation; `quotes`, `verbatim` of them letter for
    letter in the cited measure. `cites_gold_first`: None if nothing was cited. `timings_ms` by stage.
    """

    status: AnswerStatus
    refusal: RefusalReason | None
    claims: int
    cited: int
    quotes: int
    verbatim: int
    cites_gold_first: bool | None
    timings_ms: dict[str, float]
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question in one language.

    `gold`: how many gold measures the library holds, equivalent ones counted once; `gold_absent`: how
    many it does not. `found` and `given` are None where it holds none of them: the question was not asked.
    """

    suite: str
    id: str
    language: Language
    kind: Kind
    gold: int
    gold_absent: int
    found: Found | None
    given: Given | None

    @property
    def key(self) -> tuple[str, str, str]:
        """By which the same question is known in another run."""
        return self.suite, self.id, self.language

    @property
    def first_rank(self) -> int | None:
        """Rank of the first gold measure, from 1; None if it is not among the first `DEPTH`."""
        return self.found.gold_ranks[0] if self.found and self.found.gold_ranks else None

    @property
    def is_withheld(self) -> bool:
        """Whether no answer was given; of a question that is too vague also if one was asked back."""
        if self.given is None:
            return False
        asked_back = self.kind is Kind.TOO_VAGUE and self.given.status is AnswerStatus.CLARIFY
        return asked_back or self.given.status is AnswerStatus.REFUSED


class Topic(StrEnum):
    """What a score is about; a table of the report each."""

    RETRIEVAL = "retrieval"
    REFUSAL = "refusal"
    BY_KIND = "refusal by kind"
    GROUNDING = "grounding"
    VERIFICATION = "verification of claims"
    VERSION = "version in force"
    LATENCY = "latency"


@dataclass(frozen=True, slots=True)
class Score:
    """A metric over `n` cases of one group, with its 95 % interval (None where n is too small for one).

    `suite` and `kind` may name several pooled; of latency, `kind` is the stage.
    """

    topic: Topic
    suite: str
    language: Language
    kind: str
    metric: str
    value: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A suite as it was asked: the sha256 of its file, and how many questions of it."""

    name: str
    sha256: str
    questions: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What a run ran on."""

    cpu: str
    cores: int
    python: str


@dataclass(frozen=True, slots=True)
class Run:
    """Suites put to an assistant: where and how, what came of it, and the scores of that."""

    name: str
    started: str
    seconds: float
    command: str
    version: str
    commit: str | None
    machine: Machine
    embedder: str
    documents: int
    measures: int
    half: Half
    suites: tuple[Asked, ...]
    scores: tuple[Score, ...]
    outcomes: tuple[Outcome, ...]
    format: Literal["parkbot-run/1"] = FORMAT

    @property
    def not_loaded(self) -> tuple[Outcome, ...]:
        """Questions that were not asked, since the library holds none of their gold measures."""
        return tuple(outcome for outcome in self.outcomes if outcome.found is None)


def save(run: Run, path: Path) -> None:
    """Write a run as JSON, one score and one outcome a line, so that two files can be compared by eye.

    Raises:
        ParkBotError: the file cannot be written.
    """
    values = {field.name: to_jsonable_python(getattr(run, field.name)) for field in fields(run)}
    parts = []
    for name, value in sorted(values.items(), key=lambda part: isinstance(part[1], list)):
        if isinstance(value, list):
            text = "[\n  " + ",\n  ".join(_line(entry) for entry in value) + "\n ]" if value else "[]"
        else:
            text = _line(value)
        parts.append(f' "{name}": {text}')
    write(path, "{\n" + ",\n".join(parts) + "\n}\n")


def write(path: Path, text: str) -> None:
    """Write a file of a report, and its folder.

    Raises:
        ParkBotError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ParkBotError(f"{path}: cannot be written ({error.strerror})") from error


def load(path: Path) -> Run:
    """A run that was saved.

    Raises:
        BadInput: the file is not there, or holds no run of this format.
    """
    try:
        return TypeAdapter(Run).validate_json(path.read_bytes())
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path}: no run of the format {FORMAT} ({place}: {first['msg']})") from error


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
