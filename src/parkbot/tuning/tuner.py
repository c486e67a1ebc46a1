"""The whole of `parkbot tune`: draw, learn, compare on what was held out, and say whether it helps."""

import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from parkbot.domain import SHARED_SPACE, Document, Filters, TextKind
from parkbot.errors import ParkBotError
from parkbot.models.adapter import Adapter
from parkbot.names import bare_title
from parkbot.retrieval import Retriever
from parkbot.retrieval.address import Catalogue
from parkbot.tuning.comparing import Compared, Kind, asked_of, compared
from parkbot.tuning.drawing import Example, drawn
from parkbot.tuning.ground import Ground
from parkbot.tuning.learning import learned

MOST_DRAWN = 4000
"""More of them teach nothing more, and each has to be embedded."""

MOST_COMPARED = 400
APPROVED_WEIGHT = 10.0
"""A question that somebody really asked teaches as much as so many that were drawn."""

FOLDS = 4
"""Each quarter of the measures is compared with what the questions of the other three taught."""

FEWEST_DRAWN = 200
FEWEST_APPROVED = 30
"""Fewer questions of a kind tell nothing about whether they are answered better."""

_SEED = 20261125

Progress = Callable[[int, int], None]
Stage = Callable[[str, str], AbstractContextManager[Progress]]
"""Takes what is being done and what is counted; gives what hears how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was learned from all questions, and how the same way of learning did on questions held out."""

    adapter: Adapter
    drawn: int
    approved: int
    compared: tuple[Compared, ...]

    @property
    def helps(self) -> bool:
        """Whether the first kind of question is surely answered better, and none worse.

        Approved questions come first: where there are enough of them, people's questions decide.
        """
        return self.compared[0].is_better and not any(each.is_worse for each in self.compared)


def tune(ground: Ground, stage: Stage) -> Tuned:
    """Learn from a library's own questions and the approved ones.

    Raises:
        ParkBotError: the library and the approved feedback give too few to learn from and compare on.
    """
    plain = ground.retriever()
    some_drawn, approved = _drawn(ground, plain), _approved(ground, plain)
    kinds = _compared_kinds(some_drawn, approved)
    lesson = _lesson(ground, some_drawn, approved, stage)
    groups = {"drawn": some_drawn[:MOST_COMPARED], "approved": approved}
    results = _compared(ground, plain, lesson, {kind: groups[kind] for kind in kinds}, stage)
    with stage("Learning", "steps") as progress:
        adapter = lesson.whole(progress)
    return Tuned(adapter, len(some_drawn), len(approved), results)


@dataclass(frozen=True, slots=True)
class _Lesson:
    """Questions with their vectors and the passages that answer them."""

    ground: Ground
    examples: list[Example]
    weights: NDArray[np.float64]
    vectors: NDArray[np.float32]
    answers: list[NDArray[np.intp]]

    def without(self, fold: int) -> Adapter:
        """What the questions of the other folds teach."""
        return self._taught([at for at, each in enumerate(self.examples) if _fold(each) != fold], _ignore)

    def whole(self, progress: Progress) -> Adapter:
        """What all of them teach."""
        return self._taught(list(range(len(self.examples))), progress)

    def _taught(self, chosen: Sequence[int], progress: Progress) -> Adapter:
        rows = list(chosen)
        answers = [self.answers[at] for at in rows]
        passages = self.ground.index.vectors
        matrix = learned(self.vectors[rows], self.weights[rows], answers, passages, progress)
        return Adapter(self.ground.embedder, matrix)


def _compared(
    ground: Ground, plain: Retriever, lesson: _Lesson, held_out: dict[Kind, list[Example]], stage: Stage
) -> tuple[Compared, ...]:
    """Each kind of question before, and after learning from the folds in which it is not."""
    worths: dict[Kind, list[tuple[float, float]]] = {kind: [] for kind in held_out}
    total = 2 * sum(map(len, held_out.values()))
    with stage("Comparing", "questions") as progress:
        done = iter(range(1, total + 1))

        def told() -> None:
            progress(next(done), total)

        for fold in range(FOLDS):
            turned = ground.retriever(lesson.without(fold).turn)
            for kind, examples in held_out.items():
                asked = [example for example in examples if _fold(example) == fold]
                before, after = asked_of(plain, asked, told), asked_of(turned, asked, told)
                worths[kind] += zip(before, after, strict=True)
    return tuple(compared(kind, *zip(*pairs, strict=True)) for kind, pairs in worths.items())


def _lesson(
    ground: Ground, some_drawn: Sequence[Example], approved: Sequence[Example], stage: Stage
) -> _Lesson:
    examples = [*some_drawn, *approved]
    weights = np.array([1.0] * len(some_drawn) + [APPROVED_WEIGHT] * len(approved))
    rows: dict[str, list[int]] = {}
    for row, id in enumerate(ground.index.measure_ids):
        rows.setdefault(id, []).append(row)
    with stage("Reading the questions", "questions") as progress:
        vectors = ground.vectors([example.question for example in examples], progress)
    answers = [
        np.array([row for id in example.measure_ids for row in rows.get(id, ())], np.intp)
        for example in examples
    ]
    return _Lesson(ground, examples, weights, vectors, answers)


def _drawn(ground: Ground, plain: Retriever) -> list[Example]:
    """Questions drawn from what questions can find, in an order of chance."""
    examples = list(_all_drawn(ground, plain))
    random.Random(_SEED).shuffle(examples)
    return examples[:MOST_DRAWN]


def _all_drawn(ground: Ground, plain: Retriever) -> Iterator[Example]:
    for document, pairs in groupby(ground.library.all_measures(), key=lambda pair: pair[0]):
        if _is_found(document, plain.catalogue(_spaces(document.space))):
            for _, measure in pairs:
                yield from drawn(document, measure)


def _is_found(document: Document, catalogue: Catalogue) -> bool:
    """Whether a question finds its measures: they were not replaced, and are not shown as another text."""
    allowed = catalogue.allowed(Filters(spaces=_spaces(document.space)), None)
    if allowed is not None and document.id not in allowed:
        return False
    best = catalogue.versions(bare_title(document.title))[0]
    return document.text_kind is TextKind.OFFICIAL or best.text_kind is TextKind.DIGEST


def _approved(ground: Ground, plain: Retriever) -> list[Example]:
    """The approved questions of which the library still holds a measure, as it is found now."""
    held = set(ground.index.measure_ids)
    examples = []
    for each in ground.library.approvals.all():
        filters = Filters(spaces=_spaces(each.space))
        known = [id for id in each.measure_ids if id in held]
        if known:
            found = (plain.found_as(id, filters) for id in known)
            examples.append(Example(each.question, each.space, tuple(dict.fromkeys((*found, *known)))))
    return examples


def _compared_kinds(some_drawn: Sequence[Example], approved: Sequence[Example]) -> list[Kind]:
    kinds: list[Kind] = []
    if len(approved) >= FEWEST_APPROVED:
        kinds.append("approved")
    if len(some_drawn) >= FEWEST_DRAWN:
        kinds.append("drawn")
    if not kinds:
        raise ParkBotError(
            f"too few questions to learn from: {len(some_drawn)} could be drawn from the library "
            f"({FEWEST_DRAWN} are needed) and {len(approved)} are approved ({FEWEST_APPROVED}); "
            "ingest more documents, or approve more (`parkbot feedback`)"
        )
    return kinds


def _fold(example: Example) -> int:
    return zlib.crc32(example.measure_ids[0].encode()) % FOLDS


def _spaces(space: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((SHARED_SPACE, space)))


def _ignore(_done: int, _total: int) -> None:
    """The comparison's own bar moves."""
