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


IN_DOUBT_SHARE = 2 / 5
"""For the questions before with it, of one that is understood by itself and may be a follow-up. Of 931
follow-ups of eleven authors 14 more have among their first five what their written-out form finds first (846
before); of 122 questions that are none 7 more have another measure first. .25 to .5 do nearly the same."""


def readings(question: Question, before: Sequence[Turn]) -> tuple[Reading, ...]:
    """What a follow-up to the turns `before` may mean besides.

    Each of them with it, and it alone. Which of these is meant nobody can tell from the words; what most of
    them find is what is meant more often than what any one finds. Without turns, that is where it took
    another's place, only it alone.
    """
    shares = {**_behind(question, before, BEFORE_SHARE), question.text: ALONE_SHARE}
    return tuple(Reading(analyse(text, question.language), share) for text, share in shares.items())


def readings_in_doubt(question: Question, before: Sequence[Turn]) -> tuple[Reading, ...]:
    """What a question may mean besides that is understood by itself, if it was a follow-up after all."""
    shares = _behind(question, before, IN_DOUBT_SHARE)
    return tuple(
        Reading(analyse(text, question.language), share, is_in_doubt=True) for text, share in shares.items()
    )


def _behind(question: Question, before: Sequence[Turn], share: float) -> dict[str, float]:
    """The question behind each of the turns, which divide the share; where two are one, it has both parts."""
    shares: dict[str, float] = {}
    for turn in before:
        text = _joined(turn.standalone_question, question.text, question.language)
        shares[text] = shares.get(text, 0.0) + share / len(before)
    return shares


def _joined(before: str, question: str, language: Language) -> str:
    return f"{before.rstrip('？?。.!！ ')}{'，' if language == 'zh' else ': '}{question}"
