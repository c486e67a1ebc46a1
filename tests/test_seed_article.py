"""The measures of the seed article are found by questions of somebody who had seen only their topics.

The questions were frozen before the first run; nothing is fitted on them, and nothing may be.
"""

import json

from repository import REPOSITORY

SEED = "chen-lvjun-2023-park-green-lowcarbon"
HELD = 32
"""So many at least; 34 when the measures came with questions (written by others than these, who had not seen
them), 27 before."""


def test_the_right_measure_is_among_the_first_five_of_the_evidence(knowledge):
    suite = (REPOSITORY / "eval" / "suites" / "seed_article.jsonl").read_text(encoding="utf-8")
    questions = [entry for entry in map(json.loads, suite.splitlines()) if entry["language"] == "zh"]
    expected = {measure.id for measure in knowledge.measures_of(SEED)}
    assert len(questions) == 35 and {id for entry in questions for id in entry["gold"]} == expected

    missed = []
    for entry in questions:
        evidence = [item.measure_id for item in knowledge.ask(entry["question"]).evidence]
        ranks = [evidence.index(id) + 1 for id in entry["gold"] if id in evidence]
        if not ranks or min(ranks) > 5:
            rank = min(ranks) if ranks else f"not among {len(evidence)}"
            missed.append(f"{entry['id']} (rank: {rank}) {entry['question']}")
    found = len(questions) - len(missed)
    assert found >= HELD, f"{found} of 35 found, {HELD} asked; missed:\n" + "\n".join(missed)
