"""`parkbot verify`: claims of a file laid beside what they cite, a verdict a line."""

import json
from pathlib import Path

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from parkbot.errors import BadInput
from parkbot.verification import Premise, Verdict


class _Evidence(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    title: str = ""
    locator: str = ""
    text: str


class Cited(BaseModel):
    """A line of the file: a claim and the measures that it cites; whatever else it holds is passed over."""

    model_config = ConfigDict(strict=True, frozen=True)

    claim: str
    evidence: tuple[_Evidence, ...]

    @property
    def premises(self) -> tuple[Premise, ...]:
        """The measures, as the verifier takes them."""
        return tuple(Premise(each.title, each.locator, each.text) for each in self.evidence)


def read(path: Path) -> tuple[Cited, ...]:
    """The claims of a file of JSON Lines.

    Raises:
        BadInput: no such file, no claim in it, or a line that holds none; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 (byte {error.start})") from error
    claims = tuple(_cited(path, number, line) for number, line in enumerate(lines, 1) if line.strip())
    if not claims:
        raise BadInput(f"{path}: holds no claim")
    return claims


def _cited(path: Path, number: int, line: str) -> Cited:
    try:
        cited = Cited.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path}, line {number}: {f'{place}: ' if place else ''}{first['msg']}") from error
    if not cited.claim.strip():
        raise BadInput(f"{path}, line {number}: claim: is empty")
    return cited


def verify(path: Path, *, json_lines: bool) -> None:
    """Print a verdict for every claim of a file, in its order."""
    claims = read(path)
    from parkbot import build

    verifier = build.verifier()
    for cited in claims:
        verdict = verifier.verify(cited.claim, cited.premises)
        typer.echo(_json(verdict) if json_lines else _text(cited.claim, verdict))


def _json(verdict: Verdict) -> str:
    return json.dumps({"supported": verdict.supported, "reason": verdict.reason}, ensure_ascii=False)


def _text(claim: str, verdict: Verdict) -> str:
    mark = "✓" if verdict.supported else "✗"
    return f"{mark} {' '.join(claim.split())}" + (f"\n  {verdict.reason}" if verdict.reason else "")
