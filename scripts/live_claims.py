#!/usr/bin/env python3
"""Asks questions with a chat model and writes down every claim that was shown, for readers to judge.

    .venv/bin/python scripts/live_claims.py DATA_DIR OUT [--questions 100]

The chat model is the one of PARKBOT_LLM_*. DATA_DIR is a data folder that is filled already. Takes every n-th
answerable question of the reporting halves (digests and laws, both languages by turns). OUT/answers.jsonl has
a line for each question as it is answered (a later run goes on after the last), OUT/claims.jsonl the claims
that the model wrote and ParkBot showed: a number, the claim and the text that it cites, and nothing of what
ParkBot thinks of it.
"""

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path

from parkbot import build
from parkbot.answers import Answer, BlockKind, Support
from parkbot.assistant import PolicyAssistant
from parkbot.domain import Language
from parkbot.evaluation.suites import Half, Question, Suite, read
from parkbot.settings import load

LANGUAGES: tuple[Language, ...] = ("zh", "en")
SUITES = Path(__file__).resolve().parent.parent / "eval" / "suites"


def main() -> int:
    """Ask, write down, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--questions", type=int, default=100)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    answers = given.out / "answers.jsonl"
    done = len(answers.read_text(encoding="utf-8").splitlines()) if answers.exists() else 0
    with closing(build.assistant(load(data_dir=given.data_dir), owner="live_claims")) as assistant:
        for number, question in enumerate(asked(given.questions)[done:], done + 1):
            row = written(question, assistant.ask(question), assistant)
            with answers.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(
                f"{number}: {row['status']}, {row['answerer']}, {len(row['claims'])} claims", file=sys.stderr
            )
    rows = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    claims = [claim for row in rows for claim in row["claims"]]
    with (given.out / "claims.jsonl").open("w", encoding="utf-8") as file:
        for number, claim in enumerate(claims, 1):
            file.write(json.dumps({"number": number, **claim}, ensure_ascii=False) + "\n")
    by_model = sum(bool(row["claims"]) for row in rows)
    print(f"{len(rows)} questions, {by_model} answered in the model's words, {len(claims)} claims")
    return 0


def asked(count: int) -> list[str]:
    """So many questions, Chinese and English by turns."""
    suites = [read(SUITES / f"{name}.jsonl") for name in ("digests", "laws")]
    by_language = [
        spread([each.text for suite in suites for each in of(suite, language)], count)
        for language in LANGUAGES
    ]
    return [question for pair in zip(*by_language, strict=True) for question in pair]


def of(suite: Suite, language: Language) -> tuple[Question, ...]:
    """Its answerable questions for reporting."""
    questions = suite.chosen(Half.REPORTING, [language]).questions
    return tuple(each for each in questions if each.kind.is_answerable)


def spread(questions: list[str], count: int) -> list[str]:
    """Half as many of them, evenly spread."""
    return [questions[at * len(questions) * 2 // count] for at in range(count // 2)]


def written(question: str, answer: Answer, assistant: PolicyAssistant) -> dict[str, object]:
    """What is kept of an answer."""
    cited = {citation.marker: citation.measure_id for citation in answer.citations}
    claims = []
    for block in answer.blocks:
        if block.kind is BlockKind.CLAIM and block.support is Support.VERIFIED:
            found = [assistant.measure(cited[marker]) for marker in block.citations]
            evidence = [
                {"title": each.document.title, "locator": each.measure.locator, "text": each.measure.text}
                for each in found
            ]
            claims.append({"claim": block.text, "evidence": evidence})
    return {
        "question": question,
        "status": str(answer.status),
        "answerer": answer.answerer,
        "text": answer.text,
        "claims": claims,
        "timings_ms": dict(answer.timings_ms),
    }


if __name__ == "__main__":
    sys.exit(main())
