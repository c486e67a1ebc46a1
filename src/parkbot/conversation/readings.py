"""The ways to read a follow-up, besides the one that the rules put into words."""

from collections.abc import Sequence

from parkbot.conversation.memory import Turn
from parkbot.domain import Language
from parkbot.questions import Question, Reading, analyse

BEFORE_SHARE = 1 / 2
"""Of the order, for the questions before with the follow-up behind them."""
ALONE_SHARE = 1 / 4
"""For the follow-up alone; the rest is for the rules' words. Of 1,685 follow-ups of sixteen authors
(training/written/dialogues.jsonl) .933 have among their first five what their written-out form finds first
(by the rules' words alone .895, without the follow-up alone .901), and .681 have it first (.626, .625);
.4 to .67 and .17 to .25 do nearly the same."""


def readings(question: Question, turns: Sequence[Turn]) -> tuple[Reading, ...]:
    """What a follow-up to `turns` may mean besides.

    The question just before with it, the question that brought the subject up with it, and it alone. Which
    of these is meant nobody can tell from the words; what most of them find is what is meant more often
    than what any one finds. Without turns, that is where it took another's place, only it alone.
    """
    before = (turns[-1], _opening(turns)) if turns else ()
    texts = [_joined(turn.standalone_question, question.text, question.language) for turn in before]
    shares: dict[str, float] = {}
    for text in texts:
        shares[text] = shares.get(text, 0.0) + BEFORE_SHARE / len(texts)
    shares[question.text] = ALONE_SHARE
    return tuple(Reading(analyse(text, question.language), share) for text, share in shares.items())


def _opening(turns: Sequence[Turn]) -> Turn:
    """The last turn that stands by itself, and so brought its subject up."""
    return next((turn for turn in reversed(turns) if turn.stands_alone), turns[0])


def _joined(before: str, question: str, language: Language) -> str:
    return f"{before.rstrip('？?。.!！ ')}{'，' if language == 'zh' else ': '}{question}"
