"""Two runs question by question: what got better, what got worse, and whether that is more than chance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parkbot.answers import AnswerStatus
from parkbot.domain import Language
from parkbot.evaluation import ranking
from parkbot.evaluation.intervals import Estimate, mean
from parkbot.evaluation.runs import Outcome, Run

COMPARED = ("R@1", "R@10", "hit@10", "MRR@10", "nDCG@10")
"""Ranking metrics whose difference is worked out."""

_Pairs = Sequence[tuple[Outcome, Outcome]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric of the questions that both runs asked; `change` is after less before, with its interval."""

    language: Language
    metric: str
    before: float
    after: float
    change: Estimate


@dataclass(frozen=True, slots=True)
class Change:
    """A question that went better or worse. Ranks are of the first gold measure; None: not found."""

    suite: str
    id: str
    language: Language
    kind: str
    is_better: bool
    rank_before: int | None
    rank_after: int | None
    status_before: AnswerStatus
    status_after: AnswerStatus


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from an earlier run to this one; `unmatched` questions were asked in one run only."""

    before: str
    after: str
    matched: int
    unmatched: int
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]

    @property
    def better(self) -> int:
        """How many questions went better."""
        return sum(change.is_better for change in self.changes)

    @property
    def worse(self) -> int:
        """How many questions went worse."""
        return len(self.changes) - self.better


def compare(before: Run, after: Run) -> Comparison:
    """What changed from `before` to `after`, over the questions that both asked."""
    earlier = {outcome.key: outcome for outcome in before.outcomes if outcome.given}
    later = {outcome.key: outcome for outcome in after.outcomes if outcome.given}
    pairs = [(earlier[key], outcome) for key, outcome in later.items() if key in earlier]
    return Comparison(
        before=before.name,
        after=after.name,
        matched=len(pairs),
        unmatched=len(earlier.keys() ^ later.keys()),
        differences=tuple(_differences(pairs)),
        changes=tuple(_changes(pairs)),
    )


def _differences(pairs: _Pairs) -> Iterator[Difference]:
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        spoken = [pair for pair in pairs if pair[1].language == language]
        answerable = [pair for pair in spoken if pair[1].kind.is_answerable]
        yield from _ranked(language, answerable)
        yield from _decided(language, "false-refusal rate", answerable)
        unanswerable = [pair for pair in spoken if not pair[1].kind.is_answerable]
        yield from _decided(language, "refusal recall", unanswerable)


def _ranked(language: Language, pairs: _Pairs) -> Iterator[Difference]:
    before = ranking.by_question([pair[0] for pair in pairs])
    after = ranking.by_question([pair[1] for pair in pairs])
    for metric in COMPARED:
        yield from _difference(language, metric, before[metric].tolist(), after[metric].tolist())


def _decided(language: Language, metric: str, pairs: _Pairs) -> Iterator[Difference]:
    before = [float(pair[0].is_withheld) for pair in pairs]
    after = [float(pair[1].is_withheld) for pair in pairs]
    yield from _difference(language, metric, before, after)


def _difference(
    language: Language, metric: str, before: Sequence[float], after: Sequence[float]
) -> Iterator[Difference]:
    """Paired bootstrap: what is drawn again are the questions, each with both its values."""
    if before:
        change = mean([late - early for early, late in zip(before, after, strict=True)])
        yield Difference(language, metric, sum(before) / len(before), sum(after) / len(after), change)


def _changes(pairs: _Pairs) -> Iterator[Change]:
    for before, after in pairs:
        if before.given is None or after.given is None or _worth(before) == _worth(after):
            continue
        yield Change(
            after.suite,
            after.id,
            after.language,
            after.kind,
            _worth(after) > _worth(before),
            before.first_rank,
            after.first_rank,
            before.given.status,
            after.given.status,
        )


def _worth(outcome: Outcome) -> tuple[bool, float]:
    """What became of a question, to compare: first whether it was rightly answered or refused, then rank."""
    is_right = outcome.is_withheld != outcome.kind.is_answerable
    return is_right, 1 / outcome.first_rank if outcome.first_rank else 0.0
