"""`parkbot eval claims`: labelled claims put to the verifier, and what came of it as a person sees it."""

import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from parkbot.cli.progress import shown
from parkbot.cli.rendering import print_json
from parkbot.domain import Language
from parkbot.errors import BadInput
from parkbot.evaluation import claims, provenance, runs, tables
from parkbot.evaluation.claims import Claim, ClaimsRun
from parkbot.evaluation.suites import CLAIMS, Half, holds_claims


@dataclass(frozen=True, slots=True)
class Plan:
    """Which claims to judge, and where the files go."""

    claims: tuple[Claim, ...]
    sha256: str
    half: Half
    name: str
    output: Path

    @property
    def files(self) -> tuple[Path, Path]:
        """The run as JSON, and its report."""
        return self.output / f"{self.name}.json", self.output / f"{self.name}.html"


def is_meant(names: Sequence[str]) -> bool:
    """Whether the suites named are the labelled claims.

    Raises:
        BadInput: claims and questions were named together.
    """
    is_claims = [holds_claims(Path(name).stem) for name in names]
    if any(is_claims) and len(names) > 1:
        raise BadInput("claims are judged in a run of their own: parkbot eval claims")
    return any(is_claims)


def planned(
    half: Half,
    languages: Sequence[Language],
    name: str | None,
    output: Path | None,
    suite: str = CLAIMS,
) -> Plan:
    """All that can be checked before the first claim is judged; `suite` as it was named.

    Raises:
        BadInput: there are no claims here, none of this half and language, or the files exist.
    """
    checkout = provenance.checkout()
    if checkout is None:
        raise BadInput("no claims here; run in a checkout that has eval/suites")
    path = checkout / "eval" / "suites" / f"{Path(suite).stem}.jsonl"
    chosen = tuple(
        claim for claim in claims.read(path) if half in (Half.ALL, claim.half) and claim.language in languages
    )
    if not chosen:
        raise BadInput(f"{path.name} holds no claims of this half in these languages; choose another --half")
    name = name or f"{path.stem}-{half}-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    if Path(name).name != name or name.startswith("."):
        raise BadInput(f"{name!r} cannot be the name of a run's files; choose another --name")
    plan = Plan(chosen, claims.sha256(path), half, name, output or checkout / "eval" / "results")
    if taken := [str(file) for file in plan.files if file.exists()]:
        raise BadInput(f"{taken[0]} exists, and results are kept; choose another --name")
    return plan


def evaluate(plan: Plan, command: Sequence[str], *, json: bool) -> None:
    """Judge every claim, write the run's files, and print the figures."""
    from parkbot import build
    from parkbot.evaluation import claims_report

    started, clock = datetime.now(UTC), time.perf_counter()
    verifier = build.verifier()
    with shown("Verifying", "claims") as progress:
        judged = claims.judge(verifier, plan.claims, progress)
    run = ClaimsRun(
        name=plan.name,
        started=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 1),
        command=shlex.join(("parkbot", *command)),
        version=version("parkbot"),
        commit=provenance.commit(provenance.checkout()),
        machine=provenance.machine(),
        verifier=verifier.name,
        half=plan.half,
        sha256=plan.sha256,
        scores=claims.scores(judged),
        curve=claims.curve(judged),
        judged=judged,
    )
    data, page = plan.files
    runs.write(data, claims.to_json(run))
    runs.write(page, claims_report.html(run))
    if json:
        print_json(
            {"name": run.name, "half": run.half, "overall": claims.overall(judged), "scores": run.scores}
        )
    else:
        _print(run, plan.files)


def _print(run: ClaimsRun, files: Sequence[Path]) -> None:
    from rich.console import Console

    from parkbot.cli.evaluating import print_table

    console = Console(width=None if sys.stdout.isatty() else 110, highlight=False)
    for name, estimate in claims.overall(run.judged).items():
        console.print(
            f"{name}: {estimate.value:.3f} ({estimate.low:.3f}–{estimate.high:.3f}), n {estimate.n}"
        )
    for table in tables.tables(run.scores):
        print_table(console, table)
    for file in files:
        console.print(str(file), soft_wrap=True, markup=False)
