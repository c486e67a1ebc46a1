"""What can be wrong with a claim, and how that is said to a person."""

from dataclasses import dataclass
from enum import Enum

from parkbot.domain import Language


class Kind(Enum):
    """Ways of saying what the cited measure does not say."""

    NOTHING_CITED = "nothing cited"
    FIGURE = "figure"
    FIGURE_ELSEWHERE = "figure of something else"
    DOCUMENT = "document"
    DENIAL = "denial"
    OPPOSITE = "opposite"
    STRENGTH = "strength"
    ACTOR = "actor"
    SUBJECT = "subject"
    WIDENED = "widened"
    CONDITION = "condition"
    QUALIFIER = "qualifier"
    NARROWED = "narrowed"
    LISTED = "listed"
    CONTENT = "content"


_REASONS: dict[Kind, tuple[str, str]] = {
    Kind.NOTHING_CITED: ("没有引用任何条款。", "No measure is cited."),
    Kind.FIGURE: ("所引条款中没有“{}”。", "The cited measure does not say “{}”."),
    Kind.FIGURE_ELSEWHERE: (
        "所引条款中的“{}”说的是另一件事。",
        "In the cited measure “{}” belongs to something else.",
    ),
    Kind.DOCUMENT: ("所引条款不是《{}》的内容。", "The cited measure is not part of “{}”."),
    Kind.DENIAL: (
        "所引条款的意思相反或者不同：“{}”。",
        "The cited measure says the opposite or something else: “{}”.",
    ),
    Kind.OPPOSITE: (
        "所引条款说的是“{}”的反面。",
        "The cited measure says the opposite of “{}”.",
    ),
    Kind.STRENGTH: (
        "义务、许可或者鼓励的程度与所引条款不一致：“{}”。",
        "What is a duty, a permission or an encouragement differs from the cited measure: “{}”.",
    ),
    Kind.ACTOR: ("所引条款没有提到“{}”。", "The cited measure does not name “{}”."),
    Kind.SUBJECT: (
        "所引条款中由谁来做并不是这样：“{}”。",
        "In the cited measure somebody else is to act: “{}”.",
    ),
    Kind.WIDENED: ("“{}”超出了所引条款的范围。", "“{}” goes beyond the cited measure."),
    Kind.CONDITION: ("漏掉了所引条款的条件：{}。", "A condition of the cited measure is left out: {}."),
    Kind.QUALIFIER: ("漏掉了所引条款的限定：{}。", "A limit of the cited measure is left out: {}."),
    Kind.NARROWED: (
        "所引条款只说“{}”，范围更窄。",
        "The cited measure speaks only of “{}”.",
    ),
    Kind.LISTED: (
        "“{}”只是列举中的一项，漏掉了列举之前的话。",
        "“{}” is an item of a list, and the words before the list are left out.",
    ),
    Kind.CONTENT: ("所引条款没有这样的内容：“{}”。", "The cited measure does not say this: “{}”."),
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong, and the words in which it shows.

    `is_hard` if it surely is; of some kinds (`verifier.DECISIVE`) that decides by itself.
    """

    kind: Kind
    words: str
    is_hard: bool = True

    def reason(self, language: Language) -> str:
        """A sentence about it."""
        return _REASONS[self.kind][language != "zh"].format(self.words.strip(" ，,。.;；"))
