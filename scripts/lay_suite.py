#!/usr/bin/env python3
"""Makes a suite of questions that the public put to lawyers, over the laws that a library holds.

    .venv/bin/python scripts/lay_suite.py DATA_DIR QUESTIONS.jsonl lay.jsonl
    .venv/bin/parkbot eval lay.jsonl --half reporting --data-dir DATA_DIR

QUESTIONS.jsonl holds {"id", "question", "articles": [{"name", "text"}]}, an article's name being that of the
law with the number of the article (STARD, Su et al. 2024, arXiv 2406.15313). An article is held if a document
with the law's title has one of that number; of several versions every one counts. Says how many are not held.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from parkbot import build
from parkbot.names import bare_title
from parkbot.settings import load

ARTICLE = re.compile(
    r"^(?P<law>.+?)(?P<article>第[零〇一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)$"
)


def main() -> int:
    """Match and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    held = articles(given.data_dir)
    written = named = found = 0
    with given.out.open("w", encoding="utf-8") as out:
        for line in given.questions.read_text(encoding="utf-8").splitlines():
            question = json.loads(line)
            gold: list[str] = []
            for article in question["articles"]:
                place = ARTICLE.match(article["name"])
                ids = held.get((bare_title(place["law"]), place["article"]), []) if place else []
                named, found = named + 1, found + bool(ids)
                gold += ids
            if gold:
                row = {
                    "id": f"lay-{question['id']}",
                    "question": question["question"],
                    "gold": list(dict.fromkeys(gold)),
                    "kind": "natural",
                    "language": "zh",
                    "answerable": True,
                }
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                written += 1
    print(f"{written} questions; {found} of {named} articles named are held")
    return 0


def articles(data_dir: Path) -> dict[tuple[str, str], list[str]]:
    """Ids of the articles of a library by the bare title of their law and their locator."""
    held = defaultdict(list)
    with closing(build.assistant(load(data_dir=data_dir), owner="lay_suite")) as assistant:
        for document in assistant.documents():
            for measure in assistant.measures_of(document.id):
                held[bare_title(document.title), measure.locator].append(measure.id)
    return held


if __name__ == "__main__":
    sys.exit(main())
