"""More to train on: what was written for it, and pieces of what texts.py wrote.

    python training/pieces.py WORK

Copies the questions and passages of written/ into WORK, and writes there

- passages-without-place.jsonl, so that short passages are known by their words alone;
- questions-claims.jsonl: claims that a passage supports, asked as questions, each with that passage; half of
  the English ones are passages, too (passages-claims.jsonl), for the library holds hardly any English text;
- questions-kinds.jsonl: those that a rule could answer;
- questions-clauses.jsonl and questions-terms.jsonl, as short as what people type into a search box.

Nobody has to label clauses, terms and kinds: the teacher says which passages they are near to. Claims about
measures that are not one passage of passages.jsonl are left out, and so those about documents held out.
"""

import argparse
import json
import random
import re
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from corpus import checksum, language, rows, write

WRITTEN = Path(__file__).with_name("written")
AS_THEY_ARE = ("passages-free-*", "questions-asked*", "questions-free-*", "questions-sample-*")
CLAIMS = ("claims", "claims-answers", "claims-mixed")
CLAUSE = re.compile(r"[^，。；：！？,;:!?\n（）()“”|]{8,40}")
SHORT = 160
"""Characters: a measure of commentary is no longer."""

Row = dict[str, object]


def without_place(passages: list[Row], others: int, chance: random.Random) -> list[dict[str, str]]:
    """All shipped passages, all of PDFs and so many others, the first sentences of each, with no title."""
    always = [one for one in passages if one["origin"] != "laws"]
    rest = [one for one in passages if one["origin"] == "laws"]
    return [
        {"title": "", "text": shortened(str(one["text"])), "language": str(one["language"]), "origin": "bare"}
        for one in (*always, *chance.sample(rest, min(others, len(rest))))
    ]


def shortened(text: str) -> str:
    """As many whole sentences as make a short passage, one at least."""
    sentences = re.split(r"(?<=[。；])", text)
    taken = sentences[0]
    for sentence in sentences[1:]:
        if len(taken) + len(sentence) > SHORT:
            break
        taken += sentence
    return taken


def claims(passages: list[Row]) -> list[dict[str, str]]:
    """Supported claims, each with its passage; they name it by the checksum of the measure's text."""
    known = {checksum(str(one["text"])) for one in passages}
    return [
        {
            "lang": language(str(claim["claim"])),
            "question": str(claim["claim"]),
            "title": str(claim["title"]),
            "sha256": str(claim["sha256"]),
        }
        for file in CLAIMS
        for claim in rows(WRITTEN / f"{file}.jsonl")
        if claim["supported"] and claim["sha256"] in known
    ]


def as_passages(questions: list[dict[str, str]]) -> list[dict[str, str]]:
    """Every second English one."""
    english = [one["question"] for one in questions if one["lang"] == "en"]
    return [{"title": "", "text": one, "language": "en", "origin": "claims"} for one in english[::2]]


def kinds() -> Iterator[dict[str, str]]:
    """Questions that a rule could answer, of those written to tell them from others."""
    for row in rows(WRITTEN / "questions-kinds.jsonl"):
        if row["class"] == "rule":
            yield {"lang": language(str(row["question"])), "question": str(row["question"])}


def clauses(passages: list[Row], count: int, chance: random.Random) -> list[dict[str, str]]:
    """Clauses cut out of passages."""
    found = sorted({clause.strip() for one in passages for clause in CLAUSE.findall(str(one["text"]))})
    chosen = chance.sample(found, min(count, len(found)))
    return [{"lang": language(one), "question": one} for one in chosen]


def terms() -> list[dict[str, str]]:
    """The first wording of every entry of the glossary, in both languages."""
    entries = json.loads(files("parkbot").joinpath("glossary.json").read_text(encoding="utf-8"))
    return [{"lang": name, "question": entry[name][0]} for entry in entries for name in ("en", "zh")]


def main() -> None:
    """Reads WORK/passages.jsonl and written/, and writes the others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--without-place", type=int, default=5400)
    parser.add_argument("--clauses", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    for pattern in AS_THEY_ARE:
        for file in WRITTEN.glob(f"{pattern}.jsonl"):
            shutil.copy(file, options.work)
    passages = rows(options.work / "passages.jsonl")
    claimed = claims(passages)
    made = {
        "passages-without-place": without_place(passages, options.without_place, chance),
        "passages-claims": as_passages(claimed),
        "questions-claims": claimed,
        "questions-kinds": kinds(),
        "questions-clauses": clauses(passages, options.clauses, chance),
        "questions-terms": terms(),
    }
    for name, lines in made.items():
        write(options.work / f"{name}.jsonl", lines)


if __name__ == "__main__":
    main()
