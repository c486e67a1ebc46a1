"""More to train on, from what texts.py wrote: passages without their place, clauses and terms as questions.

    python training/pieces.py WORK

Writes WORK/passages-without-place.jsonl, so that short passages are known by their words alone, and
WORK/questions-clauses.jsonl and WORK/questions-terms.jsonl, which are as short as what people type into a
search box. Nobody has to label them: the teacher says which passages they are near to.
"""

import argparse
import json
import random
import re
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from corpus import rows

CLAUSE = re.compile(r"[^，。；：！？,;:!?\n（）()“”|]{8,40}")
SHORT = 80
"""Characters: a measure of commentary is about as long."""


def without_place(passages: list[dict[str, object]], others: int, chance: random.Random) -> list[dict]:
    """All shipped passages and some others, the first sentences of each, with no title."""
    shipped = [one for one in passages if one["origin"] == "knowledge"]
    rest = [one for one in passages if one["origin"] != "knowledge"]
    return [
        one | {"title": "", "text": shortened(str(one["text"]))}
        for one in (*shipped, *chance.sample(rest, others))
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


def clauses(passages: list[dict[str, object]], count: int, chance: random.Random) -> list[dict[str, str]]:
    """Clauses cut out of passages."""
    found = sorted({clause.strip() for one in passages for clause in CLAUSE.findall(str(one["text"]))})
    chosen = chance.sample(found, min(count, len(found)))
    return [{"lang": "zh" if re.search("[\u4e00-\u9fff]", one) else "en", "question": one} for one in chosen]


def terms() -> list[dict[str, str]]:
    """The first wording of every entry of the glossary, in both languages."""
    entries = json.loads(files("parkbot").joinpath("glossary.json").read_text(encoding="utf-8"))
    return [
        {"lang": language, "question": entry[language][0]} for entry in entries for language in ("en", "zh")
    ]


def write(path: Path, lines: Iterable[dict]) -> None:
    """JSON Lines."""
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def main() -> None:
    """Reads WORK/passages.jsonl, and writes the three files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--without-place", type=int, default=1500)
    parser.add_argument("--clauses", type=int, default=800)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    passages = rows(options.work / "passages.jsonl")
    bare = without_place(passages, options.without_place, chance)
    write(options.work / "passages-without-place.jsonl", bare)
    write(options.work / "questions-clauses.jsonl", clauses(passages, options.clauses, chance))
    write(options.work / "questions-terms.jsonl", terms())


if __name__ == "__main__":
    main()
