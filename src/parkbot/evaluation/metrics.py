"""Outcomes → scores: retrieval, refusal, grounding, versions, latency; each with n and interval."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from parkbot.answers import AnswerStatus
from parkbot.domain import Language
from parkbot.evaluation import ranking
from parkbot.evaluation.intervals import Estimate, mean, percentile, share
from parkbot.evaluation.runs import Given, Outcome, Score, Topic, Version
from parkbot.evaluation.suites import Kind

ALL_SUITES = "all suites"
ALL_KINDS = "all kinds"
ALL_BUT_MULTI = "all but multi"
"""The answerable kinds without the lists, of which no single measure is the right one."""
MANAGERS = "natural + colloquial"
"""Pool of the questions as managers ask them."""


@dataclass(frozen=True, slots=True)
class Group:
    """Outcomes that are scored together, and what they are called."""

    suite: str
    language: Language
    kind: str
    outcomes: tuple[Outcome, ...]

    def score(self, topic: Topic, metric: str, estimate: Estimate) -> Score:
        """A score of this group."""
        return Score(
            topic,
            self.suite,
            self.language,
            self.kind,
            metric,
            estimate.value,
            estimate.low,
            estimate.high,
            estimate.n,
        )


def scores(outcomes: Sequence[Outcome]) -> tuple[Score, ...]:
    """All scores of a run. Questions that were not asked are in none of them."""
    asked = tuple(outcome for outcome in outcomes if outcome.found and outcome.given)
    found: list[Score] = []
    for language in _languages(asked):
        whole = Group(
            ALL_SUITES,
            language,
            ALL_KINDS,
            tuple(outcome for outcome in asked if outcome.language == language),
        )
        for group in _answerable(whole):
            found.extend(retrieval(group))
        found.extend(_refusal(whole))
        for group in _by_suite_and_kind(whole):
            found.extend(_withheld(group))
        found.extend(_grounding(whole))
        found.extend(_version(whole))
        found.extend(_latency(whole))
    return tuple(found)


def retrieval(group: Group) -> Iterator[Score]:
    """The ranking metrics of a group of answerable questions."""
    if not group.outcomes:
        return
    for metric, values in ranking.by_question(group.outcomes).items():
        estimate = (
            share([value > 0 for value in values]) if metric in ranking.SHARES else mean(values.tolist())
        )
        yield group.score(Topic.RETRIEVAL, metric, estimate)


def by_kind(outcomes: Iterable[Outcome], language: Language) -> Iterator[Group]:
    """The asked outcomes of a language by kind, over all suites, in the order of `Kind`."""
    asked = [outcome for outcome in outcomes if outcome.language == language and outcome.given]
    for kind in Kind:
        of_kind = tuple(outcome for outcome in asked if outcome.kind is kind)
        if of_kind:
            yield Group(ALL_SUITES, language, kind, of_kind)


def _languages(outcomes: Sequence[Outcome]) -> tuple[Language, ...]:
    present = {outcome.language for outcome in outcomes}
    order: tuple[Language, ...] = ("zh", "en")
    return tuple(language for language in order if language in present)


def _answerable(whole: Group) -> Iterator[Group]:
    answerable = tuple(outcome for outcome in whole.outcomes if outcome.kind.is_answerable)
    managers = tuple(outcome for outcome in answerable if outcome.kind in (Kind.NATURAL, Kind.COLLOQUIAL))
    yield Group(ALL_SUITES, whole.language, MANAGERS, managers)
    single = tuple(outcome for outcome in answerable if outcome.kind is not Kind.MULTI)
    yield Group(ALL_SUITES, whole.language, ALL_BUT_MULTI, single)
    yield from (group for group in _by_suite_and_kind(whole) if Kind(group.kind).is_answerable)


def _by_suite_and_kind(whole: Group) -> Iterator[Group]:
    for suite in dict.fromkeys(outcome.suite for outcome in whole.outcomes):
        for group in by_kind(whole.outcomes, whole.language):
            of_suite = tuple(outcome for outcome in group.outcomes if outcome.suite == suite)
            if of_suite:
                yield Group(suite, whole.language, group.kind, of_suite)


def _refusal(whole: Group) -> Iterator[Score]:
    """How well it is told what cannot be answered, as one decision over all questions."""
    unanswerable = [outcome for outcome in whole.outcomes if not outcome.kind.is_answerable]
    answerable = [outcome for outcome in whole.outcomes if outcome.kind.is_answerable]
    withheld = [outcome for outcome in whole.outcomes if outcome.is_withheld]
    parts: tuple[tuple[str, list[bool]], ...] = (
        ("refusal precision", [not outcome.kind.is_answerable for outcome in withheld]),
        ("refusal recall", [outcome.is_withheld for outcome in unanswerable]),
        ("false-refusal rate", [outcome.is_withheld for outcome in answerable]),
        (
            "asked back",
            [_given(outcome).status is AnswerStatus.CLARIFY for outcome in answerable],
        ),
    )
    yield from _shares(whole, Topic.REFUSAL, parts)
    # Mean squared distance of the confidence from what was true (Brier 1950): 0 is perfect, .25 a coin.
    distances = [
        (confidence - is_answerable) ** 2 for confidence, is_answerable in confidences(whole.outcomes)
    ]
    if distances:
        yield whole.score(Topic.REFUSAL, "Brier score", mean(distances))


def confidences(outcomes: Iterable[Outcome]) -> tuple[tuple[float, bool], ...]:
    """(confidence that the library covers the question, whether it does), where there is a confidence."""
    return tuple(
        (outcome.found.confidence, outcome.kind.is_answerable)
        for outcome in outcomes
        if outcome.found and outcome.found.confidence is not None
    )


def _withheld(group: Group) -> Iterator[Score]:
    metric = "false-refusal rate" if Kind(group.kind).is_answerable else "refusal recall"
    yield group.score(Topic.BY_KIND, metric, share([outcome.is_withheld for outcome in group.outcomes]))


def _grounding(whole: Group) -> Iterator[Score]:
    """Over all quotes and all claims of all answers."""
    given = [_given(outcome) for outcome in whole.outcomes]
    parts = (
        ("verbatim quotes", _counted(given, lambda answer: (answer.verbatim, answer.quotes))),
        ("claims with citations", _counted(given, lambda answer: (answer.cited, answer.claims))),
    )
    yield from _shares(whole, Topic.GROUNDING, parts)


def _counted(given: Sequence[Given], count: Callable[[Given], tuple[int, int]]) -> list[bool]:
    counts = [count(answer) for answer in given]
    good, total = sum(good for good, _ in counts), sum(total for _, total in counts)
    return [True] * good + [False] * (total - good)


def _version(whole: Group) -> Iterator[Score]:
    superseded = [outcome for outcome in whole.outcomes if outcome.kind is Kind.SUPERSEDED]
    cited = [_given(outcome).version for outcome in superseded]
    found = [outcome.found.version for outcome in superseded if outcome.found]
    gold = [_given(outcome).cites_gold_first for outcome in superseded]
    group = Group(ALL_SUITES, whole.language, Kind.SUPERSEDED, tuple(superseded))
    parts: tuple[tuple[str, list[bool]], ...] = (
        ("cited before the superseded one", [version is Version.IN_FORCE for version in cited if version]),
        ("found before the superseded one", [version is Version.IN_FORCE for version in found if version]),
        ("gold measure cited first", [is_gold for is_gold in gold if is_gold is not None]),
    )
    yield from _shares(group, Topic.VERSION, parts)


def _latency(whole: Group) -> Iterator[Score]:
    """Milliseconds of an answer by stage; a stage that a question did not need is not counted as nothing."""
    timings = [_given(outcome).timings_ms for outcome in whole.outcomes]
    for stage in dict.fromkeys(stage for timing in timings for stage in timing):
        took = [timing[stage] for timing in timings if stage in timing]
        group = Group(ALL_SUITES, whole.language, stage, whole.outcomes)
        for rank in (50, 95):
            yield group.score(Topic.LATENCY, f"p{rank} ms", percentile(took, rank))


def _shares(group: Group, topic: Topic, parts: Iterable[tuple[str, list[bool]]]) -> Iterator[Score]:
    for metric, flags in parts:
        if flags:
            yield group.score(topic, metric, share(flags))


def _given(outcome: Outcome) -> Given:
    if outcome.given is None:
        raise ValueError(f"{outcome.id} was not asked")
    return outcome.given
