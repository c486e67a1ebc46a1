"""Dialogues: what a line means, what is refused, what a run says; and that those that ship are sound."""

import hashlib
import json

import pytest

import talking
from parkbot.cli import evaluating_dialogues
from parkbot.errors import BadInput
from parkbot.evaluation import dialogues
from parkbot.evaluation.holdings import holdings
from parkbot.evaluation.suites import DIALOGUES, Half, find
from repository import REPOSITORY

SHIPPED = REPOSITORY / "eval" / "suites" / f"{DIALOGUES}.jsonl"
BOTH = ("zh", "en")


def line(id="d1", half="tuning", **more):
    turns = [
        {"question": "《园区节能法》第二条", "kind": "opening"},
        {"question": "下一条呢？", "kind": "place", "standalone": "《园区节能法》第三条", "gold": ["法:a3"]},
        {"question": "余热余压有什么要求？", "kind": "switch"},
    ]
    return {"id": id, "language": "zh", "half": half, "turns": turns, **more}


def write(path, *lines):
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in lines), encoding="utf-8")
    return path


def test_the_dialogues_that_ship_are_sound_and_in_halves_by_their_ids():
    held = dialogues.read(SHIPPED, Half.ALL, BOTH)
    assert len(held) >= 80 and {dialogue.language for dialogue in held} == set(BOTH)
    assert all(2 <= len(dialogue.turns) <= 4 for dialogue in held)
    assert all(dialogue.turns[0].kind is dialogues.TurnKind.OPENING for dialogue in held)
    kinds = {turn.kind for dialogue in held for turn in dialogue.turns}
    # Asides stand in the dialogues that were written to learn from, which are scored in the same way.
    assert kinds == set(dialogues.TurnKind) - {dialogues.TurnKind.ASIDE}
    # From 101 on they were written for the reporting half, by five authors who had seen no rule.
    for dialogue in held:
        if int(dialogue.id.removeprefix("dlg-")) > 100:
            assert dialogue.half == "reporting"
            continue
        odd = hashlib.sha256(dialogue.id.encode()).digest()[0] % 2
        assert dialogue.half == ("tuning" if odd else "reporting")


def test_single_questions_and_dialogues_are_kept_apart():
    assert SHIPPED not in find([], SHIPPED.parent)
    assert evaluating_dialogues.asked_for(["dialogues"]) and not evaluating_dialogues.asked_for(["laws"])
    with pytest.raises(BadInput, match="by themselves"):
        evaluating_dialogues.asked_for(["dialogues", "laws"])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (line(turns=[{"question": "问", "kind": "opening"}]), "turns"),
        (line(half="both"), "half"),
        (
            line(turns=[{"question": "问", "kind": "opening"}, {"question": "呢", "kind": "place"}]),
            "standalone",
        ),
        (line("good"), "the id good"),
    ],
)
def test_a_bad_line_is_named(tmp_path, wrong, words):
    path = write(tmp_path / "dialogues.jsonl", line("good"), wrong)
    with pytest.raises(BadInput, match=f"line 2: .*{words}"):
        dialogues.read(path, Half.ALL, BOTH)


def test_a_run_says_what_was_understood_found_and_inherited_and_leaves_no_conversation(tmp_path):
    path = write(tmp_path / "dialogues.jsonl", line(), line("d2", half="reporting"))
    with talking.assistant(tmp_path / "data") as assistant:
        held = dialogues.read(path, Half.TUNING, BOTH)
        outcomes = dialogues.put(assistant, held, holdings(assistant), lambda done, total: None)
        assert assistant.conversations() == ()
    following, switch = outcomes
    assert following.understood == "《园区节能法》第三条"
    assert following.kept and following.gold_found and following.gold_findable
    assert switch.is_unchanged and switch.first_kept and switch.gold_found is None
    scores = {(score.metric, score.group): score.estimate for score in dialogues.scores(outcomes)}
    assert scores["R@5 against the standalone form", "all"].value == 1.0
    assert scores["R@5 against the standalone form", "place"].n == 1
    assert scores["new topics that inherit nothing", "all"].n == 1
    assert ("R@5 against the standalone form", "en") not in scores
