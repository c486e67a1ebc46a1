"""Has a chat model write sentences about measures, in ParkBot, and keeps each one before it is checked.

    python training/model_sentences.py DATA_DIR OUT.jsonl QUESTIONS.jsonl…

The chat model is the one of PARKBOT_LLM_*, and a temperature above 0 is of use, since it is asked everything
several times: reading a measure takes a small one longer than writing about it. DATA_DIR is a data folder
that is filled already. QUESTIONS are suites of eval/suites, of which the answerable questions of the tuning
half are asked, or files of written/.
OUT gets a line for every sentence: its question, the measures that it cites, what ParkBot's verifier says.
A later run goes on after the last question. eval/results/small-model-sentences-2026-11-26.json is what
readers made of those of a 1.5-billion model, before it was asked to quote; none of them is trained on.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from parkbot import build, chat_models
from parkbot.chat_models import ChatModel, Deadline, Message, chat_model
from parkbot.settings import Settings, load
from parkbot.verification import Premise, Verdict, Verifier

TIMES = 4
"""How often a prompt is answered."""


class Talkative(ChatModel):
    """A chat model that answers several times over, and repairs a sentence once."""

    def __init__(self, model: ChatModel) -> None:
        self.name = model.name
        self._one = model

    def stream(self, messages: Sequence[Message], deadline: Deadline) -> Iterator[str]:
        """The replies, one under the other."""
        for _ in range(TIMES if len(messages) == 2 else 1):
            yield from self._one.stream(messages, deadline)
            yield "\n"


class Recorder(Verifier):
    """A verifier that keeps what it is asked."""

    def __init__(self, seen: list[dict[str, object]]) -> None:
        self._verifier = _verifier()
        self.name = self._verifier.name
        self._seen = seen

    def verify(self, claim: str, premises: Sequence[Premise]) -> Verdict:
        """As the verifier does."""
        verdict = self._verifier.verify(claim, premises)
        evidence = [{"title": each.title, "locator": each.locator, "text": each.text} for each in premises]
        self._seen.append({"claim": claim, "evidence": evidence, "score": round(verdict.score, 3)})
        return verdict

    def prepare(self, premises: Sequence[Premise]) -> None:
        """As the verifier does."""
        self._verifier.prepare(premises)


_verifier = build.verifier


def main() -> None:
    """Ask and keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    given = parser.parse_args()
    seen: list[dict[str, object]] = []
    chat_models.chat_model = talkative
    build.verifier = lambda: Recorder(seen)
    done = asked_before(given.out)
    with closing(build.assistant(load(data_dir=given.data_dir), owner="model_sentences")) as assistant:
        for question in (each for file in given.questions for each in questions(file)):
            if question in done:
                continue
            seen.clear()
            assistant.ask(question)
            with given.out.open("a", encoding="utf-8") as file:
                for row in seen or [{"claim": None}]:
                    file.write(json.dumps({"question": question, **row}, ensure_ascii=False) + "\n")
            print(f"{len(seen)} sentences: {question}", file=sys.stderr)


def talkative(settings: Settings) -> ChatModel:
    """The chat model of the settings."""
    model = chat_model(settings)
    if model is None:
        sys.exit("no chat model is set: PARKBOT_LLM_MODEL and PARKBOT_LLM_BASE_URL name one")
    return Talkative(model)


def asked_before(out: Path) -> set[str]:
    """The questions of an earlier run."""
    if not out.exists():
        return set()
    return {json.loads(line)["question"] for line in out.read_text(encoding="utf-8").splitlines()}


def questions(file: Path) -> list[str]:
    """What to ask of a file."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row.get("half", "tuning") == "tuning" and row.get("answerable", True)]
    return [row[name] for row in rows for name in ("question", "question_en") if row.get(name)]


if __name__ == "__main__":
    main()
