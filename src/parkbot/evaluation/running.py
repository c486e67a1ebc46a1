"""Puts the questions of a suite to the assistant, each as a person would, and notes what came of it."""

from collections.abc import Callable, Iterable, Sequence

from parkbot.answers import Answer, BlockKind, Citation
from parkbot.assistant import PolicyAssistant
from parkbot.domain import Evidence
from parkbot.errors import BadInput
from parkbot.evaluation.holdings import Holdings
from parkbot.evaluation.runs import DEPTH, Found, Given, Outcome, Version
from parkbot.evaluation.suites import Question, Suite

KEPT = 10
"""How many ids of a result list are kept."""

_NAMED = 10
"""How many documents a message names."""


def check_loaded(suites: Iterable[Suite], holdings: Holdings) -> None:
    """Refuse a suite of which the library holds no gold measure at all.

    Raises:
        BadInput: there is one; the message says which documents to ingest.
    """
    for suite in suites:
        answerable = [question for question in suite.questions if question.kind.is_answerable]
        if answerable and not any(holdings.gold(question) for question in answerable):
            absent = [id.rpartition(":")[0] for question in answerable for id in question.gold]
            named = list(dict.fromkeys(absent))
            more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
            raise BadInput(
                f"{suite.name}: the library holds no measure that its questions ask for; "
                f"ingest {', '.join(named[:_NAMED])}{more}, or name other suites"
            )


def put(
    assistant: PolicyAssistant,
    questions: Sequence[Question],
    holdings: Holdings,
    progress: Callable[[int, int], None],
) -> tuple[Outcome, ...]:
    """Ask every question, one after the other; `progress` gets how many are done, and of how many."""
    outcomes = []
    for done, question in enumerate(questions, 1):
        outcomes.append(_outcome(assistant, question, holdings))
        progress(done, len(questions))
    return tuple(outcomes)


def _outcome(assistant: PolicyAssistant, question: Question, holdings: Holdings) -> Outcome:
    gold = holdings.gold(question)
    found: Found | None = None
    given: Given | None = None
    if gold or not question.kind.is_answerable:
        # The answer first: the search would leave warm caches, and the answer's time is reported.
        given = _given(assistant, assistant.ask(question.text), question, gold, holdings)
        found = _found(assistant.evidence(question.text, k=DEPTH), question, gold, holdings)
    return Outcome(
        question.suite,
        question.id,
        question.language,
        question.kind,
        len(gold),
        len(holdings.absent(question)),
        found,
        given,
    )


def _found(evidence: Evidence, question: Question, gold: frozenset[str], holdings: Holdings) -> Found:
    ids = [source.measure.id for source in evidence.sources]
    ranks: dict[str, int] = {}
    for rank, id in enumerate(ids, 1):
        if holdings.one(id) in gold:
            ranks.setdefault(holdings.one(id), rank)
    return Found(
        first=tuple(ids[:KEPT]),
        gold_ranks=tuple(ranks.values()),
        confidence=None if evidence.confidence is None else round(evidence.confidence, 4),
        version=_first_version(ids, question, holdings),
    )


def _given(
    assistant: PolicyAssistant, answer: Answer, question: Question, gold: frozenset[str], holdings: Holdings
) -> Given:
    claims = [block for block in answer.blocks if block.kind is BlockKind.CLAIM]
    markers = {citation.marker for citation in answer.citations}
    cited = [citation.measure_id for citation in answer.citations]
    verbatim = [
        is_verbatim for citation in answer.citations for is_verbatim in _verbatim(assistant, citation)
    ]
    return Given(
        status=answer.status,
        refusal=answer.refusal.reason if answer.refusal else None,
        claims=len(claims),
        cited=sum(bool(claim.citations) and markers.issuperset(claim.citations) for claim in claims),
        quotes=len(verbatim),
        verbatim=sum(verbatim),
        cites_gold_first=holdings.one(cited[0]) in gold if cited else None,
        timings_ms=answer.timings_ms,
        version=_first_version(cited, question, holdings),
    )


def _verbatim(assistant: PolicyAssistant, citation: Citation) -> list[bool]:
    """For each quote, whether it stands in the measure at the place that it gives."""
    text = assistant.measure(citation.measure_id).measure.text
    return [text[quote.start : quote.end] == quote.text for quote in citation.quotes]


def _first_version(ids: Sequence[str], question: Question, holdings: Holdings) -> Version | None:
    """Which version of the law that was asked about comes first; None unless the library holds both."""
    current, old = holdings.documents_of(question.gold), holdings.documents_of(question.superseded)
    if not current or not old:
        return None
    for id in ids:
        document = holdings.documents[holdings.one(id)]
        if document in current:
            return Version.IN_FORCE
        if document in old:
            return Version.SUPERSEDED
    return None
