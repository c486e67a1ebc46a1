"""What an English claim makes of a verb that its Chinese source binds, forbids or denies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.modality import Mode
from parkbot.verification.phrases import BoundClause, bound_clauses
from parkbot.verification.reading import Reading
from parkbot.verification.words import english_terms

_SAID = tuple(
    (mode, re.compile(form, re.IGNORECASE))
    for mode, form in (
        (
            Mode.MUST_NOT,
            r"\b(?:must|shall|may|should|can) ?(?:not|never)\b|\b(?:is|are) (?:prohibited|forbidden) from\b",
        ),
        (
            Mode.NEED_NOT,
            r"\bneed not\b|\b(?:do|does) not (?:have|need) to\b|\b(?:is|are) not (?:required|obliged) to\b",
        ),
        (Mode.MUST, r"\b(?:must|shall|ha(?:s|ve) to)\b|\b(?:is|are) (?:required|obliged) to\b"),
        (Mode.ENCOURAGED, r"\bencourag(?:es|ed)\b(?: [\w-]+){0,5} to\b"),
        (Mode.MAY, r"\b(?:may|can)\b|\b(?:is|are) (?:allowed|permitted|free) to\b"),
        (None, r"\b(?:not|never|without)\b|n't\b"),
    )
)
_COMPARISON = re.compile(
    r"[^.;,]{0,50}\b(?:exceed\w*|(?:more|less|lower|higher|longer|fewer|later|earlier) than|above|below)\b"
)
_AFTER = re.compile(r"[^.,;:]{0,60}")
_PASSED_OVER = re.compile(r"\s*(?:also |still |then |only |be |been |being |a |an |the |any |yet |it |to )*")
_DENYING = re.compile("[违逾拒免禁失除擅缺]|不足")
_WEAK = frozenset((Mode.MAY, Mode.ENCOURAGED))
_DUTY = frozenset((Mode.MUST, Mode.FORCED))


@dataclass(frozen=True, slots=True)
class _Verb:
    """A word of the claim, its Chinese wordings, and how the claim binds it (`None` denies it)."""

    mode: Mode | None
    words: str
    wordings: tuple[str, ...]


def verbs_agree(reading: Reading) -> Iterator[Flaw]:
    """A verb that the claim binds, frees, forbids or denies is so in one place of the source at least."""
    if reading.language != "en" or any(each.language == "en" for each in reading.source.clauses):
        return
    held = bound_clauses(reading.source.text)
    for verb in _verbs(reading.text):
        places = [
            (clause, at) for clause in held for wording in verb.wordings for at in clause.places(wording)
        ]
        if places and (kind := _wrong(verb.mode, places)):
            yield Flaw(kind, verb.words)


def _wrong(mode: Mode | None, places: list[tuple[BoundClause, int]]) -> Kind | None:
    bound = {clause.binding(at) for clause, at in places}
    if mode in (None, Mode.MUST_NOT, Mode.NEED_NOT):
        is_denied = any(
            any(place <= at for place, _ in clause.denials)
            or _DENYING.search(clause.text)
            or clause.is_denied_next
            for clause, at in places
        )
        return None if is_denied or Mode.NEED_NOT in bound else Kind.DENIAL
    if bound <= {Mode.MUST_NOT}:
        return Kind.DENIAL
    if mode is Mode.MUST:
        return Kind.STRENGTH if bound <= _WEAK else None
    return Kind.STRENGTH if bound <= _DUTY else None


def _verbs(claim: str) -> Iterator[_Verb]:
    for mode, form in _SAID:
        for match in form.finditer(claim):
            if _COMPARISON.match(claim, match.end()) and mode in (None, Mode.MUST_NOT):
                continue
            start = _PASSED_OVER.match(claim, match.end())
            after = _AFTER.match(claim, start.end() if start else match.end())
            words = after[0] if after else ""
            first = next(iter(english_terms(words)), None)
            if first and (wordings := tuple(each for each in first.wordings if len(each) > 1)):
                yield _Verb(mode, match[0] + " " + " ".join(words.split()[:3]), wordings)
        claim = form.sub(lambda match: " " * len(match[0]), claim)
