"""Labelled claims put to the verifier: what it catches, what it lets pass, and the whole curve between."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from parkbot.domain import Language
from parkbot.errors import BadInput
from parkbot.evaluation.intervals import Estimate, percentile, share
from parkbot.evaluation.runs import Machine, Score, Topic
from parkbot.evaluation.suites import CLAIMS, Half
from parkbot.verification import Premise, Verifier

ALL_KINDS = "all kinds"
EXACT = "numbers, dates, markers, prohibition flips"
FORMAT: Literal["parkbot-claims/1"] = "parkbot-claims/1"


class ClaimKind(StrEnum):
    """How a supported claim was written, or in what way an unsupported one is wrong."""

    VERBATIM = "verbatim"
    PARAPHRASE = "paraphrase"
    DIGEST = "digest"
    JOINED = "joined"
    TRANSLATION = "translation"
    NUMBER = "number"
    DATE = "date"
    MARKER = "marker"
    NEGATION = "negation"
    STRENGTH = "strength"
    ACTOR = "actor"
    SCOPE = "scope"
    ADDITION = "addition"
    REFERENCE = "reference"
    WRONG_ARTICLE = "wrong-article"
    UNRELATED = "unrelated"

    @property
    def is_supported(self) -> bool:
        """Whether claims of this kind are borne out by what they cite."""
        return self in _SUPPORTED


_SUPPORTED = frozenset(
    (ClaimKind.VERBATIM, ClaimKind.PARAPHRASE, ClaimKind.DIGEST, ClaimKind.JOINED, ClaimKind.TRANSLATION)
)
EXACT_KINDS = frozenset((ClaimKind.NUMBER, ClaimKind.DATE, ClaimKind.MARKER, ClaimKind.NEGATION))


class _Evidence(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    title: str
    locator: str
    text: str


class Claim(BaseModel):
    """A line of the suite: a claim, what it cites, and whether that supports it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str
    claim: str
    evidence: tuple[_Evidence, ...]
    supported: bool
    kind: ClaimKind
    language: Language
    half: Half

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.supported != self.kind.is_supported:
            raise ValueError(f"a claim of the kind {self.kind} has supported {not self.supported}")
        return self

    @property
    def premises(self) -> tuple[Premise, ...]:
        """What the claim cites, as the verifier takes it."""
        return tuple(Premise(each.title, each.locator, each.text) for each in self.evidence)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the verifier said of a claim, and how long that took (measures seen before: cached)."""

    id: str
    kind: ClaimKind
    language: Language
    is_supported: bool
    passed: bool
    score: float
    reason: str
    took_ms: float


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold on the score: the shares of unsupported claims caught and of supported ones passed."""

    threshold: float
    caught: float
    passed: float


@dataclass(frozen=True, slots=True)
class ClaimsRun:
    """Claims put to a verifier: where and how, the scores, the curve, and every verdict."""

    name: str
    started: str
    seconds: float
    command: str
    version: str
    commit: str | None
    machine: Machine
    verifier: str | None
    half: Half
    sha256: str
    scores: tuple[Score, ...]
    curve: tuple[Point, ...]
    judged: tuple[Judged, ...]
    format: Literal["parkbot-claims/1"] = FORMAT


def read(path: Path) -> tuple[Claim, ...]:
    """The claims of a file of JSON Lines.

    Raises:
        BadInput: no such file, or a line that is no claim; the message names file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read") from error
    return tuple(_claim(path, number, line) for number, line in enumerate(lines, 1) if line.strip())


def _claim(path: Path, number: int, line: str) -> Claim:
    try:
        return Claim.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path}, line {number}: {place}: {first['msg']}") from error


def sha256(path: Path) -> str:
    """Of a suite's file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def judge(
    verifier: Verifier, claims: Sequence[Claim], progress: Callable[[int, int], None]
) -> tuple[Judged, ...]:
    """Verify every claim, its measures read before, as those of an index are."""
    judged = []
    for done, claim in enumerate(claims, 1):
        verifier.prepare(claim.premises)
        clock = time.perf_counter()
        verdict = verifier.verify(claim.claim, claim.premises)
        took = (time.perf_counter() - clock) * 1000
        judged.append(
            Judged(
                claim.id,
                claim.kind,
                claim.language,
                claim.supported,
                verdict.supported,
                round(verdict.score, 4),
                verdict.reason,
                round(took, 2),
            )
        )
        progress(done, len(claims))
    return tuple(judged)


def curve(judged: Sequence[Judged]) -> tuple[Point, ...]:
    """What each threshold on the score would come to, from letting all pass to letting none."""
    thresholds = sorted({0.0, *(each.score for each in judged), 1.01})
    good = [each.score for each in judged if each.is_supported]
    bad = [each.score for each in judged if not each.is_supported]
    if not good or not bad:
        return ()
    return tuple(
        Point(
            threshold,
            sum(score < threshold for score in bad) / len(bad),
            sum(score >= threshold for score in good) / len(good),
        )
        for threshold in thresholds
    )


def scores(judged: Sequence[Judged]) -> tuple[Score, ...]:
    """Caught and passed with 95 % intervals: in all, by language, by kind, and how long a claim takes."""
    return tuple(_scores(judged))


def _scores(judged: Sequence[Judged]) -> Iterator[Score]:
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        of_language = [each for each in judged if each.language == language]
        yield from _shares(of_language, language, ALL_KINDS)
        yield from _shares([each for each in of_language if each.kind in EXACT_KINDS], language, EXACT)
        for kind in ClaimKind:
            yield from _shares([each for each in of_language if each.kind is kind], language, kind)
        took = [each.took_ms for each in of_language]
        for rank in (50, 95) if took else ():
            yield _score(Topic.LATENCY, language, "verification", f"p{rank} ms", percentile(took, rank))


def _shares(judged: Sequence[Judged], language: Language, kind: str) -> Iterator[Score]:
    bad = [not each.passed for each in judged if not each.is_supported]
    good = [each.passed for each in judged if each.is_supported]
    if bad:
        yield _score(Topic.VERIFICATION, language, kind, "unsupported caught", share(bad))
    if good:
        yield _score(Topic.VERIFICATION, language, kind, "supported passed", share(good))


def _score(topic: Topic, language: Language, kind: str, metric: str, estimate: Estimate) -> Score:
    return Score(
        topic, CLAIMS, language, kind, metric, estimate.value, estimate.low, estimate.high, estimate.n
    )


def overall(judged: Sequence[Judged]) -> dict[str, Estimate]:
    """The figures of both languages together, those of the exact kinds apart."""
    bad = [each for each in judged if not each.is_supported]
    parts = {
        "unsupported caught": [not each.passed for each in bad],
        "supported passed": [each.passed for each in judged if each.is_supported],
        f"{EXACT} caught": [not each.passed for each in bad if each.kind in EXACT_KINDS],
    }
    return {name: share(flags) for name, flags in parts.items() if flags}


def to_json(run: ClaimsRun) -> str:
    """A run as JSON, one verdict a line."""
    from pydantic_core import to_jsonable_python

    values = to_jsonable_python(run)
    lists = {name: values.pop(name) for name in ("scores", "curve", "judged")}
    head = json.dumps(values, ensure_ascii=False, indent=1)[:-2]
    rows = (
        f' "{name}": [\n  ' + ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in part) + "\n ]"
        for name, part in lists.items()
    )
    return head + ",\n" + ",\n".join(rows) + "\n}\n"
