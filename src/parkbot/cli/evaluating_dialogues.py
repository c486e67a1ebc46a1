"""`parkbot eval dialogues`: conversations put to the assistant, and what was made of their follow-ups."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic_core import to_json

from parkbot.cli.opening import here
from parkbot.cli.progress import shown
from parkbot.cli.rendering import print_json, print_text
from parkbot.domain import Language
from parkbot.errors import BadInput
from parkbot.evaluation import dialogues, provenance, runs
from parkbot.evaluation.dialogues import DialogueScore, TurnOutcome
from parkbot.evaluation.holdings import holdings
from parkbot.evaluation.suites import DIALOGUES, Half
from parkbot.settings import Settings


def asked_for(suites: Sequence[str]) -> bool:
    """Whether dialogues are to be held, and not single questions asked.

    Raises:
        BadInput: both are named; they are scored apart.
    """
    named = [Path(suite).stem == DIALOGUES for suite in suites]
    if any(named) and not all(named):
        raise BadInput(
            "dialogues are scored by themselves; run `parkbot eval dialogues` apart from the others"
        )
    return any(named)


def evaluate(
    suite: str,
    settings: Settings,
    *,
    half: Half,
    languages: Sequence[Language],
    name: str | None,
    output: Path | None,
    json: bool,
) -> None:
    """Hold the dialogues of a half, write what came of each turn, and print the scores."""
    checkout = provenance.checkout()
    home = checkout or Path.cwd()
    path = Path(suite) if Path(suite).is_file() else home / "eval" / "suites" / f"{suite}.jsonl"
    held = dialogues.read(path, half, languages)
    if not held:
        raise BadInput(f"{path}: no dialogue of the half {half} in the language asked for")
    name = name or f"{DIALOGUES}-{half}-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    file = (output or home / "eval" / "results") / f"{name}.json"
    if file.exists():
        raise BadInput(f"{file} exists, and results are kept; choose another --name")
    assistant = here(settings, "eval")
    try:
        with shown("Holding dialogues", "dialogues") as progress:
            outcomes = dialogues.put(assistant, held, holdings(assistant), progress)
        health = assistant.health()
    finally:
        assistant.close()
    scores = dialogues.scores(outcomes)
    summary = {
        "name": name,
        "half": half,
        "commit": provenance.commit(checkout),
        "embedder": health.embedder,
        "documents": health.documents,
        "dialogues": len(held),
        "scores": scores,
    }
    runs.write(file, to_json({**summary, "turns": outcomes}, indent=1).decode() + "\n")
    if json:
        print_json({**summary, "files": [str(file)]})
    else:
        print_text(_text(scores, outcomes, half, file))


def _text(scores: Sequence[DialogueScore], outcomes: Sequence[TurnOutcome], half: Half, file: Path) -> str:
    lines = [
        f"{score.metric}, {score.group}: {score.estimate.value:.3f}"
        f" ({score.estimate.low:.3f} … {score.estimate.high:.3f}, n {score.estimate.n})"
        for score in scores
    ]
    if half is Half.TUNING:  # what went wrong in the other half is nobody's to look at
        missed = (each for each in outcomes if each.kind.is_elliptical and not each.kept)
        lines += [f"missed, {each.dialogue}: {each.question} → {each.understood}" for each in missed]
    return "\n".join((*lines, str(file)))
