"""The labelled claims from which the verifier's network is made, with what the checks say of each.

    python training/claims.py WORK --texts FOLDER…

Reads the claims in written/, each with the measure that it cites named by the checksum of its text, and finds
those texts in the documents of the FOLDERs (laws, PDFs, the shipped knowledge); besides, the claims of
eval/suites/claims.jsonl. written/claims-answers.jsonl are sentences as a small model answers a question,
written/claims-mixed.jsonl such as a careful assistant writes, in both languages. Writes WORK/claims.jsonl.

Held out are claims_2, claims_3 and claims_5.jsonl of eval/suites, by other authors, and the parts of
claims-answers.jsonl and claims-mixed.jsonl that are kept back. The threshold is where each of these sets has
CAUGHT of its unsupported claims caught. Nothing is reported on them: that is what claims_7.jsonl is for.

On two cores: half a minute for the documents, five minutes for the checks.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from corpus import rows
from parkbot.evaluation.claims import ClaimKind
from parkbot.evaluation.claims import read as read_claims
from parkbot.measures import split
from parkbot.readers import read
from parkbot.verification import Premise
from parkbot.verification.verifier import weigh

SUITES = Path(__file__).resolve().parent.parent / "eval" / "suites"
WRITTEN = Path(__file__).with_name("written")
WRONG = tuple(kind for kind in ClaimKind if not kind.is_supported and kind is not ClaimKind.MARKER)
"""The ways in which a claim is wrong that the network learns to tell apart."""

HELD_OUT = {"claims_2": "suites", "claims_3": "suites", "claims_5": "claims_5"}
"""Suites that are not trained on, and the set to which each belongs."""
PARTED = {"claims-answers": "answers", "claims-mixed": "mixed"}
"""Files of written/ of which a part is kept back, and the name of that part."""
KEPT_BACK = 8
"""One in so many of the measures of these files, with its claims, is not trained on."""

CAUGHT = 0.975


@dataclass(frozen=True, slots=True)
class Claim:
    """A labelled claim; `source` is the file that it is from."""

    text: str
    premises: tuple[Premise, ...]
    supported: bool
    kind: int
    """0 if supported, else in which way it is wrong, from 1; -1 unknown."""
    source: str

    @property
    def held_out(self) -> str | None:
        """The set to which it belongs, if it is not trained on: as then none about its measure is."""
        if self.source in PARTED and number(self.premises[0].text) % KEPT_BACK == 0:
            return PARTED[self.source]
        return HELD_OUT.get(self.source)


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with what the checks say of it: `signals` as judging.SIGNALS names them."""

    claim: Claim
    signals: tuple[float, ...]
    decided: bool | None
    """What is decided without the network: passed as a whole quote, rejected by a check."""


def number(text: str) -> int:
    """One that a text has by chance, the same in every run."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def written(name: str, texts: Mapping[str, str]) -> Iterator[Claim]:
    """The claims of a file of written/, as far as their texts are there."""
    for each in rows(WRITTEN / f"{name}.jsonl"):
        if text := texts.get(str(each["sha256"])):
            premise = Premise(str(each["title"]), str(each["locator"]), text)
            supported = bool(each["supported"])
            yield Claim(str(each["claim"]), (premise,), supported, kind(supported, str(each["kind"])), name)


def suite(name: str) -> Iterator[Claim]:
    """The claims of one of the suites that cite anything."""
    for each in read_claims(SUITES / f"{name}.jsonl"):
        if each.premises:
            yield Claim(each.claim, each.premises, each.supported, kind(each.supported, each.kind), name)


def kind(supported: bool, name: str) -> int:
    """A kind as a number, see `Claim`."""
    return 0 if supported else next((at for at, each in enumerate(WRONG, 1) if each == name), -1)


def texts_of(folders: Sequence[Path]) -> dict[str, str]:
    """The texts of all measures in the documents of the folders, by their checksums."""
    texts: dict[str, str] = {}
    for file in sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix in (".md", ".pdf")
    ):
        if file.name != "README.md":
            for measure in split(read(file.name, file.read_bytes()))[1]:
                texts.setdefault(hashlib.sha256(measure.text.encode()).hexdigest()[:16], measure.text)
    return texts


def weighed(claim: Claim) -> Case:
    """What the checks say of a claim."""
    found = weigh(claim.text, claim.premises)
    return Case(claim, found.signals, True if found.is_quoted else False if found.decisive else None)


def cases(work: Path) -> list[Case]:
    """Those of WORK/claims.jsonl."""
    with (work / "claims.jsonl").open(encoding="utf-8") as file:
        return [_case(json.loads(line)) for line in file]


def _case(row: dict[str, Any]) -> Case:
    premises = tuple(Premise(**each) for each in row["claim"].pop("premises"))
    return Case(Claim(**row["claim"], premises=premises), tuple(row["signals"]), row["decided"])


def trained_on(cases: Sequence[Case]) -> list[int]:
    """The rows of the cases that the network learns from: where it is asked, and not held out."""
    return [row for row, case in enumerate(cases) if case.decided is None and case.claim.held_out is None]


def held_out(cases: Sequence[Case]) -> dict[str, list[int]]:
    """The rows of the cases of each set that is held out."""
    sets: dict[str, list[int]] = {}
    for row, case in enumerate(cases):
        if name := case.claim.held_out:
            sets.setdefault(name, []).append(row)
    return sets


def settled(cases: Sequence[Case], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores from 0 to 1, those put right of which the network is not asked."""
    decided = np.array([np.nan if case.decided is None else case.decided for case in cases], np.float64)
    return np.where(np.isnan(decided), scores, decided)


def curve(cases: Sequence[Case], scores: NDArray[np.float64]) -> dict[str, float]:
    """Share of the supported that pass where so many of the unsupported are caught."""
    supported, scores = np.array([case.claim.supported for case in cases]), settled(cases, scores)
    points = {}
    for caught in (0.9, 0.95, 0.97, 0.98):
        passed = scores[supported] > np.quantile(scores[~supported], caught)
        points[f"passed at {caught}"] = round(float(passed.mean()), 3)
    return points


def threshold(cases: Sequence[Case], scores: NDArray[np.float64]) -> float:
    """The score from which a claim is to pass, so that CAUGHT of the unsupported do not."""
    unsupported = settled(cases, scores)[[not case.claim.supported for case in cases]]
    return round(float(np.quantile(unsupported, CAUGHT)) + 0.0005, 3)


def main() -> None:
    """Find the texts, ask the checks, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    texts = texts_of(options.texts)
    claims = [claim for name in ("claims", *HELD_OUT) for claim in suite(name)]
    claims += [claim for name in ("claims", *PARTED) for claim in written(name, texts)]
    with (options.work / "claims.jsonl").open("w", encoding="utf-8") as file:
        for claim in track(claims, description="checks"):
            file.write(json.dumps(asdict(weighed(claim)), ensure_ascii=False) + "\n")
    print(f"{len(claims)} claims, {sum(claim.held_out is not None for claim in claims)} held out")


if __name__ == "__main__":
    main()
